// A short form on a sheet: its fields beside each other where there is room, its button, and what the guard refuses.
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode, SubmitEvent } from 'react';
import { ProblemBar } from '../../parts/answered.tsx';
import { useStrings } from '../../strings/strings.tsx';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, alignItems: 'start', minWidth: 0 },
  fields: {
    display: 'grid',
    width: '100%',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 240px), 1fr))',
    alignItems: 'start',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
  },
});

export interface FormProps {
  readonly action: string;
  readonly isReady: boolean;
  readonly act: () => Promise<unknown>;
  readonly children: ReactNode;
}

export function Form({ action, isReady, act, children }: FormProps) {
  const styles = useStyles();
  const { settings: strings } = useStrings();
  const doing = useMutation({ mutationFn: act });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    doing.mutate();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {doing.isError && <ProblemBar error={doing.error} title={strings.notSaved} />}
      <div className={styles.fields}>{children}</div>
      <Button type="submit" appearance="primary" disabled={!isReady || doing.isPending}>
        {action}
      </Button>
    </form>
  );
}
