// A copy of a data directory, taken while the guard writes to it, and a data directory made of such a copy. A backup is a folder with the two
// databases as they were at one moment, the keys, the place in the mail logs, the heads of the audit log, and a manifest with the checksum of each.
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { backup as copyDatabase, type DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { CordonError } from '../../errors.ts';
import { CONTROL_MIGRATIONS } from '../control-migrations/index.ts';
import { lockData } from './data-lock.ts';
import { createPrivateFile, openForReading } from './database-file.ts';
import { JOURNAL_MIGRATIONS } from './journal-migrations.ts';
import { refuseNewer } from './migrate.ts';

/** `data` in `cordon backup`'s report and in its manifest. */
export interface BackupSummary {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Of the Cordon that took it. */
  readonly version: string;
  readonly bytes: number;
  /** Of the last journal record. */
  readonly lastSeq: number;
}

interface Manifest extends Omit<BackupSummary, 'bytes'> {
  readonly format: number;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

export interface BackupOrder {
  readonly dataDirectory: string;
  /** A folder that is not there yet. It gets its name when all is in it and on disk. */
  readonly target: string;
  readonly version: string;
  readonly now: () => number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

export interface RestoreOrder {
  readonly backup: string;
  /** Made where there is none. */
  readonly dataDirectory: string;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

const FORMAT = 1;
const MANIFEST = 'manifest.json';
/** The journal before the control data: what is restricted may be newer than the journal, as after a crash, and never older. */
const DATABASES = ['journal.db', 'cordon.db'] as const;
const MIGRATIONS = { 'journal.db': JOURNAL_MIGRATIONS, 'cordon.db': CONTROL_MIGRATIONS } as const;
/** The keys, without which nobody is known again. The admin token is not among them: the next start makes a new one. */
const KEYS = ['detector.key', 'pseudonym.key', 'audit.key', 'webhook.key'];
/** May be older than the journal, and never newer. */
const MAIL_LOGS = 'postfix-logs.json';
/** May be older than the audit log, and never newer. */
const AUDIT_HEADS = 'audit-heads.json';
/** Pages between which others get their turn: 2 MiB. */
const PAGES_AT_ONCE = 512;
const UNFINISHED = '.unfinished';

/** Rejects with INVALID_REQUEST, STORE_UNAVAILABLE, BACKUP_INVALID or the signal's reason, and then leaves nothing behind. */
export async function takeBackup(order: BackupOrder): Promise<BackupSummary> {
  const { dataDirectory, target } = order;
  if (!existsSync(path.join(dataDirectory, 'cordon.db'))) refuse(`${dataDirectory} holds no data of Cordon`);
  if (existsSync(target)) refuse(`${target} is there already`);
  const draft = `${target}${UNFINISHED}`;
  try {
    rmSync(draft, { recursive: true, force: true });
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    const summary = await fill(draft, order);
    renameSync(draft, target);
    flush(path.dirname(path.resolve(target)));
    return summary;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw asUnavailable(error, target);
  }
}

async function fill(draft: string, order: BackupOrder): Promise<BackupSummary> {
  const { dataDirectory, version, now, signal } = order;
  for (const name of [MAIL_LOGS, AUDIT_HEADS, ...KEYS]) {
    const file = path.join(dataDirectory, name);
    if (existsSync(file)) copyPrivately(file, path.join(draft, name));
  }
  const at = now();
  await copyDatabases(draft, order);
  const lastSeq = lastSeqOf(path.join(draft, 'journal.db'));
  for (const name of DATABASES) checkDatabase(path.join(draft, name), name);
  const names = readdirSync(draft).sort();
  const entries = [];
  for (const name of names) entries.push([name, await described(path.join(draft, name), signal)] as const);
  const manifest: Manifest = { format: FORMAT, version, at, lastSeq, files: Object.fromEntries(entries) };
  writeFileSync(path.join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  for (const name of [...names, MANIFEST]) flush(path.join(draft, name));
  flush(draft);
  return { at, version, lastSeq, bytes: entries.reduce((sum, [, { bytes }]) => sum + bytes, 0) };
}

/** Both as they are at one moment: a transaction that reads holds it, else each write of the guard would begin the copy anew. */
async function copyDatabases(draft: string, { dataDirectory, onProgress, signal }: BackupOrder): Promise<void> {
  const opened: DatabaseSync[] = [];
  try {
    for (const name of DATABASES) {
      const db = openForReading(path.join(dataDirectory, name));
      opened.push(db);
      db.exec('begin');
      db.prepare('select count(*) from sqlite_master').get();
    }
    const sizes = opened.map((db) => (db.prepare('pragma page_count').get() as { page_count: number }).page_count);
    const total = sizes[0]! + sizes[1]!;
    let before = 0;
    for (const [i, db] of opened.entries()) {
      const file = path.join(draft, DATABASES[i]!);
      createPrivateFile(file);
      const progress = ({ totalPages, remainingPages }: { totalPages: number; remainingPages: number }) => {
        signal.throwIfAborted();
        onProgress(before + totalPages - remainingPages, total);
      };
      signal.throwIfAborted();
      await copyDatabase(db, file, { rate: PAGES_AT_ONCE, progress });
      before += sizes[i]!;
      onProgress(before, total);
    }
  } finally {
    for (const db of opened) db.close();
  }
}

/**
 * Checks the backup and makes a data directory of it. Rejects with BACKUP_INVALID, STORE_NEWER, DATA_IN_USE, INVALID_REQUEST where the
 * directory is not empty, STORE_UNAVAILABLE or the signal's reason; the directory is empty then, as before.
 */
export async function restoreBackup(order: RestoreOrder): Promise<BackupSummary> {
  const { backup, dataDirectory, signal } = order;
  const manifest = readManifest(backup);
  // The control data last: a directory without them is no data directory.
  const names = Object.keys(manifest.files).sort((a, b) => Number(a === 'cordon.db') - Number(b === 'cordon.db'));
  const inTarget = (name: string) => path.join(dataDirectory, name);
  const release = claim(dataDirectory);
  try {
    const bytes = await copyAll(names, manifest, order);
    for (const name of DATABASES) checkDatabase(inTarget(`${name}${UNFINISHED}`), name);
    signal.throwIfAborted();
    for (const name of names) renameSync(inTarget(`${name}${UNFINISHED}`), inTarget(name));
    flush(dataDirectory);
    return { at: manifest.at, version: manifest.version, lastSeq: manifest.lastSeq, bytes };
  } catch (error) {
    for (const name of names.flatMap((each) => [each, `${each}${UNFINISHED}`])) rmSync(inTarget(name), { force: true });
    throw asUnavailable(error, dataDirectory);
  } finally {
    release();
  }
}

/** Their bytes. Rejects with BACKUP_INVALID where one is not as it was saved. */
async function copyAll(
  names: readonly string[],
  { files }: Manifest,
  { backup, dataDirectory, onProgress, signal }: RestoreOrder,
): Promise<number> {
  const total = names.reduce((sum, name) => sum + files[name]!.bytes, 0);
  let done = 0;
  for (const name of names) {
    const from = path.join(backup, name);
    if (!existsSync(from)) throw new CordonError('BACKUP_INVALID', `${name} is missing in ${backup}`);
    const to = path.join(dataDirectory, `${name}${UNFINISHED}`);
    createPrivateFile(to);
    const hash = createHash('sha256');
    const counted = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        done += chunk.length;
        onProgress(done, total);
        yield chunk;
      }
    };
    await pipeline(createReadStream(from), counted, createWriteStream(to), { signal });
    if (hash.digest('hex') !== files[name]!.sha256) {
      throw new CordonError('BACKUP_INVALID', `${name} in ${backup} is not as it was saved`);
    }
    flush(to);
  }
  return done;
}

/** Nobody else may begin to use the directory meanwhile; the function lets go of it. */
function claim(dataDirectory: string): () => void {
  const lockFile = 'cordon.lock';
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    const lock = lockData(dataDirectory);
    const others = readdirSync(dataDirectory).filter((name) => name !== lockFile);
    if (others.length === 0) {
      return () => {
        lock.close();
        rmSync(path.join(dataDirectory, lockFile), { force: true });
      };
    }
    lock.close();
    return refuse(`${dataDirectory} is not empty (${others.slice(0, 3).join(', ')})`);
  } catch (error) {
    throw asUnavailable(error, dataDirectory);
  }
}

function readManifest(backup: string): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(path.join(backup, MANIFEST), 'utf8')) as Manifest;
  } catch (cause) {
    throw new CordonError('BACKUP_INVALID', `${backup} has no ${MANIFEST} that can be read`, { cause });
  }
  if (manifest.format !== FORMAT) {
    throw new CordonError('STORE_NEWER', `${backup} was written by Cordon ${manifest.version}, in another format`);
  }
  const names = Object.keys(manifest.files);
  const known = [...DATABASES, ...KEYS, MAIL_LOGS, AUDIT_HEADS];
  const isWhole = DATABASES.every((name) => names.includes(name)) && names.every((name) => known.includes(name));
  if (!isWhole) throw new CordonError('BACKUP_INVALID', `${backup} is not whole: it lists ${names.join(', ')}`);
  return manifest;
}

