// Joins the events of the mail log to the messages of the journal, by mail server and queue id, and says what became of their recipients.
//
// A message is waited for from its record on until it has left the queue. Postfix gives short queue ids again, within minutes on a busy
// server: therefore a message is forgotten when the log says `removed`, at the latest when no mail waits so long, and an event only
// belongs to it where its recipient is the message's. What belongs to nothing is counted and not kept, but for two minutes: a record may come after
// the event (RCPT alone is journaled up to a minute later), and so may the line that says under which queue id a content filter gave a mail back.
//
// Postfix answers the recipients of one message one by one. Answers that come within some seconds make one entry of the detector's log. Of
// a message only the first entry with a refusal counts, and before it the first without: it must not weigh more for having been
// delivered to a thousand places over an hour.
import { LONGEST_IN_QUEUE_MS, queueIdOf } from '../../activity/fates.ts';
import type {
  DeliveryDraft,
  DeliveryRecord,
  DeliveryStatus,
  MessageRecord,
  RecipientDelivery,
} from '../../activity/record.ts';
import { normalizeAddress } from '../../mail/address.ts';
import type { LogEvent } from './log-line.ts';
import { meaningOf } from './meaning.ts';

/** What the join keeps of a message's record. Addresses are those that the mail server took. */
export interface FollowedMessage
  extends Pick<
    MessageRecord,
    'seq' | 'at' | 'organizationId' | 'connectorId' | 'userId' | 'saslUsername' | 'connectorEpoch' | 'userEpoch'
  > {
  readonly mailServer: string;
  readonly queueId: string;
  readonly messageId: string;
  readonly recipients: readonly string[];
}

export interface JoinLimits {
  /** Messages waited for; beyond that the oldest are given up. */
  readonly messages: number;
  /** Unknown queue ids and their events that are kept for a while. */
  readonly strangers: number;
}

export interface JoinCounts {
  /** Answers of recipients that were joined to a message. */
  joined: number;
  /** Answers that belong to no message of the journal: other mail of the server, or a queue id that came again. */
  unjoined: number;
  /** Messages given up before their last answer: too many, or too old. */
  givenUp: number;
}

/** A message as it is kept over a restart. */
export interface KeptMessage {
  readonly message: FollowedMessage;
  readonly queueIds: readonly string[];
  readonly since: number;
  /** Recipients whose answer is final. */
  readonly answered: readonly string[];
  readonly weighed: Weighed;
}

/** What of a message has counted for the detector: nothing, taken recipients, or refused ones, after which nothing more counts. */
type Weighed = 'nothing' | 'accepted' | 'refused';

interface Waiting {
  message: FollowedMessage;
  /** The message's own, and those under which filters gave it back. */
  readonly queueIds: Set<string>;
  /** The last of them. */
  queueId: string;
  /** When it was put. */
  readonly since: number;
  readonly recipients: Set<string>;
  /** By recipient: FINAL, or the last deferral's code. */
  readonly answers: Map<string, string>;
  /** How many of them are final. */
  finals: number;
  /** Answers that no record tells yet. */
  news: RecipientDelivery[];
  newsAt: number;
  newsSince: number;
  accepted: number;
  refused: number;
  weighed: Weighed;
}

interface Stranger {
  readonly since: number;
  readonly events: LogEvent[];
}

const FINAL = 'final';
const TOGETHER_MS = 5_000;
const STRANGE_MS = 120_000;
const LONGEST_TEXT = 200;
const LONGEST_NAME = 200;
/**
 * A relay on the mail server itself, a content filter or a mailbox, as Postfix logs it: `amavis[127.0.0.1]:10024`, or a Unix socket
 * `relay[private/filter]`.
 */
export const LOOPBACK = /^[^[]*\[(?:127\.[\d.]+|::1|[^\]]*\/[^\]]*)\]/;

/** What has to be waited for; undefined where nothing will be told of the message. */
export function followedMessage(record: MessageRecord): FollowedMessage | undefined {
  const { seq, at, organizationId, connectorId, userId, saslUsername, connectorEpoch, userEpoch, outcome } = record;
  const { feedbackFrom: mailServer, messageId } = record;
  const queueId = queueIdOf(record);
  if (mailServer === undefined || queueId === '' || (outcome !== 'accepted' && outcome !== 'repeated'))
    return undefined;
  const recipients = record.recipients.filter(({ code }) => code < 400).map(({ address }) => address);
  const of = { seq, at, organizationId, connectorId, userId, saslUsername, connectorEpoch, userEpoch };
  return { ...of, mailServer, queueId, messageId: messageId.slice(0, LONGEST_NAME), recipients };
}

