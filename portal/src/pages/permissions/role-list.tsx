// The role groups, each with how many have it; one in a flyout.
import { useMemo } from 'react';
import type { Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { useStrings } from '../../strings/strings.tsx';
import type { Account, RoleName } from './account.ts';
import { RoleFlyout, type SaidOfRoles } from './role-flyout.tsx';

type Assignment = Schemas['RoleAssignment'];

export interface RoleListProps {
  readonly assignments: readonly Assignment[];
  readonly accounts: readonly Account[];
  readonly said: SaidOfRoles;
}

export function RoleList({ assignments, accounts, said }: RoleListProps) {
  const { permissions: strings } = useStrings();
  const format = useFormat();
  const [open, setOpen] = useSearchParam('role');
  const columns = useMemo(
    (): readonly Column<Assignment>[] => [
      { id: 'role', label: strings.roleGroup, cell: ({ role }) => role, value: ({ role }) => role },
      { id: 'about', label: strings.about, from: 'medium', cell: ({ role }) => strings.abouts[role] },
      {
        id: 'members',
        label: strings.members,
        width: '110px',
        align: 'end',
        cell: ({ members }) => format.number(members.length),
        value: ({ members }) => members.length,
      },
    ],
    [strings, format],
  );
  const opened = assignments.find(({ role }) => role === open);
  return (
    <>
      <DataTable
        label={strings.roleGroups}
        columns={columns}
        rows={assignments}
        keyOf={({ role }) => role}
        onOpen={({ role }) => setOpen(role)}
      />
      {opened !== undefined && (
        <RoleFlyout role={opened.role as RoleName} accounts={accounts} said={said} onClose={() => setOpen('')} />
      )}
    </>
  );
}
