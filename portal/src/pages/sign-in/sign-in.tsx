// The way in: name and password, a code where the account has a second factor, or a provider.
import {
  Button,
  Divider,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useEffect, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { ApiProblem } from '../../api/problem.ts';
import { ProblemBar } from '../../parts/answered.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { EntranceCard } from './entrance.tsx';

const PROBLEM = 'sign-in-problem';
const WANTED = 'cordon.wanted-page';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
});

export default function SignIn() {
  const { signIn } = useStrings();
  const ways = useQuery({ queryKey: ['sign-in'], queryFn: () => answer(api.GET('/api/v1/sign-in')) });
  const [{ problem, wanted }] = useState(readArrival);
  useEffect(() => {
    if (problem === undefined) return;
    // Said once: reloading the page, or coming back to it later, does not say it again.
    window.history.replaceState(window.history.state, '', window.location.origin + wanted);
    // The router, which read the address before, reads it again.
    window.dispatchEvent(new PopStateEvent('popstate', { state: window.history.state }));
  }, [problem, wanted]);
  return (
    <EntranceCard title={signIn.to}>
      {problem !== undefined && <OidcProblem code={problem} />}
      {ways.isError && <ProblemBar error={ways.error} onRetry={() => void ways.refetch()} />}
      {ways.data?.password && <PasswordForm />}
      {ways.data?.password && ways.data.oidc.length > 0 && <Divider>{signIn.or}</Divider>}
      {ways.data?.oidc.map(({ name, path }) => (
        <Button
          key={name}
          as="a"
          href={`${path}?returnTo=${encodeURIComponent(wanted)}`}
          onClick={() => sessionStorage.setItem(WANTED, wanted)}
        >
          {signIn.with(name)}
        </Button>
      ))}
    </EntranceCard>
  );
}

/**
 * The page that is wanted, with what its address says. After a provider let nobody in the guard sends the browser to `/` with a code,
 * and the page is the one that was wanted before.
 */
function readArrival(): { readonly problem: string | undefined; readonly wanted: string } {
  const { pathname, search } = window.location;
  const problem = new URLSearchParams(search).get(PROBLEM) ?? undefined;
  return { problem, wanted: problem === undefined ? pathname + search : (sessionStorage.getItem(WANTED) ?? '/') };
}

function OidcProblem({ code }: { code: string }) {
  const { signIn } = useStrings();
  const known = Object.hasOwn(signIn.problems, code);
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{signIn.problem}</MessageBarTitle>
        {known ? signIn.problems[code] : signIn.otherProblem} {known && <code>{code}</code>}
      </MessageBarBody>
    </MessageBar>
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
  const isAskedForCode = enter.error instanceof ApiProblem && enter.error.code === 'second_factor_needed';
  const needsCode = code !== '' || isAskedForCode;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  const isRefused = enter.isError && !isAskedForCode;
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
