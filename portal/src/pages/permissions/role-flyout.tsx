// One role group: who has it, and what it lets one do.
import { Button, Dropdown, Field, makeStyles, Option, Subtitle2, Text, tokens } from '@fluentui/react-components';
import { CheckmarkRegular, DismissRegular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '../../api/client.ts';
import { useMay } from '../../context/session.tsx';
import { ProblemBar } from '../../parts/answered.tsx';
import { Confirmation } from '../../parts/confirmation.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { useTell } from '../../parts/tell.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type Account, changeAccount, PROVIDER_ROLE, type RoleName, rolesOf, useAfterChange } from './account.ts';

export interface SaidOfRoles {
  readonly items: readonly Schemas['Role'][];
  readonly actions: readonly Schemas['Action'][];
}

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  member: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    minHeight: '36px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  name: { flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' },
  note: { color: tokens.colorNeutralForeground3 },
  add: { display: 'flex', flexWrap: 'wrap', alignItems: 'end', gap: tokens.spacingHorizontalS },
  choose: { flexGrow: 1 },
  narrow: { minWidth: 0, width: '100%' },
  right: { display: 'flex', gap: tokens.spacingHorizontalS, padding: `${tokens.spacingVerticalXXS} 0` },
  tick: { flexShrink: 0, marginTop: '3px', color: tokens.colorPaletteGreenForeground1 },
});

export interface RoleFlyoutProps {
  readonly role: RoleName;
  readonly accounts: readonly Account[];
  readonly said: SaidOfRoles;
  readonly onClose: () => void;
}

export function RoleFlyout({ role, accounts, said, onClose }: RoleFlyoutProps) {
  const styles = useStyles();
  const { permissions: strings } = useStrings();
  const mayChange = useMay('roles.write');
  const members = accounts.filter(({ roles }) => roles.includes(role));
  return (
    <Flyout title={role} onClose={onClose}>
      <Text>{strings.abouts[role]}</Text>
      <Subtitle2 as="h3">{strings.members}</Subtitle2>
      {members.length === 0 && <Text className={styles.note}>{strings.noMembers}</Text>}
      <ul className={styles.list}>
        {members.map((account) => (
          <Member key={account.id} account={account} role={role} mayChange={mayChange} />
        ))}
      </ul>
      {mayChange && <AddMember role={role} accounts={accounts} />}
      <Subtitle2 as="h3">{strings.rights}</Subtitle2>
      <Rights role={role} said={said} />
    </Flyout>
  );
}

function Member({ account, role, mayChange }: { account: Account; role: RoleName; mayChange: boolean }) {
  const styles = useStyles();
  const { permissions: strings, parts } = useStrings();
  const afterChange = useAfterChange();
  const tell = useTell();
  const [isAsking, setAsking] = useState(false);
  const { id, name, kind } = account;
  const remove = async () => {
    await changeAccount(id, { roles: rolesOf(account).filter((each) => each !== role) });
    await afterChange();
    tell(strings.removed(name, role));
  };
  return (
    <li className={styles.member}>
      <span className={styles.name}>{name}</span>
      {kind === 'federated' && (
        <Text size={200} className={styles.note}>
          {strings.federatedRoles}
        </Text>
      )}
      {kind === 'local' && mayChange && (
        <Button
          appearance="subtle"
          size="small"
          icon={<DismissRegular />}
          aria-label={strings.removeMember(name)}
          onClick={() => setAsking(true)}
        >
          {parts.remove}
        </Button>
      )}
      {isAsking && (
        <Confirmation
          title={strings.removeMemberTitle(name, role)}
          action={parts.remove}
          act={remove}
          onClose={() => setAsking(false)}
        >
          {strings.removeMemberText}
        </Confirmation>
      )}
    </li>
  );
}

function AddMember({ role, accounts }: { role: RoleName; accounts: readonly Account[] }) {
  const styles = useStyles();
  const { permissions: strings, parts } = useStrings();
  const afterChange = useAfterChange();
  const tell = useTell();
  const [chosen, setChosen] = useState('');
  const possible = accounts.filter(
    ({ kind, roles, organizationId }) =>
      kind === 'local' && !roles.includes(role) && (role !== PROVIDER_ROLE || organizationId === undefined),
  );
  const account = possible.find(({ id }) => id === chosen);
  const add = useMutation({
    mutationFn: async (to: Account) => {
      await changeAccount(to.id, { roles: [...rolesOf(to), role] });
      await afterChange();
      return to.name;
    },
    onSuccess: (name) => {
      setChosen('');
      tell(strings.added(name, role));
    },
  });
  return (
    <>
      {add.isError && <ProblemBar error={add.error} title={parts.notDone} />}
      <div className={styles.add}>
        <Field label={strings.addMember} className={styles.choose}>
          <Dropdown
            className={styles.narrow}
            placeholder={strings.chooseAccount}
            value={account?.name ?? ''}
            selectedOptions={account === undefined ? [] : [chosen]}
            onOptionSelect={(_, { optionValue }) => setChosen(optionValue ?? '')}
          >
            {possible.map(({ id, name }) => (
              <Option key={id} value={id}>
                {name}
              </Option>
            ))}
          </Dropdown>
        </Field>
        <Button
          disabled={account === undefined || add.isPending}
          onClick={() => account !== undefined && add.mutate(account)}
        >
          {strings.add}
        </Button>
      </div>
    </>
  );
}

function Rights({ role, said }: { role: RoleName; said: SaidOfRoles }) {
  const styles = useStyles();
  const { permissions: strings } = useStrings();
  const has = new Set(said.items.find((each) => each.role === role)?.actions);
  return (
    <ul className={styles.list}>
      {said.actions
        .filter(({ action }) => has.has(action))
        .map(({ action, what, overAll }) => (
          <li key={action} className={styles.right}>
            <CheckmarkRegular className={styles.tick} />
            <span>
              {strings.actions[action] ?? what}
              {overAll && ` (${strings.overAll})`}
            </span>
          </li>
        ))}
    </ul>
  );
}
