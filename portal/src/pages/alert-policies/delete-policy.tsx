// The question before a policy of one's own goes.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../../api/client.ts';
import { ProblemBar } from '../../parts/answered.tsx';
import { useTell } from '../../parts/tell.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertPolicy } from './alert-policies.tsx';

export interface DeletePolicyProps {
  readonly policy: AlertPolicy;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

export function DeletePolicy({ policy: { id, name }, onClose, onDeleted }: DeletePolicyProps) {
  const { parts, alertPolicies: strings } = useStrings();
  const queries = useQueryClient();
  const tell = useTell();
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/alert-policies/{id}', { params: { path: { id } } })),
    onSuccess: async () => {
      tell(strings.deleted(name));
      onDeleted();
      await queries.invalidateQueries({ queryKey: ['alert-policies'] });
    },
  });
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{strings.deleteTitle(name)}</DialogTitle>
          <DialogContent>
            {remove.isError && <ProblemBar error={remove.error} title={parts.notDone} />}
            {strings.deleteText}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabled={remove.isPending} onClick={() => remove.mutate()}>
              {strings.delete}
            </Button>
            <Button onClick={onClose}>{parts.cancel}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
