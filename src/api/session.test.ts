import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';
import { Browser } from '../../test/browser.ts';
import { hashPassword } from '../access/password.ts';
import type { RoleName } from '../access/roles.ts';
import { fromBase32, hotp } from '../access/totp.ts';
import { buildApi } from './build.ts';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'another horse battery';
const api = await aTestApi();
const { world, app, audit } = api;
const passwordHash = await hashPassword(PASSWORD);
afterAll(() => api.close());

let made = 0;
/** Somebody whose password is his own; `ours` unless said otherwise. */
async function aPerson(roles: readonly RoleName[] = ['Organization Management'], organizationId = world.ours.id) {
  made++;
  const { accounts } = world.ports;
  const account = await accounts.add({ name: `person-${made}`, organizationId, roles, passwordHash }, undefined);
  return accounts.setPassword(account.id, passwordHash, 'himself');
}
/** Each at an address of its own, so that failures of one test do not limit another. */
const aBrowser = () => new Browser(app, `10.0.0.${++made}`);
async function signedIn(roles?: readonly RoleName[], organizationId?: string) {
  const account = await aPerson(roles, organizationId);
  const browser = aBrowser();
  expect((await browser.signIn(account.name, PASSWORD)).status).toBe(200);
  return { account, browser };
}
/** What somebody was refused, newest first. */
const failedOf = async (accountId: string) =>
  (await world.store.audit.list({ limit: 1_000 }))
    .filter(({ userKey, result }) => userKey === accountId && result === 'Failed')
    .map(({ operation, parameters }) => [operation, parameters.error]);
beforeEach(() => {
  world.clock.now += 60_000;
});

