import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';

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

  test('is made by the provider, with a name of its own', async () => {
    const made = await ask('provider', 'POST', '/organizations', { name: 'New', subjects: 'off' });
    expect(made).toMatchObject({ status: 201, body: { name: 'New', subjects: 'off', journalDays: 30 } });
    expect((await ask('provider', 'POST', '/organizations', { name: 'NEW' })).body.code).toBe('name_taken');
    expect((await ask('provider', 'PATCH', ours, { name: 'new' })).body.code).toBe('name_taken');
    expect((await ask('ours', 'POST', '/organizations', { name: 'Mine' })).status).toBe(403);
  });
});
