// A new API token, and its secret.
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
import { TickBoxes } from '../../parts/tick-boxes.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { useAfterChange } from './after-change.ts';

const FORM = 'new-token';
const DAY_MS = 86_400_000;
const DAYS = ['7', '30', '90', '365'] as const;
/** Of these everybody may make one of whose rights he has; the guard refuses the others. */
const READERS = ['Global Reader', 'Security Reader', 'View-Only Organization Management'];
const PROVIDER_ROLE = 'Provider Administrator';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
});

export function NewToken({ onClose }: { onClose: () => void }) {
  const styles = useStyles();
  const { settings, parts } = useStrings();
  const strings = settings.tokens;
  const { roles: own } = useSession();
  const { organizationId } = useOrganization();
  const afterChange = useAfterChange();
  const isOfOne = organizationId !== undefined;
  const possible = [...new Set([...own, ...READERS])].filter((role) => !isOfOne || role !== PROVIDER_ROLE);
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly string[]>([]);
  const [days, setDays] = useState<(typeof DAYS)[number]>('90');
  const create = useMutation({
    mutationFn: async () => {
      const expiresAt = new Date(Date.now() + Number(days) * DAY_MS).toISOString();
      const body = { name: name.trim(), organizationId, roles: [...roles], expiresAt };
      const made = await answer(api.POST('/api/v1/api-tokens', { body }));
      await afterChange(strings.createdTitle(made.name), 'api-tokens');
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
        <SecretOnce label={strings.secret} secret={create.data.secret} text={strings.secretText} />
      </Flyout>
    );
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Flyout
      title={strings.create}
      onClose={onClose}
      actions={
        <>
          <Button
            type="submit"
            form={FORM}
            appearance="primary"
            disabled={name.trim() === '' || roles.length === 0 || create.isPending}
          >
            {strings.create}
          </Button>
          <Button onClick={onClose}>{parts.cancel}</Button>
        </>
      }
    >
      <form id={FORM} className={styles.form} onSubmit={submit}>
        {create.isError && <ProblemBar error={create.error} title={settings.notSaved} />}
        <Field label={strings.name} hint={strings.nameHint} required>
          <Input value={name} autoComplete="off" onChange={(_, { value }) => setName(value)} />
        </Field>
        <TickBoxes
          label={strings.roles}
          hint={strings.rolesHint}
          values={possible}
          chosen={roles}
          onChange={setRoles}
        />
        <Field label={strings.days}>
          <Choice
            label={strings.days}
            value={days}
            options={DAYS.map((each) => [each, strings.daysOf(Number(each))] as const)}
            onChange={setDays}
          />
        </Field>
      </form>
    </Flyout>
  );
}
