// The accounts; one in a flyout, and a new one.
import { Badge, Button } from '@fluentui/react-components';
import { PersonAddRegular } from '@fluentui/react-icons';
import { useMemo } from 'react';
import { useMay } from '../../context/session.tsx';
import { Empty } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Flyout } from '../../parts/flyout.tsx';
import { ListToolbar } from '../../parts/list-toolbar.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import type { Account } from './account.ts';
import { AccountFlyout } from './account-flyout.tsx';
import { NewAccount } from './new-account.tsx';

const NEW = 'new';

export function AccountList({ accounts }: { accounts: readonly Account[] }) {
  const { permissions: strings, parts } = useStrings();
  const mayChange = useMay('roles.write');
  const [open, setOpen] = useSearchParam('account');
  const [text, setText] = useSearchParam('q', '', { replace: true });
  const columns = useMemo(() => columnsOf(strings), [strings]);
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return accounts.filter(({ name, mail = '', roles }) =>
      `${name} ${mail} ${roles.join(' ')}`.toLowerCase().includes(wanted),
    );
  }, [accounts, text]);
  const opened = accounts.find(({ id }) => id === open);
  const close = () => setOpen('');
  return (
    <>
      <ListToolbar
        actions={
          mayChange && (
            <Button appearance="primary" icon={<PersonAddRegular />} onClick={() => setOpen(NEW)}>
              {strings.createAccount}
            </Button>
          )
        }
        search={{ text, set: setText }}
        count={parts.itemsOf(shown.length, accounts.length)}
      />
      {shown.length === 0 ? (
        <Empty title={parts.nothingMatches} />
      ) : (
        <DataTable
          label={strings.list}
          columns={columns}
          rows={shown}
          keyOf={({ id }) => id}
          sort={{ by: 'name', order: 'ascending' }}
          onOpen={({ id }) => setOpen(id)}
        />
      )}
      {open === NEW && mayChange && <NewAccount onClose={close} />}
      {opened !== undefined && <AccountFlyout key={opened.id} account={opened} onClose={close} />}
      {open !== '' && open !== NEW && opened === undefined && (
        <Flyout title={strings.gone} onClose={close}>
          {null}
        </Flyout>
      )}
    </>
  );
}

function columnsOf(strings: Strings['permissions']): readonly Column<Account>[] {
  const statusOf = ({ enabled }: Account) => (enabled ? strings.statuses.enabled : strings.statuses.disabled);
  return [
    { id: 'name', label: strings.name, cell: ({ name }) => name, value: ({ name }) => name },
    { id: 'mail', label: strings.mail, from: 'wide', cell: ({ mail }) => mail ?? '–', value: ({ mail }) => mail },
    {
      id: 'roles',
      label: strings.roles,
      cell: ({ roles }) => roles.join(', ') || strings.noRoles,
      value: ({ roles }) => roles.join(', '),
    },
    {
      id: 'kind',
      label: strings.kind,
      width: '170px',
      from: 'wide',
      cell: ({ kind }) =>
        kind === 'federated' ? <Badge appearance="tint">{strings.kinds.federated}</Badge> : strings.kinds.local,
      value: ({ kind }) => kind,
    },
    {
      id: 'secondFactor',
      label: strings.secondFactor,
      width: '150px',
      from: 'wide',
      cell: ({ kind, hasSecondFactor }) =>
        kind === 'federated' ? '–' : hasSecondFactor ? strings.has : strings.hasNot,
      value: ({ hasSecondFactor }) => Number(hasSecondFactor),
    },
    {
      id: 'lastSignIn',
      label: strings.lastSignIn,
      width: '180px',
      from: 'medium',
      cell: ({ lastSignInAt }) => (lastSignInAt === undefined ? strings.never : <Time at={lastSignInAt} />),
      value: ({ lastSignInAt }) => lastSignInAt,
    },
    { id: 'status', label: strings.status, width: '120px', from: 'medium', cell: statusOf, value: statusOf },
  ];
}
