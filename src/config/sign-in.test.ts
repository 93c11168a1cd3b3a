import { expect, test } from 'vitest';
import { configSchema } from './schema.ts';

const entra = {
  name: 'entra',
  issuer: 'https://login.example/tenant/v2.0',
  clientId: 'id',
  clientSecret: 'secret',
  organization: 'Contoso',
};
const complaints = (...oidc: readonly object[]) =>
  configSchema.safeParse({ signIn: { oidc } }).error?.issues.map(({ path }) => path.join('.')) ?? [];

test('a provider needs five keys and no more', () => {
  expect(complaints(entra)).toEqual([]);
  for (const key of Object.keys(entra)) {
    expect(complaints({ ...entra, [key]: undefined })).toEqual([`signIn.oidc.0.${key}`]);
  }
});

test.each([
  'http://login.example',
  'http://127.0.0.1.evil.example',
  'http://localhost.evil.example',
  'ftp://x',
  'login',
  '',
])('the issuer %j is refused: what it says would be anybody’s', (issuer) => {
  expect(complaints({ ...entra, issuer })).toEqual(['signIn.oidc.0.issuer']);
});

test.each(['http://127.0.0.1:8080', 'http://localhost:8080/realms/x', 'http://[::1]:1'])(
  'on loopback %j is taken',
  (issuer) => {
    expect(complaints({ ...entra, issuer })).toEqual([]);
  },
);

test('the people of one organization cannot become Provider Administrator, those of the provider can', () => {
  const mapping = [{ value: 'x', role: 'Provider Administrator' }];
  expect(complaints({ ...entra, mapping })).toEqual(['signIn.oidc.0.mapping']);
  expect(complaints({ ...entra, mapping, organization: 'provider' })).toEqual([]);
});

test('two providers cannot have one name, and a role must be one of ours', () => {
  expect(complaints(entra, entra)).toEqual(['signIn.oidc']);
  expect(complaints({ ...entra, mapping: [{ value: 'x', role: 'Exchange Administrator' }] })).toEqual([
    'signIn.oidc.0.mapping.0.role',
  ]);
});
