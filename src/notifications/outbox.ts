// The outbox: each notification event becomes one delivery for each recipient and webhook, and each of these is tried until the
// other side takes it. Everything that waits is on disk, so that a crash loses nothing; at worst something is said twice, with
// the same id. It stands off the way of the mail: nothing here is ever waited for by an answer.
import type { NotificationEvent } from '../alerts/notification-event.ts';
import { isGivenUp, LONGEST_MS, waitAfter } from './backoff.ts';
import { fairLevel } from './fair-level.ts';
import { CHANNELS, type Channel, type Delivery, type OutboxStore } from './outbox-store.ts';
import { Pace, type PaceLimits } from './pace.ts';

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
  /** So many deliveries were thrown away, because too many waited. Called once for all that is expanded at a time. */
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
  /** Of one organization. */
  readonly mostOfOne?: number;
  /** Of each channel. */
  readonly pace?: PaceLimits;
}

const MOST_WAITING = 10_000;
/** A tenth of all: whoever makes a flood loses of his own. It is ten alerts to a hundred people each, and at five a second three minutes. */
export const MOST_OF_ONE = 1_000;
const EVENTS_AT_ONCE = 50;
/** So many sessions at once: a mail server is not to be overrun, and a webhook that hangs is not to hold up the others. */
const AT_ONCE: Readonly<Record<Channel, number>> = { mail: 2, webhook: 8 };
/** Of those to one webhook: one that hangs leaves room for the others. */
const AT_ONE_HOOK = 2;
/** Of those to webhooks of one organization: all of its own may hang. */
const AT_ONE_ORGANIZATION = 4;
/** So many of an organization that are due are looked at, for those whose target has room. */
const LOOKED_AT = 64;
/** Organizations whose last turn is remembered. */
const MOST_TURNS = 10_000;
const PACE: PaceLimits = { perSecond: 5, burst: 20 };
const AFTER_FAILURE_MS = 60_000;

/** A try under way; `done` never rejects. */
interface UnderWay {
  readonly organizationId: string;
  readonly target: string;
  readonly done: Promise<void>;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #under: Readonly<Record<Channel, Map<string, UnderWay>>> = { mail: new Map(), webhook: new Map() };
  /** What came of tries that the store did not take down yet: they are not to be made again meanwhile. */
  readonly #unwritten = new Map<string, Sent>();
  readonly #pace: Readonly<Record<Channel, Pace>>;
  /** By organization, those that wait or are on their way. */
  #waiting = new Map<string, number>();
  /** By channel and organization: the number of its last turn. Who waited longest for one is next. */
  readonly #lastTurn = new Map<string, number>();
  #turns = 0;
  /** Tries that ended since the store was asked what is due: its answer may be older. */
  readonly #ended = new Set<string>();
  #shed = 0;
  #callOff: (() => void) | undefined;
  /** The round that runs now, and whether another was asked for meanwhile. */
  #round: Promise<void> | undefined;
  #isAskedAgain = false;
  #isClosed = false;

