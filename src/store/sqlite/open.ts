// Opens the embedded store: `cordon.db` for the control data, `journal.db` for journal and snapshots, in one data directory
// that belongs to one process.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { CordonError } from '../../errors.ts';
import { StoredAccounts } from '../accounts.ts';
import { AlertPolicyRows } from '../alert-policies.ts';
import { Alerts } from '../alerts.ts';
import { ApiTokens } from '../api-tokens.ts';
import { AuditRecords } from '../audit-records.ts';
import { Connectors } from '../connectors.ts';
import { CONTROL_MIGRATIONS } from '../control-migrations/index.ts';
import { OutboxRows } from '../outbox.ts';
import { Privacy } from '../privacy.ts';
import { Restrictions } from '../restrictions.ts';
import { StoredSessions } from '../sessions.ts';
import type { Store } from '../store.ts';
import { WebhookRows } from '../webhooks.ts';
import { SqliteControlDatabase } from './control.ts';
import { lockData } from './data-lock.ts';
import { Health, type HealthEvents } from './health.ts';
import { SqliteJournal } from './journal.ts';
import { JOURNAL_MIGRATIONS } from './journal-migrations.ts';
import { migrate } from './migrate.ts';
import type { Read, ReaderSettings } from './reader.ts';
import { keepReserve, spendReserve } from './reserve.ts';
import { DatabaseThread } from './thread.ts';

export interface SqliteStoreOptions extends HealthEvents {
  /** The data directory; made, for its owner only, where there is none. */
  readonly directory: string;
  /** Told which steps brought an older data directory to the present shape. */
  readonly log: { info(fields: object, message: string): void };
  /** How long a journal record waits for others before it is written, milliseconds. */
  readonly batchMs?: number | undefined;
  /** How long after a failed write the disk is tried again, milliseconds. */
  readonly retryMs?: number | undefined;
  /** How much of the journal waits in memory while the disk does not take it, bytes; beyond it the oldest is lost. */
  readonly journalBufferBytes?: number | undefined;
  /** For tests of a slow disk: how long each commit takes longer, milliseconds. */
  readonly commitDelayMs?: number | undefined;
}

/** A block of journal records at its largest, UTF-16 code units: some thousands of records. */
const BLOCK_LENGTH = 4 * 1024 * 1024;

/**
 * Throws DATA_IN_USE, STORE_NEWER, or STORE_UNAVAILABLE where the directory cannot be read. `onTrouble` and `onRecovered`
 * tell of the time after; the store goes on trying by itself.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { directory } = options;
  const store = await openOnce(options).catch((error: unknown) => {
    const isUnavailable = error instanceof CordonError && error.code === 'STORE_UNAVAILABLE';
    if (isUnavailable && spendReserve(directory)) return openOnce(options);
    throw error;
  });
  keepReserve(directory);
  return store;
}

async function openOnce(options: SqliteStoreOptions): Promise<Store> {
  const opened: { close(): Promise<void> | void }[] = [];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  };
  try {
    mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    opened.push(lockData(options.directory));
    const files = await bringUpToDate(options);
    const reader = new DatabaseThread<Read>(new URL('./reader.ts', import.meta.url), options.directory, files);
    opened.push(reader);
    const control = controlOf(files.controlFile, reader, options);
    opened.push(control);
    const journal = journalOf(files.journalFile, reader, options);
    opened.push(journal);
    await Promise.all([control.check(), journal.check()]);
    const purge = async () => {
      await control.purge();
      await journal.purge();
    };
    return { ...roomsOf(control), privacy: new Privacy(control, purge), journal, snapshots: journal, close };
  } catch (error) {
    await close();
    if (error instanceof CordonError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new CordonError('STORE_UNAVAILABLE', `${options.directory}: ${words}`, { cause: error });
  }
}

async function bringUpToDate({ directory, log }: SqliteStoreOptions): Promise<ReaderSettings> {
  const files = { controlFile: path.join(directory, 'cordon.db'), journalFile: path.join(directory, 'journal.db') };
  const steps = {
    'cordon.db': await migrate(files.controlFile, CONTROL_MIGRATIONS),
    'journal.db': await migrate(files.journalFile, JOURNAL_MIGRATIONS),
  };
  if (Object.values(steps).some((taken) => taken.length > 0)) log.info({ steps }, 'data directory brought up to date');
  return files;
}

function controlOf(file: string, reader: DatabaseThread<Read>, options: SqliteStoreOptions): SqliteControlDatabase {
  const { commitDelayMs, retryMs = 1_000 } = options;
  return new SqliteControlDatabase({ file, commitDelayMs }, reader, new Health('control data', options), retryMs);
}

function journalOf(file: string, reader: DatabaseThread<Read>, options: SqliteStoreOptions): SqliteJournal {
  const { commitDelayMs, batchMs = 250, retryMs = 1_000, journalBufferBytes = 64 * 1024 * 1024 } = options;
  const settings = {
    file,
    commitDelayMs,
    batchMs,
    retryMs,
    blockLength: Math.min(BLOCK_LENGTH, journalBufferBytes / 4),
    parcelBytes: 2 * BLOCK_LENGTH,
    waitingBytes: journalBufferBytes,
  };
  return new SqliteJournal(settings, reader, new Health('journal', options));
}

function roomsOf(control: SqliteControlDatabase): Omit<Store, 'journal' | 'snapshots' | 'privacy' | 'close'> {
  return {
    connectors: new Connectors(control),
    restrictions: new Restrictions(control),
    audit: new AuditRecords(control),
    tokens: new ApiTokens(control),
    accounts: new StoredAccounts(control),
    sessions: new StoredSessions(control),
    alerts: new Alerts(control),
    outbox: new OutboxRows(control),
    webhooks: new WebhookRows(control),
    alertPolicies: new AlertPolicyRows(control),
  };
}
