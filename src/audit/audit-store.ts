import type { AuditRecord } from './audit-record.ts';

export interface AuditStore {
  /** On disk when it resolves. */
  append(record: AuditRecord): Promise<void>;
  /** Newest first; `limit` 1 to 1 000. */
  list(query: {
    readonly organizationId?: string | undefined;
    readonly limit: number;
  }): Promise<readonly AuditRecord[]>;
}
