// For each family a story of guilt that it helps to tell, and an innocent who looks the same. Twenty different ones each.
import { describe, expect, it } from 'vitest';
import type { ObservationEntry } from '../../src/detection/entry.ts';
import { sketchText } from '../../src/detection/sketch.ts';
import { randomOf } from './random.ts';
import {
  type Attack,
  attack,
  branchOffice,
  DAY,
  forwardingList,
  HOUR,
  invoices,
  MINUTE,
  MONDAY,
  monitoring,
  newsletter,
  observation,
  printer,
  shop,
  template,
  to,
  words,
} from './senders.ts';
import { SEEDS, Story, sumsOf } from './story.ts';

/** The office's own sender and address: nothing about the envelope is new. */
const INSIDER = { sender: () => 'person0@branch.example.org', clientAddress: () => '192.0.2.10' };

const AN_ATTACK: Attack = {
  at: MONDAY + 17 * DAY + 10 * HOUR,
  messages: 60,
  gapMs: 20_000,
  caught: 0.6,
  refused: 0.03,
  texts: 8,
  ...INSIDER,
};

/** When the office is empty. */
const EVENING = MONDAY + 17 * DAY + 20 * HOUR;

const LATER = 28;

/** As seen where no content filter runs. */
const unfiltered = (messages: readonly ObservationEntry[]): ObservationEntry[] =>
  messages.map((message) => ({ ...message, spam: undefined }));

describe('content', () => {
  it.each(SEEDS)(
    'guilty: spam that the filter recognizes, one every three minutes, is restricted within 15 messages (%i)',
    (seed) => {
      const random = randomOf(seed);
      const story = new Story();
      story.send(branchOffice(random, 0, 17));
      const leaked = story.send(
        attack(random, { ...AN_ATTACK, at: EVENING, caught: 0.95, gapMs: 3 * MINUTE, texts: 6 }),
      );
      expect(leaked).toBeLessThanOrEqual(15);
      expect(sumsOf(story.restriction).content).toBeGreaterThanOrEqual(5);
    },
  );

  it.each(SEEDS)('innocent: a newsletter of which every other issue is called spam (%i)', (seed) => {
    const random = randomOf(seed);
    const story = new Story();
    story.send(newsletter(random, 0, LATER * 2, { spam: (week) => week % 2 === 1 }));
    expect(story.restriction).toBeUndefined();
  });
});

describe('recipients', () => {
  it.each(SEEDS)(
    'guilty: a printer that begins to write to strangers is restricted within 20 messages (%i)',
    (seed) => {
      const random = randomOf(seed);
      const story = new Story();
      story.send(printer(random, 0, 17));
      const scanner = { sender: () => 'scanner@branch.example.org', clientAddress: () => '192.0.2.30' };
      const leaked = story.send(attack(random, { ...AN_ATTACK, ...scanner, caught: 0.8, gapMs: 8 * MINUTE, texts: 3 }));
      expect(leaked).toBeLessThanOrEqual(20);
      expect(sumsOf(story.restriction).recipients).toBeGreaterThanOrEqual(3);
    },
  );

  it.each(SEEDS)('innocent: a shop that confirms each order to somebody new (%i)', (seed) => {
    const story = new Story();
    story.send(shop(randomOf(seed), 0, LATER));
    expect(story.restriction).toBeUndefined();
  });
});

describe('failures', () => {
  it.each(SEEDS)(
    'guilty: a harvested list is heard within 12 messages although the filter likes the text (%i)',
    (seed) => {
      const random = randomOf(seed);
      const story = new Story();
      story.send(branchOffice(random, 0, 17));
      const leaked = story.send(attack(random, { ...AN_ATTACK, at: EVENING, caught: 0, refused: 0.4, texts: 3 }));
      expect(leaked).toBeLessThanOrEqual(12);
      expect(sumsOf(story.restriction).failures).toBeGreaterThanOrEqual(2);
    },
  );

  it.each(SEEDS)('innocent: monitoring that still writes to a colleague who left, and then storms (%i)', (seed) => {
    const story = new Story();
    story.send(monitoring(randomOf(seed), 0, LATER, [9, 20]));
    expect(story.restriction).toBeUndefined();
  });
});

