// What every page must say until somebody mends it.
import type { Directory } from '../attribution/directory.ts';
import type { Organization } from '../attribution/entity.ts';

export interface Notice {
  /** Stable; for programs. */
  readonly code: string;
  readonly text: string;
}

const MOST_NAMED = 5;

/**
 * nobody_is_told, where an alert of the organization would reach nobody; undefined: of any. `isTold` answers from memory
 * whether it would.
 */
export function nobodyIsTold(
  directory: Directory,
  isTold: (organizationId: string) => boolean,
  organizationId: string | undefined,
): readonly Notice[] {
  const untold = directory.organizations(organizationId).filter(({ id }) => !isTold(id));
  if (untold.length === 0) return [];
  const whose = whoseOf(untold, directory, organizationId);
  const text = `No administrator${whose} has a mail address: alerts reach nobody. Set one: cordon account set NAME --mail ADDRESS`;
  return [{ code: 'nobody_is_told', text }];
}

/** audit_off, where what people change is not recorded, and therefore no alert fires. */
export function auditIsOff(directory: Directory, organizationId: string | undefined): readonly Notice[] {
  const off = directory.organizations(organizationId).filter(({ auditLog }) => !auditLog);
  if (off.length === 0) return [];
  const text = `The audit log${whoseOf(off, directory, organizationId)} is off: no alerts fire. Turn it on: cordon audit on`;
  return [{ code: 'audit_off', text }];
}

/** '' where there is only one that could be meant. */
function whoseOf(some: readonly Organization[], directory: Directory, organizationId: string | undefined): string {
  if (organizationId !== undefined || directory.organizations().length === 1) return '';
  const more = some.length > MOST_NAMED ? ` and ${some.length - MOST_NAMED} more` : '';
  return ` of ${some
    .slice(0, MOST_NAMED)
    .map(({ name }) => name)
    .join(', ')}${more}`;
}
