import { expect, test } from 'vitest';
import { type Attributes, question } from './policy-client.ts';
import { readClient } from './read-client.ts';
import { RequestReader } from './read-request.ts';

function clientOf(attributes: Attributes) {
  const reader = new RequestReader();
  reader.push(question(attributes));
  return readClient(reader.next()!, 'local');
}

const SHA256 = 'ab'.repeat(32);
const COLONS = SHA256.toUpperCase().replace(/(..)(?=.)/g, '$1:');

test("Postfix's unknown is unknown", () => {
  const client = clientOf({ client_address: 'unknown', client_name: 'unknown', client_port: 'unknown', helo_name: '' });
  expect(client).toEqual({ mailServer: 'local', clientAddress: 'unknown', clientPort: 0 });
});

test.each(['', '0', '65536', '-1', '1.5', '1e99', 'seven'])('%o is no port', (client_port) => {
  expect(clientOf({ client_port }).clientPort).toBe(0);
});

test('a SHA-256 fingerprint is 64 lower-case digits, with and without colons', () => {
  for (const ccert_fingerprint of [COLONS, SHA256])
    expect(clientOf({ ccert_fingerprint }).certificate).toEqual({ fingerprint: SHA256, names: [] });
});

test('a fingerprint of another length is none: MD5 and SHA-1 can be forged', () => {
  const md5 = COLONS.slice(0, 47);
  const sha1 = COLONS.slice(0, 59);
  for (const ccert_fingerprint of [md5, sha1, `${COLONS}:00`, 'zz'.repeat(32)])
    expect(clientOf({ ccert_fingerprint }).certificate).toBeUndefined();
});

test('the name of a trusted certificate counts even where the fingerprint is of another kind', () => {
  const client = clientOf({
    ccert_fingerprint: COLONS.slice(0, 59),
    ccert_subject: 'Drucker+20+2B7+20B+C3+BCro.example',
  });
  expect(client.certificate).toEqual({ fingerprint: undefined, names: ['drucker +7 büro.example'] });
});
