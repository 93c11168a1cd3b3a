import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type ObservationEntry } from './entry.ts';
import { anObservation, aText, logArbitrary, observationArbitrary, START } from './log-arbitrary.ts';
import { readMessage } from './message.ts';
import { type EntityState, encode, newState } from './state.ts';
import { step, weigh } from './step.ts';
import type { Verdict } from './verdict.ts';
import { standing } from './weighing.ts';

const HOUR = 3_600_000;

/** An attack's message: three strangers of whom one is refused, a new text that the filter calls spam. */
const evil = (n: number, more: Partial<ObservationEntry> = {}): ObservationEntry =>
  anObservation({
    at: START + n * 1_000,
    recipients: [0, 1, 2].map((k) => ({ address: `victim${n}x${k}@example.com`, code: k === 0 ? 550 : 250 })),
    sketch: aText(n),
    spam: true,
    messageId: `<evil${n}@example.com>`,
    ...more,
  });

const kind = (n: number, more: Partial<ObservationEntry> = {}): ObservationEntry =>
  anObservation({ at: START + n * 1_000, spam: false, ...more });

/** Steps evil messages until one of them is more than suspect. */
function provoke(state: EntityState, from = 0, more: Partial<ObservationEntry> = {}): { verdict: Verdict; n: number } {
  for (let n = from; n < from + 50; n++) {
    const verdict = step(state, evil(n, more));
    if (verdict.level === 'compromised') return { verdict, n };
  }
  throw new Error('nothing came of it');
}

const total = (state: EntityState): number => state.sums.reduce((a, b) => a + b, 0);

describe('weigh', () => {
  it('says what step will say, and changes nothing', () => {
    fc.assert(
      fc.property(logArbitrary, observationArbitrary, fc.integer({ min: -1, max: 1 }), (log, entry, epoch) => {
        const state = newState(1);
        for (const each of log) step(state, each);
        const before = encode(state);
        const expected = weigh(state, { ...entry, epoch });
        expect(encode(state)).toEqual(before);
        expect(step(state, { ...entry, epoch })).toEqual(expected);
      }),
    );
  });
});

