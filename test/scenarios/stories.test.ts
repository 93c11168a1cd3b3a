// What an operator chooses, and what time does: modes, windows, grace, unblocking, new connectors, clocks, retries.
import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '../../src/activity/record.ts';
import { Detector } from '../../src/detection/detector.ts';
import { DEFAULT_SETTINGS, type ObservationEntry } from '../../src/detection/entry.ts';
import { readMessage } from '../../src/detection/message.ts';
import { sketchText } from '../../src/detection/sketch.ts';
import { encode } from '../../src/detection/state.ts';
import { weigh } from '../../src/detection/step.ts';
import { randomOf } from './random.ts';
import {
  type Attack,
  attack,
  branchOffice,
  DAY,
  HOUR,
  MINUTE,
  MONDAY,
  observation,
  stranger,
  template,
  to,
  words,
} from './senders.ts';
import { NO_RECORD, SEEDS, Story, sumsOf } from './story.ts';

const NIGHT: Attack = {
  at: MONDAY + 17 * DAY + 2 * HOUR,
  messages: 60,
  gapMs: 20_000,
  caught: 0.9,
  refused: 0.1,
  texts: 8,
  sender: () => 'person0@branch.example.org',
  clientAddress: () => '192.0.2.10',
};

const unblocked = (at: number, choices: { graceHours?: 0 | 1 | 4 | 24; learn?: boolean } = {}) =>
  ({ kind: 'unblocked', at, epoch: 1, graceHours: 0, learn: false, ...choices }) as const;

/** An office that is restricted for a night attack. */
function restrictedOffice(seed: number): { story: Story; until: number } {
  const random = randomOf(seed);
  const story = new Story();
  story.send(branchOffice(random, 0, 17));
  story.send(attack(random, NIGHT));
  expect(story.restriction).toBeDefined();
  return { story, until: NIGHT.at + NIGHT.messages * NIGHT.gapMs };
}

/** A mail merge: one harmless text to four hundred strangers, some of whom have moved away. */
function mailMerge(seed: number, at: number, moved = 0.1): ObservationEntry[] {
  const random = randomOf(1_000 + seed);
  const text = template(random);
  return Array.from({ length: 400 }, (_, n) =>
    observation({
      at: at + n * 15_000,
      recipients: to([stranger(random)], random.chance(moved) ? 1 : 0),
      sketch: sketchText(text()),
      spam: false,
    }),
  );
}

describe('an exception window', () => {
  const at = MONDAY + 17 * DAY + 20 * HOUR;
  const window = { from: at - HOUR, until: at + DAY };

  it.each(SEEDS)('lets a mail merge pass that is restricted without one (%i)', (seed) => {
    const office = branchOffice(randomOf(seed), 0, 17);
    const without = new Story();
    without.send(office);
    expect(without.send(mailMerge(seed, at))).toBeLessThan(400);
    const within = new Story({ window });
    within.send(office);
    expect(within.send(mailMerge(seed, at))).toBe(400);
  });

  it('does not let an attack pass of which filter, refusals and new names speak', () => {
    const random = randomOf(1);
    const story = new Story({ window });
    story.send(branchOffice(random, 0, 17));
    const bots = { sender: (n: number) => `x@bank${n}.example.net`, clientAddress: (n: number) => `203.0.${n}.5` };
    const leaked = story.send(attack(random, { ...NIGHT, ...bots, at, refused: 0.5, texts: 30 }));
    expect(leaked).toBeLessThanOrEqual(20);
    expect(sumsOf(story.restriction)).toMatchObject({ volume: expect.closeTo(0, 1), bulk: expect.closeTo(0, 1) });
  });

  it('teaches nothing: what was usual before is usual after', () => {
    const office = branchOffice(randomOf(2), 0, 17);
    const story = new Story({ window });
    story.send(office);
    const before = rates(story);
    story.send(mailMerge(2, at));
    expect(rates(story)).toEqual(before);
    const { state } = story;
    for (const message of mailMerge(2, at)) {
      for (const hash of readMessage(message, state.key).recipients) expect(state.recipients.has(hash)).toBe(false);
    }
    expect(state.traffic.lastHour(at / MINUTE + 90)).toBe(0);
  });

  function rates({ state }: Story) {
    const { spamRate, newRecipientRate, refusalRate, newIdentityRate } = state;
    return structuredClone({ spamRate, newRecipientRate, refusalRate, newIdentityRate });
  }
});

