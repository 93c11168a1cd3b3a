// What incident reports tell of, beyond the six families: for each attack a guilty story and an innocent who looks the same, twenty
// different ones each. No filter says a word and every recipient exists, unless the story says so.
import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../src/activity/record.ts';
import { Detector } from '../../src/detection/detector.ts';
import { DEFAULT_SETTINGS, type ObservationEntry } from '../../src/detection/entry.ts';
import { randomOf } from './random.ts';
import {
  answers,
  application,
  DAY,
  EVENING,
  EVIL,
  HOUR,
  MINUTE,
  MONDAY,
  MORNING,
  nameOf,
  office,
  ofPerson,
  ramp,
  run,
  spun,
} from './reported.ts';
import { template } from './senders.ts';
import { NO_RECORD, SEEDS, Story, sumsOf } from './story.ts';

const PERSON = 'person0@branch.example.org';
const ELSEWHERE = '203.0.113.66';
/** Somebody whom person0 writes to. */
const contact = (n: number) => `person${n % 30}@partner0.example.com`;
/** Somebody whom the office writes to. */
const customer = (n: number) => `person${n % 30}@partner${Math.floor(n / 30) % 8}.example.com`;

const APPLICATION: Partial<ObservationEntry> = {
  envelopeSender: 'orders@shop.example.org',
  headerFrom: 'The Shop <orders@shop.example.org>',
  clientAddress: '192.0.2.70',
  userId: undefined,
  linkHosts: ['www.shop.example.org'],
};

/** After three weeks of peace. */
function after(history: ObservationEntry[]): Story {
  const story = new Story();
  story.send(history);
  expect(story.restriction).toBeUndefined();
  return story;
}

function officeStory(seed: number) {
  const random = randomOf(seed);
  return { random, story: after(office(random, 0, 21)) };
}

function applicationStory(seed: number) {
  const random = randomOf(seed);
  return { random, story: after(application(random, 0, 21)) };
}

function personsStory(seed: number) {
  const random = randomOf(seed);
  return { random, story: after(ofPerson(office(random, 0, 21), PERSON)) };
}

function expectPassed(story: Story, messages: readonly ObservationEntry[]): void {
  expect(story.send(messages)).toBe(messages.length);
}

describe('an application’s own template with another link', () => {
  it.each(SEEDS)('guilty: that shows the shop and leads elsewhere, within 8 messages (%i)', (seed) => {
    const { story, random } = applicationStory(seed);
    const text = template(random);
    for (let day = 0; day < 4; day++) {
      story.send(run(random, { at: MORNING + day * DAY, messages: 3, gapMs: HOUR, text, as: APPLICATION }));
    }
    const as = { ...APPLICATION, linkHosts: [EVIL], misleadingLinks: 1 };
    expect(story.send(run(random, { at: MORNING + 5 * DAY, text, as }))).toBeLessThanOrEqual(8);
    expect(sumsOf(story.restriction)).toMatchObject({ links: expect.closeTo(6, 0) });
  });

  it.each(SEEDS)('innocent: the shop tracks its parcels with another service from today on (%i)', (seed) => {
    const from = MONDAY + 21 * DAY;
    const all = application(randomOf(seed), 0, 28);
    const story = after(all.filter(({ at }) => at < from));
    const linkHosts = ['track.parcel.example'];
    const tracked = all.filter(({ at }) => at >= from).map((order) => ({ ...order, linkHosts }));
    expectPassed(story, tracked);
  });
});

describe('a stolen conversation', () => {
  it.each(SEEDS)('guilty: answers to thirty people whom he knows, no two alike, within 24 messages (%i)', (seed) => {
    const { story, random } = personsStory(seed);
    const as = { isReply: true, linkHosts: [EVIL], clientAddress: ELSEWHERE };
    expect(story.send(run(random, { at: MORNING, recipient: contact, text: spun(random), as }))).toBeLessThanOrEqual(
      24,
    );
  });

  it.each(SEEDS)('innocent: the same document sent to ten people who asked for it (%i)', (seed) => {
    const { story, random } = personsStory(seed);
    const as = { isReply: true, linkHosts: ['www.new-product.example'] };
    expectPassed(
      story,
      run(random, { at: MORNING, messages: 10, gapMs: 10 * MINUTE, recipient: contact, text: spun(random), as }),
    );
  });
});

