// A change of an alert by somebody. Lists and flyouts are asked again; the guard tells the other pages.
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useTell } from '../../parts/tell.tsx';
import { useStrings } from '../../strings/strings.tsx';

export function useHandleAlert(id: string) {
  const { alerts: strings } = useStrings();
  const queries = useQueryClient();
  const tell = useTell();
  return useMutation({
    mutationFn: (body: Schemas['AlertHandling']) =>
      answer(api.PATCH('/api/v1/alerts/{id}', { params: { path: { id } }, body })),
    onSuccess: async (alert) => {
      tell(strings.changed);
      queries.setQueryData(['alerts', id], alert);
      await queries.invalidateQueries({ queryKey: ['alerts'] });
    },
  });
}