describe('sign-in with a password', () => {
  test('brings a cookie that scripts and other sites do not get, and tells who one is', async () => {
    const account = await aPerson();
    const answer = await aBrowser().signIn(account.name.toUpperCase(), PASSWORD);
    expect(answer.body).toMatchObject({
      kind: 'account',
      name: account.name,
      organization: { id: world.ours.id, name: 'Ours' },
      roles: ['Organization Management'],
      mustChangePassword: false,
      notices: [{ code: 'nobody_is_told' }],
    });
    expect(answer.body.actions).toContain('connectors.write');
    expect(answer.setCookies).toEqual([
      expect.stringMatching(/^cordon-session=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^cordon-device=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=34560000$/),
    ]);
  });

  test('over TLS, here or at a proxy, makes cookies that no other host can plant', async () => {
    const account = await aPerson();
    const secure = await buildApi({ ...world.ports, publicUrl: 'https://cordon.ours.example' });
    const browser = new Browser(secure, '10.9.9.9');
    const { setCookies } = await browser.signIn(account.name, PASSWORD);
    expect(setCookies).toEqual([
      expect.stringMatching(/^__Host-cordon-session=\S+; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
      expect.stringMatching(/^__Host-cordon-device=\S+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=\d+$/),
    ]);
    const secret = browser.cookies.get('__Host-cordon-session')!;
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    browser.cookies.clear();
    browser.cookies.set('cordon-session', secret);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    await secure.close();
  });

  test('says the same of an unknown name, a wrong password and a disabled account', async () => {
    const [account, off] = [await aPerson(), await aPerson()];
    await world.ports.accounts.change(off.id, { enabled: false }, undefined);
    const answers = [];
    for (const [name, password] of [
      ['nobody', PASSWORD],
      [account.name, 'wrong'],
      [off.name, PASSWORD],
    ] as const) {
      const { status, body, setCookies } = await aBrowser().signIn(name, password);
      answers.push(JSON.stringify({ status, body, setCookies }));
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0]!)).toMatchObject({ status: 401, body: { code: 'sign_in_failed' }, setCookies: [] });
  });

  test('is limited with a time to wait, and the owner still comes in at his own browser', async () => {
    const { account, browser: own } = await signedIn();
    const attacker = aBrowser();
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await attacker.signIn(account.name, `wrong ${i}`));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
    expect(answers[5]).toMatchObject({ headers: { 'retry-after': '1' }, body: { code: 'sign_in_limited' } });
    expect((await own.signIn(account.name, PASSWORD)).status).toBe(200);
  });

  test('starts a session of its own, whatever cookie was there before', async () => {
    const { account, browser } = await signedIn();
    const before = browser.cookies.get('cordon-session')!;
    await browser.signIn(account.name, PASSWORD);
    expect(browser.cookies.get('cordon-session')).not.toBe(before);
    browser.cookies.set('cordon-session', before);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    const planted = aBrowser();
    planted.cookies.set('cordon-session', 'planted-by-somebody-else-planted-by-somebod');
    await planted.signIn(account.name, PASSWORD);
    expect(planted.cookies.get('cordon-session')).toMatch(/^[\w-]{43}$/);
    expect(planted.cookies.get('cordon-session')).not.toMatch(/^planted/);
  });

  test('from a page of another site is refused', async () => {
    const account = await aPerson();
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
    const body = { name: account.name, password: PASSWORD };
    const answer = await aBrowser().ask('POST', '/session', body, headers);
    expect(answer).toMatchObject({ status: 403, body: { code: 'cross_site' }, setCookies: [] });
  });

  test('leaves records without a password, whatever the name is', async () => {
    const account = await aPerson();
    await aBrowser().signIn(account.name, PASSWORD);
    const name = `x\r\nFrom: evil\u001b[31m${'x'.repeat(200)}`;
    await aBrowser().signIn(name, 'my secret password');
    const ins = await audit('UserLoggedIn');
    expect(ins[0]).toMatchObject({
      userKey: account.id,
      by: account.name,
      organizationId: world.ours.id,
      result: 'Succeeded',
      parameters: { method: 'password' },
    });
    const [failed] = await audit('UserLoginFailed');
    expect(failed).toMatchObject({ userKey: '', organizationId: '', result: 'Failed' });
    expect(failed!.by).toMatch(/^x\S*From: evil\S+$/);
    expect(failed!.by.length).toBeLessThan(150);
    const all = JSON.stringify(await world.store.audit.list({ limit: 1_000 }));
    expect(all).not.toContain('my secret password');
    expect(all).not.toContain(PASSWORD);
  });

  test.each([
    ['a name of 1 MB', { name: 'x'.repeat(1_000_000), password: 'x' }, 413],
    ['a long name', { name: 'x'.repeat(256), password: 'x' }, 400],
    ['a long password', { name: 'x', password: 'x'.repeat(1_025) }, 400],
    ['no password', { name: 'x' }, 400],
    ['a list', [], 400],
    ['another field', { name: 'x', password: 'x', admin: true }, 400],
  ])('with %s is an invalid request', async (_, body, status) => {
    expect(await aBrowser().ask('POST', '/session', body)).toMatchObject({ status, body: { code: 'invalid_request' } });
  });
});

