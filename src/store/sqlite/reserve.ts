// A little room kept for the day when the disk is full: SQLite cannot even read without a small file of its own (`-shm`). A
// guard that is restarted on a full disk spends the reserve, knows its restrictions, and goes on refusing.
import { randomFillSync } from 'node:crypto';
import { existsSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Two databases, each with its `-shm` and the beginning of its `-wal`. */
const RESERVE_BYTES = 256 * 1024;

const fileOf = (directory: string) => path.join(directory, 'reserve');

/** Makes the reserve where there is none. A disk without room for it is left as it is. */
export function keepReserve(directory: string): void {
  const file = fileOf(directory);
  if (existsSync(file)) return;
  try {
    // Random, so that a file system that compresses keeps the room, too.
    writeFileSync(file, randomFillSync(Buffer.alloc(RESERVE_BYTES)), { mode: 0o600 });
  } catch {
    rmSync(file, { force: true });
  }
}

/** False where there was none. */
export function spendReserve(directory: string): boolean {
  try {
    unlinkSync(fileOf(directory));
    return true;
  } catch {
    return false;
  }
}
