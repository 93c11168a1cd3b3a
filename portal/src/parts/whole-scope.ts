// Which organization is asked about where a list holds what is the provider's own, too.
import { useOrganization } from '../context/organization.tsx';
import { useSession } from '../context/session.tsx';

/** Undefined: all that one sees. Of an installation's only organization whoever belongs to none sees his own things beside it. */
export function useWholeScope(): string | undefined {
  const { organizationId, organizations } = useOrganization();
  const isProviders = useSession().organization === undefined;
  return isProviders && organizations.length === 1 ? undefined : organizationId;
}
