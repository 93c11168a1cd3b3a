import { describe, expect, it } from 'vitest';
import { Traffic } from './traffic.ts';

const HOUR = 60;
const DAY = 24 * HOUR;
const MONDAY = 20_514 * DAY;

describe('the last hour', () => {
  it('is that of the last 60 minutes', () => {
    const traffic = new Traffic();
    traffic.addToHour(MONDAY, 5);
    traffic.addToHour(MONDAY + 30, 7);
    expect(traffic.lastHour(MONDAY + 30)).toBe(12);
    expect(traffic.lastHour(MONDAY + 59)).toBe(12);
    expect(traffic.lastHour(MONDAY + 60)).toBe(7);
    expect(traffic.lastHour(MONDAY + 90)).toBe(0);
    traffic.addToHour(MONDAY + 200, 1);
    expect(traffic.lastHour(MONDAY + 200)).toBe(1);
  });

  it('is empty when a clock that was ahead is set right', () => {
    const traffic = new Traffic();
    traffic.addToHour(MONDAY + 365 * DAY, 500);
    expect(traffic.lastHour(MONDAY)).toBe(0);
    traffic.turnBack(MONDAY);
    traffic.addToHour(MONDAY, 3);
    expect(traffic.lastHour(MONDAY)).toBe(3);
  });
});

describe('the usual hour', () => {
  const every = (traffic: Traffic, days: number, recipients: number) => {
    for (let day = 0; day < days; day++) traffic.learn(MONDAY + day * DAY + 10 * HOUR, recipients);
  };

  it('is the mean over the days, of this hour of the day and its neighbours', () => {
    const traffic = new Traffic();
    every(traffic, 10, 30);
    const later = MONDAY + 9 * DAY;
    for (const hour of [9, 10, 11]) expect(traffic.usual(later + hour * HOUR)).toBeCloseTo(10);
    expect(traffic.usual(later + 12 * HOUR)).toBe(0);
  });

  it('wraps around midnight', () => {
    const traffic = new Traffic();
    traffic.learn(MONDAY + 23 * HOUR, 9);
    expect(traffic.usual(MONDAY)).toBe(3);
  });

  it('counts today as far as it has come', () => {
    const traffic = new Traffic();
    traffic.learn(MONDAY + 10 * HOUR, 6);
    traffic.learn(MONDAY + 10 * HOUR + 5, 6);
    expect(traffic.usual(MONDAY + 10 * HOUR + 6)).toBe(4);
  });

  it('follows a change: four weeks later a new pace is three quarters learnt', () => {
    const traffic = new Traffic();
    every(traffic, 100, 30);
    for (let day = 100; day < 128; day++) traffic.learn(MONDAY + day * DAY + 10 * HOUR, 90);
    expect(traffic.usual(MONDAY + 127 * DAY + 10 * HOUR)).toBeCloseTo(30 - 20 / 4, 0);
  });

  it('is not forgotten by a long silence, nor by a clock that jumps a year', () => {
    const traffic = new Traffic();
    every(traffic, 60, 30);
    expect(traffic.usual(MONDAY + 400 * DAY + 10 * HOUR)).toBeGreaterThan(2);
  });

  it('reading it is the same as learning nothing', () => {
    const traffic = new Traffic();
    every(traffic, 5, 30);
    const at = MONDAY + 8 * DAY + 10 * HOUR;
    const expected = traffic.usual(at);
    traffic.learn(at, 0);
    expect(traffic.usual(at)).toBeCloseTo(expected, 12);
  });
});