  /** Goes on with what a former process left. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const outbox = new Outbox(options);
    outbox.#waiting = new Map(await options.store.waiting());
    outbox.wake();
    return outbox;
  }

  private constructor(options: OutboxOptions) {
    this.#options = options;
    const { pace = PACE } = options;
    this.#pace = { mail: new Pace(pace), webhook: new Pace(pace) };
  }

  /** Deliveries that wait or are on their way. */
  get depth(): number {
    return [...this.#waiting.values()].reduce((sum, count) => sum + count, 0);
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
      let waits: readonly number[] = [];
      while (this.#isAskedAgain && !this.#isClosed) {
        this.#isAskedAgain = false;
        // What is there already does not wait for all that is new.
        if (await this.#expandSome()) this.#isAskedAgain = true;
        waits = [await this.#begin('mail'), await this.#begin('webhook')].filter((wait) => wait > 0);
      }
      if (this.#isClosed) return;
      const { store, now } = this.#options;
      const at = now();
      this.#sleepUntil(Math.min((await store.nextAt(at)) ?? Infinity, ...waits.map((wait) => at + wait)));
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.onFailure(error);
    this.#sleep(AFTER_FAILURE_MS);
  }

  #sleepUntil(at: number): void {
    if (at !== Infinity) this.#sleep(Math.min(Math.max(at - this.#options.now(), 1), LONGEST_MS));
  }

  #sleep(milliseconds: number): void {
    this.#callOff?.();
    if (!this.#isClosed) this.#callOff = this.#options.setTimer(() => this.wake(), milliseconds);
  }

  /** Whether there are more. */
  async #expandSome(): Promise<boolean> {
    const { store, onShed } = this.#options;
    const events = await store.events(EVENTS_AT_ONCE);
    try {
      for (const event of events) await this.#expand(event);
    } finally {
      if (this.#shed > 0) onShed(this.#shed);
      this.#shed = 0;
    }
    return events.length === EVENTS_AT_ONCE;
  }

  async #expand(event: NotificationEvent): Promise<void> {
    const {
      store,
      addresseesOf,
      onNobody,
      now,
      randomUUID,
      most = MOST_WAITING,
      mostOfOne = MOST_OF_ONE,
    } = this.#options;
    const { organizationId = '' } = event;
    const addressees = await addresseesOf(event);
    const createdAt = now();
    const deliveries = addressees.map((addressee) => ({
      ...addressee,
      id: randomUUID(),
      eventId: event.id,
      organizationId,
      attempts: 0,
      nextAt: createdAt,
      createdAt,
    }));
    await store.expand(event.id, deliveries);
    if (deliveries.length === 0) onNobody(event);
    this.#count(organizationId, deliveries.length);
    if ((this.#waiting.get(organizationId) ?? 0) > mostOfOne) await this.#shedOf(organizationId, mostOfOne);
    if (this.depth > most) await this.#shedOfAll(most);
  }

  #count(organizationId: string, more: number): void {
    const count = (this.#waiting.get(organizationId) ?? 0) + more;
    if (count > 0) this.#waiting.set(organizationId, count);
    else this.#waiting.delete(organizationId);
  }

  async #shedOf(organizationId: string, most: number): Promise<void> {
    const gone = await this.#options.store.shed(organizationId, most);
    this.#count(organizationId, -gone);
    this.#shed += gone;
  }

  /** From whoever has the most. Some more than needed, so that a full outbox is not counted out at each event. */
  async #shedOfAll(most: number): Promise<void> {
    const level = fairLevel([...this.#waiting.values()], Math.floor(most * 0.9));
    for (const [organizationId, count] of [...this.#waiting]) {
      if (count > level) await this.#shedOf(organizationId, level);
    }
  }

  /** Takes up as many as may be on their way at once. The milliseconds until more may begin; 0 where no time is waited for. */
  async #begin(channel: Channel): Promise<number> {
    const { store, now } = this.#options;
    if (this.#isFull(channel)) return 0;
    this.#ended.clear();
    let waiting = await store.dueOrganizations(channel, now(), now() + LONGEST_MS);
    const before = (id: string): number => this.#lastTurn.get(`${channel} ${id}`) ?? 0;
    while (waiting.length > 0) {
      const withMore: string[] = [];
      for (const id of [...waiting].sort((a, b) => before(a) - before(b))) {
        if (this.#isFull(channel) || this.#isClosed) return 0;
        const delivery = await this.#nextOf(channel, id);
        if (this.#isClosed) return 0;
        if (delivery === undefined) continue;
        const wait = this.#pace[channel].take(now());
        if (wait > 0) return wait;
        this.#take(delivery);
        withMore.push(id);
      }
      waiting = withMore;
    }
    return 0;
  }

  #isFull(channel: Channel): boolean {
    return this.#under[channel].size >= AT_ONCE[channel];
  }

  async #nextOf(channel: Channel, organizationId: string): Promise<Delivery | undefined> {
    const { store, now } = this.#options;
    const due = await store.due(channel, organizationId, now(), now() + LONGEST_MS, LOOKED_AT);
    return due.find((one) => !this.#under[channel].has(one.id) && !this.#ended.has(one.id) && this.#hasRoom(one));
  }

  #take(delivery: Delivery): void {
    const { id, channel, organizationId, target } = delivery;
    const under = this.#under[channel];
    this.#noteTurn(`${channel} ${organizationId}`);
    const end = (): void => {
      under.delete(id);
      this.#ended.add(id);
    };
    const done = this.#deliver(delivery).then(
      () => {
        end();
        this.wake();
      },
      (error: unknown) => {
        end();
        this.#failed(error);
      },
    );
    under.set(id, { organizationId, target, done });
  }

  #noteTurn(key: string): void {
    this.#lastTurn.delete(key);
    this.#lastTurn.set(key, ++this.#turns);
    if (this.#lastTurn.size > MOST_TURNS) this.#lastTurn.delete(this.#lastTurn.keys().next().value!);
  }

  #hasRoom({ channel, organizationId, target }: Delivery): boolean {
    if (channel === 'mail') return true;
    const own = [...this.#under.webhook.values()].filter((way) => way.organizationId === organizationId);
    return own.length < AT_ONE_ORGANIZATION && own.filter((way) => way.target === target).length < AT_ONE_HOOK;
  }

  /** Rejects where the store does. */
  async #deliver(delivery: Delivery): Promise<void> {
    const { store, senders, onResult, now, random } = this.#options;
    const { id, channel, createdAt } = delivery;
    const sent = this.#unwritten.get(id) ?? (await senders[channel].send(delivery));
    this.#unwritten.set(id, sent);
    const attempts = delivery.attempts + 1;
    const isOver = sent.result !== 'failed' || isGivenUp(attempts, now() - createdAt);
    const isGone = isOver && (await store.remove(id));
    if (!isOver) await store.postpone(id, attempts, now() + waitAfter(attempts, random()));
    this.#unwritten.delete(id);
    if (isGone) this.#count(delivery.organizationId, -1);
    if (sent.result === 'taken') onResult(channel, 'taken', delivery, '');
    else onResult(channel, sent.result === 'failed' && isOver ? 'given-up' : sent.result, delivery, sent.words);
  }
}
