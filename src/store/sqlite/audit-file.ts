// Reads the audit log of a data directory by itself, also while a guard writes to it: for `cordon audit verify`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { ChainBase, ChainedRecord } from '../../audit/chain.ts';
import { CordonError } from '../../errors.ts';
import { CONTROL_MIGRATIONS } from '../control-migrations/index.ts';
import type { AuditChainTable } from '../tables.ts';
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
  let db: DatabaseSync | undefined;
  try {
    db = openForReading(file);
    return read(db, file);
  } catch (error) {
    db?.close();
    throw unreadable(file, error);
  }
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
      rows(db, file, 'organization_id = ? and sequence is not null order by sequence', organizationId),
    unchained: () => rows(db, file, 'sequence is null'),
    close: () => db.close(),
  };
}

/** Numbers that JavaScript has not are nobody's but a forger's: they are shown as the largest that it has. */
const safe = (column: string) => `min(max(${column}, ${Number.MIN_SAFE_INTEGER}), ${Number.MAX_SAFE_INTEGER})`;
const COLUMNS = `id, ${safe('at')}, organization_id, operation, made_by, client_address, object_id, parameters, result, user_type, user_key,
  changes, ${safe('sequence')}, mac, salt, commitment, erasure_mac`;

/** Rows as lists: as objects they would cost as much again as checking them. */
type Row = readonly [
  id: string,
  at: number,
  organizationId: string,
  operation: string,
  by: string,
  clientAddress: string,
  objectId: string,
  parameters: string,
  result: string,
  userType: string,
  userKey: string,
  changes: string | null,
  sequence: number | null,
  mac: string | null,
  salt: string | null,
  commitment: string | null,
  erasureMac: string | null,
];

function* rows(db: DatabaseSync, file: string, where: string, ...values: string[]): Generator<ChainedRecord> {
  const select = db.prepare(`select ${COLUMNS} from audit_record where ${where}`);
  select.setReturnArrays(true);
  try {
    for (const row of select.iterate(...values)) yield recordOf(row as unknown as Row);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function recordOf(row: Row): ChainedRecord {
  return {
    id: row[0],
    at: row[1],
    organizationId: row[2],
    operation: row[3],
    by: row[4],
    clientAddress: row[5],
    objectId: row[6],
    parameters: row[7],
    result: row[8],
    userType: row[9],
    userKey: row[10],
    changes: row[11],
    sequence: row[12] ?? 0,
    mac: row[13] ?? '',
    salt: row[14],
    commitment: row[15],
    erasureMac: row[16],
  };
}

function unreadable(file: string, error: unknown): CordonError {
  if (error instanceof CordonError) return error;
  return new CordonError('STORE_UNAVAILABLE', `${file}: ${(error as Error).message}`, { cause: error });
}

function baseOf(row: AuditChainTable): ChainBase {
  return {
    organizationId: row.organization_id,
    sequence: row.base_sequence,
    mac: row.base_mac,
    proof: row.base_proof,
  };
}