describe('unblocking', () => {
  it.each(SEEDS)('begins again at 0, and an attack that goes on is restricted again (%i)', (seed) => {
    const { story, until } = restrictedOffice(seed);
    story.control(unblocked(until + HOUR));
    expect(story.state.sums.every((sum) => sum === 0)).toBe(true);
    const leaked = story.send(attack(randomOf(seed + 100), { ...NIGHT, at: until + HOUR + MINUTE }));
    expect(leaked).toBeLessThanOrEqual(20);
  });

  it('judges nothing that began before it: mail of the older epoch is no evidence', () => {
    const { story, until } = restrictedOffice(3);
    story.control(unblocked(until));
    const before = encode(story.state);
    for (const message of attack(randomOf(4), { ...NIGHT, at: until })) {
      expect(weigh(story.state, { ...message, epoch: 0 })).toMatchObject({ level: 'clear', action: 'none' });
    }
    expect(encode(story.state)).toEqual(before);
  });

  it('with four hours of grace reports the attack once and restricts after them', () => {
    const { story, until } = restrictedOffice(5);
    story.control(unblocked(until, { graceHours: 4 }));
    story.heard.length = 0;
    const again: Attack = { ...NIGHT, at: until + MINUTE, messages: 60 };
    expect(story.send(attack(randomOf(6), again))).toBe(60);
    expect(story.heard.map(({ action }) => action)).toEqual(['report']);
    expect(story.send(attack(randomOf(7), { ...again, at: until + 4 * HOUR }))).toBeLessThan(20);
    expect(story.restriction?.action).toBe('restrict');
  });

  it('with "what was sent is normal" learns the incident: the same text to the same people is quiet afterwards', () => {
    const merge = mailMerge(8, MONDAY + 17 * DAY + 20 * HOUR);
    const outcome = (learn: boolean) => {
      const story = new Story();
      story.send(branchOffice(randomOf(8), 0, 17));
      const accepted = story.send(merge);
      expect(accepted).toBeLessThan(400);
      story.control(unblocked(merge.at(-1)!.at + HOUR, { learn }));
      const last = merge[accepted - 1]!;
      return weigh(story.state, { ...last, at: last.at + 8 * HOUR, epoch: 1 }).sum;
    };
    expect(outcome(true)).toBeLessThan(0.5);
    expect(outcome(false)).toBeGreaterThan(1);
  });

  it('tells how many attempts there were and when the attack ended', () => {
    const { story, until } = restrictedOffice(9);
    expect(story.state.attempts.messages).toBeGreaterThan(20);
    expect(story.state.attempts.lastAt).toBe(until - NIGHT.gapMs);
  });
});

describe('modes', () => {
  it.each(['observe', 'exempt'] as const)('%s: the attack passes, and is reported once', (mode) => {
    const random = randomOf(10);
    const story = new Story({ mode });
    story.send(branchOffice(random, 0, 17));
    expect(story.send(attack(random, NIGHT))).toBe(60);
    expect(story.heard.map(({ action, level }) => [action, level])).toEqual([['report', 'compromised']]);
  });

  it('observe: another attack two days later is another report', () => {
    const random = randomOf(11);
    const story = new Story({ mode: 'observe' });
    story.send(branchOffice(random, 0, 17));
    story.send(attack(random, NIGHT));
    story.send(branchOffice(random, 18, 19));
    story.send(attack(random, { ...NIGHT, at: NIGHT.at + 2 * DAY }));
    expect(story.heard).toHaveLength(2);
  });
});

