// One account: what is known of it, its name, address and roles to change, and what can be done to it.
import { Button, Field, Input, MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useOrganization } from '../../context/organization.tsx';
import { useMay, useSession } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Details } from '../../parts/details.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { useTell } from '../../parts/tell.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type Account, changeAccount, rolesOf, useAfterChange } from './account.ts';
import { AccountActions } from './account-actions.tsx';
import { RoleBoxes } from './role-boxes.tsx';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  save: { alignSelf: 'start' },
});

export function AccountFlyout({ account, onClose }: { account: Account; onClose: () => void }) {
  const { permissions: strings } = useStrings();
  const mayChange = useMay('roles.write');
  const isOwn = useSession().id === account.id;
  return (
    <Flyout
      title={isOwn ? `${account.name} (${strings.you})` : account.name}
      onClose={onClose}
      actions={mayChange ? <AccountActions account={account} onGone={onClose} /> : undefined}
    >
      <Facts account={account} />
      {mayChange && <AccountForm account={account} />}
    </Flyout>
  );
}

function Facts({ account }: { account: Account }) {
  const { frame, permissions: strings } = useStrings();
  const { organizations } = useOrganization();
  const mayChange = useMay('roles.write');
  const { id, mail, roles, kind, issuer, enabled, mustChangePassword, hasSecondFactor } = account;
  const organization = organizations.find((each) => each.id === account.organizationId)?.name;
  const status = enabled ? strings.statuses.enabled : strings.statuses.disabled;
  const { createdAt, lastSignInAt } = account;
  return (
    <Details
      entries={[
        [strings.status, enabled && mustChangePassword ? strings.statuses.oneTime : status],
        [strings.mail, mayChange && kind === 'local' ? undefined : (mail ?? strings.noMail)],
        [strings.roles, mayChange && kind === 'local' ? undefined : roles.join(', ') || strings.noRoles],
        [frame.organization, account.organizationId === undefined ? strings.ofProvider : organization],
        [strings.kind, strings.kinds[kind]],
        [strings.issuer, issuer],
        [strings.secondFactor, kind === 'federated' ? undefined : hasSecondFactor ? strings.has : strings.hasNot],
        [strings.lastSignIn, lastSignInAt === undefined ? strings.never : <Time key="last" at={lastSignInAt} />],
        [strings.created, <Time key="created" at={createdAt} />],
        [strings.id, id],
      ]}
    />
  );
}

function AccountForm({ account }: { account: Account }) {
  const styles = useStyles();
  const { permissions: strings, parts } = useStrings();
  const afterChange = useAfterChange();
  const tell = useTell();
  const [name, setName] = useState(account.name);
  const [mail, setMail] = useState(account.mail ?? '');
  const [roles, setRoles] = useState(rolesOf(account));
  const hasNewName = name.trim() !== account.name;
  const hasNewMail = mail.trim() !== (account.mail ?? '');
  const hasNewRoles = roles.join() !== rolesOf(account).join();
  const save = useMutation({
    mutationFn: async () => {
      await changeAccount(account.id, {
        ...(hasNewName ? { name: name.trim() } : {}),
        ...(hasNewMail ? { mail: mail.trim() === '' ? null : mail.trim() } : {}),
        ...(hasNewRoles ? { roles: [...roles] } : {}),
      });
      await afterChange();
    },
    onSuccess: () => tell(strings.saved),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate();
  };
  if (account.kind === 'federated') {
    return (
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody>{strings.federatedRoles}</MessageBarBody>
      </MessageBar>
    );
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      {save.isError && <ProblemBar error={save.error} title={strings.notSaved} />}
      <Field label={strings.name} required>
        <Input value={name} autoComplete="off" onChange={(_, { value }) => setName(value)} />
      </Field>
      <Field label={strings.mail} hint={mail === '' ? strings.noMail : undefined}>
        <Input type="email" value={mail} autoComplete="off" onChange={(_, { value }) => setMail(value)} />
      </Field>
      <RoleBoxes chosen={roles} isProviders={account.organizationId === undefined} onChange={setRoles} />
      <Button
        type="submit"
        appearance="primary"
        className={styles.save}
        disabled={save.isPending || name.trim() === '' || !(hasNewName || hasNewMail || hasNewRoles)}
      >
        {parts.save}
      </Button>
    </form>
  );
}
