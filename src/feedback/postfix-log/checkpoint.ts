// Where the following of the mail logs stands, kept in the data directory: positions, and the messages that are still waited for. Both in one
// file, because they belong to one moment.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { KeptMessage } from './join.ts';
import type { Position } from './log-file.ts';

export interface Checkpoint {
  /** Of the journal: all messages and deliveries up to it are in here. */
  readonly seq: number;
  /** By the file's name in the configuration. */
  readonly positions: Readonly<Record<string, readonly Position[]>>;
  readonly messages: readonly KeptMessage[];
}

const VERSION = 1;

/** Undefined where there is none, or none that can be read: the logs are then followed from their ends on. */
export function readCheckpoint(file: string): Checkpoint | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { version, ...checkpoint } = JSON.parse(readFileSync(file, 'utf8')) as Checkpoint & { version: unknown };
    return version === VERSION ? checkpoint : undefined;
  } catch {
    return undefined;
  }
}

/** On disk, whole, when it returns; until then the one before stays. Throws where the disk does not take it. */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeSync(handle, JSON.stringify({ version: VERSION, ...checkpoint }));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, file);
}