describe('a campaign without a filter that knows it or a recipient who is gone', () => {
  it.each(SEEDS)('guilty: a bought list, within 8 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    expect(story.send(run(random, { at: EVENING, as: { linkHosts: [EVIL] } }))).toBeLessThanOrEqual(8);
  });

  it.each(SEEDS)('guilty: spun so that no two texts are alike, but for the link, within 8 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    expect(story.send(run(random, { at: EVENING, text: spun(random), as: { linkHosts: [EVIL] } }))).toBeLessThanOrEqual(
      8,
    );
  });

  it.each(SEEDS)('guilty: spun, without a link, answers to a free mailbox, within 8 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const as = { replyTo: ['claims@free.example.net'] };
    expect(story.send(run(random, { at: EVENING, text: spun(random), as }))).toBeLessThanOrEqual(8);
  });

  it.each(SEEDS)('guilty: in the middle of the working day, within 10 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const plan = { at: MORNING, gapMs: 30_000, as: { linkHosts: [EVIL] } };
    expect(story.send(run(random, plan))).toBeLessThanOrEqual(10);
  });

  it.each(SEEDS)('innocent: a product is announced to all customers, with a link to its new site (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const as = { linkHosts: ['www.new-product.example'] };
    expectPassed(story, run(random, { at: MORNING, messages: 240, gapMs: 2_000, recipient: customer, as }));
  });

  it.each(SEEDS)('innocent: a mail merge to two hundred strangers with a link home (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const as = { linkHosts: ['www.example.org'] };
    expectPassed(story, run(random, { at: MORNING, messages: 200, gapMs: 5_000, as }));
  });
});

describe('messages that try the door', () => {
  it.each(SEEDS)('guilty: three to a mailbox of his own a day before teach nothing: within 8 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const as = { clientAddress: ELSEWHERE };
    const trial = run(random, { at: EVENING - 30 * HOUR, messages: 3, recipient: () => 'mine@free.example.net', as });
    expectPassed(story, trial);
    const leaked = story.send(run(random, { at: EVENING, as: { ...as, linkHosts: [EVIL] } }));
    expect(leaked).toBeLessThanOrEqual(8);
    expect(sumsOf(story.restriction).identity).toBeGreaterThan(2);
  });

  it.each(SEEDS)('innocent: a week in a hotel (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const travelling = office(random, 21, 28).map((mail) =>
      mail.envelopeSender === PERSON ? { ...mail, clientAddress: '198.51.100.7' } : mail,
    );
    expectPassed(story, travelling);
  });
});

describe('a ramp', () => {
  it.each(SEEDS)(
    'guilty: three strangers on the first day and twice as many on each next, within 12 messages (%i)',
    (seed) => {
      const { story, random } = officeStory(seed);
      expect(story.send(ramp(random, 21, 7, { linkHosts: [EVIL] }))).toBeLessThanOrEqual(12);
    },
  );

  it.each(SEEDS)('innocent: a new colleague finds his feet (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const address = 'new@branch.example.org';
    const as = { envelopeSender: address, headerFrom: nameOf(address), userId: address, clientAddress: '192.0.2.99' };
    expectPassed(
      story,
      ofPerson(office(random, 21, 35), PERSON).map((mail) => ({ ...mail, ...as })),
    );
  });
});

