// Sign-in at a real OpenID provider, from the first redirect to the session.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OidcProvider, OidcSignIn } from '../../src/access/oidc.ts';
import { buildApi } from '../../src/api/build.ts';
import { type ApiWorld, anApiWorld } from '../api-world.ts';
import { Browser } from '../browser.ts';
import { aProvider, CLIENT, redirectUri, type TestProvider } from './provider.ts';

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const NOBODY = 'http://127.0.0.1:1';
let world: ApiWorld;
let app: FastifyInstance;
let provider: TestProvider;
let shy: TestProvider;
let oidc: OidcSignIn;
let addresses = 0;

beforeAll(async () => {
  provider = await aProvider(['ours', 'theirs', 'everywhere', 'wrong-secret']);
  shy = await aProvider(['shy'], false);
  world = await anApiWorld();
});
beforeEach(async () => {
  world.clock.now += 60_000;
  provider.isDown = false;
  const of = (name: string, over: Partial<OidcProvider>): OidcProvider => ({
    name,
    ...CLIENT,
    issuer: provider.issuer,
    scope: 'openid profile email',
    mapping: [
      { value: 'mail-admins', role: 'Organization Management' },
      { value: 'mail-readers', role: 'Global Reader' },
    ],
    ...over,
  });
  oidc = new OidcSignIn({
    providers: [
      of('ours', { organizationId: world.ours.id }),
      of('theirs', { organizationId: world.theirs.id }),
      of('everywhere', {}),
      of('shy', { issuer: shy.issuer, organizationId: world.ours.id }),
      of('away', { issuer: NOBODY }),
      of('wrong-secret', { clientSecret: 'another one' }),
    ],
    redirectUri,
    now: () => world.clock.now,
    randomBytes,
  });
  await app?.close();
  app = await buildApi({ ...world.ports, oidc });
});
afterAll(async () => {
  await app.close();
  await Promise.all([provider.close(), shy.close(), world.close()]);
});

