// kill -9 between restriction and alert: the next start raises what was not raised, once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AlarmWorld, BEN, CONNECTOR } from './alarm-world.ts';

test('a restriction whose alert a crash took is raised at the next start, once, and no other', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'cordon-alerts-'));
  const script = path.join(import.meta.dirname, 'alarm-to-kill.ts');
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await exited;

  const world = await AlarmWorld.open(directory);
  try {
    const raised = async () => (await world.alerts()).map(({ entityId }) => entityId).sort();
    expect(await raised()).toEqual(['told']);
    const inForce = await world.store.restrictions.active();
    expect(inForce).toHaveLength(4);
    await world.alarm.reconcile(inForce);
    expect(await raised()).toEqual([CONNECTOR, BEN.id, 'told'].sort());
    expect(world.events.map(({ entity }) => entity?.id).sort()).toEqual([CONNECTOR, BEN.id].sort());
    expect(world.outbox()).toHaveLength(3);

    await world.restart();
    await world.alarm.reconcile(await world.store.restrictions.active());
    expect(world.events).toHaveLength(2);
    expect((await world.alerts()).map(({ hitCount }) => hitCount)).toEqual([1, 1, 1]);
  } finally {
    await world.close();
  }
});
