// What a message is to one entity, before anything is learnt from it: new to it or not, how much, how often.
import type { Strange } from './campaigns.ts';
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
  /** Sender, its domain or the client is new to the entity. This and the next two: undefined while everything is new to it. */
  readonly newIdentity: boolean | undefined;
  readonly hasLinks: boolean;
  /** A link leads to a site that is new to the entity, for the first time today; or again: then it is not one person's find. */
  readonly newSite: boolean | undefined;
  readonly newSiteAgain: boolean | undefined;
  /** A contradiction in it is new to the entity. */
  readonly newContradiction: boolean | undefined;
  /** What it named or came from, for `Acquaintances`. */
  readonly things: Uint32Array;
  readonly recipientHashes: Uint32Array;
}

/** Messages of one new text, or of one new link or Reply-To whatever their texts. */
export interface Campaign {
  /** This one included. */
  readonly messages: number;
  /** New recipients of each. */
  readonly newPerMessage: number;
}

export interface Facts extends Lesson {
  /** The moment that counts for this entity: never before that of its last message, unless the clock was set back. */
  readonly now: number;
  readonly message: Message;
  /** Undefined where the message has no text. */
  readonly template: TemplateUse | undefined;
  /** The text is an old acquaintance; and nothing in it leads anywhere new. */
  readonly isOldText: boolean;
  readonly isKnownText: boolean;
  /** The largest that the message belongs to; undefined where it has neither text nor new link or Reply-To, and of a known text. */
  readonly campaign: Campaign | undefined;
  /** Something of the kind is not known yet, whether or not it still counts. */
  readonly strangeIdentity: boolean;
  readonly strangeSite: boolean;
  readonly strangeContradiction: boolean;
  /**
   * Part of a mailing in which somebody unknown appears: that it is delivered, and at the usual pace, takes back what
   * was said against its sender for refusals and pace, and earns him nothing more.
   */
  readonly earnsNoCredit: boolean;
  /** Recipients of the last 60 minutes, these included, and what is usual in an hour at this time of day. */
  readonly lastHour: number;
  readonly usualHour: number;
  /** Recipients since midnight (UTC), these included, and of a usual day; undefined before the third. */
  readonly today: number;
  readonly usualDay: number | undefined;
  /** The most messages of one day (UTC), this one included, to a recipient who is new to the entity on that day or was on the two before. */
  readonly mostToNewcomer: number;
  /** In an exception window: recipients, volume and bulk are silent, nothing is learnt. */
  readonly windowed: boolean;
  /** A mailing that says nothing about its sender: in an exception window, or answers that a program gives to those who wrote. */
  readonly isExpected: boolean;
}

/** The clock of a mail server may be corrected by seconds or minutes: so much less than before counts as no time at all. */
const CLOCK_SLACK = 3_600_000;

/** A new thing is one observation, however often it is repeated: so many messages a day count for it. */
const COUNTED_MESSAGES = 4;

/** As many messages in a day to somebody who never got one before: a form, perhaps, that is used to bury his mailbox. */
export const BOMBING_FROM = 20;

/** So many messages of one new text or lead are a mailing; to strangers where more than half a recipient of each is new. */
export const MAILING_FROM = 3;
export const MAILING_NEW = 0.5;

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
  const { clusters, settings, traffic } = state;
  const usualDay = traffic.usualDay(minute);
  const isSettled = usualDay !== undefined;
  const template = message.sketch && clusters.look(message.sketch, newRecipients, minute);
  const sight = (things: readonly number[]): Sight => sightOf(state, things, newRecipients, minute);
  const identity = sight([message.sender, message.domain, message.client]);
  const site = sight(foreignSites(message));
  const contradiction = sight(contradictionsOf(state, message));
  const leads = larger(site.campaign, sight(Array.from(message.answerTo)).campaign);
  const isOldText = template !== undefined && isOld(state, template);
  const isKnownText = isOldText && leads === undefined;
  const campaign = isKnownText ? undefined : larger(isOldText ? undefined : template, leads);
  const windowed = settings.window !== undefined && now >= settings.window.from && now < settings.window.until;
  return {
    now,
    minute,
    message,
    spam: message.spam,
    recipients: recipientHashes.length,
    newRecipients,
    answered: message.answered,
    refused: message.refused,
    newIdentity: isSettled ? identity.counts : undefined,
    hasLinks: message.sites.length > 0,
    newSite: isSettled ? site.isFirst : undefined,
    newSiteAgain: isSettled ? site.isAgain : undefined,
    newContradiction: isSettled ? contradiction.counts : undefined,
    things: thingsOf(message),
    recipientHashes,
    template,
    isOldText,
    isKnownText,
    campaign,
    strangeIdentity: identity.isStrange,
    strangeSite: site.isStrange,
    strangeContradiction: contradiction.isStrange,
    earnsNoCredit:
      isSettled &&
      (identity.isStrange || site.isStrange || contradiction.isStrange) &&
      isMailing(campaign, leads, message.isReply),
    lastHour: traffic.lastHour(minute) + recipientHashes.length,
    usualHour: traffic.usual(minute),
    today: traffic.today(minute) + recipientHashes.length,
    usualDay,
    mostToNewcomer: isSettled ? mostToNewcomer(state, message, minute) : 0,
    windowed,
    isExpected: windowed || message.isAutomaticAnswer,
  };
}

