// An organization's sending limits: of each connector, of each user, and of single logins.
import { Button, Field, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular, DeleteRegular, EditRegular } from '@fluentui/react-icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty, ProblemBar } from '../../parts/answered.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';
import { fieldErrorsOf } from './field-errors.ts';
import { FlyoutForm } from './flyout-form.tsx';
import { LimitsEditor, type SendingLimits } from './limits-editor.tsx';
import { LimitsTable } from './limits-table.tsx';

type LimitPolicy = Schemas['LimitPolicy'];

/** Whose limits are open: in the address as `open`. */
const USERS = 'users';
const CONNECTORS = 'connectors';
const NEW_LOGIN = 'login';
const LOGIN = 'login:';

const useStyles = makeStyles({
  login: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  name: { margin: 0, flexGrow: 1, overflowWrap: 'anywhere' },
});

export function useLimitPolicy(organizationId: string | undefined) {
  return useQuery({
    queryKey: ['sending-limits', 'organization', organizationId],
    queryFn: () =>
      answer(api.GET('/api/v1/organizations/{id}/sending-limits', { params: { path: { id: organizationId! } } })),
    enabled: organizationId !== undefined,
  });
}

export function OrganizationLimits() {
  const { connectors: strings } = useStrings();
  const { organizationId } = useOrganization();
  const query = useLimitPolicy(organizationId);
  if (organizationId === undefined) return <Empty title={strings.chooseOrganization} />;
  return <Answered query={query}>{(policy) => <Policy organizationId={organizationId} policy={policy} />}</Answered>;
}

function usePolicyChange(organizationId: string, onSaved: () => void) {
  const { connectors: strings } = useStrings();
  const afterChange = useAfterChange();
  return useMutation({
    mutationFn: (body: LimitPolicy) =>
      answer(api.PUT('/api/v1/organizations/{id}/sending-limits', { params: { path: { id: organizationId } }, body })),
    onSuccess: () => {
      afterChange(strings.limitsSaved);
      onSaved();
    },
  });
}

function Policy({ organizationId, policy }: { organizationId: string; policy: LimitPolicy }) {
  const styles = useStyles();
  const { connectors: strings } = useStrings();
  const mayChange = useMay('connectors.write');
  const [open, setOpen] = useSearchParam('open');
  const close = () => setOpen('');
  const remove = usePolicyChange(organizationId, close);
  const logins = Object.entries(policy.logins).sort(([a], [b]) => a.localeCompare(b));
  const editOf = (whose: string, what: string) => (
    <Button
      icon={<EditRegular />}
      disabled={!mayChange}
      aria-label={strings.editLimitsOf(what)}
      onClick={() => setOpen(whose)}
    >
      {strings.editLimits}
    </Button>
  );
  const without = (login: string): LimitPolicy => {
    const { [login]: _, ...others } = policy.logins;
    return { ...policy, logins: others };
  };
  return (
    <>
      <Text>{strings.organizationLimitsAbout}</Text>
      <Section
        title={strings.ofConnectors}
        description={strings.ofConnectorsAbout}
        actions={editOf(CONNECTORS, strings.ofConnectors)}
      >
        <LimitsTable label={strings.ofConnectors} limits={policy.connectors} />
      </Section>
      <Section title={strings.ofUsers} description={strings.ofUsersAbout} actions={editOf(USERS, strings.ofUsers)}>
        <LimitsTable label={strings.ofUsers} limits={policy.users} />
      </Section>
      <Section
        title={strings.ofLogins}
        description={strings.ofLoginsAbout}
        actions={
          <Button icon={<AddRegular />} disabled={!mayChange} onClick={() => setOpen(NEW_LOGIN)}>
            {strings.addLogin}
          </Button>
        }
      >
        {remove.isError && <ProblemBar error={remove.error} title={strings.notSaved} />}
        {logins.length === 0 && <Text>{strings.noLogins}</Text>}
        {logins.map(([login, limits]) => (
          <div key={login} className={styles.login}>
            <div className={styles.head}>
              <Text as="h3" weight="semibold" className={styles.name}>
                {login}
              </Text>
              {editOf(LOGIN + login, login)}
              <Button
                icon={<DeleteRegular />}
                disabled={!mayChange}
                aria-label={strings.removeLoginOf(login)}
                onClick={() => remove.mutate(without(login))}
              />
            </div>
            <LimitsTable label={login} limits={limits} />
          </div>
        ))}
      </Section>
      {open !== '' && mayChange && (
        <PolicyForm key={open} organizationId={organizationId} policy={policy} open={open} onClose={close} />
      )}
    </>
  );
}

interface PolicyFormProps {
  readonly organizationId: string;
  readonly policy: LimitPolicy;
  readonly open: string;
  readonly onClose: () => void;
}

function PolicyForm({ organizationId, policy, open, onClose }: PolicyFormProps) {
  const { connectors: strings } = useStrings();
  const isOfLogin = open === NEW_LOGIN || open.startsWith(LOGIN);
  const [login, setLogin] = useState(open.startsWith(LOGIN) ? open.slice(LOGIN.length) : '');
  const [limits, setLimits] = useState<SendingLimits>(
    isOfLogin ? (policy.logins[login] ?? {}) : open === USERS ? policy.users : policy.connectors,
  );
  const save = usePolicyChange(organizationId, onClose);
  const errors = fieldErrorsOf(save.error);
  const changed = (): LimitPolicy => {
    if (isOfLogin) return { ...policy, logins: { ...policy.logins, [login.trim()]: limits } };
    return open === USERS ? { ...policy, users: limits } : { ...policy, connectors: limits };
  };
  const what = isOfLogin ? login : open === USERS ? strings.ofUsers : strings.ofConnectors;
  const path = isOfLogin ? `logins.${login.trim()}` : open === USERS ? 'users' : 'connectors';
  return (
    <FlyoutForm
      title={open === NEW_LOGIN ? strings.addLogin : strings.editLimitsOf(what)}
      error={save.error}
      fields={[path]}
      isPending={save.isPending}
      onClose={onClose}
      onSubmit={() => save.mutate(changed())}
    >
      {open === NEW_LOGIN && (
        <Field label={strings.login} required hint={strings.loginHint}>
          <Input required value={login} onChange={(_, { value }) => setLogin(value)} />
        </Field>
      )}
      <LimitsEditor
        limits={limits}
        inherited={isOfLogin ? policy.users : undefined}
        errors={errors}
        path={path}
        onChange={setLimits}
      />
    </FlyoutForm>
  );
}
