// What the connectors' pages ask of the guard. Their first words are those that its events make stale (`api/live.ts`).
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';

export type Connector = Schemas['Connector'];
export type Discovered = Schemas['DiscoveredRelaying'];

/** The sum of a connector moves with its mail, of which there is no event. */
const REFRESH_MS = 15_000;
const MOST_A_PAGE = 1_000;

export function useConnectors(organizationId: string | undefined) {
  return useQuery({
    queryKey: ['connectors', 'list', { organizationId }],
    queryFn: () => allConnectors(organizationId),
    refetchInterval: REFRESH_MS,
  });
}

async function allConnectors(organizationId: string | undefined): Promise<readonly Connector[]> {
  const all: Connector[] = [];
  let cursor: string | undefined;
  do {
    const query = { organizationId, limit: MOST_A_PAGE, cursor };
    const page = await answer(api.GET('/api/v1/connectors', { params: { query } }));
    all.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return all;
}

export function useConnector(id: string) {
  return useQuery({
    queryKey: ['connectors', id],
    queryFn: () => answer(api.GET('/api/v1/connectors/{id}', { params: { path: { id } } })),
    refetchInterval: REFRESH_MS,
  });
}

export function useDiscovered() {
  return useQuery({
    queryKey: ['discovered'],
    queryFn: async () => (await answer(api.GET('/api/v1/connectors/discovered'))).items,
    refetchInterval: REFRESH_MS,
  });
}
