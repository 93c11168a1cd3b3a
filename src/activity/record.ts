// One record of the journal: a message and what it was answered, what became of it later, or a control entry of the detector's log.
// `seq` is the order in which the detector saw them; it rises by one or more from record to record.
import type { ListenerName, RecipientAnswer } from '../mail/relay-request.ts';

/**
 * What became of a message at our door.
 * accepted    taken by the mail server (through the policy protocol and milter: nobody objected up to our answer)
 * tipped      refused by us: this very message tipped the sum of `tippedBy`
 * restricted  refused by us: its entity was restricted already
 * held        answered 451 by us: a new connector beyond its threshold, or doubt
 * denied      refused by us: unknown client or Partner connector relaying, or a sending limit
 * deferred    answered 4xx by the next hop or by somebody else
 * rejected    answered 5xx by the next hop or by somebody else
 * aborted     the client went away, or began anew, before the end of the message
 * repeated    the same message again: a retry, or a second pass of the same mail
 * Only `accepted` and `tipped` are evidence, and `restricted` counts as an attempt.
 */
export type Outcome =
  | 'accepted'
  | 'tipped'
  | 'restricted'
  | 'held'
  | 'denied'
  | 'deferred'
  | 'rejected'
  | 'aborted'
  | 'repeated';

/** A recipient as the journal keeps it: normalized address, its answer, and whether it is outside the accepted domains. */
export interface RecipientRecord extends RecipientAnswer {
  readonly relaying: boolean;
  /** Refused by a sending limit of ours: says nothing of the recipient. */
  readonly limited?: true | undefined;
}

/** What the tests made of a message. That of a connector that refused it has none of the user beside it: his did not run. */
export interface Scores {
  readonly connector?: Score | undefined;
  readonly user?: Score | undefined;
}

/** One test's sum when the message was judged, with this message in it: of the message that tips the sum, the sum that tipped. */
export interface Score {
  /** Natural-log likelihood ratios, rounded to hundredths, as are the terms. */
  readonly sum: number;
  readonly threshold: number;
  /** Left out where clear. */
  readonly level?: 'suspect' | 'compromised' | undefined;
  /** What each family carries of the sum, in the order of the detector's FAMILIES; left out where all are 0. They add up to the sum. */
  readonly terms?: readonly number[] | undefined;
}

export interface MessageRecord {
  readonly kind: 'message';
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly organizationId: string;
  readonly connectorId?: string | undefined;
  readonly userId?: string | undefined;
  /** The login; kept beside its id so that a user can be named without a table. */
  readonly saslUsername?: string | undefined;
  /** Epochs at MAIL FROM. */
  readonly connectorEpoch: number;
  readonly userEpoch: number;
  /** "clientAddress in 192.0.2.0/24" */
  readonly basis: string;
  readonly listener: ListenerName;
  readonly mailServer: string;
  readonly clientAddress: string;
  readonly clientName: string;
  readonly heloName: string;
  readonly envelopeSender: string;
  readonly recipients: readonly RecipientRecord[];
  readonly messageBytes: number;
  readonly headerFrom: string;
  /** As the organization's privacy setting allows: full, its first 20 characters, or ''. */
  readonly subject: string;
  readonly messageId: string;
  readonly queueId: string;
  readonly instance: string;
  readonly spam?: boolean | undefined;
  /** As `MessageContent` has them; left out where they are empty, false or 0. */
  readonly replyTo?: readonly string[] | undefined;
  readonly isReply?: boolean | undefined;
  readonly isAutomatic?: boolean | undefined;
  readonly linkHosts?: readonly string[] | undefined;
  readonly misleadingLinks?: number | undefined;
  /** Is the domain of the envelope sender, of the From header, an accepted domain of the organization? Undefined where there is none. */
  readonly senderProvisioned?: boolean | undefined;
  readonly fromProvisioned?: boolean | undefined;
  /**
   * Messages to strangers, of the last 24 hours, in which other connectors and users of the organization sent the same new text, link or
   * Reply-To; and whether one of them was restricted for it. Left out where 0 or false.
   */
  readonly alikeElsewhere?: number | undefined;
  readonly condemned?: boolean | undefined;
  /** When it came to its end its user was restricted, or had been unblocked since MAIL FROM: no evidence against his connector either. */
  readonly neverJudged?: true | undefined;
  /** For people; the detector never reads it. Left out where no test judged the message, and in records of before scores were kept. */
  readonly score?: Scores | undefined;
  /** 16 unsigned 32-bit values (`sketchText`). */
  readonly sketch?: readonly number[] | undefined;
  readonly attempted: boolean;
  readonly outcome: Outcome;
  /** Whose test refused it (`tipped`), whose restriction (`restricted`), or who held it as new (`held`; undefined there: in doubt). */
  readonly tippedBy?: 'connector' | 'user' | undefined;
  /** Our last answer to the message as the mail server got it, or the next hop's; '' where nobody answered. */
  readonly reply: string;
  /**
   * The mail server whose queue takes the message and whose log is followed. Its 250 is then only its queue's word: what became of the
   * recipients comes as delivery records. Undefined: nothing more will be known.
   */
  readonly feedbackFrom?: string | undefined;
}

/**
 * What the mail log says of a recipient.
 * delivered   the next mail server, or the mailbox, took it
 * deferred    it waits in the queue for another try
 * bounced     given up: a 5xx, or its time in the queue was over (4.4.7)
 * unknown     it left the queue, and the log does not say how
 */
export type DeliveryStatus = 'delivered' | 'deferred' | 'bounced' | 'unknown';

export interface RecipientDelivery {
  /** As in the message's record, also where an alias changed it on its way. */
  readonly address: string;
  readonly status: DeliveryStatus;
  /** RFC 3463; '' where the log has none. */
  readonly dsn: string;
  /** The mail log's words, with the remote answer in them; at most 200 characters. */
  readonly text: string;
}

/** What became of some recipients of one message after the mail server had taken it. */
export interface DeliveryRecord {
  readonly kind: 'delivery';
  readonly seq: number;
  /** When the first of these answers came, by the log; never before the message. */
  readonly at: number;
  readonly organizationId: string;
  readonly connectorId?: string | undefined;
  readonly userId?: string | undefined;
  readonly saslUsername?: string | undefined;
  /** Those of the message. */
  readonly connectorEpoch: number;
  readonly userEpoch: number;
  /** The message's record. */
  readonly messageSeq: number;
  readonly messageId: string;
  readonly mailServer: string;
  /** Under which it is in the queue now: a content filter gives it another one. */
  readonly queueId: string;
  readonly recipients: readonly RecipientDelivery[];
  /** How many of the answers the detector counts as taken and as refused: only final ones that speak of the recipient, each once. */
  readonly accepted: number;
  readonly refused: number;
  /** As in the message's record, but when these answers came. */
  readonly neverJudged?: true | undefined;
}

/** Before it has its place in the log. */
export type DeliveryDraft = Omit<DeliveryRecord, 'seq'>;

/** A control entry of one entity's log; `entry` is read by `detection` alone. */
export interface ControlRecord {
  readonly kind: 'control';
  readonly seq: number;
  readonly at: number;
  readonly organizationId: string;
  readonly entityId: string;
  readonly entry: unknown;
}

export type JournalRecord = MessageRecord | DeliveryRecord | ControlRecord;
