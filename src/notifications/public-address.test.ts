import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { whyNotPublic } from './public-address.ts';

const none = { allowed: [], own: [] };

describe('an address for webhooks', () => {
  test.each([
    ['127.0.0.1', 'a loopback address'],
    ['127.255.3.9', 'a loopback address'],
    ['::1', 'a loopback address'],
    ['0.0.0.0', 'an unspecified address'],
    ['::', 'an unspecified address'],
    ['10.1.2.3', 'a private address'],
    ['172.31.255.255', 'a private address'],
    ['192.168.0.1', 'a private address'],
    ['fd12::1', 'a private address'],
    ['100.64.0.1', "an address inside a provider's network (CGNAT)"],
    ['169.254.7.7', 'a link-local address'],
    ['fe80::1', 'a link-local address'],
    ['fe80::1%eth0', 'a link-local address'],
    ['169.254.169.254', 'the metadata service of a cloud'],
    ['fd00:ec2::254', 'the metadata service of a cloud'],
    ['224.0.0.1', 'a multicast address'],
    ['ff02::1', 'a multicast address'],
    ['255.255.255.255', 'a reserved or broadcast address'],
    ['192.0.2.1', 'an address for documentation'],
    ['203.0.113.9', 'an address for documentation'],
    ['2001:db8::1', 'an address for documentation'],
    ['3fff::1', 'an address for documentation'],
    ['::ffff:127.0.0.1', 'a loopback address'],
    ['::ffff:a9fe:a9fe', 'the metadata service of a cloud'],
    ['2002:7f00:1::', 'a loopback address in another form'],
    ['2002:c0a8:101::1', 'a private address in another form'],
    ['64:ff9b::10.0.0.1', 'a private address in another form'],
    ['64:ff9b::a9fe:a9fe', 'the metadata service of a cloud in another form'],
    ['64:ff9b:1::8.8.8.8', 'a reserved or local address'],
    ['::127.0.0.1', 'a loopback address'],
    ['::7f00:1', 'a reserved or local address'],
    ['fec0::1', 'a reserved or local address'],
    ['2001:0:4136:e378::1', 'an address for protocols (Teredo and others)'],
    ['hooks.example', 'no address'],
  ])('%s is refused: %s', (address, words) => expect(whyNotPublic(address, none)).toBe(words));

  test.each(['8.8.8.8', '2606:4700::1111', '64:ff9b::8.8.8.8', '::ffff:8.8.8.8', '172.32.0.1', '100.128.0.1'])(
    '%s is public',
    (address) => expect(whyNotPublic(address, none)).toBeUndefined(),
  );

  test('this host’s own is refused in every form', () => {
    const own = ['8.8.8.8', '2606:4700::1111', 'fe80::9%eth0'];
    for (const address of ['8.8.8.8', '::ffff:8.8.8.8', '64:ff9b::808:808', '2002:808:808::1', '2606:4700:0::1111'])
      expect(whyNotPublic(address, { allowed: [], own })).toMatch(/^an address of this host/);
  });

  test('what the provider lists is allowed, and nothing beside it', () => {
    const rules = { allowed: ['10.1.0.0/16', 'fd12::/16', '127.0.0.1/32'], own: ['127.0.0.1'] };
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::7', '127.0.0.1'])
      expect(whyNotPublic(address, rules)).toBeUndefined();
    for (const address of ['10.2.0.1', '64:ff9b::10.1.2.3', '127.0.0.2'])
      expect(whyNotPublic(address, rules)).toBeDefined();
  });

  test('no private IPv4 address passes, mapped, in NAT64 or in 6to4', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const inside = fc.tuple(fc.constantFrom(10, 127, 0, 224, 255), octet, octet, octet);
    fc.assert(
      fc.property(inside, ([a, b, c, d]) => {
        const hex = (high: number, low: number) => (high * 256 + low).toString(16);
        const quad = `${a}.${b}.${c}.${d}`;
        const forms = [quad, `::ffff:${quad}`, `64:ff9b::${quad}`, `2002:${hex(a, b)}:${hex(c, d)}::1`];
        for (const form of forms) expect([form, whyNotPublic(form, none)]).toEqual([form, expect.any(String)]);
      }),
    );
  });
});
