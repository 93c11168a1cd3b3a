// Messages out of a mail log of the past: the lines of each are put together, in constant memory whatever the length of the log.
//
// A message stands in about eight lines: who brought it, its identifier, its sender and size, a line for each recipient. It is told when
// all its recipients were named, when it left the queue, or ten minutes after it came. What became of the recipients is told beside it,
// as the follower of a live log tells it: the answers that are known by then at once, later ones when they come.
//
// Recipients that the mail server refused in the session for not existing stand without a queue id where they came before the first good one: they
// belong to the client's next message, or are a message of their own if none comes within a minute.
import { LONGEST_IN_QUEUE_MS } from '../../activity/fates.ts';
import { domainOf, normalizeAddress } from '../../mail/address.ts';
import type { RecipientAnswer } from '../../mail/relay-request.ts';
import { LOOPBACK } from './join.ts';
import type { LogEvent, LogEventOf } from './log-line.ts';
import { meaningOf } from './meaning.ts';

/** A message as the log tells of it. */
export interface LoggedMessage {
  readonly kind: 'message';
  /** Its place in the log: what its answers name it by. */
  readonly id: number;
  readonly at: number;
  /** '' where every recipient was refused, so that it never had one. */
  readonly queueId: string;
  readonly messageId: string;
  readonly clientAddress: string;
  readonly clientName: string;
  readonly heloName: string;
  readonly saslUsername?: string | undefined;
  readonly envelopeSender: string;
  readonly messageBytes: number;
  /** 0: the queue took it, see its answers; 5xx: refused in the session. */
  readonly recipients: readonly RecipientAnswer[];
}

/** What became of some of its recipients, as the detector counts it. */
export interface LoggedAnswers {
  readonly kind: 'answers';
  readonly id: number;
  readonly at: number;
  readonly accepted: number;
  readonly refused: number;
}

export type HistoryItem = LoggedMessage | LoggedAnswers;

export interface HistoryOptions {
  /** Normalized. Mail that comes without a login for these alone is no relaying and is left out; empty: all mail counts. */
  readonly acceptedDomains: ReadonlySet<string>;
}

interface Open {
  readonly id: number;
  readonly queueId: string;
  /** When it is to be told of at the latest. */
  lookAt: number;
  /** A content filter gave it back under another queue id: what becomes of it is this message's. */
  continues: number | undefined;
  readonly client: LogEventOf<'received'>;
  messageId: string;
  queued: LogEventOf<'queued'> | undefined;
  refused: RecipientAnswer[];
  heloName: string;
  /** Recipients by address, with whether their answer is final. */
  readonly recipients: Map<string, boolean>;
  /** Not told yet. */
  accepted: number;
  refusedLater: number;
  isTold: boolean;
  isLeftOut: boolean;
}

interface Refusals {
  readonly first: LogEventOf<'refused'>;
  readonly recipients: RecipientAnswer[];
}

/** Postfix's own longest wait between a message's lines; a queue that is slower than that is told of in parts. */
const PATIENCE_MS = 600_000;
const REFUSALS_MS = 60_000;
/** Bounds for a log that never closes what it opens. */
const MOST_OPEN = 200_000;
const MOST_REFUSALS = 10_000;
const MOST_RECIPIENTS = 10_000;

export class History {
  readonly #acceptedDomains: ReadonlySet<string>;
  /** By host, instance and queue id, oldest first. */
  readonly #open = new Map<string, Open>();
  /** By host and client, oldest first. */
  readonly #refusals = new Map<string, Refusals>();
  #ids = 0;

  constructor({ acceptedDomains }: HistoryOptions) {
    this.#acceptedDomains = acceptedDomains;
  }

  /** What the event completes, in order. */
  take(event: LogEvent): HistoryItem[] {
    const items: HistoryItem[] = [];
    this.#tellOverdue(event.at, items);
    switch (event.kind) {
      case 'received':
        this.#begin(event, items);
        break;
      case 'refused':
        this.#refuse(event);
        break;
      default:
        this.#goOn(event, items);
    }
    return items;
  }

