// Test support: an audit log on a store, with a key that every test knows.
import { randomBytes, randomUUID } from 'node:crypto';
import { AuditLog, type AuditLogOptions } from '../audit/audit-log.ts';
import type { AuditStore } from '../audit/audit-store.ts';
import { NOON } from './samples.ts';

export const AUDIT_KEY = Buffer.alloc(32, 11);

export function anAuditLog(store: AuditStore, over: Partial<AuditLogOptions> = {}): Promise<AuditLog> {
  return AuditLog.open({ store, key: AUDIT_KEY, now: () => NOON, randomUUID, randomBytes, isOn: () => true, ...over });
}
