// What follows a change: what it made stale is asked for again, and it is said.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTell } from '../../parts/tell.tsx';

/** Resolves when the lists are fresh. Audit records are stale after every change. */
export function useAfterChange(): (words: string, ...stale: readonly string[]) => Promise<void> {
  const queries = useQueryClient();
  const tell = useTell();
  return useCallback(
    async (words, ...stale) => {
      const keys = [...stale, 'audit-records'];
      await Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
      tell(words);
    },
    [queries, tell],
  );
}
