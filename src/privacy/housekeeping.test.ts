import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ApiWorld, aMessageRecord, anApiWorld, EVIDENCE, NOW } from '../../test/api-world.ts';
import { anAlert, anAlertWrite, anAuditRecord, anEnd, aRestriction } from '../store/samples.ts';
import { keepHouse } from './housekeeping.ts';

const DAY = 86_400_000;
let world: ApiWorld;

beforeEach(async () => {
  world = await anApiWorld();
});
afterEach(() => world.close());

const keep = () => {
  const { directory, audit, journal, keeps, now } = world.ports;
  return keepHouse({ directory, journal, audit, store: world.store.privacy, installation: keeps, now, randomUUID });
};
const daysAgo = (days: number) => NOW - days * DAY;

/** A message of each organization for each age in days, in one batch. */
async function journaled(...ages: number[]): Promise<void> {
  let seq = 0;
  for (const age of ages) {
    for (const connector of [world.ourConnector, world.theirConnector]) {
      world.store.journal.append(aMessageRecord(connector, ++seq, { at: daysAgo(age) }));
    }
  }
  await world.store.journal.flush();
}

async function agesOf(organizationId: string): Promise<number[]> {
  const found = await world.store.journal.trace({ organizationId, limit: 100 });
  return found.map(({ at }) => (NOW - at) / DAY).sort((a, b) => a - b);
}

test('each organization keeps its journal for as long as it has chosen, else as cordon.yaml says', async () => {
  const { ours, theirs, ports } = world;
  await ports.directory.setOrganization(ours.id, { keeping: { journalDays: 15 } });
  await journaled(50, 40, 20, 10);
  await keep();
  expect(await agesOf(ours.id)).toEqual([10]);
  expect(await agesOf(theirs.id)).toEqual([10, 20]);
});

test('one that keeps it longer keeps nothing of the others with it', async () => {
  const { ours, theirs, ports } = world;
  await ports.directory.setOrganization(theirs.id, { keeping: { journalDays: 45 } });
  await journaled(50, 40, 20, 10);
  await keep();
  expect(await agesOf(ours.id)).toEqual([10, 20]);
  expect(await agesOf(theirs.id)).toEqual([10, 20, 40]);
});

test('alerts and evidence go after their days, restrictions in force keep theirs', async () => {
  const { ours, store } = world;
  const organizationId = ours.id;
  for (const age of [181, 179])
    await store.alerts.write(anAlertWrite(anAlert({ organizationId, createdAt: daysAgo(age) })));
  await store.alerts.write(anAlertWrite(anAlert({ organizationId: undefined, createdAt: daysAgo(181) })));
  const old = aRestriction({ organizationId, since: daysAgo(300), evidence: EVIDENCE });
  const open = aRestriction({ organizationId, since: daysAgo(300), evidence: EVIDENCE });
  for (const each of [old, open]) await store.restrictions.restrict(each);
  await store.restrictions.end(old.id, anEnd({ at: daysAgo(200) }));
  await keep();
  expect((await store.alerts.alerts({ limit: 10 })).map(({ createdAt }) => createdAt)).toEqual([daysAgo(179)]);
  const kept = await store.restrictions.list({ limit: 10 });
  expect(new Map(kept.map(({ id, evidence }) => [id, evidence]))).toEqual(
    new Map([
      [old.id, undefined],
      [open.id, EVIDENCE],
    ]),
  );
});

test('audit records go after their days, by whole days, and a record says so once a day', async () => {
  const { ours, store, clock, ports } = world;
  const organizationId = ours.id;
  const before = await store.audit.list({ limit: 100 });
  await ports.directory.setOrganization(organizationId, { keeping: { auditDays: 90 } });
  for (const age of [92, 91, 89]) await ports.audit.append(anAuditRecord({ organizationId, at: daysAgo(age) }));
  await keep();
  const after = (await store.audit.list({ organizationId, limit: 100 })).filter(
    ({ id }) => !before.some((b) => b.id === id),
  );
  expect(after.map(({ operation, by, at }) => [operation, by, at])).toEqual([
    ['Remove-ExpiredAuditRecords', 'Cordon', NOW],
    ['Remove-BlockedConnector', 'anna', daysAgo(89)],
  ]);
  expect(after[0]!.parameters).toEqual({
    before: '2026-08-24T00:00:00.000Z',
    auditDays: 90,
    records: 2,
    sequence: 2,
    mac: (await store.audit.base(organizationId))!.mac,
  });
  clock.now += 3_600_000;
  await keep();
  expect(await store.audit.list({ organizationId, limit: 100 })).toHaveLength(2);
});

test('audit records do not go without a word where the log was turned off', async () => {
  const { ours, store, ports } = world;
  const organizationId = ours.id;
  for (const age of [367, 366, 1]) await ports.audit.append(anAuditRecord({ organizationId, at: daysAgo(age) }));
  await ports.directory.setOrganization(organizationId, { auditLog: false });
  await ports.audit.append(anAuditRecord({ organizationId, at: NOW }));
  await keep();
  const left = await store.audit.list({ organizationId, limit: 100 });
  expect(left.map(({ operation, at }) => [operation, at])).toEqual([
    ['Remove-ExpiredAuditRecords', NOW],
    ['Remove-BlockedConnector', daysAgo(1)],
  ]);
  expect(left[0]!.parameters).toMatchObject({ records: 2, sequence: 2 });
});
