// The question before something that cannot be taken back, or that lets mail pass unwatched: what will become of it.
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
import type { UseMutationResult } from '@tanstack/react-query';
import { ProblemBar } from '../../parts/answered.tsx';
import { useStrings } from '../../strings/strings.tsx';

const useStyles = makeStyles({ content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM } });

export interface ConfirmationProps {
  readonly title: string;
  /** Of the button that does it. */
  readonly action: string;
  readonly change: Pick<UseMutationResult<unknown, unknown, void>, 'mutate' | 'isPending' | 'error'>;
  /** What happens, a sentence or two each. */
  readonly lines: readonly string[];
  readonly onClose: () => void;
}

export function Confirmation({ title, action, change, lines, onClose }: ConfirmationProps) {
  const styles = useStyles();
  const { parts, connectors: strings } = useStrings();
  return (
    <Dialog open modalType="alert" onOpenChange={(_, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={styles.content}>
            {lines.map((line) => (
              <span key={line}>{line}</span>
            ))}
            {change.error !== null && <ProblemBar error={change.error} title={strings.notSaved} />}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" disabledFocusable={change.isPending} onClick={() => change.mutate()}>
              {action}
            </Button>
            <Button onClick={onClose}>{parts.cancel}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
