// The thread that reads the control data, so that a long list holds up no restriction.
import { workerData } from 'node:worker_threads';
import type { Statement } from './control-writer.ts';
import { openForReading, Statements } from './database-file.ts';
import { attempt, serve } from './serve.ts';
import type { ThreadSettings } from './thread.ts';

const db = openForReading((workerData as ThreadSettings).file);
const statements = new Statements(db);

serve<Statement>({
  run: (queries) => queries.map(({ sql, parameters }) => attempt(() => statements.rows(sql, parameters))),
  close: () => db.close(),
});
