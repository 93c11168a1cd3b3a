// The audit log as a file: JSON Lines in the common schema, or CSV with the columns that searching Microsoft's log gives. A page at a time, as fast as
// it is read at the other end.
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditRecord } from '../audit/audit-record.ts';
import type { AuditPosition, AuditSearch } from '../audit/audit-store.ts';
import { toCommonSchema } from '../audit/common-schema.ts';
import { csvCell, csvJson } from '../mail/csv.ts';

const AT_ONCE = 500;

/** Rejects with the store's error. What comes while it is read is not in it. */
export async function* auditPages(
  audit: Pick<AuditLog, 'search'>,
  query: Omit<AuditSearch, 'limit' | 'before'>,
): AsyncGenerator<readonly AuditRecord[]> {
  let before: AuditPosition | undefined;
  do {
    const page = await audit.search({ ...query, before, limit: AT_ONCE });
    if (page.records.length > 0) yield page.records;
    before = page.next;
  } while (before !== undefined);
}

export async function* auditJsonLines(pages: AsyncIterable<readonly AuditRecord[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((each) => `${JSON.stringify(toCommonSchema(each))}\n`).join('');
}

export async function* auditCsv(pages: AsyncIterable<readonly AuditRecord[]>): AsyncGenerator<string> {
  yield 'CreationDate,UserIds,Operations,ResultStatus,ClientIP,ObjectId,AuditData\r\n';
  for await (const page of pages) yield page.map(lineOf).join('');
}

function lineOf(record: AuditRecord): string {
  const common = toCommonSchema(record);
  const { CreationTime, UserId, Operation, ResultStatus, ClientIP, ObjectId } = common;
  const cells = [CreationTime, UserId, Operation, ResultStatus, ClientIP, ObjectId].map(csvCell);
  return `${[...cells, csvJson(common)].join(',')}\r\n`;
}
