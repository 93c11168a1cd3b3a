// What a message is to one entity, before anything is learnt from it: new to it or not, how much, how often.
import type { TemplateUse } from './clusters.ts';
import type { Message } from './message.ts';
import type { EntityState } from './state.ts';

/** What an entity can learn from a message: what the incident's log keeps, too. */
export interface Lesson {
  readonly minute: number;
  readonly spam: boolean | undefined;
  /** Recipients, those new to the entity, those whose answer is known, those answered 5xx. */
  readonly recipients: number;
  readonly newRecipients: number;
  readonly answered: number;
  readonly refused: number;
  /** Sender, its domain or the client's network is new to the entity. */
  readonly newIdentity: boolean;
  readonly sender: number;
  readonly domain: number;
  readonly network: number;
  readonly recipientHashes: Uint32Array;
}

export interface Facts extends Lesson {
  /** The moment that counts for this entity: never before that of its last message, unless the clock was set back. */
  readonly now: number;
  readonly message: Message;
  /** Undefined where the message has no text. */
  readonly template: TemplateUse | undefined;
  /** Recipients of the last 60 minutes, these included, and what is usual in an hour at this time of day. */
  readonly lastHour: number;
  readonly usualHour: number;
  /** In an exception window: recipients, volume and bulk are silent, nothing is learnt. */
  readonly windowed: boolean;
}

/** The clock of a mail server may be corrected by seconds or minutes: so much less than before counts as no time at all. */
const CLOCK_SLACK = 3_600_000;

/**
 * Time never runs backwards by little: then no time has passed. By more than an hour it means that the clock had been ahead
 * and was set right, and the new time holds; else an entity would stand still until the wrong time has come.
 */
export function momentOf(state: EntityState, at: number): { readonly now: number; readonly turnedBack: boolean } {
  if (at >= state.at) return { now: at, turnedBack: false };
  return state.at - at <= CLOCK_SLACK ? { now: state.at, turnedBack: false } : { now: at, turnedBack: true };
}

export function minuteOf(now: number): number {
  return Math.max(0, Math.floor(now / 60_000));
}

/** Reads the state, changes nothing. */
export function factsOf(state: EntityState, message: Message): Facts {
  const { now } = momentOf(state, message.at);
  const minute = minuteOf(now);
  const recipientHashes = message.recipients;
  let newRecipients = 0;
  for (const hash of recipientHashes) if (!state.recipients.has(hash)) newRecipients++;
  const { identities, settings } = state;
  return {
    now,
    minute,
    message,
    spam: message.spam,
    recipients: recipientHashes.length,
    newRecipients,
    answered: message.answered,
    refused: message.refused,
    newIdentity: !(identities.has(message.sender) && identities.has(message.domain) && identities.has(message.network)),
    sender: message.sender,
    domain: message.domain,
    network: message.network,
    recipientHashes,
    template: message.sketch && state.clusters.look(message.sketch, newRecipients, minute),
    lastHour: state.traffic.lastHour(minute) + recipientHashes.length,
    usualHour: state.traffic.usual(minute),
    windowed: settings.window !== undefined && now >= settings.window.from && now < settings.window.until,
  };
}
