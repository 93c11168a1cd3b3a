// A flyout that is filled in and saved. What the guard refuses is said at the fields, and the first of them has the focus.
import { Button, MessageBar, MessageBarBody, MessageBarTitle, makeStyles, tokens } from '@fluentui/react-components';
import { type FormEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { ProblemBar } from '../../parts/answered.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { fieldErrorsOf } from './field-errors.ts';

const useStyles = makeStyles({ form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL } });

export interface FlyoutFormProps {
  readonly title: string;
  /** Of the button that saves. */
  readonly submit?: string;
  /** As a mutation has it: null while there is none. */
  readonly error: unknown;
  /** Those that show what is said of them. */
  readonly fields: readonly string[];
  readonly isPending: boolean;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

export function FlyoutForm(props: FlyoutFormProps) {
  const { title, submit, error, fields, isPending, onClose, onSubmit, children } = props;
  const styles = useStyles();
  const { parts } = useStrings();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending) onSubmit();
  };
  return (
    <Flyout
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button appearance="primary" type="submit" form={id} disabledFocusable={isPending}>
            {submit ?? parts.save}
          </Button>
          <Button onClick={onClose}>{parts.cancel}</Button>
        </>
      }
    >
      <form id={id} ref={form} className={styles.form} onSubmit={send} noValidate>
        {error !== null && <NotSaved error={error} fields={fields} />}
        {children}
      </form>
    </Flyout>
  );
}

function NotSaved({ error, fields }: { error: unknown; fields: readonly string[] }) {
  const { connectors: strings } = useStrings();
  if (!fieldErrorsOf(error).areAllAt(fields)) return <ProblemBar error={error} title={strings.notSaved} />;
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{strings.notSaved}</MessageBarTitle>
        {strings.lookAtFields}
      </MessageBarBody>
    </MessageBar>
  );
}
