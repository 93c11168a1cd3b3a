// After a one-time password: nothing else is allowed before there is one of one's own.
import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { ProblemBar } from '../../parts/answered.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { EntranceCard } from './entrance.tsx';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

export default function ChoosePassword() {
  const styles = useStyles();
  const { change: strings } = useStrings().signIn;
  const queries = useQueryClient();
  const [old, setOld] = useState('');
  const [chosen, setChosen] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => answer(api.POST('/api/v1/session/password', { body: { old, new: chosen } })),
    onSuccess: (who) => queries.setQueryData(['session'], who),
  });
  const differ = again !== '' && again !== chosen;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <EntranceCard title={strings.title}>
      <Text>{strings.text}</Text>
      <form className={styles.form} onSubmit={submit}>
        {change.isError && <ProblemBar error={change.error} />}
        <Field label={strings.old} required>
          <Input
            type="password"
            autoComplete="current-password"
            value={old}
            onChange={(_, { value }) => setOld(value)}
          />
        </Field>
        <Field label={strings.new} required>
          <Input
            type="password"
            autoComplete="new-password"
            value={chosen}
            onChange={(_, { value }) => setChosen(value)}
          />
        </Field>
        <Field
          label={strings.again}
          required
          validationState={differ ? 'error' : 'none'}
          validationMessage={differ ? strings.differ : undefined}
        >
          <Input
            type="password"
            autoComplete="new-password"
            value={again}
            onChange={(_, { value }) => setAgain(value)}
          />
        </Field>
        <Button
          type="submit"
          appearance="primary"
          disabled={change.isPending || old === '' || chosen === '' || again !== chosen}
        >
          {strings.change}
        </Button>
      </form>
    </EntranceCard>
  );
}
