// What every page must say until somebody mends it.
import type { Directory } from '../attribution/directory.ts';

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
  const named = untold.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = untold.length > MOST_NAMED ? ` and ${untold.length - MOST_NAMED} more` : '';
  const isOneOfSeveral = organizationId === undefined && directory.organizations().length > 1;
  const whose = isOneOfSeveral ? ` of ${named.join(', ')}${more}` : '';
  const text = `No administrator${whose} has a mail address: alerts reach nobody. Set one: cordon account set NAME --mail ADDRESS`;
  return [{ code: 'nobody_is_told', text }];
}