/** Throws BACKUP_INVALID where SQLite finds a fault, STORE_NEWER where a newer Cordon wrote it. */
function checkDatabase(file: string, name: (typeof DATABASES)[number]): void {
  const db = openForReading(file);
  try {
    const found = db.prepare('pragma quick_check(1)').get() as { quick_check: string };
    if (found.quick_check !== 'ok') throw new CordonError('BACKUP_INVALID', `${name} is damaged: ${found.quick_check}`);
    refuseNewer(db, MIGRATIONS[name], file);
  } catch (cause) {
    if (cause instanceof CordonError) throw cause;
    throw new CordonError('BACKUP_INVALID', `${name} is damaged: ${(cause as Error).message}`, { cause });
  } finally {
    db.close();
  }
}

function lastSeqOf(file: string): number {
  const db = openForReading(file);
  try {
    const row = db.prepare('select last_seq from block order by first_seq desc limit 1').get();
    return (row?.last_seq as number | undefined) ?? 0;
  } finally {
    db.close();
  }
}

async function described(
  file: string,
  signal: AbortSignal,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { signal });
  return { bytes: statSync(file).size, sha256: hash.digest('hex') };
}

/** A small one; readable by its owner only, whatever the other is. */
function copyPrivately(from: string, to: string): void {
  writeFileSync(to, readFileSync(from), { mode: 0o600 });
}

/** A file, or the names in a folder, are on disk when it returns. */
function flush(file: string): void {
  const handle = openSync(file, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function refuse(message: string): never {
  throw new CordonError('INVALID_REQUEST', message);
}

function asUnavailable(error: unknown, where: string): unknown {
  const isOfDisk = error instanceof Error && ('syscall' in error || 'errcode' in error);
  if (!isOfDisk) return error;
  return new CordonError('STORE_UNAVAILABLE', `${where}: ${error.message}`, { cause: error });
}
