// Senders with what their headers and links say, and the attacks on them that incident reports tell of.
import type { ObservationEntry } from '../../src/detection/entry.ts';
import { sketchText } from '../../src/detection/sketch.ts';
import type { Random } from './random.ts';
import {
  branchOffice,
  DAY,
  HOUR,
  MINUTE,
  MONDAY,
  observation,
  shop,
  stranger,
  template,
  to,
  words,
} from './senders.ts';

/** The sites that people of the office link to all the time. */
const USUAL_SITES = Array.from({ length: 20 }, (_, n) => `www.usual${n}.example`);
export const EVIL = 'login.evil.example.net';

export const unfiltered = (messages: readonly ObservationEntry[]): ObservationEntry[] =>
  messages.map((message) => ({ ...message, spam: undefined }));

/** From as the person's program writes it. */
export const nameOf = (address: string): string =>
  `${address.split('@')[0]!.replace(/(\d+)$/, ' number$1')} <${address}>`;

/** The branch office; every fifth mail has a link, every tenth of these to a site that nobody there linked to before. No filter. */
export function office(random: Random, from: number, until: number): ObservationEntry[] {
  return unfiltered(branchOffice(random, from, until)).map((message) => ({
    ...message,
    headerFrom: nameOf(message.envelopeSender),
    userId: message.envelopeSender,
    isReply: random.chance(0.5),
    linkHosts: random.chance(0.2) ? [siteFor(random)] : undefined,
    senderProvisioned: true,
    fromProvisioned: true,
  }));
}

const siteFor = (random: Random): string =>
  random.chance(0.1) ? `www.${words(random, 1)}.example` : random.pick(USUAL_SITES);

/** The office's mails of one person. */
export const ofPerson = (messages: readonly ObservationEntry[], person: string): ObservationEntry[] =>
  messages.filter(({ envelopeSender }) => envelopeSender === person);

/** An application that confirms orders to strangers, with a link home. No filter. */
export function application(random: Random, from: number, until: number): ObservationEntry[] {
  return unfiltered(shop(random, from, until)).map((message) => ({
    ...message,
    headerFrom: 'The Shop <orders@shop.example.org>',
    linkHosts: ['www.shop.example.org'],
    senderProvisioned: true,
    fromProvisioned: true,
  }));
}

export interface Run {
  readonly at: number;
  readonly messages?: number;
  readonly gapMs?: number;
  /** The text of the n-th message; without, one template. */
  readonly text?: (n: number) => string;
  readonly recipient?: (n: number) => string;
  /** What differs from a message of person0 to strangers. */
  readonly as?: Partial<ObservationEntry>;
}

/** By default person0's name, machine and one template to strangers who exist, without a filter. */
export function run(
  random: Random,
  { at, messages = 60, gapMs = 20_000, text, recipient, as }: Run,
): ObservationEntry[] {
  const one = template(random);
  return Array.from({ length: messages }, (_, n) =>
    observation({
      envelopeSender: 'person0@branch.example.org',
      headerFrom: nameOf('person0@branch.example.org'),
      userId: 'person0@branch.example.org',
      senderProvisioned: true,
      fromProvisioned: true,
      spam: undefined,
      ...as,
      at: at + n * gapMs,
      recipients: to([recipient?.(n) ?? stranger(random)]),
      sketch: sketchText(text?.(n) ?? one()),
    }),
  );
}

/** No two texts alike. */
export const spun = (random: Random) => (): string => words(random, random.int(30, 60));

export const MORNING = MONDAY + 21 * DAY + 10 * HOUR;
export const EVENING = MONDAY + 21 * DAY + 20 * HOUR;

/** Twice as many each day, over the working day. */
export function ramp(random: Random, from: number, days: number, as: Partial<ObservationEntry>): ObservationEntry[] {
  const text = template(random);
  return Array.from({ length: days }, (_, day) => {
    const messages = 3 * 2 ** day;
    const at = MONDAY + (from + day) * DAY + 8 * HOUR;
    return run(random, { at, messages, gapMs: (10 * HOUR) / messages, text, as });
  }).flat();
}

/** Answers of a mail server to those who wrote: each of them once, as they come. */
export function answers(
  random: Random,
  at: number,
  count: number,
  gapMs: number,
  text: () => string,
): ObservationEntry[] {
  const as = {
    envelopeSender: '',
    headerFrom: 'MAILER-DAEMON@branch.example.org',
    userId: undefined,
    isAutomatic: true,
  };
  return run(random, { at, messages: count, gapMs, text, as });
}

export { DAY, HOUR, MINUTE, MONDAY };
