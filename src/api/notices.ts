// What every page must say until somebody mends it.
import type { Accounts } from '../access/accounts.ts';
import type { Directory } from '../attribution/directory.ts';

export interface Notice {
  /** Stable; for programs. */
  readonly code: string;
  readonly text: string;
}

const MOST_NAMED = 5;

/** nobody_is_told, where an organization has no administrator with a mail address; undefined: where any has none. */
export function nobodyIsTold(
  accounts: Accounts,
  directory: Directory,
  organizationId: string | undefined,
): readonly Notice[] {
  const installation = { organizations: directory.organizations().length };
  const untold = directory
    .organizations(organizationId)
    .filter(({ id }) => accounts.administratorAddresses(id, installation).length === 0);
  if (untold.length === 0) return [];
  const named = untold.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = untold.length > MOST_NAMED ? ` and ${untold.length - MOST_NAMED} more` : '';
  const whose = organizationId === undefined && installation.organizations > 1 ? ` of ${named.join(', ')}${more}` : '';
  const text = `No administrator${whose} has a mail address: alerts reach nobody. Set one: cordon account set NAME --mail ADDRESS`;
  return [{ code: 'nobody_is_told', text }];
}
