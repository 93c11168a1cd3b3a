import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { networkOf, normalizeIp, parseIpv4, parsePrefix } from './ip-address.ts';

describe('IP addresses', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['IPv6:2001:DB8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', undefined],
    ['192.0.2', undefined],
    ['192.0.2.256', undefined],
    ['0192.0.2.1', undefined],
    ['', undefined],
  ])('%s is %s', (given, expected) => expect(normalizeIp(given)).toBe(expected));

  test.each([
    ['192.0.2.77/24', { family: 4, network: '192.0.2.0', length: 24 }],
    ['192.0.2.77', { family: 4, network: '192.0.2.77', length: 32 }],
    ['::ffff:192.0.2.0/120', { family: 4, network: '192.0.2.0', length: 24 }],
    ['2001:db8:ffff::1/33', { family: 6, network: '2001:db8:8000::', length: 33 }],
    ['0.0.0.0/0', { family: 4, network: '0.0.0.0', length: 0 }],
    ['192.0.2.0/33', undefined],
    ['192.0.2.0/', undefined],
    ['192.0.2.0/024', undefined],
    ['192.0.2.0/-1', undefined],
  ])('the prefix %s', (given, expected) => expect(parsePrefix(given)).toEqual(expected));

  test('every IPv4 address lies in its network and is read as ipaddr.js reads it', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, length) => {
        const parsed = ipaddr.IPv4.parse(address);
        const octets = parsed.octets.reduce((value, octet) => value * 256 + octet, 0);
        expect(parseIpv4(address)).toBe(octets);
        expect(parsed.match(ipaddr.IPv4.parse(networkOf(address, length)), length)).toBe(true);
      }),
    );
  });

  test('every IPv6 address lies in its network', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (text, length) => {
        const address = normalizeIp(text);
        if (address === undefined || !address.includes(':')) return;
        expect(ipaddr.IPv6.parse(address).match(ipaddr.IPv6.parse(networkOf(address, length)), length)).toBe(true);
      }),
    );
  });

  test('no text breaks the readers', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        normalizeIp(text);
        parsePrefix(text);
      }),
    );
  });
});
