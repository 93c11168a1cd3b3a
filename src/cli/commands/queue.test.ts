import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aDeliveryRecord, aMessageRecord, EVIDENCE, NOW } from '../../../test/api-world.ts';
import { aCommandWorld } from '../../../test/command-world.ts';

const { world, cordon, close } = await aCommandWorld();
const connector = world.ourConnector;
let seq = 0;
afterAll(close);

/** Accepted by this mail server an hour and so many minutes ago. */
function accepted(minutes: number, mailServer: string | undefined, queueId: string) {
  const at = NOW - 3_600_000 - minutes * 60_000;
  const record = aMessageRecord(connector, ++seq, { at, feedbackFrom: mailServer, queueId });
  world.store.journal.append(record);
  return record;
}

describe('what still waits', () => {
  beforeAll(() => {
    const gone = accepted(20, 'local', '4XGONE');
    accepted(15, 'local', '4XWAITS');
    const deferred = accepted(10, 'local', '4XDEFERRED');
    world.store.journal.append(aDeliveryRecord(gone, ++seq, { 'bob@far.example': 'delivered' }));
    world.store.journal.append(aDeliveryRecord(deferred, ++seq, { 'bob@far.example': 'deferred' }));
  });

  test('is printed for postsuper, one queue id a line, and everything else goes to standard error', async () => {
    expect(await cordon('queue', 'branch office', '--since', '1d')).toEqual({
      status: 0,
      out: '4XDEFERRED\n4XWAITS\n',
      err: '# Accepted since 2026-11-21 09:00:00+01:00:\n# local: 2 still queued. To hold them, there: postsuper -h -\n',
    });
    expect((await cordon('queue', 'branch office', '--since', '1h')).err).toContain('# nothing is queued\n');
  });

  test('without --since it is the last incident’s, and without an incident it says so', async () => {
    const before = await cordon('queue', 'branch office');
    expect([before.status, before.out]).toEqual([3, '']);
    const evidence = { ...EVIDENCE, tippedBy: { ...EVIDENCE.tippedBy, at: NOW - 3_600_000 - 12 * 60_000 } };
    const order = { entity: connector, cause: 'detection', reason: 'r', by: 'Cordon', evidence } as const;
    await world.ports.restrictions.restrict(order).settled;
    expect((await cordon('queue', 'branch office')).out).toBe('4XDEFERRED\n');
    const { out } = await cordon('blocked', 'show', 'branch office');
    expect(out).toMatch(/^got out +1 message to 1 recipient since 2026-.*: 0 delivered, 1 still queued, 0 bounced$/m);
  });

  test('queue ids of two mail servers are never mixed', async () => {
    accepted(5, '192.0.2.25', '4XELSEWHERE');
    const mixed = await cordon('queue', 'branch office', '--since', '1d');
    expect([mixed.status, mixed.out]).toEqual([2, '']);
    expect(mixed.err).toContain('choose one with --mail-server (192.0.2.25, local)');
    const chosen = ['queue', 'branch office', '--since', '1d', '--mail-server'];
    expect((await cordon(...chosen, '192.0.2.25')).out).toBe('4XELSEWHERE\n');
    expect((await cordon(...chosen, 'local')).out).toBe('4XDEFERRED\n4XWAITS\n');
  });

  test('where no mail log is followed it is unknown, not nothing', async () => {
    const id = world.theirConnector.id;
    world.store.journal.append(aMessageRecord(world.theirConnector, ++seq, { at: NOW - 60_000 }));
    const { out, err } = await cordon('queue', id, '--since', '1h');
    expect(out).toBe('');
    expect(err).toContain('1 recipients: unknown, no mail log is followed');
    expect(err).not.toContain('nothing is queued');
    const order = { entity: world.theirConnector, cause: 'manual', reason: 'r', by: 'anna' } as const;
    await world.ports.restrictions.restrict(order).settled;
    expect((await cordon('blocked', 'show', id)).out).toMatch(/^got out .*: unknown, no mail log is followed$/m);
  });
});
