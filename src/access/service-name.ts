// Nobody who acts is called as the service itself is: the audit log, and each restriction and alert, says by name who did it.
import { SERVICE } from '../audit/audit-record.ts';
import { CordonError } from '../errors.ts';

/** The holder of data/admin.token. */
export const LOCAL_ADMINISTRATOR = 'local administrator';

const TAKEN: ReadonlySet<string> = new Set([SERVICE.by, LOCAL_ADMINISTRATOR].map(keyOf));

/** Whether a reader would take it for the service or the local administrator: whatever its case, width, blanks and what is not seen. */
export function isServiceName(name: string): boolean {
  return TAKEN.has(keyOf(name));
}

/** Throws INVALID_REQUEST for a name that the service has. */
export function refuseServiceName(name: string): void {
  if (!isServiceName(name)) return;
  const message = `must be another one: the audit log calls ${keyOf(name) === keyOf(SERVICE.by) ? 'the guard itself' : 'data/admin.token'} so`;
  throw new CordonError('INVALID_REQUEST', `name ${message}`, { fields: [{ path: 'name', message }] });
}

function keyOf(name: string): string {
  const seen = name.normalize('NFKC').replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  return seen.toLowerCase().replace(/\s+/gu, ' ').trim();
}
