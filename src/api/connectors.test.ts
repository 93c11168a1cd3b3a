import { afterAll, describe, expect, test } from 'vitest';
import { aTestApi, NOW } from '../../test/api-world.ts';
import { aClient } from '../../test/factories.ts';

const api = await aTestApi();
const { world, ask, aConnector, audit } = api;
afterAll(() => api.close());

const record = async (operation: string, objectId: string) =>
  (await audit(operation)).find((one) => one.objectId === objectId);
const refusal = async (operation: string, name: string) =>
  (await audit(operation)).find(({ result, parameters }) => result === 'Failed' && parameters.name === name);

describe('connectors', () => {
  test('are created, shown, changed and deleted, each with its audit record', async () => {
    const made = await ask('provider', 'POST', '/connectors', {
      name: 'printer',
      organizationId: world.ours.id,
      senderIpAddresses: ['203.0.113.7'],
    });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      organizationId: world.ours.id,
      senderIpAddresses: ['203.0.113.7/32'],
      mode: 'enforce',
      armed: false,
      restricted: false,
      createdAt: new Date(NOW).toISOString(),
    });
    const { id } = made.body;
    expect((await ask('ours', 'GET', `/connectors/${id.toUpperCase()}`)).body).toEqual(made.body);

    const changed = await ask('ours', 'PATCH', `/connectors/${id}`, { mode: 'observe' });
    expect(changed.body).toMatchObject({ mode: 'observe', name: 'printer', senderIpAddresses: ['203.0.113.7/32'] });
    expect((await ask('ours', 'DELETE', `/connectors/${id}`)).status).toBe(204);
    expect((await ask('ours', 'GET', `/connectors/${id}`)).status).toBe(404);

    const records = await Promise.all(
      ['New-InboundConnector', 'Set-InboundConnector', 'Remove-InboundConnector'].map(audit),
    );
    for (const list of records) {
      expect(list.find((record) => record.objectId === id)).toMatchObject({
        organizationId: world.ours.id,
        result: 'Succeeded',
        clientAddress: '127.0.0.1',
        at: NOW,
      });
    }
    expect(await record('New-InboundConnector', id)).toMatchObject({ by: 'provider', parameters: { name: 'printer' } });
    expect(await record('Set-InboundConnector', id)).toMatchObject({
      by: 'our admin',
      parameters: { mode: 'observe' },
    });
  });

  test('that are restricted cannot be deleted or disabled: they would relay again, unguarded', async () => {
    const { id } = (
      await ask('provider', 'POST', '/connectors', {
        name: 'stolen',
        organizationId: world.ours.id,
        senderIpAddresses: ['203.0.113.99'],
      })
    ).body;
    await ask('ours', 'POST', `/restricted-entities/${id}/restrict`, { reason: 'stolen' });
    const conflict = { status: 409, body: { code: 'still_restricted' } };
    expect(await ask('ours', 'DELETE', `/connectors/${id}`)).toMatchObject(conflict);
    expect(await ask('ours', 'PATCH', `/connectors/${id}`, { enabled: false })).toMatchObject(conflict);
    expect((await ask('ours', 'GET', `/connectors/${id}`)).body).toMatchObject({ enabled: true, restricted: true });
    await ask('ours', 'POST', `/restricted-entities/${id}/unblock`, {});
    expect((await ask('ours', 'DELETE', `/connectors/${id}`)).status).toBe(204);
  });

  test('cannot take an identity that is taken, and hear no name of its owner', async () => {
    const body = { name: 'thief', organizationId: world.ours.id, senderIpAddresses: ['198.51.100.7'] };
    const answer = await ask('provider', 'POST', '/connectors', body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'identity_taken' } });
    expect(answer.body.errors).toEqual([{ path: 'senderIpAddresses', message: '198.51.100.7/32 is taken' }]);
    expect(JSON.stringify(answer.body)).not.toMatch(/shop|Theirs|theirs\.example/);
    expect(await refusal('New-InboundConnector', 'thief')).toMatchObject({ parameters: { error: 'identity_taken' } });
  });

  test.each([
    [{ senderIpAddresses: ['10.0.0.0/8'] }, 'prefix_too_short', 400],
    [{ senderIpAddresses: ['printer'] }, 'invalid_request', 400],
    [{ name: 'branch office' }, 'name_taken', 409],
  ])('refuse %j with %s', async (over, code, status) => {
    const answer = await ask('provider', 'POST', '/connectors', { name: 'x', organizationId: world.ours.id, ...over });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  test('need an organization where there are several', async () => {
    const answer = await ask('provider', 'POST', '/connectors', { name: 'x' });
    expect(answer.body.errors).toEqual([{ path: 'organizationId', message: expect.any(String) }]);
  });

  test('of a tenant claim no identity that the provider did not assign; the refusal is audited', async () => {
    const body = { name: 'mine', senderIpAddresses: ['203.0.113.99'] };
    expect(await ask('ours', 'POST', '/connectors', body)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await refusal('New-InboundConnector', 'mine')).toMatchObject({
      organizationId: world.ours.id,
      by: 'our admin',
      parameters: { error: 'forbidden' },
    });
    const id = world.ourConnector.id;
    const moved = await ask('ours', 'PATCH', `/connectors/${id}`, {
      senderIpAddresses: ['192.0.2.0/24', '203.0.113.99'],
    });
    expect(moved.status).toBe(403);
    const kept = await ask('ours', 'PATCH', `/connectors/${id}`, { senderIpAddresses: ['192.0.2.0/24'], comment: 'x' });
    expect(kept.status).toBe(200);
  });

  test('leave a bounded record, whatever is sent', async () => {
    const senderIpAddresses = Array.from({ length: 1_000 }, (_, i) => `2001:db8::${i.toString(16)}:0:0/96`);
    const order = { name: 'many', organizationId: world.ours.id, senderIpAddresses, comment: 'c'.repeat(1_000) };
    expect((await ask('reader', 'POST', '/connectors', order)).status).toBe(403);
    const refused = (await refusal('New-InboundConnector', 'many'))!;
    expect(refused.parameters).toMatchObject({ name: 'many', cut: '2 values', error: 'forbidden' });
    expect(JSON.stringify(refused.parameters).length).toBeLessThan(2_100);
    const { body, status } = await ask('provider', 'POST', '/connectors', order);
    expect([status, body.senderIpAddresses.length]).toEqual([201, 1_000]);
    const made = (await record('New-InboundConnector', body.id))!;
    expect(made.parameters).toMatchObject({ comment: order.comment, cut: '1 value', changesCut: '1 value' });
    expect(made.parameters.senderIpAddresses).toContain(senderIpAddresses[0]);
    expect(JSON.stringify(made).length).toBeLessThan(34_000);
  });

  test('come in pages', async () => {
    const names = ['page-1', 'page-2', 'page-3'];
    for (const name of names) await aConnector({ name });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await ask('provider', 'GET', `/connectors?limit=2${query}`);
      expect(body.items.length).toBeLessThanOrEqual(2);
      seen.push(...body.items.map((item: { name: string }) => item.name));
      cursor = body.next;
    } while (cursor !== undefined);
    expect(seen).toEqual([...seen].sort());
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining([...names, 'branch office', 'shop']));
  });

  test('are found by name in any case', async () => {
    const { body } = await ask('ours', 'GET', '/connectors?name=BRANCH%20office');
    expect(body.items.map((item: { id: string }) => item.id)).toEqual([world.ourConnector.id]);
  });

  test('are discovered from relaying that none claims, for the provider only', async () => {
    world.ports.discovery.note(aClient({ clientAddress: '203.0.113.50', clientName: 'ghost' }), 7, NOW);
    world.ports.discovery.note(aClient({ clientAddress: '192.0.2.99' }), 9, NOW);
    expect((await ask('provider', 'GET', '/connectors/discovered')).body.items).toEqual([
      expect.objectContaining({ clientAddress: '203.0.113.50', recipients: 7, lastSeen: new Date(NOW).toISOString() }),
    ]);
    expect((await ask('ours', 'GET', '/connectors/discovered')).body.items).toEqual([]);
  });
});

