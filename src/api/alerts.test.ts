import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { aTestApi, NOW } from '../../test/api-world.ts';
import type { Connector } from '../attribution/entity.ts';
import { aRestriction } from '../store/samples.ts';

const api = await aTestApi();
const { world, ask, audit } = api;
afterAll(() => api.close());

const at = (milliseconds: number) => new Date(milliseconds).toISOString();
/** Restricts a connector, as the detector does. */
function block({ id: entityId, name: entityName, organizationId }: Connector, incidentId?: string) {
  const incident = incidentId === undefined ? {} : { incidentId };
  world.ports.alarm.restricted(aRestriction({ entityId, entityName, organizationId, ...incident }));
}
// biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
const listed = async (query = '', who: 'ours' | 'theirs' | 'provider' = 'ours'): Promise<any[]> =>
  (await ask(who, 'GET', `/alerts${query}`)).body.items;
/** The alert of a new connector. */
async function anAlert() {
  const connector = await api.aConnector();
  block(connector);
  const [alert] = await listed(`?entityId=${connector.id}`);
  return { connector, alert };
}

beforeEach(() => {
  world.clock.now = NOW;
});

describe('an alert', () => {
  test('is there as soon as somebody asks, with links to policy, connector and evidence', async () => {
    const { connector, alert } = await anAlert();
    expect(alert).toMatchObject({
      organizationId: world.ours.id,
      policy: 'Suspicious connector activity',
      activity: 'ConnectorRestricted',
      severity: 'High',
      category: 'ThreatManagement',
      status: 'New',
      entityId: connector.id,
      entityKind: 'connector',
      entityName: connector.name,
      at: at(NOW),
      firstActivityAt: at(NOW),
      lastActivityAt: at(NOW),
      hitCount: 1,
      notified: 1,
    });
    const policy = (await ask('ours', 'GET', alert.links.policy)).body;
    expect(policy.name).toBe('Suspicious connector activity');
    expect((await ask('ours', 'GET', alert.links.entity)).body.id).toBe(connector.id);
    expect(alert.links.evidence).toBe(`/restricted-entities/${connector.id}`);
  });

  test('shows its activities, newest first, and who was told of which', async () => {
    const { connector, alert } = await anAlert();
    for (let i = 1; i < 4; i++) {
      world.clock.now = NOW + i * 1_000;
      block(connector);
    }
    const { body } = await ask('ours', 'GET', `/alerts/${alert.id}`);
    expect(body).toMatchObject({ hitCount: 4, notified: 3, olderActivities: 0, comments: [], auditLog: true });
    expect(body.activities).toHaveLength(4);
    expect(body.activities[0]).toEqual({
      at: at(NOW + 3_000),
      activity: 'ConnectorRestricted',
      cause: 'detection',
      operation: 'Restrict-Connector',
      by: 'Cordon',
      object: connector.name,
      clientAddress: '',
      words: 'sends spam',
      incidentId: body.incidentId,
      notified: false,
      notToldBecause: 'daily limit',
    });
  });

  test('is taken up, classified and resolved, each change audited with before and after', async () => {
    const { alert } = await anAlert();
    const path = `/alerts/${alert.id}`;
    const taken = await ask('ours', 'PATCH', path, { status: 'InProgress', assignee: ' anna ' });
    expect(taken).toMatchObject({ status: 200, body: { status: 'InProgress', assignee: 'anna', hitCount: 1 } });
    world.clock.now += 60_000;
    const done = await ask('ours', 'PATCH', path, { status: 'Resolved', classification: 'TruePositive' });
    expect(done.body).toMatchObject({ status: 'Resolved', assignee: 'anna', resolvedAt: at(NOW + 60_000) });
    const back = await ask('ours', 'PATCH', path, { status: 'New', assignee: null, classification: null });
    for (const field of ['assignee', 'classification', 'resolvedAt']) expect(back.body).not.toHaveProperty(field);
    const records = (await audit('Set-Alert')).filter(({ objectId }) => objectId === alert.id);
    expect(new Set(records.map(({ changes }) => JSON.stringify(changes)))).toEqual(
      new Set(
        [
          [
            { name: 'status', before: 'New', after: 'InProgress' },
            { name: 'assignee', after: 'anna' },
          ],
          [
            { name: 'status', before: 'InProgress', after: 'Resolved' },
            { name: 'classification', after: 'TruePositive' },
          ],
          [
            { name: 'status', before: 'Resolved', after: 'New' },
            { name: 'assignee', before: 'anna' },
            { name: 'classification', before: 'TruePositive' },
          ],
        ].map((changes) => JSON.stringify(changes)),
      ),
    );
    expect(records[0]).toMatchObject({ organizationId: world.ours.id, by: 'our admin', result: 'Succeeded' });
  });

  test('gets comments, with who and when, and says in the audit log that it did', async () => {
    const { alert } = await anAlert();
    const path = `/alerts/${alert.id}/comments`;
    const made = await ask('ours', 'POST', path, { text: ' asked the office ' });
    expect(made).toMatchObject({ status: 201, body: { at: at(NOW), by: 'our admin', text: 'asked the office' } });
    world.clock.now += 1;
    await ask('provider', 'POST', path, { text: 'x'.repeat(1_000) });
    expect((await ask('ours', 'POST', path, { text: 'x'.repeat(1_001) })).status).toBe(400);
    expect((await ask('ours', 'POST', path, { text: '' })).status).toBe(400);
    const { comments } = (await ask('ours', 'GET', `/alerts/${alert.id}`)).body;
    expect(comments.map(({ by }: { by: string }) => by)).toEqual(['our admin', 'provider']);
    expect(await audit('New-AlertComment')).toHaveLength(2);
  });

  test('of another organization is as one that does not exist, and the attempt stands in the log of who tried', async () => {
    const { alert } = await anAlert();
    const unknown = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
    for (const id of [alert.id, unknown]) {
      const body = { code: 'not_found', detail: `no alert ${id}` };
      expect(await ask('theirs', 'GET', `/alerts/${id}`)).toMatchObject({ status: 404, body });
      expect(await ask('theirs', 'PATCH', `/alerts/${id}`, { status: 'Resolved' })).toMatchObject({
        status: 404,
        body,
      });
      expect(await ask('theirs', 'POST', `/alerts/${id}/comments`, { text: 'x' })).toMatchObject({ status: 404, body });
    }
    expect((await ask('ours', 'GET', `/alerts/${alert.id}`)).body).toMatchObject({ status: 'New', comments: [] });
    const refused = (await audit('Set-Alert')).filter(({ result }) => result === 'Failed');
    expect(refused.map(({ organizationId }) => organizationId)).toEqual([world.theirs.id, world.theirs.id]);
  });
});

