// A data directory of before there were alert policies: what stands in it stays, and nobody is told of it again.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { CONTROL_MIGRATIONS } from '../control-migrations/index.ts';
import { aGuid, aRestriction, NOON, ORGANIZATION } from '../samples.ts';
import { migrate } from './migrate.ts';
import { openSqliteStore } from './open.ts';

test('old alerts are shown under the names that their policies have now, with their activity, and restrictions in force are not raised again', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
  try {
    const file = path.join(directory, 'cordon.db');
    const before = Object.entries(CONTROL_MIGRATIONS).filter(([name]) => name < '0008');
    await migrate(file, Object.fromEntries(before));
    const { incidentId, ...restriction } = aRestriction();
    const db = new DatabaseSync(file);
    const alert = db.prepare(
      'insert into alert (id, at, organization_id, policy, severity, summary) values (?, ?, ?, ?, ?, ?)',
    );
    const limit = aGuid();
    alert.run(limit, NOON, ORGANIZATION, 'Sending limit exceeded', 'Medium', 'user ben sent much');
    alert.run(aGuid(), NOON - 1, null, 'Guard degraded', 'High', 'journal: the disk is full');
    alert.run(aGuid(), NOON - 2, ORGANIZATION, 'Suspicious activity of a new connector', 'High', 'connector x is new');
    alert.run(aGuid(), NOON - 3, ORGANIZATION, 'Suspicious connector activity', 'High', 'connector x was restricted');
    alert.run(aGuid(), NOON - 4, ORGANIZATION, 'User restricted from sending email', 'High', 'user ben');
    alert.run(aGuid(), NOON - 5, ORGANIZATION, 'Suspicious email sending patterns detected', 'Medium', 'user ben');
    db.prepare(
      `insert into restriction (id, incident_id, organization_id, entity_id, entity_kind, entity_name, epoch, restricted_at, cause, reason,
        restricted_by) values (?, ?, ?, ?, 'connector', 'x', 0, ?, 'detection', 'r', 'Cordon')`,
    ).run(restriction.id, incidentId, ORGANIZATION, restriction.entityId, NOON);
    db.close();

    const quiet = { log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} };
    const store = await openSqliteStore({ ...quiet, directory });
    const alerts = await store.alerts.alerts({ limit: 10 });
    expect(alerts.map(({ policy, activity }) => [policy, activity])).toEqual([
      ['Email sending limit exceeded', 'SendingLimitExceeded'],
      ['Guard degraded', 'GuardDegraded'],
      ['Suspicious connector activity', 'ConnectorRestricted'],
      ['Suspicious connector activity', 'ConnectorRestricted'],
      ['User restricted from sending email', 'UserRestricted'],
      ['Suspicious email sending patterns detected', 'SuspiciousSending'],
    ]);
    expect(alerts[0]).toMatchObject({
      id: limit,
      status: 'New',
      hitCount: 1,
      createdAt: NOON,
      firstActivityAt: NOON,
      lastActivityAt: NOON,
      summary: 'user ben sent much',
    });
    expect(await store.alerts.seenIncidents([incidentId])).toEqual([incidentId]);
    await store.close();
  } finally {
    await rm(directory, { recursive: true });
  }
});
