// kill -9 while notifications are on their way: each event that was on disk is told, over each channel, at least once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = path.join(import.meta.dirname, 'outbox-to-kill.ts');

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'cordon-outbox-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** What a process said, which is killed after so many lines; undefined lets it come to its end. */
async function said(lines: number | undefined): Promise<string[][]> {
  const args = [SCRIPT, directory, lines === undefined ? 'ends' : 'adds'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const all: string[][] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    all.push(line.split(' '));
    if (all.length === lines) child.kill('SIGKILL');
  }
  await exited;
  return all;
}

test('nothing is lost, and what is told twice has the same id', async () => {
  const all: string[][] = [];
  for (const lines of [60, 25, 110]) all.push(...(await said(lines)));
  const last = await said(undefined);
  expect(last.at(-1)).toEqual(['left', '0']);
  all.push(...last);
  const events = all.filter(([what]) => what === 'event').map(([, id]) => id!);
  const idsOf = new Map<string, Set<string>>(events.map((id) => [id, new Set()]));
  for (const [what, event, id] of all) if (what === 'taken') idsOf.get(event!)?.add(id!);
  expect(events.length).toBeGreaterThan(20);
  // Mail and webhook: two deliveries, and never a third.
  for (const event of events) expect([event, idsOf.get(event)!.size]).toEqual([event, 2]);
});
