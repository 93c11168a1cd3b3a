// kill -9 in the middle of writing: what was answered is on disk, and the next process opens the directory as it is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChainKey } from '../../audit/chain.ts';
import { ChainVerifier } from '../../audit/chain-verifier.ts';
import { AUDIT_KEY } from '../audit-log-in-test.ts';
import { ORGANIZATION } from '../samples.ts';
import type { Store } from '../store.ts';
import { openAuditFile } from './audit-file.ts';
import { openSqliteStore } from './open.ts';

const SCRIPT = path.join(import.meta.dirname, 'writer-to-kill.ts');

let directory: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

const open = () => openSqliteStore({ directory, log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} });

/** What the child was told is on disk, up to the moment when it was killed. */
async function writeUntilKilled(firstSeq: number, lines: number): Promise<string[][]> {
  child = spawn(process.execPath, [SCRIPT, directory, String(firstSeq)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const said: string[][] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line.split(' '));
    if (said.length === 1) await expect(open()).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    if (said.length === lines) child.kill('SIGKILL');
  }
  await exited;
  return said;
}

/** What was told is in the chain, and the chain is whole. */
function expectChained(told: readonly string[]): void {
  const file = openAuditFile(directory);
  const verifier = new ChainVerifier(new ChainKey(AUDIT_KEY), ORGANIZATION, undefined, []);
  const ids = new Set<string>();
  for (const record of file.records(ORGANIZATION)) {
    verifier.feed(record);
    ids.add(record.id);
  }
  file.close();
  expect(verifier.end().breaks).toEqual([]);
  expect(told.filter((id) => !ids.has(id))).toEqual([]);
}

async function expectKept(store: Store, said: string[][]): Promise<number> {
  const told = (what: string) => said.filter(([word]) => word === what).map(([, value]) => value!);
  expectChained(told('audited'));
  const inForce = new Set((await store.restrictions.active()).map((restriction) => restriction.id));
  const ended = new Set(told('ended'));
  for (const id of told('restricted')) {
    // The last ends may have been written without the answer having been said.
    if (!inForce.has(id) && !ended.has(id)) {
      expect((await store.restrictions.list({ active: false, limit: 1_000 })).map((each) => each.id)).toContain(id);
    }
  }
  for (const id of ended) expect(inForce.has(id)).toBe(false);

  const lastSeq = await store.journal.lastSeq();
  expect(lastSeq).toBeGreaterThanOrEqual(Math.max(0, ...told('journaled').map(Number)));
  let seq = 0;
  for await (const some of store.journal.readFrom(0)) for (const record of some) expect(record.seq).toBe(++seq);
  expect(seq).toBe(lastSeq);
  let newestSnapshot = 0;
  for await (const some of store.snapshots.snapshots()) {
    for (const snapshot of some) {
      newestSnapshot = Math.max(newestSnapshot, snapshot.seq);
      expect(snapshot.state).toEqual(new Uint8Array(20_000).fill(snapshot.seq % 256));
    }
  }
  expect(newestSnapshot).toBeLessThanOrEqual(lastSeq);
  expect(newestSnapshot).toBeGreaterThanOrEqual(Math.max(0, ...told('snapshot').map(Number)));
  return lastSeq;
}

test('whatever was answered before a kill -9 is there afterwards, three times over', { timeout: 60_000 }, async () => {
  let lastSeq = 0;
  for (const lines of [40, 150, 300]) {
    const said = await writeUntilKilled(lastSeq + 1, lines);
    expect(said.length).toBeGreaterThanOrEqual(lines);
    const store = await open();
    lastSeq = await expectKept(store, said);
    await store.close();
  }
});
