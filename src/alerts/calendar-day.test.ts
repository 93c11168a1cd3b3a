import { expect, test } from 'vitest';
import { calendarDay } from './calendar-day.ts';

const day = (iso: string, zone: string) => calendarDay(Date.parse(iso), zone);

test('the day begins at midnight where the organization is', () => {
  expect(day('2026-11-22T22:59:59.999Z', 'Europe/Zurich')).toBe('2026-11-22');
  expect(day('2026-11-22T23:00:00Z', 'Europe/Zurich')).toBe('2026-11-23');
  expect(day('2026-11-22T23:00:00Z', 'UTC')).toBe('2026-11-22');
  expect(day('2026-11-22T08:00:00Z', 'Pacific/Kiritimati')).toBe('2026-11-22');
  expect(day('2026-11-22T10:00:00Z', 'Pacific/Kiritimati')).toBe('2026-11-23');
  expect(day('2026-11-22T08:00:00Z', 'America/Los_Angeles')).toBe('2026-11-22');
  expect(day('2026-11-22T07:59:59Z', 'America/Los_Angeles')).toBe('2026-11-21');
});

test('the day on which summer time begins has 23 hours, that on which it ends 25', () => {
  const hoursOf = (wanted: string, from: string) => {
    const hours = Array.from({ length: 72 }, (_, i) => Date.parse(from) + i * 3_600_000);
    return hours.filter((at) => calendarDay(at, 'Europe/Zurich') === wanted).length;
  };
  expect(hoursOf('2026-03-28', '2026-03-27T00:00:00Z')).toBe(24);
  expect(hoursOf('2026-03-29', '2026-03-28T00:00:00Z')).toBe(23);
  expect(hoursOf('2026-10-25', '2026-10-24T00:00:00Z')).toBe(25);
});

test('where summer time begins at midnight the day begins an hour late, and days do not repeat or go back', () => {
  // Cuba: 2026-03-08 00:00 becomes 01:00.
  expect(day('2026-03-08T04:59:59Z', 'America/Havana')).toBe('2026-03-07');
  expect(day('2026-03-08T05:00:00Z', 'America/Havana')).toBe('2026-03-08');
  for (const zone of ['Europe/Zurich', 'America/Havana', 'Australia/Lord_Howe', 'Asia/Kathmandu']) {
    const days = Array.from({ length: 366 * 48 }, (_, i) => calendarDay(Date.UTC(2026, 0, 1) + i * 1_800_000, zone));
    expect(days).toEqual(days.toSorted());
    expect(new Set(days).size).toBeGreaterThanOrEqual(366);
  }
});

test('a zone that nobody knows is UTC', () => {
  expect(day('2026-11-22T23:59:59Z', 'Moon/Crater')).toBe('2026-11-22');
});
