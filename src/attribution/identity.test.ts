import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CordonError } from '../errors.ts';
import { networkOf } from '../mail/ip-address.ts';
import { Holdings } from './holdings.ts';
import { holderKeys, holds, type Identity, type IdentityKind, keyOf, normalizeIdentity } from './identity.ts';

const F1 = 'ab'.repeat(32);
const refusal = (kind: IdentityKind, text: string): string => {
  try {
    return `accepted as ${normalizeIdentity(kind, text).value}`;
  } catch (error) {
    return (error as CordonError).code;
  }
};

describe('an identity that is typed has one form', () => {
  test.each<[IdentityKind, string, string]>([
    ['addressPrefix', '192.0.2.77/24', '192.0.2.0/24'],
    ['addressPrefix', ' 192.0.2.77 ', '192.0.2.77/32'],
    ['addressPrefix', '::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['addressPrefix', '::FFFF:C000:0200/120', '192.0.2.0/24'],
    ['addressPrefix', '2001:0DB8:0000::17/48', '2001:db8::/48'],
    ['certificateName', 'Mail.Example.COM.', 'mail.example.com'],
    ['certificateName', '*.Bücher.example', '*.xn--bcher-kva.example'],
    ['certificateFingerprint', Array(32).fill('AB').join(':'), F1],
    ['saslUsername', ' Anna@BÜCHER.example. ', 'anna@xn--bcher-kva.example'],
    ['saslUsername', '*@Example.COM', '*@example.com'],
    ['saslUsername', 'Scanner', 'scanner'],
    ['acceptedDomain', 'BÜCHER.example.', 'xn--bcher-kva.example'],
    ['acceptedDomain', 'bu\u0308cher\u3002example\u3002', 'xn--bcher-kva.example'],
    // Cyrillic letters that look like Latin ones: another domain, and seen to be one.
    ['acceptedDomain', 'ехаmple.com', 'xn--mple-43d3a6i.com'],
  ])('%s %j is %j', (kind, text, value) => expect(normalizeIdentity(kind, text)).toEqual({ kind, value }));

  test.each<[IdentityKind, string]>([
    ['addressPrefix', '0.0.0.0/0'],
    ['addressPrefix', '10.0.0.0/15'],
    ['addressPrefix', '::ffff:10.0.0.0/111'],
    ['addressPrefix', '2001:db8::/31'],
    ['addressPrefix', '::/0'],
    ['addressPrefix', '::/80'],
    ['addressPrefix', '::8000:0:0/81'],
  ])('%s %s is too short: others live in it', (kind, text) => expect(refusal(kind, text)).toBe('PREFIX_TOO_SHORT'));

  test.each<[IdentityKind, string]>([
    ['addressPrefix', '192.0.2/24'],
    ['addressPrefix', '192.0.2.0/024'],
    ['addressPrefix', '192.0.2.0/33'],
    ['addressPrefix', '192.0.2.0/-1'],
    ['addressPrefix', '192.0.2.0/24,198.51.100.0/24'],
    ['addressPrefix', '0300.0.2.0/24'],
    ['addressPrefix', '3221225985'],
    ['addressPrefix', '::ffff:0:0/95'],
    ['addressPrefix', ''],
    ['certificateName', '*'],
    ['certificateName', '*.com'],
    ['certificateName', '*.*.example.com'],
    ['certificateName', 'mail.*.example.com'],
    ['certificateName', 'example.com..'],
    ['certificateName', 'example.com/x'],
    ['certificateName', `${'a'.repeat(64)}.example.com`],
    ['certificateFingerprint', 'ab'.repeat(20)],
    ['saslUsername', '*'],
    ['saslUsername', '*@'],
    ['saslUsername', '*@*'],
    ['saslUsername', '*@*.example.com'],
    ['saslUsername', 'a*@example.com'],
    ['saslUsername', 'anna@example.com/x'],
    ['saslUsername', 'an\u200bna@example.com'],
    ['saslUsername', 'anna\r\nbcc'],
    ['acceptedDomain', 'example'],
    ['acceptedDomain', '*.example.com'],
    ['acceptedDomain', '192.0.2.1'],
    ['acceptedDomain', 'example.com#x'],
    ['acceptedDomain', 'ex%61mple.com'],
  ])('%s %j is none', (kind, text) => expect(refusal(kind, text)).toBe('INVALID_REQUEST'));
});

/** Where the one has `theirs`, the other cannot have `mine`. */
const overlaps = (mine: Identity, theirs: Identity): boolean => {
  const holdings = new Holdings();
  holdings.add('one', theirs);
  return holdings.isForeign('other', mine);
};
const of = (kind: IdentityKind, value: string): Identity => ({ kind, value });

describe('two identities', () => {
  // whole: the first holds the second; part: they overlap, and it does not; apart: nobody is known by both.
  test.each<[IdentityKind, string, string, 'whole' | 'part' | 'apart']>([
    ['addressPrefix', '192.0.2.0/24', '192.0.2.0/24', 'whole'],
    ['addressPrefix', '192.0.2.0/24', '192.0.2.128/25', 'whole'],
    ['addressPrefix', '192.0.2.128/25', '192.0.2.0/24', 'part'],
    ['addressPrefix', '192.0.2.0/24', '192.0.3.0/24', 'apart'],
    ['addressPrefix', '2001:db8::/32', '2001:db8:17::/48', 'whole'],
    ['addressPrefix', '192.0.2.0/24', '2001:db8::/32', 'apart'],
    ['certificateName', '*.example.com', 'mail.example.com', 'whole'],
    ['certificateName', '*.example.com', '*.example.com', 'whole'],
    ['certificateName', 'mail.example.com', '*.example.com', 'part'],
    ['certificateName', '*.example.com', 'a.b.example.com', 'apart'],
    ['certificateName', '*.example.com', '*.b.example.com', 'apart'],
    ['certificateName', '*.example.com', 'example.com', 'apart'],
    ['certificateName', '*.example.com', 'mail.badexample.com', 'apart'],
    ['saslUsername', '*@example.com', 'anna@example.com', 'whole'],
    ['saslUsername', '*@example.com', 'ANNA@Example.com.', 'whole'],
    ['saslUsername', 'anna@xn--bcher-kva.example', 'anna@bücher.example', 'whole'],
    ['saslUsername', 'ren\u00e9', 'rene\u0301', 'whole'],
    ['saslUsername', 'anna@example.com', '*@example.com', 'part'],
    ['saslUsername', '*@example.com', 'anna@sub.example.com', 'apart'],
    ['saslUsername', '*@example.com', 'anna', 'apart'],
    ['saslUsername', '*@example.com', 'anna@example.com@other.example', 'apart'],
    ['saslUsername', '*@example.com', 'anna@example.com/other.example', 'apart'],
    ['acceptedDomain', 'example.com', 'example.com', 'whole'],
    ['acceptedDomain', 'example.com', 'sub.example.com', 'apart'],
  ])('%s %s and %s: %s', (kind, first, second, relation) => {
    const [a, b] = [of(kind, first), of(kind, second)];
    expect([holds(a, b), overlaps(a, b)]).toEqual([relation === 'whole', relation !== 'apart']);
    expect(overlaps(b, a)).toBe(relation !== 'apart');
  });

  test('of two kinds overlap only where a login is in an accepted domain, and hold each other never', () => {
    const domain = of('acceptedDomain', 'example.com');
    for (const login of ['anna@example.com', 'anna@EXAMPLE.com.', '*@example.com']) {
      expect(overlaps(domain, of('saslUsername', login)) && overlaps(of('saslUsername', login), domain)).toBe(true);
      expect(holds(domain, of('saslUsername', login)) || holds(of('saslUsername', login), domain)).toBe(false);
    }
    expect(overlaps(domain, of('saslUsername', 'anna@sub.example.com'))).toBe(false);
    expect(overlaps(domain, of('certificateName', 'example.com'))).toBe(false);
  });
});

/** Few different ones, so that they meet. */
const anIdentity: fc.Arbitrary<Identity> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 28, max: 32 }))
    .map(([host, bits]) => of('addressPrefix', `${networkOf(`192.0.2.${host}`, bits)}/${bits}`)),
  fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 124, max: 128 }))
    .map(([host, bits]) => of('addressPrefix', `${networkOf(`2001:db8::${host}`, bits)}/${bits}`)),
  fc
    .constantFrom('*.a.example', 'x.a.example', '*.x.a.example', 'y.x.a.example', 'a.example')
    .map((name) => of('certificateName', name)),
  fc.constantFrom('*@a.example', 'x@a.example', 'X@A.example.', 'x@b.a.example', 'x').map((l) => of('saslUsername', l)),
  fc.constantFrom('a.example', 'b.a.example').map((domain) => of('acceptedDomain', domain)),
);

