// Reads the audit log of a data directory by itself, also while a guard writes to it: for `cordon audit verify`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ChainBase, ChainedRecord } from '../../audit/chain.ts';
import { CordonError } from '../../errors.ts';
import { storedOf } from '../audit-rows.ts';
import { CONTROL_MIGRATIONS } from '../control-migrations/index.ts';
import type { AuditChainTable, AuditRecordTable } from '../tables.ts';
import { openForReading } from './database-file.ts';
import { refuseNewer } from './migrate.ts';

export interface AuditFile {
  /** All records, in no chain or in one. */
  readonly total: number;
  readonly bases: ReadonlyMap<string, ChainBase>;
  /** That have records. */
  readonly organizationIds: readonly string[];
  /** In the order of their places in the chain. */
  records(organizationId: string): Iterable<ChainedRecord>;
  /** That have no place in a chain. */
  unchained(): Iterable<ChainedRecord>;
  close(): void;
}

/** As it is at this moment. Throws INVALID_REQUEST, STORE_NEWER, STORE_UNAVAILABLE. */
export function openAuditFile(dataDirectory: string): AuditFile {
  const file = path.join(dataDirectory, 'cordon.db');
  if (!existsSync(file)) throw new CordonError('INVALID_REQUEST', `${dataDirectory} holds no data of Cordon`);
  return reading(file, () => {
    const db = openForReading(file);
    try {
      return read(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function read(db: DatabaseSync, file: string): AuditFile {
  const taken = refuseNewer(db, CONTROL_MIGRATIONS, file);
  if (!taken.has('0008-audit-chain')) {
    throw new CordonError('INVALID_REQUEST', `${file} is of before there were chains: start the guard once`);
  }
  db.exec('begin');
  const count = db.prepare('select count(*) as total from audit_record').get() as { total: number };
  const bases = db.prepare('select * from audit_chain').all() as unknown as AuditChainTable[];
  const owners = db.prepare('select distinct organization_id as id from audit_record where sequence is not null').all();
  return {
    total: count.total,
    bases: new Map(bases.map((row) => [row.organization_id, baseOf(row)])),
    organizationIds: owners.map(({ id }) => String(id)),
    records: (organizationId) =>
      rows(db, file, 'organization_id = ? and sequence is not null order by sequence, at, id', organizationId),
    unchained: () => rows(db, file, 'sequence is null'),
    close: () => db.close(),
  };
}

function* rows(db: DatabaseSync, file: string, where: string, ...values: string[]): Generator<ChainedRecord> {
  const found = db.prepare(`select * from audit_record where ${where}`).iterate(...values);
  for (;;) {
    const next = reading(file, () => found.next());
    if (next.done === true) return;
    yield storedOf(next.value as unknown as AuditRecordTable);
  }
}

function reading<Value>(file: string, act: () => Value): Value {
  try {
    return act();
  } catch (error) {
    if (error instanceof CordonError) throw error;
    throw new CordonError('STORE_UNAVAILABLE', `${file}: ${(error as Error).message}`, { cause: error });
  }
}

function baseOf(row: AuditChainTable): ChainBase {
  return {
    organizationId: row.organization_id,
    sequence: row.base_sequence,
    mac: row.base_mac,
    proof: row.base_proof,
  };
}
