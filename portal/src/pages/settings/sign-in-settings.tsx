// The ways in, one's own password, and one's own second factor.
import { Button, Field, Input, MessageBar, MessageBarBody, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useSession } from '../../context/session.tsx';
import { Answered, ProblemBar } from '../../parts/answered.tsx';
import { Copied } from '../../parts/secret-once.tsx';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { Form } from './form.tsx';

const QrCode = lazy(() => import('./qr-code.tsx'));

const useStyles = makeStyles({
  ways: { margin: 0, paddingInlineStart: tokens.spacingHorizontalXL },
  begin: { alignSelf: 'start' },
});

export function SignInSettings() {
  const { signIn: strings } = useStrings().settings;
  const { kind, hasPassword, hasSecondFactor } = useSession();
  return (
    <>
      <Ways />
      {kind === 'account' && !hasPassword && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{strings.noPassword}</MessageBarBody>
        </MessageBar>
      )}
      {hasPassword && <OwnPassword />}
      {hasPassword && (hasSecondFactor ? <RemoveSecondFactor /> : <SetUpSecondFactor />)}
    </>
  );
}

function Ways() {
  const styles = useStyles();
  const { signIn: strings } = useStrings().settings;
  const query = useQuery({ queryKey: ['sign-in'], queryFn: () => answer(api.GET('/api/v1/sign-in')) });
  return (
    <Section title={strings.ways} description={strings.waysText}>
      <Answered query={query} lines={2}>
        {({ password, oidc }) => (
          <ul className={styles.ways}>
            {password && <li>{strings.password}</li>}
            {oidc.map(({ name }) => (
              <li key={name}>{strings.provider(name)}</li>
            ))}
          </ul>
        )}
      </Answered>
    </Section>
  );
}

interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly autoComplete: 'current-password' | 'new-password';
  readonly error?: string | undefined;
  readonly onChange: (value: string) => void;
}

function PasswordField({ label, value, autoComplete, error, onChange }: PasswordFieldProps) {
  return (
    <Field label={label} required validationState={error === undefined ? 'none' : 'error'} validationMessage={error}>
      <Input
        type="password"
        autoComplete={autoComplete}
        value={value}
        onChange={(_, { value: typed }) => onChange(typed)}
      />
    </Field>
  );
}

function OwnPassword() {
  const { signIn: strings } = useStrings().settings;
  const queries = useQueryClient();
  const afterChange = useAfterChange();
  const [old, setOld] = useState('');
  const [chosen, setChosen] = useState('');
  const [again, setAgain] = useState('');
  const differ = again !== '' && again !== chosen;
  const change = async () => {
    const who = await answer(api.POST('/api/v1/session/password', { body: { old, new: chosen } }));
    queries.setQueryData(['session'], who);
    setOld('');
    setChosen('');
    setAgain('');
    await afterChange(strings.changed, 'sessions');
  };
  return (
    <Section title={strings.ownPassword}>
      <Form action={strings.change} isReady={old !== '' && chosen !== '' && again === chosen} act={change}>
        <PasswordField label={strings.old} value={old} autoComplete="current-password" onChange={setOld} />
        <PasswordField label={strings.new} value={chosen} autoComplete="new-password" onChange={setChosen} />
        <PasswordField
          label={strings.again}
          value={again}
          autoComplete="new-password"
          error={differ ? strings.differ : undefined}
          onChange={setAgain}
        />
      </Form>
    </Section>
  );
}

/** The secret is shown, and counts once a code has proved that it is in an app. */
function SetUpSecondFactor() {
  const styles = useStyles();
  const { settings, parts } = useStrings();
  const strings = settings.signIn;
  const queries = useQueryClient();
  const afterChange = useAfterChange();
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const begin = useMutation({ mutationFn: () => answer(api.POST('/api/v1/session/totp')) });
  const confirm = async () => {
    const who = await answer(api.PUT('/api/v1/session/totp', { body: { code: code.trim(), password } }));
    await afterChange(strings.isOn, 'role-assignments');
    queries.setQueryData(['session'], who);
    void queries.invalidateQueries({ queryKey: ['session'] });
  };
  return (
    <Section title={strings.secondFactor} description={strings.secondFactorOff}>
      {begin.isError && <ProblemBar error={begin.error} title={parts.notDone} />}
      {begin.data === undefined ? (
        <Button className={styles.begin} appearance="primary" disabled={begin.isPending} onClick={() => begin.mutate()}>
          {strings.setUp}
        </Button>
      ) : (
        <>
          <Text>{strings.setUpText}</Text>
          <Suspense>
            <QrCode label={strings.qrCode} text={begin.data.uri} />
          </Suspense>
          <Copied label={strings.secret} text={begin.data.secret} />
          <Copied label={strings.address} text={begin.data.uri} />
          <Form action={strings.confirm} isReady={code.trim() !== '' && password !== ''} act={confirm}>
            <Field label={strings.code} required>
              <Input
                inputMode="numeric"
                autoComplete="one-time-code"
                value={code}
                onChange={(_, { value }) => setCode(value)}
              />
            </Field>
            <PasswordField
              label={strings.yourPassword}
              value={password}
              autoComplete="current-password"
              onChange={setPassword}
            />
          </Form>
        </>
      )}
    </Section>
  );
}

function RemoveSecondFactor() {
  const { signIn: strings } = useStrings().settings;
  const afterChange = useAfterChange();
  const [password, setPassword] = useState('');
  const remove = async () => {
    await answer(api.DELETE('/api/v1/session/totp', { body: { password } }));
    await afterChange(strings.isOff, 'session', 'role-assignments');
  };
  return (
    <Section title={strings.secondFactor} description={strings.secondFactorOn}>
      <Form action={strings.remove} isReady={password !== ''} act={remove}>
        <PasswordField
          label={strings.yourPassword}
          value={password}
          autoComplete="current-password"
          onChange={setPassword}
        />
      </Form>
    </Section>
  );
}