describe('a bulk application', () => {
  it.each(SEEDS)('with the bulk profile may send its first mailing to strangers (%i)', (seed) => {
    const story = new Story({ bulk: true });
    expect(story.send(mailMerge(seed, MONDAY, 0.02).slice(0, 80))).toBe(80);
  });
});

describe('a new connector', () => {
  const settings = { armed: false, createdAt: MONDAY };
  const verdictsOf = (story: Story, messages: readonly ObservationEntry[]) =>
    messages.map((message) => {
      const verdict = weigh(story.state, message);
      if (verdict.action !== 'hold') story.send([message]);
      return verdict;
    });

  it.each(SEEDS)('that is hijacked from the beginning is held, never restricted (%i)', (seed) => {
    const story = new Story(settings);
    const random = randomOf(seed);
    const verdicts = verdictsOf(story, attack(random, { ...NIGHT, at: MONDAY + HOUR }));
    expect(story.restriction).toBeUndefined();
    expect(verdicts.filter(({ action }) => action === 'hold').length).toBeGreaterThan(10);
  });

  it('is held from the 501st relayed recipient of a day on, whatever it sends, and free again the next day', () => {
    const story = new Story(settings);
    const mail = (n: number, at: number) =>
      observation({ at, recipients: to(Array.from({ length: 10 }, (_, k) => `r${n}x${k}@example.com`)) });
    const first = Array.from({ length: 60 }, (_, n) => mail(n, MONDAY + HOUR + n * MINUTE));
    const held = verdictsOf(story, first).filter(({ action }) => action === 'hold');
    expect(held).toHaveLength(10);
    expect(held[0]).toMatchObject({ level: 'clear', alert: true });
    expect(verdictsOf(story, [mail(99, MONDAY + DAY + HOUR)])[0]!.action).toBe('none');
  });

  it('counts only relayed recipients: mail to the accepted domains is nobody’s business', () => {
    const story = new Story(settings);
    const home = Array.from({ length: 100 }, (_, n) =>
      observation({
        at: MONDAY + n * MINUTE,
        recipients: to(Array.from({ length: 10 }, (_, k) => `p${k}@example.org`)).map((r) => ({
          ...r,
          relaying: false,
        })),
      }),
    );
    expect(verdictsOf(story, home).every(({ action }) => action === 'none')).toBe(true);
  });

  it('is restricted like any other after 7 days and 200 messages', () => {
    const story = new Story(settings);
    const random = randomOf(12);
    story.send(branchOffice(random, 0, 17));
    expect(story.state.messages).toBeGreaterThan(200);
    story.send(attack(random, NIGHT));
    expect(story.restriction?.action).toBe('restrict');
  });

  it('with few messages is observed for 30 days and not longer', () => {
    const random = randomOf(13);
    const heldAt = (day: number) => {
      const story = new Story(settings);
      story.send(branchOffice(random, 0, 3).slice(0, 50));
      return verdictsOf(story, attack(random, { ...NIGHT, at: MONDAY + day * DAY })).map(({ action }) => action);
    };
    expect(heldAt(29)).toContain('hold');
    expect(heldAt(31)).toContain('restrict');
  });

  it('armed by its operator is restricted from the first message', () => {
    const story = new Story({ ...settings, armed: true });
    story.send(attack(randomOf(14), { ...NIGHT, at: MONDAY }));
    expect(story.restriction?.action).toBe('restrict');
  });
});

