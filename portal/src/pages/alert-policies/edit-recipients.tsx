// Edit recipients, as the article has it: whether anybody is told, who, and how often in a day.
import { Button, Field, makeStyles, Switch, tokens } from '@fluentui/react-components';
import { type SubmitEvent, useId, useState } from 'react';
import { ProblemBar } from '../../parts/answered.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { AlertPolicy } from './alert-policies.tsx';
import { DailyLimit } from './daily-limit.tsx';
import { RecipientBox } from './recipient-box.tsx';
import { useSavePolicy } from './save-policy.ts';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
});

export interface EditRecipientsProps {
  readonly policy: AlertPolicy;
  readonly policies: readonly AlertPolicy[];
  readonly onClose: () => void;
}

export function EditRecipients({ policy, policies, onClose }: EditRecipientsProps) {
  const styles = useStyles();
  const { parts, alertPolicies: strings } = useStrings();
  const [notify, setNotify] = useState(policy.notify);
  const [recipients, setRecipients] = useState<readonly string[]>(policy.recipients);
  const [dailyLimit, setDailyLimit] = useState(policy.dailyLimit);
  const save = useSavePolicy(policy.id, () => strings.saved(policy.name));
  const form = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate({ notify, recipients: [...recipients], dailyLimit }, { onSuccess: onClose });
  };
  return (
    <Flyout
      title={strings.edit.title}
      onClose={onClose}
      actions={
        <>
          <Button appearance="primary" type="submit" form={form} disabled={save.isPending}>
            {parts.save}
          </Button>
          <Button onClick={onClose}>{parts.close}</Button>
        </>
      }
    >
      <form id={form} className={styles.form} onSubmit={submit}>
        {save.isError && <ProblemBar error={save.error} title={parts.notDone} />}
        <Field label={strings.sendNotifications}>
          <Switch
            checked={notify}
            label={notify ? parts.on : parts.off}
            onChange={(_, { checked }) => setNotify(checked)}
          />
        </Field>
        <RecipientBox
          recipients={recipients}
          onChange={setRecipients}
          organizationId={policy.organizationId}
          policies={policies}
        />
        <DailyLimit value={dailyLimit} onChange={setDailyLimit} />
      </form>
    </Flyout>
  );
}