describe('the key of an application that writes to strangers all day', () => {
  it.each(SEEDS)('guilty: used from elsewhere with another text and link, within 8 messages (%i)', (seed) => {
    const { story, random } = applicationStory(seed);
    const as = { ...APPLICATION, clientAddress: ELSEWHERE, linkHosts: [EVIL] };
    expect(story.send(run(random, { at: MORNING, as }))).toBeLessThanOrEqual(8);
  });

  it.each(SEEDS)('innocent: a new text from the same machine, with a link home (%i)', (seed) => {
    const { story, random } = applicationStory(seed);
    expectPassed(story, run(random, { at: MORNING, messages: 200, as: APPLICATION }));
  });
});

describe('a form whose recipient is the victim', () => {
  it.each(SEEDS)(
    'guilty: three hundred confirmations to one stranger are warned of, and nothing is stopped (%i)',
    (seed) => {
      const { story, random } = applicationStory(seed);
      const plan = { at: MORNING, messages: 300, gapMs: 3_000, recipient: () => 'victim@example.com', as: APPLICATION };
      expectPassed(story, run(random, plan));
      expect(story.warnings.length).toBe(1);
      expect(story.warnings[0]!.families[1]!.words).toMatch(/; 20 messages today to one of them$/);
    },
  );

  it.each(SEEDS)('innocent: a storm of alerts to those who always get them is not even warned of (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const recipient = () => contact(1);
    for (let day = 5; day > 0; day--)
      expectPassed(story, run(random, { at: EVENING - day * DAY, messages: 1, recipient }));
    expectPassed(story, run(random, { at: EVENING, messages: 300, gapMs: 3_000, recipient }));
    expect(story.warnings).toEqual([]);
  });
});

describe('a new client', () => {
  it.each(SEEDS)('guilty: next door in the same subnet is another client, within 8 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const leaked = story.send(run(random, { at: EVENING, as: { clientAddress: '192.0.2.11' } }));
    expect(leaked).toBeLessThanOrEqual(8);
    expect(sumsOf(story.restriction).identity).toBeGreaterThan(3);
  });

  it.each(SEEDS)('innocent: the whole office moves to another subnet (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const moved = office(random, 21, 28).map((mail, n) => ({ ...mail, clientAddress: `198.51.100.${n % 40}` }));
    expectPassed(story, moved);
  });
});

describe('null senders', () => {
  it.each(SEEDS)('guilty: a flood of spam without an envelope sender, within 8 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const as = { envelopeSender: '', headerFrom: 'Support <support@other.example.net>', fromProvisioned: false };
    expect(story.send(run(random, { at: EVENING, as }))).toBeLessThanOrEqual(8);
  });

  it.each(SEEDS)('innocent: holiday answers, and a wave of bounces in the night (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    expectPassed(story, answers(random, MORNING, 120, 4 * MINUTE, template(random)));
    expectPassed(story, answers(random, EVENING, 400, 2_000, template(random)));
  });
});

describe('somebody else’s name', () => {
  it.each(SEEDS)('the boss’s over a foreign address to five people: warned of, not stopped (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const as = {
      envelopeSender: 'person3@branch.example.org',
      headerFrom: 'person number1 <boss@free.example.net>',
      fromProvisioned: false,
    };
    const recipient = (n: number) => `person${n}@branch.example.org`;
    expectPassed(story, run(random, { at: MORNING, messages: 5, recipient, as }));
    expect(story.warnings.map(({ action }) => action)).toEqual(['warn']);
  });

  it.each(SEEDS)('guilty: foreign envelope, foreign From, answers to a third, within 6 messages (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const as = {
      envelopeSender: 'x@mailer.example.net',
      headerFrom: 'Your Bank <info@bank.example>',
      senderProvisioned: false,
      fromProvisioned: false,
      replyTo: ['a@free.example.net'],
    };
    expect(story.send(run(random, { at: EVENING, as }))).toBeLessThanOrEqual(6);
    expect(sumsOf(story.restriction).deception).toBeGreaterThan(2);
  });

  it.each(SEEDS)('innocent: the company gets another name, domain and site on one day (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    const renamed = office(random, 21, 35).map((mail) => {
      const envelopeSender = mail.envelopeSender.replace('branch.example.org', 'newname.example');
      const foreign = { senderProvisioned: false, fromProvisioned: false };
      return {
        ...mail,
        ...foreign,
        envelopeSender,
        headerFrom: nameOf(envelopeSender),
        linkHosts: ['www.newname.example'],
      };
    });
    expectPassed(story, renamed);
  });

  it.each(SEEDS)('innocent: a web form that puts each visitor into Reply-To (%i)', (seed) => {
    const random = randomOf(seed);
    const form = (message: ObservationEntry, n: number) => ({
      ...message,
      replyTo: [`visitor${n}@free${n}.example.net`],
    });
    expectPassed(new Story(), application(random, 0, 28).map(form));
  });
});

