import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';
import type { Directory } from '../attribution/directory.ts';
import { buildApi } from './build.ts';

const api = await aTestApi();
const { world, ask, audit } = api;
afterAll(() => api.close());
const ours = `/organizations/${world.ours.id}`;

describe('an organization', () => {
  test('is shown with what is kept of it, and how long', async () => {
    const { body } = await ask('ours', 'GET', '/organizations');
    expect(body.items).toEqual([
      {
        id: world.ours.id,
        name: 'Ours',
        timeZone: 'UTC',
        auditLog: true,
        journalDays: 30,
        evidenceDays: 180,
        auditDays: 365,
        subjects: 'full',
      },
    ]);
  });

  test('chooses, goes back to what cordon.yaml says, and each is audited', async () => {
    const chosen = await ask('ours', 'PATCH', ours, { journalDays: 15, subjects: 'first-20' });
    expect(chosen).toMatchObject({ status: 200, body: { journalDays: 15, evidenceDays: 180, subjects: 'first-20' } });
    const back = await ask('ours', 'PATCH', ours, { journalDays: null });
    expect(back.body).toMatchObject({ journalDays: 30, subjects: 'first-20' });
    expect((await audit('Set-Organization')).map(({ parameters }) => parameters)).toEqual(
      expect.arrayContaining([{ journalDays: 15, subjects: 'first-20' }, { journalDays: null }]),
    );
  });

  test('points to where its users are helped, until it does not any more; each is audited', async () => {
    const links = {
      enableMfaUrl: 'https://id.ours.example/users/{user}/mfa?from=cordon#top',
      resetPasswordUrl: 'http://[::1]:8443/reset?user={user}',
    };
    expect((await ask('ours', 'PATCH', ours, links)).body).toMatchObject({ ...links, journalDays: 30 });
    expect((await ask('reader', 'GET', '/organizations')).body.items[0]).toMatchObject(links);
    expect((await ask('ours', 'PATCH', ours, { enableMfaUrl: null })).body).not.toHaveProperty('enableMfaUrl');
    expect((await ask('reader', 'GET', '/organizations')).body.items[0]).toMatchObject({
      resetPasswordUrl: links.resetPasswordUrl,
    });
    expect((await audit('Set-Organization')).flatMap(({ changes }) => changes)).toEqual(
      expect.arrayContaining([
        { name: 'enableMfaUrl', before: undefined, after: links.enableMfaUrl },
        { name: 'enableMfaUrl', before: links.enableMfaUrl, after: undefined },
      ]),
    );
    const made = await ask('provider', 'POST', '/organizations', { name: 'Linked', ...links });
    expect(made).toMatchObject({ status: 201, body: links });
  });

  test.each([
    'javascript:alert(1)',
    'http://id.ours.example/reset',
    'http://localhost.evil.example/',
    'https://user:secret@id.ours.example/',
    'https://{user}.ours.example/',
    'https:id.ours.example',
    ' https://id.ours.example/',
    'https://id.ours.example/\nreset',
    'https://id.ours.example\\@evil.example/',
    `https://id.ours.example/${'x'.repeat(2_000)}`,
    '',
  ])('is not pointed to %j', async (link) => {
    const refused = await ask('ours', 'PATCH', ours, { resetPasswordUrl: link });
    expect(refused).toMatchObject({
      status: 400,
      body: {
        code: 'invalid_request',
        errors: [{ path: 'resetPasswordUrl', message: expect.stringContaining('must be an https: address') }],
      },
    });
  });

  test('keeps at least what the detector needs, and its audit log as long as its administrators say', async () => {
    expect((await ask('ours', 'PATCH', ours, { journalDays: 14 })).status).toBe(400);
    expect((await ask('ours', 'PATCH', ours, { auditDays: 90 })).body.auditDays).toBe(90);
    expect((await ask('security', 'PATCH', ours, { auditDays: 30 })).body.code).toBe('forbidden');
    expect((await ask('provider', 'PATCH', ours, { auditDays: 30 })).body.auditDays).toBe(30);
  });

  test('is changed by nobody else, who is told that there is none', async () => {
    expect((await ask('theirs', 'PATCH', ours, { subjects: 'off' })).status).toBe(404);
    expect(await audit('Set-Organization')).toContainEqual(
      expect.objectContaining({ organizationId: world.theirs.id, result: 'Failed' }),
    );
  });

  test('is renamed by the provider only where there are several, so that nobody learns the names of others', async () => {
    const answers = [
      await ask('ours', 'PATCH', ours, { name: 'theirs' }),
      await ask('ours', 'PATCH', ours, { name: 'free', subjects: 'off' }),
    ];
    for (const { status, body } of answers) {
      expect([status, body.code]).toEqual([403, 'forbidden']);
      expect(body.detail).not.toContain('Theirs');
    }
    expect((await ask('reader', 'GET', '/organizations')).body.items[0]).toMatchObject({ name: 'Ours' });
    expect(world.ports.directory.organization(world.ours.id)?.keeping.subjects).not.toBe('off');
    expect(await ask('ours', 'PATCH', ours, { name: 'Ours', journalDays: 20 })).toMatchObject({ status: 200 });
    const taken = await ask('provider', 'PATCH', ours, { name: 'THEIRS' });
    expect(taken).toMatchObject({ status: 409, body: { code: 'name_taken', detail: 'the name THEIRS is taken' } });
    expect((await ask('provider', 'PATCH', ours, { name: 'Ours Ltd' })).body.name).toBe('Ours Ltd');
    expect((await ask('provider', 'PATCH', ours, { name: 'Ours' })).body.name).toBe('Ours');
  });

  test('that is the only one is renamed by its own administrators', async () => {
    const { directory } = world.ports;
    const alone = new Proxy(directory, {
      get: (whole, key: keyof Directory) => {
        if (key === 'organizations') return () => whole.organizations(world.ours.id);
        return typeof whole[key] === 'function' ? (whole[key] as () => unknown).bind(whole) : whole[key];
      },
    });
    const app = await buildApi({ ...world.ports, directory: alone });
    const headers = { authorization: `Bearer ${world.secrets.ours}` };
    const rename = (name: string) => app.inject({ method: 'PATCH', url: `/api/v1${ours}`, headers, payload: { name } });
    expect((await rename('Mine')).json()).toMatchObject({ name: 'Mine' });
    expect((await rename('Ours')).json()).toMatchObject({ name: 'Ours' });
    await app.close();
  });

  test('is made by the provider, with a name of its own', async () => {
    const made = await ask('provider', 'POST', '/organizations', { name: 'New', subjects: 'off' });
    expect(made).toMatchObject({ status: 201, body: { name: 'New', subjects: 'off', journalDays: 30 } });
    expect((await ask('provider', 'POST', '/organizations', { name: 'NEW' })).body.code).toBe('name_taken');
    expect((await ask('provider', 'PATCH', ours, { name: 'new' })).body.code).toBe('name_taken');
    expect((await ask('ours', 'POST', '/organizations', { name: 'Mine' })).status).toBe(403);
  });
});
