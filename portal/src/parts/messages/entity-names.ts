// The names of all connectors and users, to choose one of them. Asked for once, and not at each event: there may be ten thousand.
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';

export interface EntityName {
  readonly id: string;
  readonly kind: 'connector' | 'user';
  readonly name: string;
}

interface NamesPage {
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly next?: string;
}

const NONE: readonly EntityName[] = [];
const PAGE = 1_000;

/** Connectors first, each by name; none before they are there, or where one may not see them. */
export function useEntityNames(): readonly EntityName[] {
  const { organizationId } = useOrganization();
  const { data = NONE } = useQuery({
    queryKey: ['entity-names', { organizationId }],
    queryFn: async () => {
      const query = { organizationId, limit: PAGE };
      const connectors = await allNames('connector', (cursor) =>
        answer(api.GET('/api/v1/connectors', { params: { query: { ...query, cursor } } })),
      );
      const users = await allNames('user', (cursor) =>
        answer(api.GET('/api/v1/users', { params: { query: { ...query, cursor } } })),
      );
      return [...connectors, ...users];
    },
    staleTime: 300_000,
  });
  return data;
}

async function allNames(
  kind: EntityName['kind'],
  ask: (cursor: string | undefined) => Promise<NamesPage>,
): Promise<readonly EntityName[]> {
  const names: EntityName[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    names.push(...page.items.map(({ id, name }) => ({ id, kind, name })));
    cursor = page.next;
  } while (cursor !== undefined);
  return names;
}
