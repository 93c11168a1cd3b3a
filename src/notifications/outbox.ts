// The outbox: each notification event becomes one delivery for each recipient and webhook, and each of these is tried until the
// other side takes it. Everything that waits is on disk, so that a crash loses nothing; at worst something is said twice, with
// the same id. It stands off the way of the mail: nothing here is ever waited for by an answer.
import type { NotificationEvent } from '../alerts/notification-event.ts';
import { isGivenUp, LONGEST_MS, waitAfter } from './backoff.ts';
import { CHANNELS, type Channel, type Delivery, type OutboxStore } from './outbox-store.ts';

/** What came of one try. `words` are for people. */
export type Sent =
  | { readonly result: 'taken' }
  /** To be tried again. */
  | { readonly result: 'failed'; readonly words: string }
  /** Nobody is there any more: an address that is none, a webhook that was removed. */
  | { readonly result: 'void'; readonly words: string };

/** One channel. Neither promise may reject; both are bounded in time. */
export interface Sender {
  send(delivery: Pick<Delivery, 'id' | 'target' | 'payload' | 'createdAt'>): Promise<Sent>;
}

/** What an event is to be told over. */
export interface Addressee {
  readonly channel: Channel;
  readonly target: string;
  readonly payload: string;
}

export type OutboxResult = 'taken' | 'failed' | 'given-up' | 'void';

export interface OutboxOptions {
  readonly store: OutboxStore;
  readonly senders: Readonly<Record<Channel, Sender>>;
  /** Everybody who is to hear of an event. Called once for each event, or again after a crash. Never rejects. */
  readonly addresseesOf: (event: NotificationEvent) => Promise<readonly Addressee[]>;
  /** An event that nobody hears of. */
  readonly onNobody: (event: NotificationEvent) => void;
  readonly onResult: (channel: Channel, result: OutboxResult, delivery: Delivery, words: string) => void;
  /** So many deliveries were thrown away, the oldest, because too many waited. */
  readonly onShed: (count: number) => void;
  /** The store could not be read or written; it is tried again in a minute. */
  readonly onFailure: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 to 1, without 1. */
  readonly random: () => number;
  readonly randomUUID: () => string;
  /** Calls once, after so many milliseconds; the result calls it off. */
  readonly setTimer: (act: () => void, milliseconds: number) => () => void;
  /** How many may wait. */
  readonly most?: number;
}

const MOST_WAITING = 10_000;
const EVENTS_AT_ONCE = 50;
/** So many sessions at once: a mail server is not to be overrun, and a webhook that hangs is not to hold up the others. */
const AT_ONCE: Readonly<Record<Channel, number>> = { mail: 2, webhook: 8 };
/** Of those to one webhook: one that hangs leaves room for the others. */
const AT_ONE_HOOK = 2;
/** So many that are due are looked at, for those whose target has room. */
const LOOKED_AT = 64;
const AFTER_FAILURE_MS = 60_000;

/** A try under way; `done` never rejects. */
interface UnderWay {
  readonly target: string;
  readonly done: Promise<void>;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #under: Readonly<Record<Channel, Map<string, UnderWay>>> = { mail: new Map(), webhook: new Map() };
  /** What came of tries that the store did not take down yet: they are not to be made again meanwhile. */
  readonly #unwritten = new Map<string, Sent>();
  #waiting = 0;
  #callOff: (() => void) | undefined;
  /** The round that runs now, and whether another was asked for meanwhile. */
  #round: Promise<void> | undefined;
  #isAskedAgain = false;
  #isClosed = false;

  /** Goes on with what a former process left. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const outbox = new Outbox(options);
    outbox.#waiting = await options.store.count();
    outbox.wake();
    return outbox;
  }

  private constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Deliveries that wait or are on their way. */
  get depth(): number {
    return this.#waiting;
  }

  /** There is something new, or its time has come. Does not wait. */
  wake(): void {
    if (this.#isClosed) return;
    this.#isAskedAgain = true;
    this.#round ??= this.#work().finally(() => {
      this.#round = undefined;
      // Asked for while the last round was ending.
      if (this.#isAskedAgain) this.wake();
    });
  }

