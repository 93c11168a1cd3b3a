import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aConnector, aMessage, anEnd, aRestriction } from '../samples.ts';
import type { Store } from '../store.ts';
import { restoreBackup, takeBackup } from './backup.ts';
import { openSqliteStore } from './open.ts';

const VERSION = '1.2.3';
let folder: string;
let store: Store | undefined;
const inFolder = (...names: string[]) => path.join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cordon-backup-'));
  store = await open('data');
});
afterEach(async () => {
  await store?.close();
  await rm(folder, { recursive: true });
});

const open = (directory: string) =>
  openSqliteStore({
    directory: inFolder(directory),
    log: { info: () => {} },
    onTrouble: ({ error }) => {
      throw error;
    },
    onRecovered: () => {},
    batchMs: 5,
  });

const take = (over: Partial<Parameters<typeof takeBackup>[0]> = {}) =>
  takeBackup({
    dataDirectory: inFolder('data'),
    target: inFolder('saved'),
    version: VERSION,
    now: () => 7,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...over,
  });
const restore = (over: Partial<Parameters<typeof restoreBackup>[0]> = {}) =>
  restoreBackup({
    backup: inFolder('saved'),
    dataDirectory: inFolder('restored'),
    onProgress: () => {},
    signal: new AbortController().signal,
    ...over,
  });

async function reopened(directory: string): Promise<Store> {
  await store?.close();
  store = await open(directory);
  return store;
}

describe('a backup', () => {
  test('holds what was there when it was taken, also while others write, and nothing half', async () => {
    const connector = aConnector();
    await store!.connectors.putConnector(connector);
    writeFileSync(inFolder('data', 'detector.key'), 'cafe');
    let seq = 0;
    // One record, then one restriction: at no moment is the journal more than one ahead.
    let isWriting = true;
    const append = () => store!.journal.append(aMessage(++seq, { subject: `${seq} ${'long '.repeat(100)}` }));
    for (let i = 0; i < 20_000; i++) append();
    await store!.journal.flush();
    const writer = (async () => {
      while (isWriting) {
        append();
        await store!.journal.flush();
        await store!.restrictions.restrict(aRestriction({ reason: String(seq) }));
      }
    })();
    const progress: number[] = [];
    const summary = await take({ onProgress: (done, total) => progress.push(done / total) });
    isWriting = false;
    await writer;
    expect(seq).toBeGreaterThan(20_000);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe(1);
    expect(readdirSync(inFolder('saved')).sort()).toEqual(['cordon.db', 'detector.key', 'journal.db', 'manifest.json']);
    for (const name of readdirSync(inFolder('saved'))) expect(statSync(inFolder('saved', name)).mode & 0o77).toBe(0);

    expect(await restore()).toEqual(summary);
    expect(readdirSync(inFolder('restored')).sort()).toEqual(['cordon.db', 'detector.key', 'journal.db']);
    const restored = await reopened('restored');
    expect(await restored.connectors.connectors()).toEqual([connector]);
    expect(await restored.journal.lastSeq()).toBe(summary.lastSeq);
    const restrictions = (await restored.restrictions.active()).length;
    expect(20_000 + restrictions).toBeGreaterThanOrEqual(summary.lastSeq - 1);
    expect(readFileSync(inFolder('restored', 'detector.key'), 'utf8')).toBe('cafe');
    restored.journal.append(aMessage(summary.lastSeq + 1));
    await restored.journal.flush();
  });

  test('of a guard that does not run is taken as well, and leaves its directory as it was', async () => {
    await store!.restrictions.restrict(aRestriction());
    await store!.close();
    store = undefined;
    const before = readdirSync(inFolder('data'));
    await take();
    expect(readdirSync(inFolder('data'))).toEqual(before);
    await restore();
    expect(await (await reopened('restored')).restrictions.active()).toHaveLength(1);
  });

  test('that is interrupted leaves nothing', async () => {
    for (let i = 1; i <= 5_000; i++)
      store!.journal.append(aMessage(i, { subject: Math.random().toString(36).repeat(50) }));
    await store!.journal.flush();
    const interrupt = new AbortController();
    const onProgress = () => interrupt.abort(new Error('enough'));
    await expect(take({ onProgress, signal: interrupt.signal })).rejects.toThrow('enough');
    expect(readdirSync(folder)).toEqual(['data']);
    await take();
  });

  test('overwrites nothing, and is taken of nothing else', async () => {
    await take();
    const before = readFileSync(inFolder('saved', 'manifest.json'));
    await expect(take()).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('already'),
    });
    expect(readFileSync(inFolder('saved', 'manifest.json'))).toEqual(before);
    await expect(take({ dataDirectory: folder, target: inFolder('other') })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
  });

  test('of a damaged database is refused, not kept', async () => {
    for (let i = 0; i < 200; i++) await store!.restrictions.end(aRestriction().id, anEnd());
    for (let i = 0; i < 300; i++) await store!.restrictions.restrict(aRestriction({ reason: 'x'.repeat(500) }));
    await store!.close();
    store = undefined;
    const bytes = readFileSync(inFolder('data', 'cordon.db'));
    bytes.fill(0x5a, 40_000, 60_000);
    writeFileSync(inFolder('data', 'cordon.db'), bytes);
    await expect(take()).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    expect(existsSync(inFolder('saved'))).toBe(false);
    expect(readdirSync(folder)).toEqual(['data']);
  });
});

