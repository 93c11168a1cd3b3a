// Who is signed in.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from './client.ts';
import { ApiProblem } from './problem.ts';

export type Who = Schemas['Who'];

/** `null`: nobody is. Other failures reject. */
export const whoQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Who | null> => {
    try {
      return await answer(api.GET('/api/v1/session'));
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export function useWho() {
  return useQuery(whoQuery);
}
