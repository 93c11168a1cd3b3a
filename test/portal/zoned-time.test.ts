// Times as people type them into the portal: by the clocks of a time zone, also in the nights in which those change.
import { describe, expect, test } from 'vitest';
import { fromZoned, toZoned } from '../../portal/src/parts/zoned-time.ts';

describe('times on the clocks of a time zone', () => {
  test.each([
    ['2026-07-01T12:00', 'Europe/Zurich', '2026-07-01T10:00:00.000Z'],
    ['2026-12-01T12:00', 'Europe/Zurich', '2026-12-01T11:00:00.000Z'],
    // The clocks go back at 03:00 this night, and forward in March.
    ['2026-10-25T03:30', 'Europe/Zurich', '2026-10-25T02:30:00.000Z'],
    ['2026-03-29T03:30', 'Europe/Zurich', '2026-03-29T01:30:00.000Z'],
    ['2026-06-01T00:15', 'Asia/Kolkata', '2026-05-31T18:45:00.000Z'],
  ])('%s in %s', (text, timeZone, iso) => {
    const at = fromZoned(text, timeZone);
    expect(new Date(at).toISOString()).toBe(iso);
    expect(toZoned(at, timeZone)).toBe(text);
  });

  test('what is no time is none', () => {
    expect(fromZoned('', 'UTC')).toBeNaN();
  });
});
