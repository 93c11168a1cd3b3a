// Which organization is looked at. Who belongs to one sees that; who sees all chooses one, or all of them.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useMemo, useState } from 'react';
import { answer, api, type Schemas } from '../api/client.ts';
import { useSession } from './session.tsx';

export type Organization = Schemas['Organization'];

export interface OrganizationChoice {
  /** For the `organizationId` of a question; undefined: all that one sees. */
  readonly organizationId: string | undefined;
  /** The one that is looked at; undefined: several. */
  readonly organization: Organization | undefined;
  /** All that one may look at. */
  readonly organizations: readonly Organization[];
  choose(id: string | undefined): void;
}

export const organizationsQuery = queryOptions({
  queryKey: ['organizations'],
  queryFn: async () => (await answer(api.GET('/api/v1/organizations'))).items,
  staleTime: 300_000,
});

const KEY = 'cordon.organization';
const NONE: readonly Organization[] = [];
const OrganizationContext = createContext<OrganizationChoice | undefined>(undefined);

export function useOrganization(): OrganizationChoice {
  return use(OrganizationContext)!;
}

export function OrganizationProvider({ children }: { children: ReactNode }) {
  const own = useSession().organization;
  const query = useQuery(organizationsQuery);
  const [chosen, setChosen] = useState(() => localStorage.getItem(KEY) ?? undefined);
  const organizations = query.data ?? NONE;
  const choice = useMemo((): OrganizationChoice => {
    const only = organizations.length === 1 ? organizations[0] : undefined;
    const organization = only ?? organizations.find(({ id }) => id === (own?.id ?? chosen));
    return {
      organizationId: organization?.id ?? own?.id,
      organization,
      organizations,
      choose: (id) => {
        if (id === undefined) localStorage.removeItem(KEY);
        else localStorage.setItem(KEY, id);
        setChosen(id);
      },
    };
  }, [organizations, own, chosen]);
  // Times stand in the organization's time zone: a page that jumps by an hour when it becomes known is worse than a short wait.
  return query.isPending ? null : <OrganizationContext value={choice}>{children}</OrganizationContext>;
}