  /** Waits for the tries under way. What still waits is on disk. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOff?.();
    await this.#round;
    await Promise.all(CHANNELS.flatMap((channel) => [...this.#under[channel].values()].map(({ done }) => done)));
  }

  async #work(): Promise<void> {
    try {
      while (this.#isAskedAgain && !this.#isClosed) {
        this.#isAskedAgain = false;
        await this.#expandAll();
        for (const channel of CHANNELS) await this.#begin(channel);
      }
      if (!this.#isClosed) this.#sleepUntil(await this.#options.store.nextAt(this.#options.now()));
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.onFailure(error);
    this.#sleep(AFTER_FAILURE_MS);
  }

  #sleepUntil(at: number | undefined): void {
    if (at !== undefined) this.#sleep(Math.min(Math.max(at - this.#options.now(), 1), LONGEST_MS));
  }

  #sleep(milliseconds: number): void {
    this.#callOff?.();
    if (!this.#isClosed) this.#callOff = this.#options.setTimer(() => this.wake(), milliseconds);
  }

  async #expandAll(): Promise<void> {
    const { store } = this.#options;
    for (let events = await store.events(EVENTS_AT_ONCE); events.length > 0 && !this.#isClosed; ) {
      for (const event of events) await this.#expand(event);
      events = await store.events(EVENTS_AT_ONCE);
    }
  }

  async #expand(event: NotificationEvent): Promise<void> {
    const { store, addresseesOf, onNobody, onShed, now, randomUUID, most = MOST_WAITING } = this.#options;
    const addressees = await addresseesOf(event);
    const createdAt = now();
    const deliveries = addressees.map((addressee) => ({
      ...addressee,
      id: randomUUID(),
      eventId: event.id,
      attempts: 0,
      nextAt: createdAt,
      createdAt,
    }));
    await store.expand(event.id, deliveries);
    if (deliveries.length === 0) onNobody(event);
    this.#waiting += deliveries.length;
    if (this.#waiting <= most) return;
    // Some more than needed, so that a full outbox is not counted out at each event.
    const gone = await store.shed(Math.floor(most * 0.9));
    this.#waiting -= gone;
    if (gone > 0) onShed(gone);
  }

  /** Takes up as many as may be on their way at once. */
  async #begin(channel: Channel): Promise<void> {
    const { store, now } = this.#options;
    const under = this.#under[channel];
    const free = AT_ONCE[channel] - under.size;
    if (free <= 0) return;
    const due = await store.due(channel, now(), now() + LONGEST_MS, LOOKED_AT);
    if (this.#isClosed) return;
    for (const delivery of due) {
      const { id, target } = delivery;
      if (under.size >= AT_ONCE[channel]) return;
      if (under.has(id) || !this.#hasRoom(channel, target)) continue;
      const done = this.#deliver(delivery).then(
        () => {
          under.delete(id);
          this.wake();
        },
        (error: unknown) => {
          under.delete(id);
          this.#failed(error);
        },
      );
      under.set(id, { target, done });
    }
  }

  #hasRoom(channel: Channel, target: string): boolean {
    if (channel === 'mail') return true;
    return [...this.#under.webhook.values()].filter((way) => way.target === target).length < AT_ONE_HOOK;
  }

  /** Rejects where the store does. */
  async #deliver(delivery: Delivery): Promise<void> {
    const { store, senders, onResult, now, random } = this.#options;
    const { id, channel, createdAt } = delivery;
    const sent = this.#unwritten.get(id) ?? (await senders[channel].send(delivery));
    this.#unwritten.set(id, sent);
    const attempts = delivery.attempts + 1;
    const isOver = sent.result !== 'failed' || isGivenUp(attempts, now() - createdAt);
    if (isOver) await store.remove(id);
    else await store.postpone(id, attempts, now() + waitAfter(attempts, random()));
    this.#unwritten.delete(id);
    if (isOver) this.#waiting = Math.max(0, this.#waiting - 1);
    if (sent.result === 'taken') onResult(channel, 'taken', delivery, '');
    else onResult(channel, sent.result === 'failed' && isOver ? 'given-up' : sent.result, delivery, sent.words);
  }
}
