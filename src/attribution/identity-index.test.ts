import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aClient, aConnector } from '../../test/factories.ts';
import { networkOf, normalizeIp } from '../mail/ip-address.ts';
import { IdentityIndex } from './identity-index.ts';

const F1 = 'a'.repeat(64);

describe('who a client is', () => {
  test('the longest address prefix wins', () => {
    const site = aConnector({ senderIpAddresses: ['192.0.0.0/16'] });
    const printer = aConnector({ senderIpAddresses: ['192.0.2.10/32', '2001:db8:1::/48'] });
    const index = new IdentityIndex([site, printer]);
    expect(index.byAddress('192.0.2.10')).toEqual({
      connector: printer,
      basis: { by: 'clientAddress', value: '192.0.2.10/32' },
    });
    expect(index.byAddress('192.0.2.11')?.connector).toBe(site);
    expect(index.byAddress('2001:db8:1:2::3')?.connector).toBe(printer);
    expect(index.byAddress('2001:db8:2::3')).toBeUndefined();
    expect(index.byAddress('198.51.100.1')).toBeUndefined();
    expect(index.byAddress('unknown')).toBeUndefined();
  });

  test('addresses beyond 127 are compared as unsigned numbers', () => {
    const high = aConnector({ senderIpAddresses: ['223.255.254.0/23'] });
    expect(new IdentityIndex([high]).byAddress('223.255.255.9')?.connector).toBe(high);
  });

  test('a fingerprint comes before a certificate name, an exact name before a wildcard', () => {
    const pinned = aConnector({ clientCertificateFingerprints: [F1] });
    const named = aConnector({ tlsSenderCertificateName: 'mail.ours.example' });
    const wild = aConnector({ tlsSenderCertificateName: '*.ours.example' });
    const index = new IdentityIndex([pinned, named, wild]);
    const by = (fingerprint: string | undefined, ...names: string[]) =>
      index.byCertificate(aClient({ certificate: { fingerprint, names } }))?.connector;
    expect(by(F1, 'mail.ours.example')).toBe(pinned);
    expect(by(undefined, 'mail.ours.example')).toBe(named);
    expect(by(undefined, 'web.ours.example')).toBe(wild);
    expect(by(undefined, 'a.b.ours.example')).toBeUndefined();
    expect(by(undefined, 'ours.example')).toBeUndefined();
    expect(by('b'.repeat(64))).toBeUndefined();
  });

  test('mail from sendmail has an owner only while that is enabled', () => {
    const owner = aConnector({ localSubmission: true });
    expect(new IdentityIndex([aConnector(), owner]).localSubmission).toEqual({
      connector: owner,
      basis: { by: 'localSubmission' },
    });
    expect(new IdentityIndex([{ ...owner, enabled: false }]).localSubmission).toBeUndefined();
  });

  test('nobody is recognized as a disabled connector', () => {
    const off = aConnector({ enabled: false, senderIpAddresses: ['192.0.2.0/24'], saslUsernames: ['app'] });
    const index = new IdentityIndex([off]);
    expect(index.byAddress('192.0.2.10')).toBeUndefined();
    expect(index.byLogin('app')).toBeUndefined();
  });

  test('any address finds the same connector as a walk over all prefixes', () => {
    const prefix = fc.tuple(fc.ipV4(), fc.integer({ min: 16, max: 32 })).map(([a, l]) => `${networkOf(a, l)}/${l}`);
    fc.assert(
      fc.property(fc.uniqueArray(prefix, { maxLength: 30 }), fc.ipV4(), (cidrs, address) => {
        const connectors = cidrs.map((cidr) => aConnector({ senderIpAddresses: [cidr] }));
        const lengthOf = (cidr: string) => Number(cidr.split('/')[1]);
        const holding = cidrs.filter((cidr) => networkOf(address, lengthOf(cidr)) === cidr.split('/')[0]);
        const longest = holding.sort((a, b) => lengthOf(b) - lengthOf(a))[0];
        expect(normalizeIp(address)).toBe(address);
        const basis = longest === undefined ? undefined : { by: 'clientAddress', value: longest };
        expect(new IdentityIndex(connectors).byAddress(address)?.basis).toEqual(basis);
      }),
    );
  });
});