describe('volume', () => {
  it.each(SEEDS)('guilty: a blast in the night, without any filter, is restricted within 25 messages (%i)', (seed) => {
    const random = randomOf(seed);
    const story = new Story();
    story.send(unfiltered(branchOffice(random, 0, 17)));
    const night = MONDAY + 17 * DAY + 2 * HOUR;
    const leaked = story.send(attack(random, { ...AN_ATTACK, at: night, gapMs: 2_000, caught: undefined, texts: 2 }));
    expect(leaked).toBeLessThanOrEqual(25);
    expect(sumsOf(story.restriction).volume).toBeGreaterThanOrEqual(1);
  });

  it.each(SEEDS)('innocent: all customers get their invoice on the last day of the month (%i)', (seed) => {
    const story = new Story();
    story.send(invoices(randomOf(seed), 0, LATER * 2));
    expect(story.restriction).toBeUndefined();
  });
});

describe('bulk', () => {
  it.each(SEEDS)('guilty: one template that varies from copy to copy is a campaign within 20 messages (%i)', (seed) => {
    const random = randomOf(seed);
    const story = new Story();
    story.send(unfiltered(branchOffice(random, 0, 17)));
    const leaked = story.send(attack(random, { ...AN_ATTACK, at: EVENING, caught: undefined, texts: 1 }));
    expect(leaked).toBeLessThanOrEqual(20);
    expect(sumsOf(story.restriction).bulk).toBeGreaterThanOrEqual(3);
  });

  it.each(SEEDS)(
    'innocent: a form letter that has been around for weeks, to two hundred new customers on one day (%i)',
    (seed) => {
      const random = randomOf(seed);
      const story = new Story();
      const text = template(random);
      const letters = (day: number, count: number) =>
        Array.from({ length: count }, (_, n) =>
          observation({
            at: MONDAY + day * DAY + 10 * HOUR + n * 30_000,
            recipients: to([`${words(random, 1)}${day}x${n}@example.com`]),
            sketch: sketchText(text()),
          }),
        );
      for (let day = 0; day < 14; day++) story.send(letters(day, 3));
      story.send(letters(14, 200));
      expect(story.restriction).toBeUndefined();
    },
  );
});

describe('identity', () => {
  it.each(SEEDS)(
    'guilty: a botnet behind an open connector shows itself by its names within 12 messages (%i)',
    (seed) => {
      const random = randomOf(seed);
      const story = new Story();
      story.send(branchOffice(random, 0, 17));
      const bots = {
        sender: (n: number) => `office${n % 40}@bank${n % 40}.example.net`,
        clientAddress: (n: number) => `203.0.${n % 40}.5`,
      };
      const leaked = story.send(attack(random, { ...AN_ATTACK, ...bots, caught: 0.8, texts: 20, gapMs: 5 * MINUTE }));
      expect(leaked).toBeLessThanOrEqual(12);
      expect(sumsOf(story.restriction).identity).toBeGreaterThanOrEqual(2);
    },
  );

  it.each(SEEDS)('innocent: a list that forwards under the names of those who wrote (%i)', (seed) => {
    const story = new Story();
    story.send(forwardingList(randomOf(seed), 0, LATER));
    expect(story.restriction).toBeUndefined();
  });

  it.each(SEEDS)('innocent: new colleagues with new addresses, and a week of everybody at home (%i)', (seed) => {
    const random = randomOf(seed);
    const story = new Story();
    story.send(branchOffice(random, 0, 14));
    story.send(
      branchOffice(random, 14, 21).map((message) => ({
        ...message,
        clientAddress: `198.51.${random.int(100, 140)}.7`,
        envelopeSender: random.chance(0.2) ? `new${random.int(1, 5)}@branch.example.org` : message.envelopeSender,
      })),
    );
    expect(story.restriction).toBeUndefined();
  });
});
