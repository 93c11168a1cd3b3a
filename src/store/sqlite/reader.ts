// The thread that reads both database files, so that a long list holds up no restriction and no record.
import { workerData } from 'node:worker_threads';
import type { Statement } from './control-writer.ts';
import { openForReading, Statements } from './database-file.ts';
import { type JournalRead, JournalReader } from './journal-reader.ts';
import { attempt, serve } from './serve.ts';

export interface ReaderSettings {
  readonly controlFile: string;
  readonly journalFile: string;
}

/** A query of the control data, answered with its rows, or a question about the journal. */
export type Read = (Statement & { readonly kind: 'rows' }) | JournalRead;

const { controlFile, journalFile } = workerData as ReaderSettings;
const db = openForReading(controlFile);
const statements = new Statements(db);
const journal = new JournalReader(journalFile);

function runOne(read: Read): unknown {
  return read.kind === 'rows' ? statements.rows(read.sql, read.parameters) : journal.run(read);
}

serve<Read>({
  run: (reads) => reads.map((read) => attempt(() => runOne(read))),
  close: () => {
    db.close();
    journal.close();
  },
});