describe('a session', () => {
  test.each(['', 'x', 'a'.repeat(43), 'a'.repeat(8_000), '%00', '../..', '"; DROP TABLE session; --'])(
    'is not opened by the forged cookie %.20j',
    async (secret) => {
      const { browser } = await signedIn();
      browser.cookies.set('cordon-session', secret);
      const { status, body } = await browser.ask('GET', '/connectors');
      expect([status, body.code]).toEqual([401, 'unauthorized']);
    },
  );

  test('cannot be used as a token, nor a token as a session', async () => {
    const { browser } = await signedIn();
    const secret = browser.cookies.get('cordon-session')!;
    browser.cookies.clear();
    const asToken = { authorization: `Bearer ${secret}` };
    expect((await browser.ask('GET', '/session', undefined, asToken)).status).toBe(401);
    browser.cookies.set('cordon-session', world.secrets.provider);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
  });

  test('sees its organization and no other', async () => {
    const { browser } = await signedIn(undefined, world.theirs.id);
    const { body } = await browser.ask('GET', '/connectors');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual([world.theirConnector.id]);
    const { status } = await browser.ask('GET', `/connectors/${world.ourConnector.id}`);
    expect(status).toBe(404);
  });

  const change = { comment: 'changed' };
  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a sister site', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:80' }],
    ['another origin, of an old browser', { origin: 'https://evil.example' }],
    ['our name on another scheme', { origin: 'https://localhost:80' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['nowhere', { 'sec-fetch-site': '' }],
  ] as [string, Record<string, string>][])('changes nothing for a page of %s', async (_, headers) => {
    const { account, browser } = await signedIn();
    const answer = await browser.ask('PATCH', `/connectors/${world.ourConnector.id}`, change, headers);
    expect(answer).toMatchObject({ status: 403, body: { code: 'cross_site' } });
    const records = (await audit('PATCH /connectors/:id')).filter(({ userKey }) => userKey === account.id);
    expect(records).toEqual([
      expect.objectContaining({
        organizationId: world.ours.id,
        objectId: world.ourConnector.id,
        by: account.name,
        userType: 'Admin',
        clientAddress: expect.stringMatching(/^10\.0\.0\./),
        parameters: { error: 'cross_site' },
        result: 'Failed',
      }),
    ]);
  });

  test('leaves a record of what another site asked of it, also of its own sign-out, and none of reads', async () => {
    const { account, browser } = await signedIn(['Global Reader']);
    const headers = { 'sec-fetch-site': 'cross-site' };
    for (const [method, path] of [
      ['DELETE', '/session'],
      ['POST', '/connectors'],
      ['POST', '/probes'],
    ] as const) {
      expect((await browser.ask(method, path, undefined, headers)).body.code).toBe('cross_site');
    }
    expect((await browser.ask('GET', '/connectors', undefined, headers)).status).toBe(200);
    expect(await failedOf(account.id)).toEqual([
      ['POST /connectors', 'cross_site'],
      ['DELETE /session', 'cross_site'],
    ]);
    expect((await browser.ask('GET', '/session')).status).toBe(200);
  });

  test('changes nothing for who does not say where he comes from', async () => {
    const { browser } = await signedIn();
    const cookie = `cordon-session=${browser.cookies.get('cordon-session')}`;
    const url = `/api/v1/connectors/${world.ourConnector.id}`;
    const answer = await app.inject({ method: 'PATCH', url, headers: { cookie }, payload: change });
    expect(answer.json()).toMatchObject({ status: 403, code: 'cross_site' });
  });

  test('that is none leaves no record: nobody could be named', async () => {
    const before = (await world.store.audit.list({ limit: 1_000 })).length;
    const browser = aBrowser();
    browser.cookies.set('cordon-session', 'a'.repeat(43));
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect((await browser.ask('POST', '/connectors', { nam: 1 }, headers)).status).toBe(401);
    expect(await world.store.audit.list({ limit: 1_000 })).toHaveLength(before);
  });

  test.each([{ origin: 'http://localhost:80' }, { 'sec-fetch-site': 'none' }, { 'sec-fetch-site': 'same-origin' }])(
    'changes things for a page of ours (%j)',
    async (headers) => {
      const { browser } = await signedIn();
      const path = `/connectors/${world.ourConnector.id}`;
      expect((await browser.ask('PATCH', path, change, headers as Record<string, string>)).status).toBe(200);
    },
  );

  test('ends with sign-out, which is recorded', async () => {
    const { account, browser } = await signedIn();
    const secret = browser.cookies.get('cordon-session')!;
    expect((await browser.ask('DELETE', '/session')).status).toBe(204);
    expect(browser.cookies.has('cordon-session')).toBe(false);
    browser.cookies.set('cordon-session', secret);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect((await audit('UserLoggedOut'))[0]).toMatchObject({ userKey: account.id, by: account.name });
  });

  test('is listed for its owner with address and browser, and can be ended by him alone', async () => {
    const { account, browser } = await signedIn();
    const other = aBrowser();
    await other.signIn(account.name, PASSWORD);
    const { items } = (await browser.ask('GET', '/sessions')).body;
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      accountName: account.name,
      userAgent: 'Test browser',
      current: expect.anything(),
    });
    const foreign = items.find(({ current }: { current: boolean }) => !current).id;
    const { browser: reader } = await signedIn(['Global Reader']);
    const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
    for (const id of [foreign, UNKNOWN]) expect((await reader.ask('DELETE', `/sessions/${id}`)).status).toBe(403);
    expect((await browser.ask('DELETE', `/sessions/${foreign}`)).status).toBe(204);
    expect((await other.ask('GET', '/session')).status).toBe(401);
  });

  test('of others is ended by an administrator of the same organization, one or all', async () => {
    const { account, browser } = await signedIn(['Global Reader']);
    const { browser: admin } = await signedIn();
    const { browser: stranger } = await signedIn(undefined, world.theirs.id);
    const path = `/sessions?accountId=${account.id}`;
    expect((await stranger.ask('GET', path)).status).toBe(404);
    expect((await stranger.ask('DELETE', path)).status).toBe(404);
    expect((await admin.ask('GET', path)).body.items).toHaveLength(1);
    expect((await admin.ask('GET', '/sessions?accountId=all')).body.items.length).toBeGreaterThan(1);
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    expect((await audit('Remove-Session'))[0]).toMatchObject({ objectId: account.id, organizationId: world.ours.id });
  });
});

