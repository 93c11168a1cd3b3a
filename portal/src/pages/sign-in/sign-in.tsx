// The way in: name and password, a code where the account has a second factor, or a provider.
import { Button, Divider, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { ProblemBar } from '../../parts/answered.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { EntranceCard } from './entrance.tsx';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

export default function SignIn() {
  const { signIn } = useStrings();
  const ways = useQuery({ queryKey: ['sign-in'], queryFn: () => answer(api.GET('/api/v1/sign-in')) });
  const returnTo = window.location.pathname + window.location.search;
  return (
    <EntranceCard title={signIn.to}>
      {ways.isError && <ProblemBar error={ways.error} onRetry={() => void ways.refetch()} />}
      {ways.data?.password && <PasswordForm />}
      {ways.data?.password && ways.data.oidc.length > 0 && <Divider>{signIn.or}</Divider>}
      {ways.data?.oidc.map(({ name, path }) => (
        <Button key={name} as="a" href={`/api/v1${path}?returnTo=${encodeURIComponent(returnTo)}`}>
          {signIn.with(name)}
        </Button>
      ))}
    </EntranceCard>
  );
}

function PasswordForm() {
  const styles = useStyles();
  const { signIn } = useStrings();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const enter = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/v1/session', { body: { name, password, ...(code === '' ? {} : { code }) } })),
    onSuccess: (who) => queries.setQueryData(['session'], who),
  });
  const needsCode = code !== '' || (enter.error instanceof ApiProblem && enter.error.code === 'SECOND_FACTOR_NEEDED');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  const isRefused =
    enter.isError && !(enter.error instanceof ApiProblem && enter.error.code === 'SECOND_FACTOR_NEEDED');
  return (
    <form className={styles.form} onSubmit={submit}>
      {isRefused && <ProblemBar error={enter.error} />}
      <Field label={signIn.name} required>
        <Input name="username" autoComplete="username" value={name} onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field label={signIn.password} required>
        <Input
          name="password"
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={(_, { value }) => setPassword(value)}
        />
      </Field>
      {needsCode && (
        <Field label={signIn.code} hint={signIn.codeHint} required>
          <Input
            autoFocus
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onChange={(_, { value }) => setCode(value)}
          />
        </Field>
      )}
      <Button type="submit" appearance="primary" disabled={enter.isPending || name === '' || password === ''}>
        {signIn.signIn}
      </Button>
    </form>
  );
}
