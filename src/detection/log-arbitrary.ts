// Test support: random logs for the property tests of this room. Few recipients, senders and texts, so that much comes back.
import fc from 'fast-check';
import type { DetectionSettings, Entry, ObservationEntry } from './entry.ts';
import { sketchText } from './sketch.ts';

/** 2026-03-02, a Monday. */
export const START = Date.UTC(2026, 2, 2);

const TEXTS = Array.from({ length: 90 }, (_, i) =>
  Array.from(
    { length: 20 },
    (_, k) => `word${String.fromCharCode(97 + ((i * 7 + k * k) % 26))}${'x'.repeat(i % 9)}${i}`,
  ).join(' '),
).map((text) => sketchText(text.replace(/\d+/g, (n) => 'n'.repeat(Number(n) + 1))));

/** Mostly forward, sometimes back, seldom far away. */
const time = fc
  .oneof(
    { weight: 20, arbitrary: fc.integer({ min: 0, max: 20 * 86_400_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -400 * 86_400_000, max: 400 * 86_400_000 }) },
  )
  .map((offset) => START + offset);

const address = fc.integer({ min: 0, max: 200 }).map((n) => `person${n}@example.com`);

export const observationArbitrary: fc.Arbitrary<ObservationEntry> = fc.record({
  kind: fc.constant('observation' as const),
  at: time,
  epoch: fc.constant(0),
  recipients: fc.array(
    fc.record({ address, code: fc.constantFrom(250, 250, 250, 550, 451, 0), relaying: fc.boolean() }),
    { maxLength: 8 },
  ),
  envelopeSender: fc.constantFrom('', 'a@example.org', 'b@example.org', 'c@elsewhere.example.net'),
  clientAddress: fc.constantFrom('192.0.2.1', '198.51.100.7', '2001:db8::1', 'unknown', 'no address: at all'),
  headerFrom: fc.constant(''),
  messageBytes: fc.nat(),
  sketch: fc.constantFrom(undefined, ...TEXTS),
  spam: fc.constantFrom(undefined, true, false),
  messageId: fc.string({ maxLength: 20 }),
  queueId: fc.constant(''),
  userId: fc.constantFrom(undefined, 'ann', 'ben', 'ben'),
  attempted: fc.boolean(),
});

export const settingsArbitrary: fc.Arbitrary<DetectionSettings> = fc.record({
  mode: fc.constantFrom('enforce', 'observe', 'exempt'),
  bulk: fc.boolean(),
  armed: fc.boolean(),
  createdAt: fc.constant(START),
  threshold: fc.constantFrom(4, 13),
  halfLifeHours: fc.constantFrom(1, 12),
  gate: fc.constantFrom(2, 3),
  window: fc.constantFrom(undefined, { from: START + 3 * 86_400_000, until: START + 6 * 86_400_000 }),
});

const at = time;

export const entryArbitrary: fc.Arbitrary<Entry> = fc.oneof(
  { weight: 30, arbitrary: observationArbitrary },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('attempt' as const), at, recipients: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('held' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('late-answer' as const),
      at,
      epoch: fc.constant(0),
      accepted: fc.nat(5),
      refused: fc.nat(5),
      messageId: fc.string({ maxLength: 20 }),
      userId: fc.constantFrom(undefined, 'ann', 'ben'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restricted' as const), at }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('unblocked' as const),
      at,
      epoch: fc.constant(0),
      graceHours: fc.constantFrom(0 as const, 4 as const),
      learn: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('settings' as const), at, settings: settingsArbitrary }) },
);

export const logArbitrary = fc.array(entryArbitrary, { maxLength: 120, size: 'max' });

/** One ordinary message; what a test does not care about is usual. */
export function anObservation(message: Partial<ObservationEntry> = {}): ObservationEntry {
  return {
    kind: 'observation',
    at: START,
    epoch: 0,
    recipients: [{ address: 'somebody@example.com', code: 250 }],
    envelopeSender: 'a@example.org',
    clientAddress: '192.0.2.1',
    headerFrom: '',
    messageBytes: 1_000,
    spam: undefined,
    messageId: '<1@example.org>',
    queueId: '',
    attempted: false,
    ...message,
  };
}

export const aText = (n: number): number[] => TEXTS[n % TEXTS.length]!;