describe('a password', () => {
  test('that somebody else set must be changed before anything else', async () => {
    const { id, name } = await world.ports.accounts.add(
      { name: `new-${++made}`, organizationId: world.ours.id, roles: ['Organization Management'], passwordHash },
      undefined,
    );
    const browser = aBrowser();
    const { body } = await browser.signIn(name, PASSWORD);
    expect(body).toMatchObject({ mustChangePassword: true, actions: [] });
    for (const [method, path] of [
      ['GET', '/connectors'],
      ['GET', '/sessions'],
      ['POST', '/session/totp'],
      ['POST', '/api-tokens'],
    ] as const) {
      expect(await browser.ask(method, path)).toMatchObject({ status: 403, body: { code: 'password_change_needed' } });
    }
    expect(await failedOf(id)).toEqual([
      ['POST /api-tokens', 'password_change_needed'],
      ['POST /session/totp', 'password_change_needed'],
    ]);
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    const change = { old: PASSWORD, new: NEW_PASSWORD };
    const changed = await browser.ask('POST', '/session/password', change);
    expect(changed.body).toMatchObject({ mustChangePassword: false });
    expect(changed.body.actions).toContain('connectors.write');
    expect((await browser.ask('GET', '/connectors')).status).toBe(200);
  });

  test('changed ends the other sessions, and the old one opens nothing', async () => {
    const { account, browser } = await signedIn();
    const other = aBrowser();
    await other.signIn(account.name, PASSWORD);
    await browser.ask('POST', '/session/password', { old: PASSWORD, new: NEW_PASSWORD });
    expect((await other.ask('GET', '/session')).status).toBe(401);
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    expect((await other.signIn(account.name, PASSWORD)).status).toBe(401);
    expect((await other.signIn(account.name, NEW_PASSWORD)).status).toBe(200);
    const [record] = await audit('Set-AccountPassword');
    expect(record).toMatchObject({ result: 'Succeeded', userKey: account.id, objectId: account.id, parameters: {} });
  });

  test.each([
    ['wrong', NEW_PASSWORD, 'old'],
    [PASSWORD, 'short', 'new'],
    [PASSWORD, PASSWORD, 'new'],
  ])('is not changed from %j to %j', async (old, chosen, field) => {
    const { browser } = await signedIn();
    const answer = await browser.ask('POST', '/session/password', { old, new: chosen });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
  });

  test('cannot be guessed by who has a session only', async () => {
    const { browser } = await signedIn();
    const statuses = [];
    for (let i = 0; i < 11; i++) {
      statuses.push((await browser.ask('POST', '/session/password', { old: `wrong ${i}`, new: NEW_PASSWORD })).status);
    }
    expect(statuses.slice(-2)).toEqual([400, 429]);
  });
});

