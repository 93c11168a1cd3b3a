import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseListenAddress } from './listen-address.ts';

test.each([
  ['127.0.0.1:5712', { host: '127.0.0.1', port: 5712 }],
  ['[::1]:0', { host: '::1', port: 0 }],
  ['[2001:DB8:0::1]:25', { host: '2001:db8::1', port: 25 }],
  ['unix:/run/cordon/policy', { path: '/run/cordon/policy' }],
])('%s is an address', (text, expected) => {
  expect(parseListenAddress(text)).toEqual(expected);
});

test.each([
  '',
  '5712',
  ':5712',
  '127.0.0.1',
  '127.0.0.1:',
  '127.0.0.1:65536',
  '127.0.0.1:-1',
  '127.0.0.1:5712 ',
  '::1:5712',
  '[127.0.0.1:5712',
  'localhost:5712',
  '300.0.0.1:25',
  'unix:relative',
  'unix:/',
  'unix:/a\0b',
  `unix:/${'a'.repeat(200)}`,
])('%j is none', (text) => {
  expect(parseListenAddress(text)).toBeUndefined();
});

test('any text is an address or none, and never an exception', () => {
  fc.assert(
    fc.property(fc.string(), (text) => void parseListenAddress(text)),
    { numRuns: 2_000 },
  );
});
