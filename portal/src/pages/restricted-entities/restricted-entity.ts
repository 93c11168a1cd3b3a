// What the guard says about one restricted entity, and the order to unblock it.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';

export type RestrictedEntity = Schemas['RestrictedEntity'];
export type RestrictedEntityDetails = Schemas['RestrictedEntityDetails'];
export type UnblockedEntity = Schemas['UnblockedEntity'];

/** Whether there are more than are shown: the rest is on its way, or it is more than the API gives at once. */
export type More = 'none' | 'coming' | 'beyond';

export interface UnblockOrder {
  readonly reason: string;
  readonly graceHours: 0 | 1 | 4 | 24;
  readonly learn: boolean;
}

export const PLAIN_ORDER: UnblockOrder = { reason: '', graceHours: 0, learn: false };

/** `isAsked` false: what is known stays. Fails with `not_restricted` once it is unblocked. */
export function useRestrictedEntity(id: string, isAsked = true) {
  return useQuery({
    queryKey: ['restricted-entities', 'details', id],
    queryFn: () => answer(api.GET('/api/v1/restricted-entities/{id}', { params: { path: { id } } })),
    enabled: isAsked,
  });
}

export function useWhatGotOut({ id, incidentId }: RestrictedEntity) {
  return useQuery({
    queryKey: ['what-got-out', id, incidentId],
    queryFn: () =>
      answer(
        api.GET('/api/v1/restricted-entities/{id}/what-got-out', { params: { path: { id }, query: { incidentId } } }),
      ),
  });
}

export function useSources({ id, incidentId }: RestrictedEntity) {
  return useQuery({
    queryKey: ['evidence', id, incidentId],
    queryFn: () =>
      answer(api.GET('/api/v1/restricted-entities/{id}/evidence', { params: { path: { id }, query: { incidentId } } })),
  });
}

/** Resolves once every gate was asked, at most some seconds later. */
export function useUnblock() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ id, order }: { id: string; order: UnblockOrder }) =>
      answer(api.POST('/api/v1/restricted-entities/{id}/unblock', { params: { path: { id } }, body: order })),
    onSettled: refresh,
  });
}

/** Asks again for all that a restriction changes. */
export function useRefresh(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ['restricted-entities', 'connectors', 'users', 'audit-records']) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
  };
}
