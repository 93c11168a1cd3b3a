// `cordon backup` and `cordon restore`. Wired here because the command line may not know the store.
import type { BackupOptions, RestoreOptions } from './cli/command-line.ts';
import { interruptible } from './interruptible.ts';
import { type BackupSummary, restoreBackup, takeBackup } from './store/sqlite/backup.ts';
import { VERSION } from './version.ts';

/** Also while the guard serves. SIGINT and SIGTERM end it without a trace. Rejects as `takeBackup`. */
export function runBackup(options: BackupOptions): Promise<BackupSummary> {
  return interruptible((signal) => takeBackup({ ...options, version: VERSION, signal }));
}

/** Rejects as `restoreBackup`. */
export function runRestore(options: RestoreOptions): Promise<BackupSummary> {
  return interruptible((signal) => restoreBackup({ ...options, signal }));
}
