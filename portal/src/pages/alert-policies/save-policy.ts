// A change of an alert policy, as all forms here make it.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useTell } from '../../parts/tell.tsx';

export type PolicyChanges = Schemas['AlertPolicyChanges'];

/** `said`: in short words, when it is done. What is shown is fresh before the mutation resolves. */
export function useSavePolicy(id: string, said: (changes: PolicyChanges) => string) {
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: (body: PolicyChanges) =>
      answer(api.PATCH('/api/v1/alert-policies/{id}', { params: { path: { id } }, body })),
    onSuccess: async (_, changes) => {
      tell(said(changes));
      await queries.invalidateQueries({ queryKey: ['alert-policies'] });
    },
  });
}