/** Times (`now`) are of one clock, the follower's, in milliseconds; the log's own are only told. */
export class Join {
  readonly counts: JoinCounts = { joined: 0, unjoined: 0, givenUp: 0 };
  readonly #limits: JoinLimits;
  /** By mail server and queue id. */
  readonly #byQueueId = new Map<string, Waiting>();
  /** By the seq of the message's record, oldest first. */
  readonly #waiting = new Map<number, Waiting>();
  /** Those with news, in the order in which they came. */
  readonly #told = new Set<Waiting>();
  /** By mail server and queue id, oldest first. */
  readonly #strangers = new Map<string, Stranger>();
  #strangeEvents = 0;

  constructor(limits: JoinLimits) {
    this.#limits = limits;
  }

  /** How many messages are waited for. */
  get size(): number {
    return this.#waiting.size;
  }

  /** A message that the mail server took. The same one twice is harmless. */
  put(message: FollowedMessage, now: number): void {
    if (this.#waiting.has(message.seq)) return;
    const waiting = this.#wait(message, now);
    this.#give(message.queueId, waiting, now);
    this.#forgetExcess();
  }

  #wait(message: FollowedMessage, since: number): Waiting {
    const news = { news: [], newsAt: 0, newsSince: 0, accepted: 0, refused: 0 };
    const recipients = new Set(message.recipients);
    const answered = { answers: new Map(), finals: 0, weighed: 'nothing' } as const;
    const { queueId } = message;
    const waiting: Waiting = { message, queueIds: new Set(), queueId, since, recipients, ...answered, ...news };
    this.#waiting.set(message.seq, waiting);
    return waiting;
  }

