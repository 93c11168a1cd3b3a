// What the guard tells by itself (server-sent events): lists are asked again as soon as something in them has changed.
import type { Query, QueryClient, QueryKey } from '@tanstack/react-query';
import type { Schemas } from './client.ts';

/** By event: the first words of the query keys that it makes stale. */
const STALE: Readonly<Record<string, readonly string[]>> = {
  restricted: ['restricted-entities', 'connectors', 'users', 'suspects', 'traffic'],
  unblocked: ['restricted-entities', 'connectors', 'users', 'suspects', 'traffic'],
  alert: ['alerts'],
  'alert-changed': ['alerts'],
  connector: ['connectors', 'discovered'],
  'audit-log': ['session', 'alerts', 'alert-policies', 'admin-audit-log-config', 'organizations'],
};

/** So long events are gathered: an attack on a hundred connectors is one question, not a hundred. */
const GATHER_MS = 150;

export type LiveState = 'connecting' | 'live' | 'away';

/** Listens until the returned function is called. `onState` hears whether what is shown is kept fresh. */
export function listen(queries: QueryClient, onState: (state: LiveState) => void): () => void {
  const stale = new Set<string>();
  let timer: number | undefined;
  let wasAway = false;
  const refresh = () => {
    timer = undefined;
    for (const key of stale) void queries.invalidateQueries({ queryKey: [key], predicate: (query) => !isLong(query) });
    stale.clear();
  };
  const source = new EventSource('/api/v1/events');
  source.onopen = () => {
    onState('live');
    // Nothing is kept for who was away: everything is asked again.
    if (wasAway) void queries.invalidateQueries();
    wasAway = false;
  };
  source.onerror = () => {
    wasAway = true;
    onState('away');
  };
  source.addEventListener('restricted', ({ data }) => showRow(queries, JSON.parse(data), true));
  source.addEventListener('unblocked', ({ data }) => showRow(queries, JSON.parse(data), false));
  for (const [event, keys] of Object.entries(STALE)) {
    source.addEventListener(event, () => {
      for (const key of keys) stale.add(key);
      timer ??= window.setTimeout(refresh, GATHER_MS);
    });
  }
  return () => {
    window.clearTimeout(timer);
    source.close();
  };
}

const LONG = 1_000;

/** A long list has its row by `showRow`: to ask for thousands at each event would keep the guard busy. */
function isLong({ state }: Query): boolean {
  const { items } = (state.data ?? {}) as { readonly items?: readonly unknown[] };
  return Array.isArray(items) && items.length > LONG;
}

type Row = Schemas['RestrictedEntity'];

/** Ten thousand rows take a moment to be asked for again: the one that the guard told of stands there, or is gone, before. */
function showRow(queries: QueryClient, row: Row, isRestricted: boolean): void {
  queries.setQueriesData<{ items: readonly Row[] }>(
    { queryKey: ['restricted-entities'], predicate: ({ queryKey }) => isListOfNow(queryKey, row.organizationId) },
    (list) => {
      if (list === undefined) return undefined;
      const others = list.items.filter(({ id }) => id !== row.id);
      return { ...list, items: isRestricted ? [row, ...others] : others };
    },
  );
}

/** The newest that are restricted now, of that organization or of all: no other filter. */
function isListOfNow([, filter]: QueryKey, organizationId: string): boolean {
  if (typeof filter !== 'object' || filter === null) return false;
  const { organizationId: wanted, limit: _, ...others } = filter as { organizationId?: string; limit?: number };
  return Object.keys(others).length === 0 && (wanted === undefined || wanted === organizationId);
}
