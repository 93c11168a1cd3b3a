import { beforeAll, describe, expect, test } from 'vitest';
import { localTime, readTime } from './times.ts';

const NOW = Date.parse('2026-11-22T08:00:00Z');

beforeAll(() => {
  process.env.TZ = 'America/St_Johns';
});

describe('a time', () => {
  test('is shown in local time with its zone', () => {
    expect(localTime('2026-11-22T08:00:00.000Z')).toBe('2026-11-22 04:30:00-03:30');
    expect(localTime('2026-07-01T00:00:00.000Z')).toBe('2026-06-30 21:30:00-02:30');
    expect(localTime(undefined)).toBe('');
  });

  test.each([
    ['2026-11-22T09:00:00Z', '2026-11-22T09:00:00.000Z'],
    ['2026-11-22T09:00:00+01:00', '2026-11-22T08:00:00.000Z'],
    ['2026-11-22T09:00', '2026-11-22T12:30:00.000Z'],
    ['2026-11-22 09:00', '2026-11-22T12:30:00.000Z'],
    ['2026-11-22', '2026-11-22T03:30:00.000Z'],
    ['90m', '2026-11-22T09:30:00.000Z'],
    ['2d', '2026-11-24T08:00:00.000Z'],
  ])('%s is read as %s', (text, expected) => {
    expect(readTime('--until', text, NOW, 'future')).toBe(expected);
  });

  test('a span into the past is one', () => {
    expect(readTime('--from', '24h', NOW, 'past')).toBe('2026-11-21T08:00:00.000Z');
  });

  test('printed by us is read by us', () => {
    const at = '2026-11-22T08:00:00.000Z';
    expect(readTime('--from', localTime(at), NOW, 'past')).toBe(at);
  });

  test.each([
    '',
    'now',
    '2026',
    '2026-13-01',
    '2026-11-22T25:00',
    '-1h',
    '1.5h',
    '99999999d',
    '1w',
    '2026-11-22T09:00:00+1',
  ])('%j is none', (text) => {
    expect(() => readTime('--until', text, NOW, 'future')).toThrow('--until must be a time');
  });
});