describe('accepted domains', () => {
  test('are added and removed in their normal form', async () => {
    const body = { domain: 'BÜCHER.example.', organizationId: world.ours.id };
    const added = await ask('provider', 'POST', '/accepted-domains', body);
    expect(added).toMatchObject({ status: 201, body: { domain: 'xn--bcher-kva.example' } });
    const path = `/accepted-domains/${encodeURIComponent('bücher.example')}`;
    expect((await ask('ours', 'DELETE', path)).status).toBe(403);
    expect((await ask('provider', 'DELETE', path)).status).toBe(204);
    expect((await ask('provider', 'DELETE', path)).status).toBe(404);
    expect((await audit('Remove-AcceptedDomain')).map((record) => record.result)).toContain('Succeeded');
  });

  test('of others cannot be claimed: a foreign domain as one’s own would leave the guard’s sight', async () => {
    expect(await ask('ours', 'POST', '/accepted-domains', { domain: 'gmail.example' })).toMatchObject({ status: 403 });
    const body = { domain: 'theirs.example', organizationId: world.ours.id };
    const answer = await ask('provider', 'POST', '/accepted-domains', body);
    expect(answer).toMatchObject({ status: 409, body: { code: 'identity_taken' } });
    expect(answer.body.detail).toBe('theirs.example is taken');
  });
});

describe('exception windows', () => {
  const hours = (count: number) => new Date(NOW + count * 3_600_000).toISOString();
  const order = (over: object) => ({
    connectorId: world.ourConnector.id,
    until: hours(24),
    reason: 'newsletter',
    ...over,
  });

  test('open, are listed and close', async () => {
    const made = await ask('ours', 'POST', '/exception-windows', order({}));
    expect(made).toMatchObject({ status: 201, body: { from: hours(0), until: hours(24), by: 'our admin' } });
    expect((await ask('ours', 'GET', '/exception-windows')).body.items).toEqual([made.body]);
    expect((await ask('theirs', 'GET', '/exception-windows')).body.items).toEqual([]);
    expect((await ask('theirs', 'DELETE', `/exception-windows/${made.body.id}`)).status).toBe(404);
    expect((await ask('ours', 'DELETE', `/exception-windows/${made.body.id}`)).status).toBe(204);
    expect(await audit('New-ExceptionWindow')).toContainEqual(
      expect.objectContaining({ organizationId: world.ours.id, objectId: made.body.id, result: 'Succeeded' }),
    );
  });

  test.each([
    ['longer than 7 days', { until: hours(24 * 7 + 1) }, 'until'],
    ['over already', { from: hours(-2), until: hours(-1) }, 'until'],
    ['without a reason', { reason: ' ' }, 'reason'],
    ['with a reason of 1001 characters', { reason: 'x'.repeat(1_001) }, 'reason'],
  ])('are refused when %s', async (_, over, path) => {
    const answer = await ask('ours', 'POST', '/exception-windows', order(over));
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toEqual([path]);
  });
});
