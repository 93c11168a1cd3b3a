// `cordon backup` and `cordon restore`. Wired here because the command line may not know the store.
import type { BackupOptions, RestoreOptions } from './cli/command-line.ts';
import { CordonError } from './errors.ts';
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

async function interruptible<Value>(act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort(new CordonError('INTERRUPTED', 'interrupted by a signal'));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, onSignal);
  try {
    return await act(interrupt.signal);
  } catch (error) {
    // Streams wrap the reason in an error of their own.
    interrupt.signal.throwIfAborted();
    throw error;
  } finally {
    for (const name of signals) process.off(name, onSignal);
  }
}