const aBrowser = () => new Browser(app, `10.0.0.${++addresses}`);
const NAVIGATION = { 'sec-fetch-site': 'cross-site' };
const begin = (browser: Browser, name = 'ours', returnTo?: string) =>
  browser.ask(
    'GET',
    `/sign-in/oidc/${name}${returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`}`,
  );
const back = (browser: Browser, url: URL) =>
  browser.ask('GET', url.href.slice(url.href.indexOf('/sign-in')), undefined, NAVIGATION);
/** All the way; resolves to the answer that brings the session, or does not. */
async function signIn(browser: Browser, login: string, name = 'ours', returnTo?: string) {
  const { headers } = await begin(browser, name, returnTo);
  const visited = name === 'shy' ? shy : provider;
  return back(browser, await visited.visit(String(headers.location), login));
}
const audit = async (operation: string) =>
  (await world.store.audit.list({ limit: 1_000 })).filter((record) => record.operation === operation);

describe('sign-in at a provider', () => {
  test('is offered by name', async () => {
    const { body } = await aBrowser().ask('GET', '/sign-in');
    expect(body.oidc[0]).toEqual({ name: 'ours', path: '/api/v1/sign-in/oidc/ours' });
  });

  test('goes there with PKCE, state and nonce, and comes back with a session and the page', async () => {
    provider.people.set('anna', {
      roles: ['mail-admins'],
      preferred_username: 'anna@ours.example',
      email: 'a@ours.example',
    });
    const browser = aBrowser();
    const { status, headers, setCookies } = await begin(browser, 'ours', '/restricted?x=1');
    expect(status).toBe(303);
    expect(setCookies).toEqual([
      expect.stringMatching(/^cordon-sign-in=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/),
    ]);
    const there = new URL(String(headers.location));
    expect(there.origin).toBe(provider.issuer);
    expect(Object.fromEntries(there.searchParams)).toMatchObject({
      response_type: 'code',
      redirect_uri: redirectUri('ours'),
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const answer = await back(browser, await provider.visit(there.href, 'anna'));
    expect([answer.status, answer.headers.location]).toEqual([303, '/restricted?x=1']);
    const { body } = await browser.ask('GET', '/session');
    expect(body).toMatchObject({
      name: 'anna@ours.example',
      mail: 'a@ours.example',
      roles: ['Organization Management'],
      organization: { id: world.ours.id },
      mustChangePassword: false,
      hasPassword: false,
    });
    expect((await audit('UserLoggedIn'))[0]).toMatchObject({ by: 'anna@ours.example', parameters: { method: 'ours' } });
  });

  test('gives the roles as asserted each time, to the same account', async () => {
    provider.people.set('bert', { groups: ['mail-admins', 'others'], preferred_username: 'bert' });
    const first = aBrowser();
    await signIn(first, 'bert');
    const { id, roles } = (await first.ask('GET', '/session')).body;
    expect(roles).toEqual(['Organization Management']);
    provider.people.set('bert', { groups: ['mail-readers'], preferred_username: 'bert' });
    const second = aBrowser();
    await signIn(second, 'bert');
    expect((await second.ask('GET', '/session')).body).toMatchObject({ id, roles: ['Global Reader'] });
    expect((await first.ask('GET', '/session')).body.roles).toEqual(['Global Reader']);
  });

  test('knows the roles of Entra by their ids, and reads what is told at the userinfo endpoint only', async () => {
    provider.people.set('chief', { wids: [GLOBAL_ADMINISTRATOR] });
    const browser = aBrowser();
    await signIn(browser, 'chief', 'everywhere');
    const { body } = await browser.ask('GET', '/session');
    expect(body).toMatchObject({ name: 'chief', roles: ['Global Administrator'] });
    expect(body).not.toHaveProperty('organization');
    shy.people.set('sue', { groups: ['mail-readers'] });
    const other = aBrowser();
    expect((await signIn(other, 'sue', 'shy')).status).toBe(303);
    expect((await other.ask('GET', '/session')).body.roles).toEqual(['Global Reader']);
  });

  test('without a role that means one here brings no session and no account', async () => {
    provider.people.set('guest', { groups: ['visitors'] });
    const browser = aBrowser();
    const answer = await signIn(browser, 'guest');
    expect(answer).toMatchObject({ status: 403, body: { code: 'no_role' } });
    expect(browser.cookies.has('cordon-session')).toBe(false);
    expect(world.ports.accounts.named('guest')).toBeUndefined();
    expect((await audit('UserLoginFailed'))[0]).toMatchObject({
      userKey: '',
      by: 'guest',
      parameters: { method: 'ours', error: 'no_role' },
    });
  });

  test('after the last role was taken there, takes it here, and ends the sessions', async () => {
    provider.people.set('fired', { roles: ['mail-admins'] });
    const browser = aBrowser();
    await signIn(browser, 'fired');
    const { id } = (await browser.ask('GET', '/session')).body;
    provider.people.set('fired', { roles: [] });
    expect((await signIn(aBrowser(), 'fired')).body.code).toBe('no_role');
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect(world.ports.accounts.rolesOf(id)).toEqual([]);
  });

  test('leaves records of the account that it makes and of the roles that it gives and takes', async () => {
    const recordsOf = async (objectId: string) =>
      (await world.store.audit.list({ limit: 1_000 }))
        .filter((record) => record.objectId === objectId && record.userType === 'System')
        .map(({ operation, organizationId, by, parameters, changes }) => ({
          operation,
          organizationId,
          by,
          parameters,
          changes,
        }))
        .reverse();
    const by = { organizationId: world.ours.id, by: 'Cordon' };
    const dora = { preferred_username: 'dora', email: 'd@ours.example' };
    provider.people.set('dora', { ...dora, roles: ['mail-readers'] });
    const browser = aBrowser();
    await signIn(browser, 'dora');
    const { id } = (await browser.ask('GET', '/session')).body;
    await signIn(browser, 'dora');
    const made = { name: 'dora', mail: 'd@ours.example', roles: ['Global Reader'], provider: 'ours' };
    expect(await recordsOf(id)).toEqual([{ ...by, operation: 'New-Account', parameters: made, changes: undefined }]);

    world.clock.now += 1_000;
    provider.people.set('dora', { ...dora, roles: ['mail-admins'], email: 'new@ours.example' });
    await signIn(browser, 'dora');
    world.clock.now += 1_000;
    provider.people.set('dora', { ...dora, roles: [] });
    await signIn(browser, 'dora');
    await signIn(browser, 'dora');
    const records = (await recordsOf(id)).slice(1);
    expect(records).toHaveLength(4);
    const roles = (operation: string, role: string, before: string[], after: string[]) => ({
      ...by,
      operation,
      parameters: { Identity: [role], Member: 'dora', provider: 'ours' },
      changes: [{ name: 'roles', before, after }],
    });
    const mail = [{ name: 'mail', before: 'd@ours.example', after: 'new@ours.example' }];
    expect(records).toEqual(
      expect.arrayContaining([
        { ...by, operation: 'Set-Account', parameters: { mail: 'new@ours.example', provider: 'ours' }, changes: mail },
        roles('Add-RoleGroupMember', 'Organization Management', ['Global Reader'], ['Organization Management']),
        roles('Remove-RoleGroupMember', 'Global Reader', ['Global Reader'], ['Organization Management']),
        roles('Remove-RoleGroupMember', 'Organization Management', ['Organization Management'], []),
      ]),
    );
  });

  test('of a disabled account fails, and is recorded', async () => {
    provider.people.set('left', { roles: ['mail-readers'] });
    await signIn(aBrowser(), 'left');
    const { id } = world.ports.accounts.named('left')!;
    await world.ports.accounts.change(id, { enabled: false }, undefined);
    expect((await signIn(aBrowser(), 'left')).body.code).toBe('sign_in_failed');
    expect((await audit('UserLoginFailed'))[0]).toMatchObject({ userKey: id, parameters: { method: 'ours' } });
  });

  test('makes another account for each organization', async () => {
    provider.people.set('both', { roles: ['mail-readers'] });
    const [a, b] = [aBrowser(), aBrowser()];
    await signIn(a, 'both', 'ours');
    await signIn(b, 'both', 'theirs');
    expect((await a.ask('GET', '/session')).body.organization.id).toBe(world.ours.id);
    expect((await b.ask('GET', '/session')).body.organization.id).toBe(world.theirs.id);
    expect((await b.ask('GET', `/connectors/${world.ourConnector.id}`)).status).toBe(404);
  });

  test('does not go by the name of a local account', async () => {
    const order = { name: 'admin', roles: ['Provider Administrator'], passwordHash: 'h' } as const;
    await world.ports.accounts.add(order, undefined);
    provider.people.set('evil', { roles: ['mail-readers'], preferred_username: 'ADMIN', email: 'admin' });
    const browser = aBrowser();
    await signIn(browser, 'evil');
    expect((await browser.ask('GET', '/session')).body).toMatchObject({ name: 'ADMIN-2', roles: ['Global Reader'] });
  });

  test('ends the session that was there before', async () => {
    provider.people.set('carl', { roles: ['mail-readers'] });
    const browser = aBrowser();
    await signIn(browser, 'carl');
    const before = browser.cookies.get('cordon-session')!;
    await signIn(browser, 'carl');
    expect(browser.cookies.get('cordon-session')).not.toBe(before);
    expect(world.ports.sessions.verify(before)).toBeUndefined();
  });
});

describe('what somebody else sends back', () => {
  beforeEach(() => provider.people.set('anna', { roles: ['mail-admins'], preferred_username: 'anna@ours.example' }));
  const expired = { status: 400, body: { code: 'sign_in_expired' } };

  test('a replayed answer is refused', async () => {
    const browser = aBrowser();
    const { headers } = await begin(browser);
    const cookie = browser.cookies.get('cordon-sign-in')!;
    const url = await provider.visit(String(headers.location), 'anna');
    expect((await back(browser, url)).status).toBe(303);
    browser.cookies.set('cordon-sign-in', cookie);
    expect(await back(browser, url)).toMatchObject(expired);
  });

  test('an answer that another browser began is refused, and stays good for that one', async () => {
    const [attacker, victim] = [aBrowser(), aBrowser()];
    const { headers } = await begin(attacker);
    const url = await provider.visit(String(headers.location), 'anna');
    expect(await back(victim, url)).toMatchObject(expired);
    await begin(victim);
    expect(await back(victim, url)).toMatchObject(expired);
    expect(victim.cookies.has('cordon-session')).toBe(false);
    expect((await back(attacker, url)).status).toBe(303);
  });

  test('an answer after 10 minutes, or of before a restart, is refused', async () => {
    const browser = aBrowser();
    const { headers } = await begin(browser);
    const url = await provider.visit(String(headers.location), 'anna');
    world.clock.now += 10 * 60_000 + 1;
    expect(await back(browser, url)).toMatchObject(expired);
  });

  test.each(['', '?state=', '?code=x&state=y', '?error=access_denied', `?code=x&state=${'x'.repeat(10_000)}`])(
    'an answer with %.30j is refused',
    async (query) => {
      const browser = aBrowser();
      await begin(browser);
      expect(await browser.ask('GET', `/sign-in/oidc/ours/callback${query}`, undefined, NAVIGATION)).toMatchObject(
        expired,
      );
    },
  );

  test.each([
    ['another code', (url: URL) => url.searchParams.set('code', 'forged')],
    ['no code', (url: URL) => url.searchParams.delete('code')],
    ['another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['an error beside it', (url: URL) => url.searchParams.set('error', 'access_denied')],
  ])('an answer with %s opens nothing', async (_, forge) => {
    const browser = aBrowser();
    const { headers } = await begin(browser);
    const url = await provider.visit(String(headers.location), 'anna');
    forge(url);
    expect(await back(browser, url)).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
    expect(browser.cookies.has('cordon-session')).toBe(false);
  });

  test('the code of another sign-in opens nothing: its nonce and verifier are others', async () => {
    const [attacker, victim] = [aBrowser(), aBrowser()];
    const stolen = await provider.visit(String((await begin(victim)).headers.location), 'anna');
    const own = await provider.visit(String((await begin(attacker)).headers.location), 'nobody');
    own.searchParams.set('code', stolen.searchParams.get('code')!);
    expect((await back(attacker, own)).body.code).toBe('sign_in_failed');
  });

  test('the code of one provider is not told to another, whose sign-in it comes back with', async () => {
    const browser = aBrowser();
    const begun = new URL(String((await begin(browser, 'shy')).headers.location));
    // A hostile provider sends the browser on to an honest one, as if Cordon had asked there.
    const mixedUp = new URL('/auth', provider.issuer);
    for (const [key, value] of begun.searchParams) mixedUp.searchParams.set(key, value);
    mixedUp.searchParams.set('redirect_uri', redirectUri('ours'));
    const url = await provider.visit(mixedUp.href, 'anna');
    expect(url.searchParams.get('code')).not.toBeNull();
    url.searchParams.delete('iss');
    shy.asked.length = 0;
    expect(await back(browser, url)).toMatchObject(expired);
    expect(shy.asked).toEqual([]);
    expect(browser.cookies.has('cordon-session')).toBe(false);
  });

  test('a provider sends nobody to the redirect URI of another', async () => {
    const mixedUp = new URL(String((await begin(aBrowser(), 'ours')).headers.location));
    mixedUp.searchParams.set('redirect_uri', redirectUri('shy'));
    await expect(provider.visit(mixedUp.href, 'anna')).rejects.toThrow('redirect_uri');
  });

  test('who aborts at the provider has no session', async () => {
    const browser = aBrowser();
    const { headers } = await begin(browser);
    const url = await provider.visit(String(headers.location), 'anna', 'abort');
    expect((await back(browser, url)).body.code).toBe('sign_in_failed');
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    'https:evil.example',
    'https://evil.example',
    '/%2fevil.example',
    '/%5Cevil.example',
    '/\r\nSet-Cookie: a=b',
    'x',
    '',
  ])('the page %j is none of ours, and nothing begins', async (returnTo) => {
    const answer = await begin(aBrowser(), 'ours', returnTo);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'returnTo' }] }, setCookies: [] });
  });

  test('a megabyte of sign-ins that nobody ends does not push out another one’s', async () => {
    const browser = aBrowser();
    const { headers } = await begin(browser);
    for (let i = 0; i < 200; i++) await oidc.begin('ours', '/', `2001:db8::${i}`);
    expect((await back(browser, await provider.visit(String(headers.location), 'anna'))).status).toBe(303);
  });
});

describe('a provider', () => {
  const unreachable = { status: 503, body: { code: 'sign_in_provider_unreachable' } };

  test('that is away is told as such, and the others go on', async () => {
    expect(await begin(aBrowser(), 'away')).toMatchObject(unreachable);
    provider.people.set('anna', { roles: ['mail-admins'], preferred_username: 'anna@ours.example' });
    expect((await signIn(aBrowser(), 'anna')).status).toBe(303);
  });

  test('that comes back is asked again', async () => {
    provider.isDown = true;
    const browser = aBrowser();
    expect(await begin(browser)).toMatchObject(unreachable);
    provider.isDown = false;
    expect(await begin(browser)).toMatchObject(unreachable);
    world.clock.now += 2_000;
    expect((await begin(browser)).status).toBe(303);
  });

  test('that goes away on the way is told as such', async () => {
    provider.people.set('anna', { roles: ['mail-admins'], preferred_username: 'anna@ours.example' });
    const browser = aBrowser();
    const url = await provider.visit(String((await begin(browser)).headers.location), 'anna');
    provider.isDown = true;
    expect(await back(browser, url)).toMatchObject(unreachable);
    expect(browser.cookies.has('cordon-session')).toBe(false);
  });

  test('that does not know our secret vouches for nobody', async () => {
    provider.people.set('anna', { roles: ['mail-admins'] });
    const browser = aBrowser();
    const answer = await signIn(browser, 'anna', 'wrong-secret');
    expect(answer).toMatchObject({ status: 401, body: { code: 'sign_in_failed' } });
    expect(JSON.stringify(answer)).not.toContain('another one');
  });

  test('that does not let somebody in sends a browser back to the page of sign-in, with the code and nothing else', async () => {
    const asBrowser = { accept: 'text/html,application/xhtml+xml', ...NAVIGATION };
    const away = await aBrowser().ask('GET', '/sign-in/oidc/away', undefined, asBrowser);
    expect([away.status, away.headers.location]).toEqual([303, '/?sign-in-problem=sign_in_provider_unreachable']);
    provider.people.set('guest', { groups: ['visitors'] });
    const browser = aBrowser();
    const url = await provider.visit(String((await begin(browser)).headers.location), 'guest');
    const path = url.href.slice(url.href.indexOf('/sign-in'));
    const answer = await browser.ask('GET', path, undefined, asBrowser);
    expect([answer.status, answer.headers.location]).toEqual([303, '/?sign-in-problem=no_role']);
    expect(browser.cookies.has('cordon-session')).toBe(false);
    const again = await browser.ask('GET', path, undefined, asBrowser);
    expect([again.status, again.headers.location]).toEqual([303, '/?sign-in-problem=sign_in_expired']);
  });

  test('that is not configured is not found', async () => {
    expect((await begin(aBrowser(), 'nobody')).status).toBe(404);
  });
});
