import { expect, test } from 'vitest';
import { TrustedPeers } from './trusted-peers.ts';

test('loopback is the local mail server, also spelled as IPv4-mapped IPv6', () => {
  const peers = new TrustedPeers([]);
  expect(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'].map((address) => peers.nameOf(address))).toEqual(
    Array(4).fill('local'),
  );
});

test('a mail server of a trusted prefix is known by its canonical address, everybody else is nobody', () => {
  const peers = new TrustedPeers(['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']);
  expect(peers.nameOf('::ffff:192.0.2.25')).toBe('192.0.2.25');
  expect(peers.nameOf('2001:DB8::25')).toBe('2001:db8::25');
  expect(peers.nameOf('198.51.100.7')).toBe('198.51.100.7');
  for (const address of ['192.0.3.1', '198.51.100.8', '2001:db9::1', '::ffff:198.51.100.8', '', 'unknown']) {
    expect(peers.nameOf(address)).toBeUndefined();
  }
});

test('what is no prefix is a configuration error', () => {
  expect(() => new TrustedPeers(['mail.example'])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('the door opens off loopback only when somebody said who may enter', () => {
  const open = expect.objectContaining({ code: 'LISTEN_UNTRUSTED' });
  expect(() => new TrustedPeers([]).refuseOpenDoor('0.0.0.0', 'milter')).toThrow(open);
  for (const host of ['127.0.0.1', '::1', 'localhost']) new TrustedPeers([]).refuseOpenDoor(host, 'milter');
  new TrustedPeers(['192.0.2.0/24']).refuseOpenDoor('0.0.0.0', 'milter');
});