describe('the list', () => {
  test('is filtered, and goes on where the page before ended', async () => {
    const first = await anAlert();
    world.clock.now = NOW + 3_600_000;
    const second = await anAlert();
    await ask('ours', 'PATCH', `/alerts/${first.alert.id}`, { status: 'InProgress', assignee: 'carl' });
    const ids = async (query: string) => (await listed(query)).map(({ id }) => id);
    for (const query of ['?assignee=carl', '?status=InProgress&assignee=carl', `?entityId=${first.connector.id}`]) {
      expect(await ids(query)).toEqual([first.alert.id]);
    }
    expect(await ids(`?from=${at(NOW + 3_600_000)}`)).toEqual([second.alert.id]);
    expect(await ids(`?until=${at(NOW + 3_600_000)}`)).not.toContain(second.alert.id);
    expect(await ids('?severity=Low')).toEqual([]);
    expect(await ids('?policy=Connector%20changed')).toEqual([]);
    expect(await ids('?policy=Suspicious%20connector%20activity')).toEqual(await ids(''));

    const all = await ids('');
    const pages: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await ask('ours', 'GET', `/alerts?limit=2${cursor}`);
      pages.push(...body.items.map(({ id }: { id: string }) => id));
      if (body.next === undefined) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(pages).toEqual(all);
    expect(await ask('ours', 'GET', '/alerts?cursor=x')).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'cursor' }] },
    });
  });

  test('has an organization’s own alone; those about the guard are the provider’s, and of a single organization its own', async () => {
    block(world.theirConnector);
    world.ports.alarm.degraded('journal', 'the disk is full');
    const guards = async (who: 'ours' | 'theirs' | 'provider') =>
      (await listed('', who)).filter(({ policy }) => policy === 'Guard degraded').length;
    expect(new Set((await listed('', 'theirs')).map(({ organizationId }) => organizationId))).toEqual(
      new Set([world.theirs.id]),
    );
    expect([await guards('ours'), await guards('theirs'), await guards('provider')]).toEqual([0, 0, 1]);
    const { directory } = world.ports;
    const organizations = directory.organizations.bind(directory);
    directory.organizations = () => organizations().filter(({ id }) => id === world.ours.id);
    expect(await guards('ours')).toBe(1);
    directory.organizations = organizations;
  });

  test('says so while the audit log is off, and that nothing is raised', async () => {
    const { directory } = world.ports;
    await directory.setOrganization(world.ours.id, { auditLog: false });
    const before = (await listed()).length;
    block(await api.aConnector());
    const { body } = await ask('ours', 'GET', '/alerts');
    expect([body.auditLog, body.items.length]).toEqual([false, before]);
    expect((await ask('provider', 'GET', '/alerts')).body.auditLog).toBe(false);
    expect((await ask('theirs', 'GET', '/alerts')).body.auditLog).toBe(true);
    expect((await ask('ours', 'GET', '/alert-policies')).body.auditLog).toBe(false);
    await directory.setOrganization(world.ours.id, { auditLog: true });
    expect((await ask('ours', 'GET', '/alerts')).body).toMatchObject({ auditLog: true });
    expect((await listed()).length).toBe(before);
  });
});