describe('the sum', () => {
  it('is the sum of its families’ evidence', () => {
    const { verdict } = provoke(newState(1));
    expect(verdict.families.map(({ family }) => family)).toEqual([
      'content',
      'recipients',
      'failures',
      'volume',
      'bulk',
      'identity',
      'links',
      'deception',
    ]);
    expect(verdict.families.reduce((sum, family) => sum + family.sum, 0)).toBeCloseTo(verdict.sum, 10);
  });

  it('is reflected at 0: good behaviour cannot be saved up', () => {
    const state = newState(1);
    for (let n = 0; n < 500; n++) step(state, kind(n));
    expect(total(state)).toBe(0);
    expect([...state.sums]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('halves in its half-life', () => {
    const state = newState(1);
    for (let n = 0; n < 4; n++) step(state, evil(n));
    const { sum } = standing(state, state.at);
    expect(standing(state, state.at + 12 * HOUR).sum).toBeCloseTo(sum / 2, 10);
  });

  it('lets no family carry more than 6 or less than -4, and never goes below 0', () => {
    fc.assert(
      fc.property(logArbitrary, (log) => {
        const state = newState(1);
        for (const entry of log) {
          step(state, entry);
          for (const sum of state.sums) {
            expect(sum).toBeGreaterThanOrEqual(-4);
            expect(sum).toBeLessThanOrEqual(6);
          }
          expect(total(state)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('the gate', () => {
  /** A sum of 12 from two families, then a message that adds a little to each. */
  const twoFamilies = (settings: Partial<typeof DEFAULT_SETTINGS>, spam: boolean | undefined) => {
    const state = newState(1, { ...DEFAULT_SETTINGS, ...settings });
    step(state, kind(0, { spam }));
    state.sums.set([0, 5.9, 5.9, 0, 0, 0]);
    return weigh(state, evil(1, { sketch: undefined, spam, recipients: evil(0).recipients.slice(0, 1) }));
  };

  it('takes three families: two of them are suspect, however much they say', () => {
    expect(twoFamilies({ threshold: 10 }, true).level).toBe('suspect');
  });

  it('takes two where no filter ever said a word', () => {
    expect(twoFamilies({ threshold: 10 }, undefined).level).toBe('compromised');
  });
});

describe('learning', () => {
  it('stops at half the threshold: an attacker cannot teach', () => {
    const state = newState(1);
    const { n } = provoke(state);
    const before = structuredClone([state.newRecipientRate, state.spamRate, state.refusalRate]);
    for (let k = 1; k < 20; k++) step(state, evil(n + k));
    expect([state.newRecipientRate, state.spamRate, state.refusalRate]).toEqual(before);
    expect(weigh(state, evil(n + 1)).families[1]!.words).toMatch(/^new recipients 100 %/);
  });

  it('goes on while the sum is low', () => {
    const state = newState(1);
    step(state, kind(0));
    expect(weigh(state, kind(1)).sum).toBeLessThan(weigh(newState(1), kind(1)).sum);
  });
});

describe('the evidence', () => {
  it('names of each family the two messages with the largest terms, largest first', () => {
    const { verdict, n } = provoke(newState(1));
    for (const { messages } of verdict.families) {
      expect(messages.length).toBeLessThanOrEqual(2);
      if (messages.length === 2) expect(messages[0]!.term).toBeGreaterThanOrEqual(messages[1]!.term);
      for (const { messageId, at } of messages) {
        expect(messageId).toMatch(/^<evil\d+@example.com>$/);
        expect(at).toBeLessThanOrEqual(START + n * 1_000);
      }
    }
    expect(verdict.families[2]!.messages).toHaveLength(2);
  });

  it('is not made while there is nothing to say', () => {
    expect(step(newState(1), kind(0))).toMatchObject({ level: 'clear', families: [], action: 'none', alert: false });
  });

  it('begins anew when the sum was 0', () => {
    const state = newState(1);
    step(state, kind(0));
    provoke(state);
    for (let n = 0; n < 300; n++) step(state, kind(100 + n));
    expect(total(state)).toBe(0);
    expect(state.tops.flat()).toEqual([]);
    expect([...state.seen].every((value) => value === 0)).toBe(true);
  });
});

describe('a restriction', () => {
  const restricted = () => {
    const state = newState(1);
    const { verdict, n } = provoke(state);
    expect(verdict).toMatchObject({ action: 'restrict', alert: true });
    step(state, { kind: 'restricted', at: START + n * 1_000 });
    return { state, n };
  };

  it('sets the sum to 0', () => {
    expect(total(restricted().state)).toBe(0);
  });

  it('while it lasts nothing is judged and attempts are counted', () => {
    const { state, n } = restricted();
    expect(step(state, evil(n + 1))).toMatchObject({ level: 'clear', action: 'none' });
    expect(total(state)).toBe(0);
    step(state, { kind: 'attempt', at: START + HOUR, recipients: 3 });
    step(state, { kind: 'attempt', at: START + 2 * HOUR, recipients: 4 });
    expect(state.attempts).toEqual({ messages: 2, recipients: 7, lastAt: START + 2 * HOUR });
  });

  it('attempts teach nothing', () => {
    const { state } = restricted();
    const before = structuredClone([state.newRecipientRate, state.spamRate, state.messages]);
    for (let n = 0; n < 100; n++) step(state, { kind: 'attempt', at: START + n, recipients: 50 });
    expect([state.newRecipientRate, state.spamRate, state.messages]).toEqual(before);
  });

  it('its end raises the epoch; an observation of a newer one tells that the log missed an unblock', () => {
    const { state, n } = restricted();
    expect(step(state, evil(n + 1, { epoch: 1 })).sum).toBeGreaterThan(0);
    expect(state).toMatchObject({ epoch: 1, restrictedSince: undefined });
  });

  it('"what was sent is normal" also learns the message that tipped the sum, when its restriction came first', () => {
    const state = newState(1);
    const { n } = provoke(state);
    step(state, { kind: 'restricted', at: START + (n + 1) * 1_000 });
    step(state, evil(n + 1));
    step(state, { kind: 'unblocked', at: START + HOUR, epoch: 1, graceHours: 0, learn: true });
    const isKnown = (message: ObservationEntry) =>
      [...readMessage(message, state.key).recipients].map((recipient) => state.recipients.has(recipient));
    expect(isKnown(evil(n + 1))).not.toContain(false);
    expect(isKnown(evil(n + 2))).not.toContain(true);
  });
});

describe('a user who brought nearly all evidence', () => {
  const by = (userId: string, n: number) => evil(n, { userId, messageId: `<${userId}${n}@example.com>` });
  const isolated = () => {
    const state = newState(1);
    step(state, by('anna', 0));
    step(state, kind(1, { userId: 'ben', messageId: '<ben1@example.com>' }));
    let n = 2;
    while (!step(state, by('ben', n)).culprit) if (n++ > 50) throw new Error('nobody is the culprit');
    return { state, n };
  };
  const namesOf = (state: EntityState) => state.tops.map((top) => top.map(({ name }) => name));

  it('takes his counts and messages with him: what is left in the evidence is the others’', () => {
    const { state } = isolated();
    const withoutHim = newState(1);
    step(withoutHim, by('anna', 0));
    expect([...state.seen]).toEqual([...withoutHim.seen]);
    expect(namesOf(state)).toEqual(namesOf(withoutHim));
    expect(namesOf(state).flat()).toContain('<anna0@example.com>');
    expect(total(state)).toBeGreaterThan(0);
  });

  it('is in no count and no message when the sum fills again', () => {
    const { state, n } = isolated();
    let verdict = step(state, by('carl', n + 1));
    for (let k = n + 2; verdict.level !== 'compromised'; k++) verdict = step(state, by(k % 2 ? 'carl' : 'dora', k));
    const [, recipients, failures] = verdict.families;
    const messages = verdict.families.flatMap((family) => family.messages.map(({ messageId }) => messageId));
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.join()).not.toContain('ben');
    const others = state.messages - n;
    expect(recipients!.words).toContain(`(${3 * others} of ${3 * others})`);
    expect(failures!.words).toContain(`(${others} of ${3 * others})`);
  });

  it('takes the late answers to his mail with him, too', () => {
    const state = newState(1);
    step(state, by('anna', 0));
    const before = [...state.seen];
    const names = namesOf(state);
    for (let n = 1; total(state) < 12; n++) step(state, by('ben', n));
    const late = { kind: 'late-answer', at: START + 60_000, epoch: 0, accepted: 0, refused: 2, userId: 'ben' } as const;
    let n = 1;
    while (!step(state, { ...late, messageId: `<ben${n}@example.com>` }).culprit)
      if (n++ > 9) throw new Error('nobody is the culprit');
    expect([...state.seen]).toEqual(before);
    expect(namesOf(state)).toEqual(names);
  });

  it('who brought all of it leaves nothing, and no credit', () => {
    const state = newState(1);
    step(state, by('ben', 0));
    // His volume is usual and his sender known.
    state.sums[3] = state.sums[5] = -1;
    let n = 1;
    while (!step(state, by('ben', n)).culprit) if (n++ > 50) throw new Error('nobody is the culprit');
    expect(total(state)).toBe(0);
    expect([...state.sums].every((sum) => sum === 0)).toBe(true);
    expect([...state.seen].every((value) => value === 0)).toBe(true);
    expect(namesOf(state).flat()).toEqual([]);
  });
});

describe('late answers', () => {
  const late = (n: number, refused: number, accepted = 0) =>
    ({ kind: 'late-answer', at: START + n * 1_000, epoch: 0, accepted, refused, messageId: `<late${n}>` }) as const;

  it('are evidence of failures alone, and can tip the sum', () => {
    const state = newState(1);
    state.at = START;
    state.sums.set([6, 4, 0, 0, 0, 0, 0, 0]);
    step(state, late(0, 1));
    expect([...state.sums]).toEqual([6, 4, 2, 0, 0, 0, 0, 0].map((sum) => expect.closeTo(sum, 3)));
    expect(step(state, late(1, 1))).toMatchObject({ level: 'compromised', action: 'restrict' });
    expect(state.messages).toBe(0);
  });

  it('are learnt while the sum is low: bounces that always come are usual', () => {
    const state = newState(1);
    for (let n = 0; n < 400; n++) step(state, late(n * 7_200, 1, 4));
    expect(total(state)).toBeLessThan(2);
  });

  it('of an older epoch are not judged', () => {
    const state = newState(1);
    step(state, { kind: 'unblocked', at: START, epoch: 2, graceHours: 0, learn: false });
    expect(step(state, late(1, 5)).sum).toBe(0);
  });
});

describe('a clock that was a year ahead and is set right', () => {
  it('leaves nothing in the future: the volume of the hour counts again', () => {
    const state = newState(1, { ...DEFAULT_SETTINGS, mode: 'observe' });
    step(state, kind(0, { at: START + 365 * 24 * HOUR }));
    for (let n = 0; n < 60; n++) step(state, kind(n));
    expect(state.at).toBe(START + 59_000);
    expect(state.traffic.lastHour(START / 60_000)).toBe(60);
  });
});

describe('settings', () => {
  it('hold from their entry on', () => {
    const state = newState(1);
    step(state, { kind: 'settings', at: START, settings: { ...DEFAULT_SETTINGS, mode: 'observe', threshold: 5 } });
    const { verdict } = provoke(state);
    expect(verdict).toMatchObject({ action: 'report', alert: true, threshold: 5 });
    expect(step(state, evil(40))).toMatchObject({ level: 'compromised', action: 'none', alert: false });
  });
});

describe('a new entity', () => {
  const state = () => newState(1, { ...DEFAULT_SETTINGS, armed: false, createdAt: START });

  it('is held at each message beyond the threshold, and an admin hears of it once', () => {
    const entity = state();
    const { verdict, n } = provoke(entity);
    expect(verdict).toMatchObject({ action: 'hold', alert: true });
    step(entity, { kind: 'held', at: START + n * 1_000 });
    expect(weigh(entity, evil(n + 1))).toMatchObject({ action: 'hold', alert: false });
  });

  it('is heard of again when the sum had fallen below half the threshold', () => {
    const entity = state();
    const { n } = provoke(entity);
    step(entity, { kind: 'held', at: START + n * 1_000 });
    step(entity, { ...kind(n), at: START + 24 * HOUR });
    expect(provoke(entity, 100, { at: START + 25 * HOUR }).verdict).toMatchObject({ action: 'hold', alert: true });
  });

  it('is not held when its operator chose observe', () => {
    const entity = newState(1, { ...DEFAULT_SETTINGS, armed: false, createdAt: START, mode: 'observe' });
    expect(provoke(entity).verdict.action).toBe('report');
  });
});
