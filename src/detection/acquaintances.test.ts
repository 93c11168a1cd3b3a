import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Acquaintances } from './acquaintances.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

const DAY = 1_440;
const MOST = 16;

it('knows a thing that was met in quiet mail on three days, not one that was met often on one', () => {
  const things = new Acquaintances(MOST);
  for (let n = 0; n < 50; n++) things.meet(7, 1, n, true);
  things.meet(7, 1, DAY, true);
  expect(things.isKnown(7)).toBe(false);
  things.meet(7, 1, 9 * DAY, true);
  expect(things.isKnown(7)).toBe(true);
});

it('begins again with what was met in an incident, but forgets no acquaintance for it', () => {
  const things = new Acquaintances(MOST);
  for (const day of [0, 1]) things.meet(7, 1, day * DAY, true);
  things.meet(7, 1, DAY + 1, false);
  for (const day of [2, 3]) things.meet(7, 1, day * DAY, true);
  expect(things.isKnown(7)).toBe(false);
  things.meet(7, 1, 4 * DAY, true);
  things.meet(7, 1, 4 * DAY + 1, false);
  expect(things.isKnown(7)).toBe(true);
});

it('counts the messages of a day and their new recipients, the one at hand included', () => {
  const things = new Acquaintances(MOST);
  expect(things.look(7, 2, 0)).toEqual({ known: false, messagesToday: 1, newPerMessage: 2 });
  things.meet(7, 2, 0, true);
  things.meet(7, 0, 5, true);
  expect(things.look(7, 1, 6)).toEqual({ known: false, messagesToday: 3, newPerMessage: 1 });
  expect(things.look(7, 1, DAY)).toEqual({ known: false, messagesToday: 1, newPerMessage: 1 });
});

it('takes an admin’s word', () => {
  const things = new Acquaintances(MOST);
  things.makeKnown(7);
  expect(things.isKnown(7)).toBe(true);
});

it('keeps as many as it may and those that come again and again', () => {
  const things = new Acquaintances(MOST);
  for (let n = 1; n < 500; n++) {
    things.meet(1_000_000, 0, n, true);
    things.meet(n, 0, n, true);
    expect(things.has(1_000_000)).toBe(true);
  }
  expect(Array.from({ length: 500 }, (_, n) => things.has(n)).filter(Boolean)).toHaveLength(MOST - 1);
});

it('is the same as bytes and as a copy', () => {
  const meeting = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(9), fc.nat(9 * DAY), fc.boolean());
  fc.assert(
    fc.property(fc.array(meeting), fc.array(meeting), (before, after) => {
      const things = new Acquaintances(MOST);
      for (const each of before) things.meet(...each);
      const out = new ByteWriter();
      things.write(out);
      const others = [things.copy(), Acquaintances.read(new ByteReader(out.done()), MOST)];
      for (const each of [things, ...others]) for (const met of after) each.meet(...met);
      const seen = (each: Acquaintances) => Array.from({ length: 41 }, (_, n) => each.look(n + 1, 1, 9 * DAY));
      for (const other of others) expect(seen(other)).toEqual(seen(things));
    }),
  );
});
