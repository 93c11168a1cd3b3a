// A new account, and its one-time password.
import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useSession } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { PROVIDER_ROLE, type RoleName, useAfterChange } from './account.ts';
import { RoleBoxes } from './role-boxes.tsx';

const FORM = 'new-account';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
});

export function NewAccount({ onClose }: { onClose: () => void }) {
  const styles = useStyles();
  const { permissions: strings, parts } = useStrings();
  const { organizationId: lookedAt } = useOrganization();
  const [name, setName] = useState('');
  const [mail, setMail] = useState('');
  const [organizationId, setOrganizationId] = useState(lookedAt ?? '');
  const [roles, setRoles] = useState<readonly RoleName[]>([]);
  const afterChange = useAfterChange();
  const isProviders = organizationId === '';
  const create = useMutation({
    mutationFn: async () => {
      const given = roles.filter((role) => isProviders || role !== PROVIDER_ROLE);
      const made = await answer(
        api.POST('/api/v1/accounts', {
          body: {
            name: name.trim(),
            roles: given,
            ...(mail.trim() === '' ? {} : { mail: mail.trim() }),
            ...(isProviders ? {} : { organizationId }),
          },
        }),
      );
      await afterChange();
      return made;
    },
  });
  if (create.data !== undefined) {
    return (
      <Flyout
        title={strings.createdTitle(create.data.name)}
        onClose={onClose}
        actions={<Button onClick={onClose}>{parts.close}</Button>}
      >
        <SecretOnce label={strings.oneTimePassword} secret={create.data.oneTimePassword} text={strings.oneTimeText} />
      </Flyout>
    );
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Flyout
      title={strings.createAccount}
      onClose={onClose}
      actions={
        <>
          <Button type="submit" form={FORM} appearance="primary" disabled={name.trim() === '' || create.isPending}>
            {strings.create}
          </Button>
          <Button onClick={onClose}>{parts.cancel}</Button>
        </>
      }
    >
      <form id={FORM} className={styles.form} onSubmit={submit}>
        {create.isError && <ProblemBar error={create.error} title={strings.notSaved} />}
        <Field label={strings.name} required>
          <Input value={name} autoComplete="off" onChange={(_, { value }) => setName(value)} />
        </Field>
        <Field label={strings.mail} hint={strings.mailHint}>
          <Input type="email" value={mail} autoComplete="off" onChange={(_, { value }) => setMail(value)} />
        </Field>
        <OrganizationField value={organizationId} onChange={setOrganizationId} />
        <RoleBoxes chosen={roles} isProviders={isProviders} onChange={setRoles} />
      </form>
    </Flyout>
  );
}

/** Only who sees all of them has a choice. */
function OrganizationField({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { frame, permissions: strings } = useStrings();
  const { organizations } = useOrganization();
  if (useSession().organization !== undefined) return null;
  return (
    <Field label={frame.organization} hint={strings.organizationHint}>
      <Choice
        label={frame.organization}
        value={value}
        options={[['', strings.ofProvider], ...organizations.map(({ id, name }) => [id, name] as const)]}
        onChange={onChange}
      />
    </Field>
  );
}
