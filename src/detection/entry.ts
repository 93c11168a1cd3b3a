// The log that the detector is a deterministic function of. Everything `step` may read is in an entry:
// no clock, no configuration, no randomness. Entries are kept in the journal (detectorVersion says how they are read).

import type { FamilyName } from './verdict.ts';

/** Times are milliseconds since 1970; several entities' entries are in one order (`seq` of the journal). */
export type Entry = ObservationEntry | AttemptEntry | HeldEntry | LateAnswerEntry | ControlEntry;

/** What one message contributed. Exactly one per message. */
export interface ObservationEntry {
  readonly kind: 'observation';
  readonly at: number;
  /** The entity's epoch at MAIL FROM; an older one than the state's is not judged. */
  readonly epoch: number;
  /** Normalized addresses with their answers: 250, 5xx, 4xx; 0 where nobody told: silence is no success. */
  readonly recipients: readonly {
    readonly address: string;
    readonly code: number;
    /** Outside the accepted domains; undefined counts as true. */
    readonly relaying?: boolean | undefined;
  }[];
  /** Normalized; '' for the null sender. */
  readonly envelopeSender: string;
  readonly clientAddress: string;
  readonly headerFrom: string;
  readonly messageBytes: number;
  /** 16 values, unsigned 32 bit, of the text's word triples (`sketchText`); undefined where no text was seen. */
  readonly sketch?: readonly number[] | undefined;
  /** The content filter's word; undefined: no filter, or it said nothing. */
  readonly spam?: boolean | undefined;
  /** As `MessageContent` has them; undefined where they are empty, false, 0, or no content was seen. */
  readonly replyTo?: readonly string[] | undefined;
  readonly isReply?: boolean | undefined;
  readonly isAutomatic?: boolean | undefined;
  readonly linkHosts?: readonly string[] | undefined;
  readonly misleadingLinks?: number | undefined;
  /** Is the domain of the envelope sender, of the From header, an accepted domain of the organization? Undefined where there is none. */
  readonly senderProvisioned?: boolean | undefined;
  readonly fromProvisioned?: boolean | undefined;
  /** How the message is named in the evidence. */
  readonly messageId: string;
  readonly queueId: string;
  /** The login, where this is the observation of a connector: whose evidence it is. */
  readonly userId?: string | undefined;
  /** What other entities of the organization sent when this came: see `Campaigns`. */
  readonly alikeElsewhere?: number | undefined;
  readonly condemned?: boolean | undefined;
  /** Only RCPT was seen: recipients were asked for, nobody knows whether the mail was taken. */
  readonly attempted: boolean;
}

/** A message refused because its entity is restricted: tells when the attack ended, teaches nothing. */
export interface AttemptEntry {
  readonly kind: 'attempt';
  readonly at: number;
  readonly recipients: number;
}

/** A message answered 451 because its entity is new: no evidence, it comes again. Tells that an admin has heard of it. */
export interface HeldEntry {
  readonly kind: 'held';
  readonly at: number;
}

/** What became of recipients after the message was taken: bounces, complaints. */
export interface LateAnswerEntry {
  readonly kind: 'late-answer';
  readonly at: number;
  readonly epoch: number;
  readonly accepted: number;
  readonly refused: number;
  readonly messageId: string;
  /** As in an observation. */
  readonly userId?: string | undefined;
}

export type ControlEntry =
  | { readonly kind: 'restricted'; readonly at: number }
  | {
      readonly kind: 'unblocked';
      readonly at: number;
      /** The new epoch. */
      readonly epoch: number;
      readonly graceHours: 0 | 1 | 4 | 24;
      readonly learn: boolean;
    }
  | { readonly kind: 'settings'; readonly at: number; readonly settings: DetectionSettings };

/** Everything that an operator may choose about one entity's test. */
export interface DetectionSettings {
  readonly mode: 'enforce' | 'observe' | 'exempt';
  /** "Sends to new recipients by nature." */
  readonly bulk: boolean;
  /** Judged and refused from the first message; otherwise a new entity is observed first. */
  readonly armed: boolean;
  /** When the entity was made: its days of observation are counted from then. */
  readonly createdAt: number;
  /** H of the sequential test. */
  readonly threshold: number;
  /** Half-life of the sums, hours. */
  readonly halfLifeHours: number;
  /** How many families must each carry at least 1. */
  readonly gate: number;
  /** Recipients, volume and bulk are silent and nothing is learnt in [from, until). */
  readonly window?: { readonly from: number; readonly until: number } | undefined;
  /** Families that say nothing: to measure what each is worth (`cordon replay --without`). */
  readonly silent?: readonly FamilyName[] | undefined;
}

export const DEFAULT_SETTINGS: DetectionSettings = {
  mode: 'enforce',
  bulk: false,
  armed: true,
  createdAt: 0,
  threshold: 13,
  halfLifeHours: 12,
  gate: 3,
};
