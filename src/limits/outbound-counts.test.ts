import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutboundCounts, type SentMessage } from './outbound-counts.ts';

const NOW = Date.UTC(2026, 10, 25, 12);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const sent = (over: Partial<SentMessage> = {}): SentMessage => ({
  seq: 1,
  at: NOW,
  recipients: 1,
  isOutbound: true,
  spam: false,
  ...over,
});

test('counts what was sent in 24 hours, and at most 24 minutes more', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ ago: fc.nat({ max: 2 * DAY }), spam: fc.boolean() })), (messages) => {
      const counts = new OutboundCounts();
      const inOrder = messages.toSorted((a, b) => b.ago - a.ago);
      for (const [seq, { ago, spam }] of inOrder.entries()) counts.note('a', sent({ seq, at: NOW - ago, spam }));
      const { mail, spam = 0 } = counts.of('a', NOW);
      const within = (ms: number) => messages.filter(({ ago }) => ago < ms);
      expect(mail).toBeGreaterThanOrEqual(within(DAY).length);
      expect(mail).toBeLessThanOrEqual(within(DAY + 24 * MINUTE).length);
      expect(spam).toBeGreaterThanOrEqual(within(DAY).filter((one) => one.spam).length);
      expect(spam).toBeLessThanOrEqual(within(DAY + 24 * MINUTE).filter((one) => one.spam).length);
    }),
  );
});

test('does not count mail that stays at home, but knows it as the last', () => {
  const counts = new OutboundCounts();
  const last = sent({ seq: 7, isOutbound: false, recipients: 3 });
  counts.note('a', last);
  counts.note('a', sent({ seq: 6, isOutbound: false }));
  expect(counts.of('a', NOW)).toEqual({ mail: 0, spam: undefined, last });
});

test('knows nothing of spam before a content filter says anything, and nothing of others', () => {
  const counts = new OutboundCounts();
  counts.note('a', sent({ spam: undefined }));
  expect(counts.of('a', NOW)).toMatchObject({ mail: 1, spam: undefined });
  counts.note('a', sent({ spam: false }));
  expect(counts.of('a', NOW)).toMatchObject({ mail: 2, spam: 0 });
  expect(counts.of('b', NOW)).toEqual({ mail: 0, spam: undefined, last: undefined });
});

test('forgets who has sent nothing for longer than a day', () => {
  const counts = new OutboundCounts();
  counts.note('a', sent());
  counts.note('b', sent({ at: NOW + 2 * DAY }));
  expect(counts.of('a', NOW).last).toBeUndefined();
});
