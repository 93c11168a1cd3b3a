import { expect, test } from 'vitest';
import { TrustedPeers } from './trusted-peers.ts';

test('loopback is the local mail server, also spelled as IPv4-mapped IPv6', () => {
  const peers = new TrustedPeers([]);
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map((a) => peers.nameOf(a))).toEqual(['local', 'local', 'local']);
});

test('a mail server within a trusted prefix is known by its canonical address', () => {
  const peers = new TrustedPeers(['192.0.2.0/24', '2001:db8::/32', '198.51.100.7']);
  expect(peers.nameOf('::ffff:192.0.2.25')).toBe('192.0.2.25');
  expect(peers.nameOf('2001:DB8::25')).toBe('2001:db8::25');
  expect(peers.nameOf('198.51.100.7')).toBe('198.51.100.7');
});

test('everybody else is nobody', () => {
  const peers = new TrustedPeers(['192.0.2.0/24', '198.51.100.7']);
  for (const address of ['192.0.3.1', '198.51.100.8', '2001:db8::1', '', 'unknown'])
    expect(peers.nameOf(address)).toBeUndefined();
});

test('a prefix that is none is a configuration error that names it', () => {
  expect(() => new TrustedPeers(['192.0.2.0/33'])).toThrow(/192\.0\.2\.0\/33/);
  expect(() => new TrustedPeers(['mail.example'])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('the door opens off loopback only when somebody said who may ask', () => {
  expect(() => new TrustedPeers([]).refuseOpenDoor('0.0.0.0')).toThrow(
    expect.objectContaining({ code: 'LISTEN_UNTRUSTED' }),
  );
  new TrustedPeers([]).refuseOpenDoor('127.0.0.1');
  new TrustedPeers([]).refuseOpenDoor('::1');
  new TrustedPeers([]).refuseOpenDoor('localhost');
  new TrustedPeers(['192.0.2.0/24']).refuseOpenDoor('0.0.0.0');
});
