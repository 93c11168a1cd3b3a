// What follows a change: short words about it, and everything that may show it is asked for again.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTell } from '../../parts/tell.tsx';

const STALE = [
  'connectors',
  'discovered',
  'sending-limits',
  'exception-windows',
  'restricted-entities',
  'audit-records',
];

export function useAfterChange(): (words: string) => void {
  const queries = useQueryClient();
  const tell = useTell();
  return useCallback(
    (words) => {
      for (const key of STALE) void queries.invalidateQueries({ queryKey: [key] });
      tell(words);
    },
    [queries, tell],
  );
}