describe('a second factor', () => {
  test('is set up with a code, asked for at sign-in, and removed with the password', async () => {
    const { account, browser } = await signedIn();
    const { secret, uri } = (await browser.ask('POST', '/session/totp')).body;
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);
    const code = () => hotp(fromBase32(secret), Math.floor(world.clock.now / 30_000));
    expect((await aBrowser().signIn(account.name, PASSWORD)).status).toBe(200);
    const confirm = (proof: object) => browser.ask('PUT', '/session/totp', proof);
    expect(await confirm({ code: '000000', password: PASSWORD })).toMatchObject({ status: 400 });
    expect((await confirm({ code: code(), password: PASSWORD })).body.hasSecondFactor).toBe(true);
    const other = aBrowser();
    expect((await other.signIn(account.name, 'wrong', code())).body.code).toBe('sign_in_failed');
    expect((await other.signIn(account.name, PASSWORD)).body.code).toBe('second_factor_needed');
    // The code that set it up is spent.
    expect((await other.signIn(account.name, PASSWORD, code())).body.code).toBe('sign_in_failed');
    world.clock.now += 30_000;
    expect((await other.signIn(account.name, PASSWORD, code())).status).toBe(200);
    expect((await other.ask('POST', '/session/totp')).status).toBe(400);
    expect((await other.ask('DELETE', '/session/totp', { password: 'wrong' })).status).toBe(400);
    expect((await other.ask('DELETE', '/session/totp', { password: PASSWORD })).status).toBe(204);
    expect((await aBrowser().signIn(account.name, PASSWORD)).status).toBe(200);
    expect(JSON.stringify(await audit('Set-AccountSecondFactor'))).not.toContain(secret);
  });

  test('that is not confirmed within 10 minutes must be begun anew', async () => {
    const { browser } = await signedIn();
    const { secret } = (await browser.ask('POST', '/session/totp')).body;
    world.clock.now += 10 * 60_000 + 1;
    const code = hotp(fromBase32(secret), Math.floor(world.clock.now / 30_000));
    expect((await browser.ask('PUT', '/session/totp', { code, password: PASSWORD })).status).toBe(400);
    expect((await browser.ask('GET', '/session')).body.hasSecondFactor).toBe(false);
  });

  test('is not set up by who has the session and not the password', async () => {
    const { account, browser } = await signedIn();
    const { secret } = (await browser.ask('POST', '/session/totp')).body;
    const code = hotp(fromBase32(secret), Math.floor(world.clock.now / 30_000));
    expect(await browser.ask('PUT', '/session/totp', { code })).toMatchObject({ status: 400 });
    const wrong = await browser.ask('PUT', '/session/totp', { code, password: 'wrong' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: 'password' }] } });
    expect((await audit('Set-AccountSecondFactor'))[0]).toMatchObject({ objectId: account.id, result: 'Failed' });
    expect((await aBrowser().signIn(account.name, PASSWORD)).status).toBe(200);
  });
});

describe('who asks', () => {
  test('is told to a token, too', async () => {
    const { body } = await api.ask('ours', 'GET', '/session');
    expect(body).toMatchObject({
      kind: 'token',
      name: 'our admin',
      organization: { name: 'Ours' },
      hasPassword: false,
    });
    expect((await api.ask('provider', 'GET', '/session')).body).toMatchObject({ kind: 'local' });
  });

  test('reads that nobody is told until an administrator has an address', async () => {
    expect((await api.ask('theirs', 'GET', '/stats')).body.notices).toMatchObject([{ code: 'nobody_is_told' }]);
    const { text } = (await api.ask('provider', 'GET', '/stats')).body.notices[0];
    expect(text).toContain('of Ours, Theirs has a mail address');
    await world.ports.accounts.add(
      {
        name: 'their-chief',
        organizationId: world.theirs.id,
        mail: 'chief@theirs.example',
        roles: ['Global Administrator'],
        passwordHash,
      },
      undefined,
    );
    expect((await api.ask('theirs', 'GET', '/stats')).body.notices).toEqual([]);
    expect((await api.ask('provider', 'GET', '/session')).body.notices[0].text).not.toContain('Theirs');
  });
});