describe('a clock that jumps', () => {
  const YEAR = 365 * DAY;

  it.each(SEEDS)('a year ahead for one message and back does not hide an attack, and restricts nobody (%i)', (seed) => {
    const random = randomOf(seed);
    const story = new Story();
    const office = branchOffice(random, 0, 17);
    const half = Math.floor(office.length / 2);
    story.send(office.slice(0, half));
    story.send([{ ...office[half]!, at: office[half]!.at + YEAR }]);
    story.send(office.slice(half));
    expect(story.restriction).toBeUndefined();
    expect(story.send(attack(random, NIGHT))).toBeLessThanOrEqual(20);
  });

  it('back by minutes is no time at all: sums do not decay, nothing is counted twice', () => {
    const random = randomOf(15);
    const story = new Story({ mode: 'observe' });
    story.send(attack(random, NIGHT).slice(0, 10));
    const { at } = story.state;
    const sums = [...story.state.sums];
    const late = observation({
      at: at - 10 * MINUTE,
      recipients: [],
      clientAddress: NIGHT.clientAddress(0),
      envelopeSender: NIGHT.sender(0),
    });
    story.send([late]);
    expect(story.state.at).toBe(at);
    expect(story.state.sums[1]).toBe(sums[1]);
  });

  it('back by a year: the time of the sums begins to run again at once', () => {
    const random = randomOf(16);
    const story = new Story({ mode: 'observe' });
    story.send(attack(random, { ...NIGHT, at: NIGHT.at + YEAR }));
    const high = story.state.sums.reduce((a, b) => a + b);
    story.send([observation({ at: NIGHT.at }), observation({ at: NIGHT.at + 2 * DAY })]);
    expect(story.state.sums.reduce((a, b) => a + b)).toBeLessThan(high / 8);
  });
});

describe('retries', () => {
  const settings = DEFAULT_SETTINGS;

  function world() {
    const detector = new Detector({ key: 1 });
    let seq = 0;
    const record = (message: ObservationEntry, rest: Partial<MessageRecord> = {}): MessageRecord => ({
      ...NO_RECORD,
      ...message,
      recipients: message.recipients.map((recipient) => ({ ...recipient, relaying: true })),
      kind: 'message',
      seq: ++seq,
      ...rest,
    });
    detector.apply({
      kind: 'control',
      seq: ++seq,
      at: MONDAY,
      organizationId: '',
      entityId: 'c',
      entry: { kind: 'settings', at: MONDAY, settings },
    });
    return { detector, record, state: () => detector.snapshots()[0]!.state };
  }

  it('a next hop that defers for six hours: the message counts once, when it is taken at last', () => {
    const [message] = attack(randomOf(17), NIGHT);
    const deferred = world();
    for (let attempt = 0; attempt < 24; attempt++) {
      const at = message!.at + attempt * 15 * MINUTE;
      const now = deferred.record({ ...message!, at });
      expect(deferred.detector.isRepeat(now)).toBe(false);
      const ticket = deferred.detector.judge(now);
      const outcome = attempt === 23 ? 'accepted' : 'deferred';
      deferred.detector.settle(ticket, { ...now, outcome });
    }
    const once = world();
    const at = message!.at + 23 * 15 * MINUTE;
    const now = once.record({ ...message!, at });
    once.detector.settle(once.detector.judge(now), now);
    expect(deferred.state()).toEqual(once.state());
  });

  it('what was taken is a repeat when it comes again, within five days', () => {
    const { detector, record } = world();
    const first = record(attack(randomOf(18), NIGHT)[0]!);
    detector.settle(detector.judge(first), first);
    expect(detector.isRepeat({ ...first, at: first.at + DAY })).toBe(true);
    expect(detector.isRepeat({ ...first, at: first.at + 6 * DAY })).toBe(false);
  });

  it('an alert every ten minutes with the same words to the same people is no repeat', () => {
    const { detector, record } = world();
    const sketch = sketchText(words(randomOf(19), 20));
    for (let n = 0; n < 10; n++) {
      const alert = record(observation({ at: MONDAY + n * 10 * MINUTE, sketch }));
      expect(detector.isRepeat(alert)).toBe(false);
      detector.settle(detector.judge(alert), alert);
    }
  });
});

describe('a full table of texts', () => {
  it('still counts a template that begins now: the campaign is heard', () => {
    const random = randomOf(20);
    const story = new Story();
    const office = branchOffice(random, 0, 17).map((message) => ({ ...message, spam: undefined }));
    story.send(office);
    expect(story.state.clusters.size).toBe(64);
    const campaign = { ...NIGHT, caught: undefined, refused: 0, texts: 1 };
    story.send(attack(random, campaign));
    expect(sumsOf(story.restriction).bulk).toBeGreaterThanOrEqual(3);
  });
});