  /** From now on events of this queue id are the message's, and those that came before it was known. */
  #give(queueId: string, waiting: Waiting, now: number): void {
    const key = keyOf(waiting.message.mailServer, queueId);
    const before = this.#byQueueId.get(key);
    // The same queue id again: the mail server has no two at once.
    if (before !== undefined && before !== waiting) this.#leave(before, queueId);
    this.#byQueueId.set(key, waiting);
    waiting.queueIds.add(queueId);
    waiting.queueId = queueId;
    const stranger = this.#strangers.get(key);
    if (stranger === undefined) return;
    this.#strangers.delete(key);
    this.#strangeEvents -= stranger.events.length;
    for (const event of stranger.events) this.#take(waiting, event, now);
  }

  /** One event of this mail server's log. */
  take(mailServer: string, event: LogEvent, now: number): void {
    if (!('queueId' in event) || event.queueId === undefined) return;
    const key = keyOf(mailServer, event.queueId);
    const waiting = this.#byQueueId.get(key);
    if (waiting !== undefined) this.#take(waiting, event, now);
    else this.#keepStranger(key, event, now);
  }

  #take(waiting: Waiting, event: LogEvent, now: number): void {
    if (event.kind === 'delivery') this.#answer(waiting, event, now);
    else if (event.kind === 'expired') this.#expire(waiting, event, now);
    else if (event.kind === 'removed') this.#remove(waiting, event, now);
  }

  #answer(waiting: Waiting, event: Extract<LogEvent, { kind: 'delivery' }>, now: number): void {
    const address = recipientOf(waiting, event);
    const status = statusOf(event);
    if (address === undefined || status === undefined) {
      this.counts.unjoined++;
      return;
    }
    this.counts.joined++;
    if (this.#goesOnAs(waiting, event, now)) return;
    const before = waiting.answers.get(address);
    // Of a deferral only the first is told, and each that has another reason: mail may wait for days and be tried a hundred times.
    if (before === FINAL || (status === 'deferred' && before === event.dsn)) return;
    note(waiting, address, status === 'deferred' ? event.dsn : FINAL);
    const meaning = meaningOf(event);
    if (meaning === 'accepted') waiting.accepted++;
    if (meaning === 'refused') waiting.refused++;
    this.#tell(waiting, { address, status, dsn: event.dsn, text: event.text.slice(0, LONGEST_TEXT) }, event.at, now);
  }

  /**
   * A content filter took the mail and has given it back already, as another message of the same mail server: its answers are that one's.
   * (A server of its own on loopback tells a queue id that this log has never heard of: then it has it, and that is the answer.)
   */
  #goesOnAs(
    waiting: Waiting,
    { status, relay, queuedAs }: Extract<LogEvent, { kind: 'delivery' }>,
    now: number,
  ): boolean {
    if (status !== 'sent' || queuedAs === undefined || !LOOPBACK.test(relay)) return false;
    if (waiting.queueIds.has(queuedAs)) return true;
    const key = keyOf(waiting.message.mailServer, queuedAs);
    if (!this.#strangers.has(key)) return false;
    // A copy of its own: a part of a larger text would keep all of it in memory.
    this.#give(Buffer.from(queuedAs).toString(), waiting, now);
    return true;
  }

  /** `status=expired`: whoever has no final answer gets none. */
  #expire(waiting: Waiting, event: Extract<LogEvent, { kind: 'expired' }>, now: number): void {
    const text = 'expired: its time in the queue was over';
    this.#close(waiting, { status: 'bounced', dsn: '4.4.7', text }, event.at, now);
  }

  #remove(waiting: Waiting, event: Extract<LogEvent, { kind: 'removed' }>, now: number): void {
    this.#leave(waiting, event.queueId);
    if (waiting.queueIds.size > 0) return;
    const text = event.service === 'postsuper' ? 'deleted by an administrator' : 'left the queue; the log says no more';
    this.#close(waiting, { status: 'unknown', dsn: '', text }, event.at, now);
  }

  /** The queue id is the message's no more; without any it is not waited for. */
  #leave(waiting: Waiting, queueId: string): void {
    waiting.queueIds.delete(queueId);
    this.#byQueueId.delete(keyOf(waiting.message.mailServer, queueId));
    if (waiting.queueIds.size === 0) this.#waiting.delete(waiting.message.seq);
  }

  #close(waiting: Waiting, answer: Omit<RecipientDelivery, 'address'>, at: number, now: number): void {
    for (const address of waiting.message.recipients) {
      if (waiting.answers.get(address) === FINAL) continue;
      note(waiting, address, FINAL);
      this.#tell(waiting, { address, ...answer }, at, now);
    }
  }

  #tell(waiting: Waiting, news: RecipientDelivery, at: number, now: number): void {
    if (waiting.news.length === 0) {
      waiting.newsAt = at;
      waiting.newsSince = now;
      this.#told.add(waiting);
    }
    waiting.news.push(news);
  }

  /** What is to be told now: complete, or gathered for long enough; with `all`, whatever there is. */
  due(now: number, all = false): DeliveryDraft[] {
    this.#forgetOld(now);
    const drafts: DeliveryDraft[] = [];
    for (const waiting of this.#told) {
      const isComplete = waiting.queueIds.size === 0 || waiting.finals === waiting.recipients.size;
      if (!all && !isComplete && now - waiting.newsSince < TOGETHER_MS) continue;
      this.#told.delete(waiting);
      const counted = countedOf(waiting);
      drafts.push(draftOf(waiting, counted));
      Object.assign(waiting, { news: [], accepted: 0, refused: 0, weighed: weighedAfter(waiting.weighed, counted) });
    }
    return drafts;
  }

  /** A record of the journal from before the restart: these answers are told already. */
  know({ messageSeq, recipients, accepted, refused }: DeliveryRecord): void {
    const waiting = this.#waiting.get(messageSeq);
    if (waiting === undefined) return;
    for (const { address, status, dsn } of recipients) {
      note(waiting, address, status === 'deferred' ? dsn : FINAL);
    }
    waiting.weighed = weighedAfter(waiting.weighed, { accepted, refused });
  }

  #keepStranger(key: string, event: LogEvent, now: number): void {
    let stranger = this.#strangers.get(key);
    if (stranger === undefined) {
      stranger = { since: now, events: [] };
      this.#strangers.set(key, stranger);
    }
    if (event.kind === 'delivery' || event.kind === 'expired' || event.kind === 'removed') {
      stranger.events.push(event);
      this.#strangeEvents++;
    }
    for (const [oldest, { since, events }] of this.#strangers) {
      const isFull = this.#strangers.size + this.#strangeEvents > this.#limits.strangers;
      if (now - since < STRANGE_MS && !isFull) break;
      this.#strangers.delete(oldest);
      this.#strangeEvents -= events.length;
      this.counts.unjoined += events.filter(({ kind }) => kind === 'delivery').length;
    }
  }

  #forgetExcess(): void {
    for (const waiting of this.#waiting.values()) {
      if (this.#waiting.size <= this.#limits.messages) return;
      this.#giveUp(waiting);
    }
  }

  #forgetOld(now: number): void {
    for (const waiting of this.#waiting.values()) {
      if (now - waiting.since < LONGEST_IN_QUEUE_MS) return;
      this.#giveUp(waiting);
    }
  }

  #giveUp(waiting: Waiting): void {
    this.counts.givenUp++;
    for (const queueId of [...waiting.queueIds]) this.#leave(waiting, queueId);
  }

  /** The address is waited for no more, as a recipient or as who sent it, in the messages of one organization or of all. Its answers are not told. */
  forget(address: string, organizationId?: string): void {
    for (const waiting of this.#waiting.values()) {
      if (organizationId !== undefined && waiting.message.organizationId !== organizationId) continue;
      if (waiting.message.saslUsername?.toLowerCase() === address) {
        waiting.message = { ...waiting.message, userId: undefined, saslUsername: undefined };
      }
      if (!waiting.recipients.delete(address)) continue;
      waiting.message = { ...waiting.message, recipients: [...waiting.recipients] };
      if (waiting.answers.get(address) === FINAL) waiting.finals--;
      waiting.answers.delete(address);
      waiting.news = waiting.news.filter((news) => news.address !== address);
      if (waiting.recipients.size === 0) for (const queueId of [...waiting.queueIds]) this.#leave(waiting, queueId);
    }
  }

  kept(): KeptMessage[] {
    return [...this.#waiting.values()].map(({ message, queueIds, since, answers, weighed }) => ({
      message,
      weighed,
      queueIds: [...queueIds],
      since,
      answered: [...answers].filter(([, answer]) => answer === FINAL).map(([address]) => address),
    }));
  }

  restore({ message, queueIds, since, answered, weighed }: KeptMessage): void {
    const waiting = this.#wait(message, since);
    waiting.weighed = weighed;
    for (const queueId of queueIds) this.#give(queueId, waiting, since);
    for (const address of answered) note(waiting, address, FINAL);
  }
}

