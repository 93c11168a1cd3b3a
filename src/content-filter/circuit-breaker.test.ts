import { expect, test } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.ts';

function openBreaker() {
  const clock = { now: 1_000_000 };
  const told: string[] = [];
  const breaker = new CircuitBreaker({
    failures: 3,
    retryMilliseconds: 10_000,
    now: () => clock.now,
    onOpened: () => told.push('opened'),
    onClosed: () => told.push('closed'),
  });
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) breaker.failed();
  };
  return { breaker, clock, told, fail };
}

test('stays closed while failures are not in a row', () => {
  const { breaker, told, fail } = openBreaker();
  for (let i = 0; i < 10; i++) {
    fail(2);
    breaker.succeeded();
  }
  expect(breaker.admit()).toBe('ask');
  expect(told).toEqual([]);
});

test('opens at the third failure in a row, tells it once, and lets nobody ask', () => {
  const { breaker, told, fail } = openBreaker();
  fail(2);
  expect(breaker.state).toBe('closed');
  fail(5);
  expect(breaker.state).toBe('open');
  expect(breaker.admit()).toBe('skip');
  expect(told).toEqual(['opened']);
});

test('lets one probe at a time, not before its time', () => {
  const { breaker, clock, fail } = openBreaker();
  fail(3);
  clock.now += 9_999;
  expect(breaker.admit()).toBe('skip');
  clock.now += 1;
  expect([breaker.admit(), breaker.admit(), breaker.admit()]).toEqual(['probe', 'skip', 'skip']);
});

test('stays open for as long again after a probe that failed, in silence', () => {
  const { breaker, clock, told, fail } = openBreaker();
  fail(3);
  clock.now += 10_000;
  breaker.admit();
  breaker.probeFailed();
  clock.now += 9_999;
  expect(breaker.admit()).toBe('skip');
  clock.now += 1;
  expect(breaker.admit()).toBe('probe');
  expect(told).toEqual(['opened']);
});

test('closes after a probe that was answered, and counts failures from 0 again', () => {
  const { breaker, clock, told, fail } = openBreaker();
  fail(3);
  clock.now += 10_000;
  breaker.admit();
  breaker.succeeded();
  expect(breaker.admit()).toBe('ask');
  fail(2);
  expect(breaker.admit()).toBe('ask');
  expect(told).toEqual(['opened', 'closed']);
});

test('a late failure of a question from before does not end the probe', () => {
  const { breaker, clock, fail } = openBreaker();
  fail(3);
  clock.now += 10_000;
  breaker.admit();
  fail(1);
  expect(breaker.state).toBe('half-open');
});

test('a clock that was set back does not keep it open', () => {
  const { breaker, clock, fail } = openBreaker();
  fail(3);
  clock.now -= 3_600_000;
  expect(breaker.admit()).toBe('probe');
});
