// Test support: where a text stands in a data directory, in whatever form: files as they are, and the journal's blocks unpacked.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { linesOf } from '../../src/store/sqlite/journal-block.ts';

/** Names of the files, and `journal` for records in its blocks, that hold the text in any case of its letters. */
export function tracesOf(text: string, directory: string): string[] {
  const wanted = text.toLowerCase();
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const found = files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => (contentOf(file) ?? '').toLowerCase().includes(wanted))
    .map((file) => path.relative(directory, file));
  const isJournaled = journalLines(directory).some((line) => line.toLowerCase().includes(wanted));
  return [...found.sort(), ...(isJournaled ? ['journal'] : [])];
}

/** Undefined where it has gone since it was listed: what is written anew gets its name at the end. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function journalLines(directory: string): string[] {
  const file = path.join(directory, 'journal.db');
  if (!existsSync(file)) return [];
  const db = new DatabaseSync(file, { readOnly: true });
  const bodies = db.prepare('select body from block order by first_seq').all();
  db.close();
  return bodies.flatMap(({ body }) => linesOf(body as Uint8Array));
}