function note(waiting: Waiting, address: string, answer: string): void {
  if (answer === FINAL && waiting.answers.get(address) !== FINAL) waiting.finals++;
  waiting.answers.set(address, answer);
}

function keyOf(mailServer: string, queueId: string): string {
  return `${mailServer} ${queueId}`;
}

/** The message's recipient whom the event speaks of: itself, or the one that an alias led from. */
function recipientOf(
  { recipients }: Waiting,
  { recipient, originalRecipient }: Extract<LogEvent, { kind: 'delivery' }>,
) {
  const candidates = [originalRecipient, recipient].filter((each) => each !== undefined).map(normalizeAddress);
  return candidates.find((address) => recipients.has(address));
}

function statusOf({ status }: Extract<LogEvent, { kind: 'delivery' }>): DeliveryStatus | undefined {
  if (status === 'sent') return 'delivered';
  return status === 'deferred' || status === 'bounced' ? status : undefined;
}

interface Counted {
  readonly accepted: number;
  readonly refused: number;
}

function countedOf({ accepted, refused, weighed }: Waiting): Counted {
  const isHeard = refused > 0 ? weighed !== 'refused' : weighed === 'nothing';
  return isHeard ? { accepted, refused } : { accepted: 0, refused: 0 };
}

function weighedAfter(before: Weighed, { accepted, refused }: Counted): Weighed {
  if (refused > 0) return 'refused';
  return accepted > 0 && before === 'nothing' ? 'accepted' : before;
}

function draftOf({ message, queueId, news, newsAt }: Waiting, counted: Counted): DeliveryDraft {
  const { seq: messageSeq, at, recipients: _, ...of } = message;
  return {
    kind: 'delivery',
    ...of,
    at: Math.max(at, newsAt),
    messageSeq,
    queueId,
    recipients: news,
    ...counted,
  };
}
