// Audit records as rows of the database, and rows as records.
import type { AuditRecord } from '../audit/audit-record.ts';
import type { ChainedRecord, ChainPoint } from '../audit/chain.ts';
import type { AuditRecordTable } from './tables.ts';

export function pointOf(row: Pick<AuditRecordTable, 'organization_id' | 'sequence' | 'mac'>): ChainPoint {
  return { organizationId: row.organization_id, sequence: row.sequence ?? 0, mac: row.mac ?? '' };
}

export function rowOf(record: ChainedRecord): AuditRecordTable {
  return {
    id: record.id,
    at: record.at,
    organization_id: record.organizationId,
    operation: record.operation,
    made_by: record.by,
    client_address: record.clientAddress,
    object_id: record.objectId,
    parameters: record.parameters,
    result: record.result,
    user_type: record.userType,
    user_key: record.userKey,
    changes: record.changes,
    sequence: record.sequence,
    mac: record.mac,
    salt: record.salt,
    commitment: record.commitment,
    erasure_mac: record.erasureMac,
  };
}

/** As it is stored. */
export function storedOf(row: AuditRecordTable): ChainedRecord {
  return {
    id: row.id,
    at: row.at,
    organizationId: row.organization_id,
    operation: row.operation,
    by: row.made_by,
    clientAddress: row.client_address,
    objectId: row.object_id,
    parameters: row.parameters,
    result: row.result,
    userType: row.user_type,
    userKey: row.user_key,
    changes: row.changes,
    sequence: row.sequence ?? 0,
    mac: row.mac ?? '',
    salt: row.salt,
    commitment: row.commitment,
    erasureMac: row.erasure_mac,
  };
}

export function recordOf(row: AuditRecordTable): AuditRecord {
  return {
    id: row.id,
    at: row.at,
    organizationId: row.organization_id,
    operation: row.operation,
    userType: row.user_type as AuditRecord['userType'],
    userKey: row.user_key,
    by: row.made_by,
    clientAddress: row.client_address,
    objectId: row.object_id,
    parameters: JSON.parse(row.parameters),
    ...(row.changes === null ? {} : { changes: JSON.parse(row.changes) }),
    result: row.result as AuditRecord['result'],
  };
}