describe('a backlog', () => {
  it.each(SEEDS)('innocent: a week of the office’s mail within minutes after an outage (%i)', (seed) => {
    const { story, random } = officeStory(seed);
    expectPassed(
      story,
      office(random, 21, 28).map((mail, n) => ({ ...mail, at: MORNING + n * 1_000 })),
    );
  });
});

describe('several connectors', () => {
  const IDS = ['north', 'east', 'south', 'west'];

  /** Plays messages to four connectors of one organization in turn; how many were taken. */
  function alternating(
    seed: number,
    attack: readonly ObservationEntry[],
    organizationOf: (id: string) => string,
  ): number {
    const detector = new Detector({ key: 1 });
    let seq = 0;
    const restricted = new Set<string>();
    const record = (message: ObservationEntry, connectorId: string): MessageRecord => ({
      ...NO_RECORD,
      ...message,
      kind: 'message',
      seq: ++seq,
      userId: undefined,
      organizationId: organizationOf(connectorId),
      connectorId,
      recipients: message.recipients.map((recipient) => ({ ...recipient, relaying: true })),
    });
    const control = (entityId: string, entry: object) =>
      detector.apply({
        kind: 'control',
        seq: ++seq,
        at: MONDAY,
        organizationId: organizationOf(entityId),
        entityId,
        entry,
      });
    const send = (message: ObservationEntry, id: string): boolean => {
      if (restricted.has(id)) return false;
      const now = record(message, id);
      const ticket = detector.judge(now);
      const isRefused = ticket.judgement.by !== undefined;
      const outcome = isRefused ? 'tipped' : 'accepted';
      detector.settle(ticket, { ...now, ...ticket.elsewhere, outcome, tippedBy: ticket.judgement.by });
      if (isRefused) {
        restricted.add(id);
        control(id, { kind: 'restricted', at: message.at });
      }
      return !isRefused;
    };
    for (const [n, id] of IDS.entries()) {
      control(id, { kind: 'settings', at: MONDAY, settings: DEFAULT_SETTINGS });
      for (const message of office(randomOf(seed * 10 + n), 0, 21)) expect(send(message, id)).toBe(true);
    }
    return attack.filter((message, n) => send(message, IDS[n % IDS.length]!)).length;
  }

  it.each(SEEDS.slice(0, 6))(
    'guilty: one run over four, each of which sees a quarter: together sooner than apart (%i)',
    (seed) => {
      const attack = run(randomOf(seed), { at: EVENING, messages: 200, as: { linkHosts: [EVIL] } });
      const together = alternating(seed, attack, () => 'organization');
      const apart = alternating(seed, attack, (id) => id);
      expect(together).toBeLessThan(apart);
      expect(together).toBeLessThanOrEqual(22);
    },
  );

  it.each(SEEDS.slice(0, 6))('innocent: an announcement that goes out over four relays in turn (%i)', (seed) => {
    const plan = { at: MORNING, messages: 240, gapMs: 2_000, recipient: (n: number) => customer(Math.floor(n / 4)) };
    expect(alternating(seed, run(randomOf(seed), plan), () => 'organization')).toBe(240);
  });
});