/** What in this message is new to its entity and goes to strangers: for comparison with other entities. Undefined where nothing is. */
export function strangeIn(state: EntityState, message: Message): Strange | undefined {
  const minute = minuteOf(momentOf(state, message.at).now);
  let newRecipients = 0;
  for (const hash of message.recipients) if (!state.recipients.has(hash)) newRecipients++;
  if (2 * newRecipients <= message.recipients.length || message.isAutomaticAnswer) return undefined;
  const template = message.sketch && state.clusters.look(message.sketch, newRecipients, minute);
  const sketch = template !== undefined && !isOld(state, template) ? message.sketch : undefined;
  const leads = [...foreignSites(message), ...message.answerTo];
  const strange = leads.filter((lead) => !state.acquaintances.isKnown(lead));
  return sketch === undefined && strange.length === 0 ? undefined : { sketch, leads: strange };
}

/** A text that goes to strangers, where that is not this entity's way, may be a campaign that begins slowly: it takes longer to be trusted. */
function isOld({ settings, newRecipientRate: { yes, no } }: EntityState, template: TemplateUse): boolean {
  const strangersAreUsual = settings.bulk || yes > no;
  return template.longKnown || (template.known && (strangersAreUsual || template.newPerMessage <= MAILING_NEW));
}

function mostToNewcomer({ newcomers }: EntityState, { recipients }: Message, minute: number): number {
  let most = 0;
  for (const hash of recipients) {
    const { known, messagesToday } = newcomers.look(hash, 0, minute);
    if (!known) most = Math.max(most, messagesToday);
  }
  return most;
}

const NONE: readonly number[] = [];

/** A link home is no news of its own: where home is new, identity and deception say so. */
function foreignSites({ sites, ownSite }: Message): readonly number[] {
  return sites.length === 0 ? NONE : Array.from(sites).filter((site) => site !== ownSite);
}

/** With a name that is known for another address, or a known address under a name that it never had. */
function contradictionsOf({ acquaintances }: EntityState, message: Message): readonly number[] {
  const { contradictions, displayName, namedAddress, isFromSender, sender } = message;
  if (namedAddress === 0 || acquaintances.isKnown(namedAddress)) return Array.from(contradictions);
  const isBorrowed = displayName !== 0 && acquaintances.isKnown(displayName);
  const isRenamed = isFromSender && acquaintances.isKnown(sender);
  return isBorrowed || isRenamed ? [...contradictions, namedAddress] : Array.from(contradictions);
}

/** What is not known yet among some things of a message. */
interface Sight {
  readonly isStrange: boolean;
  /** One of them still counts: for the first time today, or again. */
  readonly counts: boolean;
  readonly isFirst: boolean;
  readonly isAgain: boolean;
  /** The largest of today that has one of these strangers in common. */
  readonly campaign: Campaign | undefined;
}

const NOTHING_STRANGE: Sight = { isStrange: false, counts: false, isFirst: false, isAgain: false, campaign: undefined };

function sightOf(
  { acquaintances }: EntityState,
  things: readonly number[],
  newRecipients: number,
  minute: number,
): Sight {
  const strangers = things.filter((thing) => !acquaintances.isKnown(thing));
  if (strangers.length === 0) return NOTHING_STRANGE;
  const seen = strangers.map((thing) => acquaintances.look(thing, newRecipients, minute));
  const isFirst = seen.some(({ messagesToday }) => messagesToday === 1);
  const isAgain = seen.some(({ messagesToday }) => messagesToday > 1 && messagesToday <= COUNTED_MESSAGES);
  const campaigns = seen.map(({ messagesToday: messages, newPerMessage }) => ({ messages, newPerMessage }));
  return { isStrange: true, counts: isFirst || isAgain, isFirst, isAgain, campaign: campaigns.reduce(largest) };
}

const largest = (a: Campaign, b: Campaign): Campaign => (b.messages > a.messages ? b : a);

/** To strangers; or into conversations, with the same new link or Reply-To. */
function isMailing(campaign: Campaign | undefined, leads: Campaign | undefined, isReply: boolean): boolean {
  if (campaign === undefined || campaign.messages < MAILING_FROM) return false;
  return campaign.newPerMessage > MAILING_NEW || (isReply && leads !== undefined && leads.messages >= MAILING_FROM);
}

function larger(a: Campaign | undefined, b: Campaign | undefined): Campaign | undefined {
  return a === undefined || b === undefined ? (a ?? b) : largest(a, b);
}

function thingsOf(message: Message): Uint32Array {
  const { sender, domain, client, sites, contradictions, displayName, namedAddress } = message;
  const things = [sender, domain, client, ...sites, ...contradictions];
  if (displayName !== 0) things.push(displayName);
  if (namedAddress !== 0) things.push(namedAddress);
  return Uint32Array.from(things);
}
