// Before and after, for the audit log.
import type { AuditedChange } from './audit-record.ts';

/**
 * What differs between two states of a thing, field by field; `before` is missing for a new one, `after` for one that is gone. Fields that are
 * undefined on both sides are no difference.
 */
export function changesBetween(before: object | undefined, after: object | undefined): readonly AuditedChange[] {
  const was = new Map(Object.entries(before ?? {}));
  const is = new Map(Object.entries(after ?? {}));
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) => {
    const [from, to] = [was.get(name), is.get(name)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    return [{ name, ...(from === undefined ? {} : { before: from }), ...(to === undefined ? {} : { after: to }) }];
  });
}