describe('restoring', () => {
  beforeEach(async () => {
    await store!.restrictions.restrict(aRestriction());
    await take();
  });
  const isEmpty = () => !existsSync(inFolder('restored')) || readdirSync(inFolder('restored')).length === 0;

  test('refuses a directory with something in it, and one that a guard uses', async () => {
    await expect(restore({ dataDirectory: inFolder('data') })).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    await store!.close();
    store = undefined;
    const before = readdirSync(inFolder('data'));
    await expect(restore({ dataDirectory: inFolder('data') })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('is not empty'),
    });
    expect(readdirSync(inFolder('data'))).toEqual(before);
  });

  test.each([
    ['a byte more', () => appendFileSync(inFolder('saved', 'journal.db'), 'x')],
    ['a file that is missing', () => rmSync(inFolder('saved', 'cordon.db'))],
    ['no manifest', () => rmSync(inFolder('saved', 'manifest.json'))],
    ['half a manifest', () => writeFileSync(inFolder('saved', 'manifest.json'), '{"format":1')],
    ['a manifest that lists too little', () => change((manifest) => delete manifest.files['cordon.db'])],
    ['a manifest that lists what is none of ours', () => change((manifest) => (manifest.files['../x'] = {}))],
  ])('refuses a backup with %s, and leaves nothing', async (_, damage) => {
    damage();
    await expect(restore()).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    expect(isEmpty()).toBe(true);
  });

  test('refuses what a newer Cordon wrote', async () => {
    change((manifest) => (manifest.format = 2));
    await expect(restore()).rejects.toMatchObject({ code: 'STORE_NEWER' });
    rmSync(inFolder('saved'), { recursive: true });
    const db = new DatabaseSync(inFolder('data', 'cordon.db'));
    db.exec("insert into kysely_migration values ('9999-later', '2030-01-01')");
    db.close();
    await expect(take()).rejects.toMatchObject({ code: 'STORE_NEWER' });
    expect(isEmpty()).toBe(true);
  });

  test('that is interrupted leaves nothing', async () => {
    const interrupt = new AbortController();
    const onProgress = () => interrupt.abort();
    await expect(restore({ onProgress, signal: interrupt.signal })).rejects.toThrow();
    expect(isEmpty()).toBe(true);
    await restore();
  });

  // biome-ignore lint/suspicious/noExplicitAny: what the file holds
  function change(act: (manifest: any) => void): void {
    const manifest = JSON.parse(readFileSync(inFolder('saved', 'manifest.json'), 'utf8'));
    act(manifest);
    writeFileSync(inFolder('saved', 'manifest.json'), JSON.stringify(manifest));
  }
});
