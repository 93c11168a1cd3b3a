// Asks once more before something that cannot be undone, or that others feel. What the guard refuses stands in it.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useStrings } from '../strings/strings.tsx';
import { ProblemBar } from './answered.tsx';
import { useFocusBack } from './focus-back.ts';

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, overflowWrap: 'anywhere' },
});

export interface ConfirmationProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** What the button says that does it. */
  readonly action: string;
  readonly act: () => Promise<unknown>;
  readonly onClose: () => void;
  /** After `act` has resolved, in place of `onClose`: where it leads to another page, which closes it as well. */
  readonly onDone?: () => void;
}

/** Open as long as it is rendered. */
export function Confirmation({ title, children, action, act, onClose, onDone = onClose }: ConfirmationProps) {
  const styles = useStyles();
  const { parts } = useStrings();
  useFocusBack(true);
  const doing = useMutation({ mutationFn: act, onSuccess: onDone });
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>
            {doing.isError && <ProblemBar error={doing.error} title={parts.notDone} />}
            {children}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabled={doing.isPending} onClick={() => doing.mutate()}>
              {action}
            </Button>
            <Button onClick={onClose}>{parts.cancel}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
