// Made-up senders as an operator meets them, and what a hijacker makes of them. Each gives its messages over some days, in the order of
// time, as the detector reads them.
import type { ObservationEntry } from '../../src/detection/entry.ts';
import { sketchText } from '../../src/detection/sketch.ts';
import type { Random } from './random.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A Monday, 00:00 UTC. */
export const MONDAY = Date.UTC(2026, 2, 2);

const SYLLABLES = 'ba co du fe gi ha jo ka le mi no pa ra se ti vu wa xe yo zu bren stol mark fin'.split(' ');

/** A word that nobody has ever heard. */
const word = (random: Random): string =>
  Array.from({ length: random.int(2, 4) }, () => random.pick(SYLLABLES)).join('');

export const words = (random: Random, count: number): string =>
  Array.from({ length: count }, () => word(random)).join(' ');

/** Prose of which no two pieces are alike. */
const letter = (random: Random): string => words(random, random.int(25, 60));

/** A text that is the same in each copy but for a name, some numbers and a tag. */
export function template(random: Random): () => string {
  const beginning = words(random, 12);
  const end = words(random, 18);
  return () => `Dear ${word(random)}, ${beginning} ${random.int(1, 99_999)} ${end} ref ${random.int(1, 99_999)}`;
}

export const stranger = (random: Random): string =>
  `${word(random)}${random.int(1, 9_999)}@${word(random)}.example.com`;

const people = (count: number, domain: string): string[] =>
  Array.from({ length: count }, (_, i) => `person${i}@${domain}`);

let counter = 0;

/** One message; everything that a story does not care about is usual. */
export function observation(message: Partial<ObservationEntry> & { readonly at: number }): ObservationEntry {
  return {
    kind: 'observation',
    epoch: 0,
    recipients: [{ address: 'somebody@example.com', code: 250 }],
    envelopeSender: 'person0@example.org',
    clientAddress: '192.0.2.10',
    headerFrom: '',
    messageBytes: 4_000,
    spam: false,
    messageId: `<${++counter}@example.org>`,
    queueId: '',
    attempted: false,
    ...message,
  };
}

export function to(addresses: readonly string[], refused = 0): ObservationEntry['recipients'] {
  return addresses.map((address, i) => ({ address, code: i < refused ? 550 : 250 }));
}

const inOrder = (messages: ObservationEntry[]): ObservationEntry[] => messages.sort((a, b) => a.at - b.at);

/** A moment of a working day, most of them between 8 and 18. */
function workingMoment(random: Random, day: number): number {
  const hour = random.chance(0.95) ? random.int(8, 17) : random.int(0, 23);
  return MONDAY + day * DAY + hour * HOUR + random.int(0, HOUR - 1);
}

const isWorkday = (day: number): boolean => day % 7 < 5;

/** Eight people and their correspondents: a tenth of the recipients is new, the filter errs now and then, an address is mistyped. */
export function branchOffice(random: Random, from: number, until: number): ObservationEntry[] {
  const staff = people(8, 'branch.example.org').map((sender, i) => ({
    sender,
    contacts: people(30, `partner${i}.example.com`),
  }));
  const messages: ObservationEntry[] = [];
  for (let day = from; day < until; day++) {
    if (!isWorkday(day)) continue;
    for (const { sender, contacts } of staff) {
      for (let n = random.int(2, 8); n > 0; n--) {
        const addresses = Array.from({ length: random.int(1, 3) }, () =>
          random.chance(0.1) ? stranger(random) : random.pick(contacts),
        );
        messages.push(
          observation({
            at: workingMoment(random, day),
            envelopeSender: sender,
            recipients: to(addresses, random.chance(0.01) ? 1 : 0),
            sketch: sketchText(letter(random)),
            spam: random.chance(0.01),
          }),
        );
      }
    }
  }
  return inOrder(messages);
}

/** Scans to a dozen colleagues, always with the same words. */
export function printer(random: Random, from: number, until: number): ObservationEntry[] {
  const colleagues = people(12, 'branch.example.org');
  const text = template(random);
  const messages: ObservationEntry[] = [];
  for (let day = from; day < until; day++) {
    if (!isWorkday(day)) continue;
    for (let n = random.int(2, 6); n > 0; n--) {
      messages.push(
        observation({
          at: workingMoment(random, day),
          envelopeSender: 'scanner@branch.example.org',
          clientAddress: '192.0.2.30',
          recipients: to([random.pick(colleagues)]),
          sketch: sketchText(text()),
        }),
      );
    }
  }
  return inOrder(messages);
}

/** A new issue each Tuesday to 250 subscribers, some of them new, in the order of their names. */
export function newsletter(
  random: Random,
  from: number,
  until: number,
  issue: { readonly spam: (week: number) => boolean },
): ObservationEntry[] {
  const subscribers = people(250, 'readers.example.com');
  const messages: ObservationEntry[] = [];
  for (let day = from; day < until; day++) {
    if (day % 7 !== 1) continue;
    const sketch = sketchText(letter(random));
    for (let n = random.int(2, 12); n > 0; n--)
      subscribers.splice(random.int(0, subscribers.length), 0, stranger(random));
    let at = MONDAY + day * DAY + 9 * HOUR;
    for (const subscriber of subscribers) {
      at += random.int(200, 3_000);
      messages.push(
        observation({
          at,
          envelopeSender: 'news@letters.example.org',
          clientAddress: '192.0.2.40',
          recipients: to([subscriber], random.chance(0.005) ? 1 : 0),
          sketch,
          spam: issue.spam(Math.floor(day / 7)),
        }),
      );
    }
  }
  return messages;
}

