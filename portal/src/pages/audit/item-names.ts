// What organizations, connectors and accounts are called that records know by their ids.
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useWholeScope } from '../../parts/whole-scope.ts';

const MOST = 1_000;

export type ItemNames = ReadonlyMap<string, string>;

/** By id, of those that there are still. Empty until they are there: ids are shown in the meantime. */
export function useItemNames(): ItemNames {
  const { organizations } = useOrganization();
  const organizationId = useWholeScope();
  const connectors = useQuery({
    queryKey: ['connectors', { organizationId, limit: MOST }],
    queryFn: () => answer(api.GET('/api/v1/connectors', { params: { query: { organizationId, limit: MOST } } })),
    staleTime: 60_000,
  });
  const accounts = useQuery({
    queryKey: ['role-assignments', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/role-assignments', { params: { query: { organizationId } } })),
    staleTime: 60_000,
  });
  return useMemo(() => {
    const named = [...organizations, ...(connectors.data?.items ?? []), ...(accounts.data?.accounts ?? [])];
    return new Map(named.map(({ id, name }) => [id, name]));
  }, [organizations, connectors.data, accounts.data]);
}
