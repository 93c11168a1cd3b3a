// Holds what every connector and user has sent against its limits. In memory, no I/O; rebuilt from the journal at a start.
import type { Entity } from '../attribution/entity.ts';
import {
  LIMIT_ACTIONS,
  type Limit,
  type LimitPolicy,
  MEASURES,
  type Measure,
  type SendingLimits,
} from '../attribution/sending-limits.ts';
import { type AskedRecipient, dayOf, EntityCounts, type TakenRecipients } from './entity-counts.ts';

/** A limit that a recipient exceeds. */
export interface Exceeded {
  readonly entity: Entity;
  readonly measure: Measure;
  readonly limit: Limit;
  /** With the recipient in it. */
  readonly count: number;
}

/** How much of a limit is used up. */
export interface LimitUse extends Limit {
  readonly measure: Measure;
  /** Reserved ones included; 0 for recipients of one message. */
  readonly count: number;
}

const NOTHING: readonly Exceeded[] = [];
/** Messages, and recipients of each, whose refusals are remembered. */
const MOST_REFUSED = 1_000;

export class SendLimiter {
  readonly #policyOf: (organizationId: string) => LimitPolicy;
  readonly #counts = new Map<string, EntityCounts>();
  /** By message: recipients that a limit refused for good. */
  readonly #refused = new Map<string, Set<string>>();
  /** The day of the last alert. */
  readonly #told = new Map<string, number>();
  #sweptDay = 0;

  constructor(policyOf: (organizationId: string) => LimitPolicy) {
    this.#policyOf = policyOf;
  }

  /** Those of the organization, but for what the connector or the login has of its own. */
  limitsOf(entity: Entity): SendingLimits {
    const policy = this.#policyOf(entity.organizationId);
    if (entity.kind === 'connector') return merged(policy.connectors, entity.sendingLimits);
    return merged(policy.users, Object.hasOwn(policy.logins, entity.name) ? policy.logins[entity.name] : undefined);
  }

  /**
   * Reserves the recipient for all of these entities, unless a limit with another action than `alert` is in the way of one of them: then for
   * none. The limits that it exceeds.
   */
  reserve(entities: readonly Entity[], asked: AskedRecipient): readonly Exceeded[] {
    this.#sweep(asked.at);
    let exceeded = NOTHING;
    for (const entity of entities) {
      const limits = this.limitsOf(entity);
      const counts = this.#of(entity.id);
      counts.expire(asked.at, limits);
      for (const measure of MEASURES) {
        const limit = limits[measure];
        if (limit === undefined) continue;
        const count = counts.with(measure, asked);
        if (count > limit.most) exceeded = [...exceeded, { entity, measure, limit, count }];
      }
    }
    if (exceeded.some(({ limit }) => limit.action !== 'alert')) return exceeded;
    for (const entity of entities) this.#of(entity.id).reserve(asked, this.limitsOf(entity));
    return exceeded;
  }

  /** The message came to an end: it counts for what was taken of it. */
  settle(entities: readonly Entity[], key: string, at: number, taken: TakenRecipients): void {
    this.#refused.delete(key);
    for (const entity of entities) this.#of(entity.id).settle(key, at, taken, this.limitsOf(entity));
  }

  /** An unblock: the same recipients must not restrict it again. */
  reset(entityId: string): void {
    this.#counts.delete(entityId);
  }

  /** A recipient was refused for good because of a limit: nobody may take it for one that does not exist. */
  noteRefusal(key: string, address: string): void {
    let addresses = this.#refused.get(key);
    if (addresses === undefined) {
      addresses = new Set();
      this.#refused.set(key, addresses);
      for (const oldest of this.#refused.keys()) {
        if (this.#refused.size <= MOST_REFUSED) break;
        this.#refused.delete(oldest);
      }
    }
    if (addresses.size < MOST_REFUSED) addresses.add(address);
  }

  wasRefused(key: string, address: string): boolean {
    return this.#refused.get(key)?.has(address) === true;
  }

  /** True the first time in a day (UTC) that it is asked about: an alert is raised once. */
  isNews(entityId: string, what: string, now: number): boolean {
    const key = `${entityId} ${what}`;
    if (this.#told.get(key) === dayOf(now)) return false;
    this.#told.set(key, dayOf(now));
    return true;
  }

  count(entity: Entity, measure: Measure, now: number): number {
    return this.#counts.get(entity.id)?.of(measure, now) ?? 0;
  }

  /** Recipients since midnight (UTC), those of messages under way included. */
  today(entity: Entity, now: number): TakenRecipients {
    return this.#counts.get(entity.id)?.today(now) ?? { external: 0, internal: 0 };
  }

  /** Every limit of the entity, and how much of it is used. */
  use(entity: Entity, now: number): LimitUse[] {
    const limits = this.limitsOf(entity);
    return MEASURES.flatMap((measure) => {
      const limit = limits[measure];
      return limit === undefined ? [] : [{ measure, ...limit, count: this.count(entity, measure, now) }];
    });
  }

  #of(entityId: string): EntityCounts {
    let counts = this.#counts.get(entityId);
    if (counts === undefined) {
      counts = new EntityCounts();
      this.#counts.set(entityId, counts);
    }
    return counts;
  }

  /** Once a day: who has not sent since yesterday begins at nothing anyhow. */
  #sweep(now: number): void {
    if (dayOf(now) === this.#sweptDay) return;
    this.#sweptDay = dayOf(now);
    for (const [key, day] of this.#told) if (day !== this.#sweptDay) this.#told.delete(key);
    for (const [entityId, counts] of this.#counts) if (counts.isOver(now)) this.#counts.delete(entityId);
  }
}

function merged(base: SendingLimits, own: SendingLimits | undefined): SendingLimits {
  if (own === undefined) return base;
  for (const _ in own) return { ...base, ...own };
  return base;
}

/** Of several limits in the way the one with the gravest action; undefined where they only alert. */
export function gravest(exceeded: readonly Exceeded[]): Exceeded | undefined {
  const grave = ({ limit }: Exceeded) => LIMIT_ACTIONS.indexOf(limit.action);
  return exceeded.filter(({ limit }) => limit.action !== 'alert').sort((a, b) => grave(b) - grave(a))[0];
}

const WORDS: Readonly<Record<Measure, string>> = {
  externalRecipientsPerHour: 'external recipients in an hour',
  internalRecipientsPerHour: 'internal recipients in an hour',
  recipientsPerDay: 'recipients in a day',
  messagesPerMinute: 'messages in a minute',
  recipientsPerMessage: 'recipients of one message',
};

/** "10 001 recipients in a day, limit 10 000" */
export function wordsOf({ measure, limit, count }: Pick<Exceeded, 'measure' | 'limit' | 'count'>): string {
  return `${grouped(count)} ${WORDS[measure]}, limit ${grouped(limit.most)}`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ' ');
}