  /** The log is over. */
  end(): HistoryItem[] {
    const items: HistoryItem[] = [];
    for (const refusals of this.#refusals.values()) items.push(this.#refusedMessage(refusals));
    for (const open of this.#open.values()) this.#tell(open, items);
    this.#open.clear();
    this.#refusals.clear();
    return items;
  }

  #begin(event: LogEventOf<'received'>, items: HistoryItem[]): void {
    const key = keyOf(event, event.queueId);
    const before = this.#open.get(key);
    // The same queue id again: what was before it is over.
    if (before !== undefined) this.#close(key, before, items);
    const refusals = this.#takeRefusals(event);
    this.#open.set(key, {
      id: ++this.#ids,
      queueId: event.queueId,
      lookAt: event.at + PATIENCE_MS,
      continues: undefined,
      client: event,
      messageId: '',
      queued: undefined,
      refused: refusals?.recipients ?? [],
      heloName: refusals?.first.heloName ?? '',
      recipients: new Map(),
      accepted: 0,
      refusedLater: 0,
      isTold: false,
      isLeftOut: false,
    });
  }

  #refuse(event: LogEventOf<'refused'>): void {
    if (event.queueId !== undefined) {
      const open = this.#open.get(keyOf(event, event.queueId));
      // Refused whole at its end: it was never in the queue.
      if (event.stage !== 'RCPT') this.#open.delete(keyOf(event, event.queueId));
      else if (open !== undefined && isNoSuchRecipient(event)) push(open.refused, answerOf(event));
      return;
    }
    if (event.stage !== 'RCPT' || !isNoSuchRecipient(event)) return;
    const key = clientKeyOf(event);
    const refusals = this.#refusals.get(key);
    if (refusals === undefined) this.#refusals.set(key, { first: event, recipients: [answerOf(event)] });
    else push(refusals.recipients, answerOf(event));
  }

  #takeRefusals(event: LogEventOf<'received'>): Refusals | undefined {
    const key = clientKeyOf(event);
    const refusals = this.#refusals.get(key);
    this.#refusals.delete(key);
    return refusals;
  }

  #goOn(event: Exclude<LogEvent, { kind: 'received' | 'refused' }>, items: HistoryItem[]): void {
    const key = keyOf(event, event.queueId);
    const open = this.#open.get(key);
    if (open === undefined) return;
    if (event.kind === 'message-id') open.messageId = event.messageId;
    else if (event.kind === 'queued') open.queued ??= event;
    else if (event.kind === 'delivery') this.#answer(open, event, items);
    else if (event.kind === 'removed') this.#close(key, open, items);
  }

  #answer(open: Open, event: LogEventOf<'delivery'>, items: HistoryItem[]): void {
    const address = normalizeAddress(event.originalRecipient ?? event.recipient);
    const before = open.recipients.get(address);
    if (before === undefined && open.recipients.size >= MOST_RECIPIENTS) return;
    if (before !== true && this.#goesOn(open, event)) {
      open.recipients.set(address, false);
      return;
    }
    const isFinal = event.status === 'sent' || event.status === 'bounced';
    open.recipients.set(address, isFinal || before === true);
    const meaning = isFinal && before !== true ? meaningOf(event) : undefined;
    if (meaning === 'accepted') open.accepted++;
    if (meaning === 'refused') open.refusedLater++;
    if (open.isTold) tellAnswers(open, event.at, items);
    else if (open.queued !== undefined && open.recipients.size >= open.queued.recipients) this.#tell(open, items);
  }

  /** A content filter on this host took it and has given it back: its answers come under another queue id. */
  #goesOn({ id, continues }: Open, event: LogEventOf<'delivery'>): boolean {
    if (event.status !== 'sent' || event.queuedAs === undefined || !LOOPBACK.test(event.relay)) return false;
    const next = this.#open.get(keyOf(event, event.queuedAs));
    if (next === undefined || next.isTold) return false;
    next.continues = continues ?? id;
    return true;
  }

  #close(key: string, open: Open, items: HistoryItem[]): void {
    this.#open.delete(key);
    this.#tell(open, items);
  }

  #tell(open: Open, items: HistoryItem[]): void {
    if (open.isTold || open.queued === undefined) return;
    open.isTold = true;
    const addresses = [...open.recipients.keys()];
    open.isLeftOut = !this.#isRelaying(open.client.saslUsername, [...addresses, ...open.refused.map((r) => r.address)]);
    if (open.isLeftOut) return;
    if (open.continues !== undefined) {
      tellAnswers(open, open.queued.at, items);
      return;
    }
    const { client, queued, id, queueId, messageId, refused, heloName } = open;
    items.push({
      kind: 'message',
      id,
      at: queued.at,
      queueId,
      messageId,
      clientAddress: client.clientAddress,
      clientName: client.clientName,
      heloName,
      saslUsername: client.saslUsername,
      envelopeSender: queued.envelopeSender,
      messageBytes: queued.messageBytes,
      recipients: [...addresses.map((address) => ({ address, code: 0 })), ...refused],
    });
    tellAnswers(open, queued.at, items);
  }

  #isRelaying(login: string | undefined, addresses: readonly string[]): boolean {
    if (login !== undefined || this.#acceptedDomains.size === 0) return true;
    return addresses.some((address) => !this.#acceptedDomains.has(domainOf(address)));
  }

  #tellOverdue(now: number, items: HistoryItem[]): void {
    for (const [key, refusals] of this.#refusals) {
      if (now - refusals.first.at < REFUSALS_MS && this.#refusals.size <= MOST_REFUSALS) break;
      this.#refusals.delete(key);
      const message = this.#refusedMessage(refusals);
      if (
        this.#isRelaying(
          message.saslUsername,
          message.recipients.map(({ address }) => address),
        )
      )
        items.push(message);
    }
    for (const [key, open] of this.#open) {
      const isExcess = this.#open.size > MOST_OPEN;
      if (now < open.lookAt && !isExcess) break;
      this.#tell(open, items);
      // To the end of the line, where those are that were looked at.
      this.#open.delete(key);
      open.lookAt = now + PATIENCE_MS;
      if (!isExcess && now - open.client.at < LONGEST_IN_QUEUE_MS) this.#open.set(key, open);
    }
  }

  #refusedMessage({ first, recipients }: Refusals): LoggedMessage {
    const { at, clientAddress, clientName, heloName, saslUsername, envelopeSender } = first;
    const about = { clientAddress, clientName, heloName, saslUsername, envelopeSender };
    return { kind: 'message', id: ++this.#ids, at, queueId: '', messageId: '', messageBytes: 0, recipients, ...about };
  }
}

function tellAnswers(open: Open, at: number, items: HistoryItem[]): void {
  const { accepted, refusedLater: refused, isLeftOut } = open;
  const id = open.continues ?? open.id;
  open.accepted = 0;
  open.refusedLater = 0;
  if (!isLeftOut && accepted + refused > 0) items.push({ kind: 'answers', id, at, accepted, refused });
}

function push(recipients: RecipientAnswer[], answer: RecipientAnswer): void {
  if (recipients.length < MOST_RECIPIENTS) recipients.push(answer);
}

function isNoSuchRecipient({ dsn, code, text }: LogEventOf<'refused'>): boolean {
  return code >= 500 && meaningOf({ status: 'bounced', dsn, text }) === 'refused';
}

const answerOf = ({ recipient, code }: LogEventOf<'refused'>): RecipientAnswer => ({
  address: normalizeAddress(recipient),
  code,
});

const keyOf = ({ host, instance }: LogEvent, queueId: string): string => `${host} ${instance.split('/')[0]} ${queueId}`;

const clientKeyOf = ({ host, clientAddress, saslUsername = '' }: LogEventOf<'refused' | 'received'>): string =>
  `${host} ${clientAddress} ${saslUsername}`;