/** An alert every half hour or so, in `storms` one every ten seconds; one of the three on duty has left. */
export function monitoring(
  random: Random,
  from: number,
  until: number,
  storms: readonly number[] = [],
): ObservationEntry[] {
  const onDuty = people(3, 'operations.example.org');
  const texts = Array.from({ length: 6 }, () => template(random));
  const alert = (at: number): ObservationEntry =>
    observation({
      at,
      envelopeSender: 'monitor@operations.example.org',
      clientAddress: '192.0.2.50',
      recipients: to(onDuty, 1),
      sketch: sketchText(random.pick(texts)()),
    });
  const messages: ObservationEntry[] = [];
  for (let at = MONDAY + from * DAY; at < MONDAY + until * DAY; at += random.int(10, 50) * MINUTE)
    messages.push(alert(at));
  for (const day of storms) {
    for (let n = 0; n < 400; n++) messages.push(alert(MONDAY + day * DAY + 2 * HOUR + n * 10_000));
  }
  return inOrder(messages);
}

/** Some invoices a day, and all customers at once on the last day of each four weeks. */
export function invoices(random: Random, from: number, until: number): ObservationEntry[] {
  const customers = people(400, 'customers.example.com');
  const text = template(random);
  const invoice = (at: number, customer: string): ObservationEntry =>
    observation({
      at,
      envelopeSender: 'billing@erp.example.org',
      clientAddress: '192.0.2.60',
      recipients: to([customer], random.chance(0.01) ? 1 : 0),
      sketch: sketchText(text()),
    });
  const messages: ObservationEntry[] = [];
  for (let day = from; day < until; day++) {
    if (day % 28 === 27) {
      customers.forEach((customer, n) => {
        messages.push(invoice(MONDAY + day * DAY + 6 * HOUR + n * 4_000, customer));
      });
    } else if (isWorkday(day)) {
      for (let n = random.int(5, 15); n > 0; n--)
        messages.push(invoice(workingMoment(random, day), random.pick(customers)));
    }
  }
  return inOrder(messages);
}

/** Each order is confirmed to somebody who never ordered before. */
export function shop(random: Random, from: number, until: number): ObservationEntry[] {
  const texts = Array.from({ length: 4 }, () => template(random));
  const messages: ObservationEntry[] = [];
  for (let day = from; day < until; day++) {
    for (let n = random.int(20, 60); n > 0; n--) {
      messages.push(
        observation({
          at: workingMoment(random, day),
          envelopeSender: 'orders@shop.example.org',
          clientAddress: '192.0.2.70',
          recipients: to([stranger(random)], random.chance(0.02) ? 1 : 0),
          sketch: sketchText(random.pick(texts)()),
        }),
      );
    }
  }
  return inOrder(messages);
}

/** A list that forwards what its members write, under their own names, to the same forty people. */
export function forwardingList(random: Random, from: number, until: number): ObservationEntry[] {
  const members = people(40, 'list.example.net');
  const messages: ObservationEntry[] = [];
  for (let day = from; day < until; day++) {
    for (let n = random.int(5, 15); n > 0; n--) {
      messages.push(
        observation({
          at: workingMoment(random, day),
          envelopeSender: stranger(random),
          clientAddress: '192.0.2.80',
          recipients: to(Array.from({ length: 10 }, () => random.pick(members))),
          sketch: sketchText(letter(random)),
          spam: random.chance(0.05),
        }),
      );
    }
  }
  return inOrder(messages);
}

export interface Attack {
  readonly at: number;
  readonly messages: number;
  readonly gapMs: number;
  /** Which part of it the filter recognizes; undefined: there is no filter. */
  readonly caught: number | undefined;
  /** Which part of the recipients does not exist. */
  readonly refused: number;
  /** How many different templates. */
  readonly texts: number;
  readonly sender: (n: number) => string;
  readonly clientAddress: (n: number) => string;
}

/** Spam to strangers out of a bought list, one to three at a time. */
export function attack(random: Random, plan: Attack): ObservationEntry[] {
  const texts = Array.from({ length: plan.texts }, () => template(random));
  const caught = texts.map(() => plan.caught !== undefined && random.chance(plan.caught));
  return Array.from({ length: plan.messages }, (_, n) => {
    const which = random.int(0, plan.texts - 1);
    const addresses = Array.from({ length: random.int(1, 3) }, () => stranger(random));
    return observation({
      at: plan.at + n * plan.gapMs,
      envelopeSender: plan.sender(n),
      clientAddress: plan.clientAddress(n),
      recipients: addresses.map((address) => ({ address, code: random.chance(plan.refused) ? 550 : 250 })),
      sketch: sketchText(texts[which]!()),
      spam: plan.caught === undefined ? undefined : caught[which]!,
    });
  });
}