test('what holds another overlaps it, overlapping is mutual, and the keys of holders say the same', () => {
  fc.assert(
    fc.property(anIdentity, anIdentity, (a, b) => {
      if (holds(a, b)) expect(overlaps(a, b)).toBe(true);
      expect(overlaps(a, b)).toBe(overlaps(b, a));
      expect([...holderKeys(b)].includes(keyOf(a))).toBe(holds(a, b));
      expect(holds(a, a)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test('what is held is free again when it was given up as often as it was taken', () => {
  const held = fc.record({ organization: fc.constantFrom('one', 'other'), identity: anIdentity });
  fc.assert(
    fc.property(fc.array(held, { maxLength: 30 }), fc.array(held, { maxLength: 30 }), anIdentity, (stay, go, asked) => {
      const holdings = new Holdings();
      for (const { organization, identity } of [...stay, ...go]) holdings.add(organization, identity);
      // Sorted in between.
      holdings.isForeign('one', asked);
      for (const { organization, identity } of go) holdings.remove(organization, identity);
      const isTaken = stay.some(({ organization, identity }) => organization === 'other' && overlaps(asked, identity));
      expect(holdings.isForeign('one', asked)).toBe(isTaken);
    }),
    { numRuns: 500 },
  );
});

test('among hundreds of address blocks those are found that overlap, and no other', () => {
  const aPrefix = fc
    .tuple(fc.ipV4(), fc.integer({ min: 16, max: 32 }))
    .map(([address, bits]) =>
      of('addressPrefix', `${networkOf(`10.1.${address.split('.').slice(2).join('.')}`, bits)}/${bits}`),
    );
  fc.assert(
    fc.property(fc.array(aPrefix, { minLength: 100, maxLength: 300 }), aPrefix, (all, asked) => {
      const holdings = new Holdings();
      for (const each of all) holdings.add('one', each);
      expect(holdings.isForeign('other', asked)).toBe(all.some((one) => holds(one, asked) || holds(asked, one)));
      expect(holdings.isForeign('one', asked)).toBe(false);
    }),
  );
});
