import { describe, expect, test } from 'vitest';
import { MailPerMinute, MINUTES_KEPT } from './mail-per-minute.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-11-22T12:00:00Z');

describe('mail per minute', () => {
  test('is counted by the kind of answer, in the minute in which it came', () => {
    const mail = new MailPerMinute();
    for (const outcome of ['accepted', 'accepted', 'tipped', 'restricted', 'denied', 'held', 'deferred'] as const) {
      mail.note({ organizationId: 'o', at: NOON + 1, outcome });
    }
    for (const outcome of ['rejected', 'aborted', 'repeated'] as const) {
      mail.note({ organizationId: 'o', at: NOON + MINUTE, outcome });
    }
    expect(mail.last(3, NOON + MINUTE + 59_999, 'o')).toEqual([
      { at: NOON - MINUTE, accepted: 0, refused: 0, deferred: 0, other: 0 },
      { at: NOON, accepted: 2, refused: 3, deferred: 2, other: 0 },
      { at: NOON + MINUTE, accepted: 0, refused: 0, deferred: 0, other: 3 },
    ]);
  });

  test('is kept apart by organization, and told together where all are asked for', () => {
    const mail = new MailPerMinute();
    mail.note({ organizationId: 'o', at: NOON, outcome: 'accepted' });
    mail.note({ organizationId: 'p', at: NOON, outcome: 'accepted' });
    mail.note({ organizationId: 'p', at: NOON, outcome: 'tipped' });
    const now = (organizationId?: string) => mail.last(1, NOON, organizationId)[0];
    expect(now('o')).toMatchObject({ accepted: 1, refused: 0 });
    expect(now('p')).toMatchObject({ accepted: 1, refused: 1 });
    expect(now('q')).toMatchObject({ accepted: 0, refused: 0 });
    expect(now()).toMatchObject({ accepted: 2, refused: 1 });
  });

  test('is forgotten after three hours, and a minute of then is none of now', () => {
    const mail = new MailPerMinute();
    mail.note({ organizationId: 'o', at: NOON, outcome: 'accepted' });
    const later = NOON + MINUTES_KEPT * MINUTE;
    const sum = () => mail.last(MINUTES_KEPT, later, 'o').reduce((all, { accepted }) => all + accepted, 0);
    expect(sum()).toBe(0);
    mail.note({ organizationId: 'o', at: later, outcome: 'accepted' });
    expect(sum()).toBe(1);
    expect(mail.last(MINUTES_KEPT, later, 'o')).toHaveLength(MINUTES_KEPT);
  });

  test('goes on where the clock was ahead and was set back', () => {
    const mail = new MailPerMinute();
    mail.note({ organizationId: 'o', at: NOON + MINUTES_KEPT * MINUTE, outcome: 'accepted' });
    mail.note({ organizationId: 'o', at: NOON, outcome: 'tipped' });
    expect(mail.last(1, NOON, 'o')).toEqual([{ at: NOON, accepted: 0, refused: 1, deferred: 0, other: 0 }]);
  });
});
