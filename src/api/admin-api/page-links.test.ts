import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PageLinks, type Place } from './page-links.ts';

const links = new PageLinks({ now: () => 1_000, randomBytes });
const HOLDER = { principalId: 'p', organizationId: 'o' };

const places: fc.Arbitrary<Place> = fc.oneof(
  fc.record({ after: fc.string(), last: fc.string() }),
  fc.record({ skip: fc.nat() }),
) as fc.Arbitrary<Place>;
const inputs = fc.record({
  name: fc.string(),
  parameters: fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())),
  ),
});

test('what is sealed is what is opened, with the question or without it', () => {
  fc.assert(
    fc.property(places, inputs, (place, input) => {
      const token = links.seal(place, input, HOLDER);
      expect(token).toMatch(/^[\w-]+$/);
      expect(links.open(token, undefined, HOLDER)).toEqual({ place, input });
      const turned = {
        name: input.name.toUpperCase(),
        parameters: Object.fromEntries(Object.entries(input.parameters).reverse()),
      };
      fc.pre(turned.name.toLowerCase() === input.name.toLowerCase());
      expect(links.open(token, turned, HOLDER).place).toEqual(place);
    }),
  );
});

test('no changed byte, no other holder and no other guard opens it', () => {
  fc.assert(
    fc.property(places, inputs, fc.nat(), fc.integer({ min: 1, max: 255 }), (place, input, at, change) => {
      const bytes = Buffer.from(links.seal(place, input, HOLDER), 'base64url');
      bytes[at % bytes.length]! ^= change;
      expect(() => links.open(bytes.toString('base64url'), undefined, HOLDER)).toThrow('Expired or Invalid');
    }),
  );
  const token = links.seal({ skip: 1 }, { name: 'Get-Thing', parameters: {} }, HOLDER);
  const other = new PageLinks({ now: () => 1_000, randomBytes });
  for (const [guard, holder] of [
    [other, HOLDER],
    [links, { ...HOLDER, principalId: 'q' }],
    [links, { ...HOLDER, organizationId: 'q' }],
  ] as const) {
    expect(() => guard.open(token, undefined, holder)).toThrow('Expired or Invalid');
  }
});

test('what is no token opens nothing', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => links.open(text, undefined, HOLDER)).toThrow('Expired or Invalid');
    }),
  );
});

test('says nothing of what was asked', () => {
  const token = links.seal({ skip: 1 }, { name: 'Get-Thing', parameters: { Secret: 'bob@far.example' } }, HOLDER);
  expect(Buffer.from(token, 'base64url').toString()).not.toMatch(/bob|Thing|Secret/);
});
