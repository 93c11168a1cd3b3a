import { expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';
import { Culprits } from './culprits.ts';

it('says what part of the evidence is a login’s, his next message included', () => {
  const culprits = new Culprits();
  culprits.add(1, 6, 1);
  culprits.add(2, 2, 1);
  expect(culprits.shareOf(1, 2, 1)).toBeCloseTo(0.8);
  expect(culprits.shareOf(3, 2, 1)).toBeCloseTo(0.2);
});

it('lets old evidence fade with the sums', () => {
  const culprits = new Culprits();
  culprits.add(1, 8, 1);
  culprits.add(2, 4, 0.5);
  expect(culprits.shareOf(2, 0, 1)).toBeCloseTo(0.5);
});

it('nobody is the culprit where messages have no login', () => {
  const culprits = new Culprits();
  culprits.add(0, 9, 1);
  expect(culprits.shareOf(0, 9, 1)).toBe(0);
  expect(culprits.shareOf(1, 1, 1)).toBeCloseTo(0.1);
});

it('counts for each login what the evidence counts, quiet messages included', () => {
  const culprits = new Culprits();
  culprits.add(1, 0, 1);
  culprits.count(1, [0, 3]);
  culprits.add(1, 2, 1);
  culprits.count(1, [1, 1]);
  culprits.add(2, 2, 1);
  culprits.count(2, [5, 5]);
  culprits.count(0, [9, 9]);
  expect(Array.from(culprits.seenOf(1))).toEqual([1, 4]);
  const copy = culprits.copy();
  copy.count(1, [1, 1]);
  expect(Array.from(culprits.seenOf(1))).toEqual([1, 4]);
  culprits.forget(1);
  expect(culprits.seenOf(1)).toHaveLength(0);
});

it('what a login takes with him is gone', () => {
  const culprits = new Culprits();
  culprits.add(1, 9, 1);
  culprits.add(2, 1, 1);
  culprits.forget(1);
  expect(culprits.shareOf(2, 0, 1)).toBe(1);
});

it('of a botnet’s hundred logins none is the culprit, and few are kept', () => {
  const culprits = new Culprits();
  for (let login = 1; login <= 100; login++) {
    culprits.add(login, 1, 1);
    culprits.count(login, Array(16).fill(1));
  }
  expect(culprits.shareOf(100, 1, 1)).toBeLessThan(0.05);
  const out = new ByteWriter();
  culprits.write(out);
  const bytes = out.done();
  expect(bytes.length).toBeLessThan(1_400);
  const read = Culprits.read(new ByteReader(bytes));
  for (const login of [50, 100]) {
    expect(read.shareOf(login, 1, 1)).toBe(culprits.shareOf(login, 1, 1));
    expect(read.seenOf(login)).toEqual(culprits.seenOf(login));
  }
});
