// Which alerts are listed. All of it is in the address, and the guard filters: what is not loaded yet is found as well.
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { answer, api } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { useMay, useSession } from '../../context/session.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { useStrings } from '../../strings/strings.tsx';
import { ALL, type Filters, filtersOf } from './filter-values.ts';

export type { Filters } from './filter-values.ts';

const NAMES = ['severity', 'status', 'policy', 'assignee', 'time'] as const;

export function useFilters() {
  const [params, setParams] = useSearchParams();
  const clear = () =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const name of NAMES) after.delete(name);
      return after;
    });
  return { chosen: filtersOf(params), isFiltered: NAMES.some((name) => params.has(name)), clear };
}

export function AlertFilters({ chosen }: { chosen: Filters }) {
  const { alerts: strings } = useStrings();
  const [, setSeverity] = useSearchParam('severity', ALL);
  const [, setStatus] = useSearchParam('status', ALL);
  const [, setTime] = useSearchParam('time', ALL);
  return (
    <>
      <Choice
        label={strings.severity}
        value={chosen.severity ?? ALL}
        options={[[ALL, strings.filters.severity], ...entriesOf(strings.severities)]}
        onChange={setSeverity}
      />
      <Choice
        label={strings.status}
        value={chosen.status ?? ALL}
        options={[[ALL, strings.filters.status], ...entriesOf(strings.statuses)]}
        onChange={setStatus}
      />
      <PolicyFilter chosen={chosen.policy} />
      <AssigneeFilter chosen={chosen.assignee} />
      <Choice
        label={strings.filters.time}
        value={chosen.span ?? ALL}
        options={entriesOf(strings.filters.times)}
        onChange={setTime}
      />
    </>
  );
}

function entriesOf<Key extends string>(texts: Readonly<Record<Key, string>>) {
  return Object.entries(texts) as [Key, string][];
}

function PolicyFilter({ chosen }: { chosen: string | undefined }) {
  const { alerts: strings } = useStrings();
  const { organizationId, organizations } = useOrganization();
  const asked = organizations.length > 1 ? organizationId : undefined;
  const [, setPolicy] = useSearchParam('policy', ALL);
  const policies = useQuery({
    queryKey: ['alert-policies', { organizationId: asked }],
    queryFn: () => answer(api.GET('/api/v1/alert-policies', { params: { query: { organizationId: asked } } })),
    enabled: useMay('alert-policies.read'),
  });
  const names = new Set([...(policies.data?.items ?? []).map(({ name }) => name), ...(chosen ? [chosen] : [])]);
  return (
    <Choice
      label={strings.policy}
      value={chosen ?? ALL}
      options={[[ALL, strings.filters.policy], ...[...names].map((name) => [name, name] as const)]}
      onChange={setPolicy}
    />
  );
}

function AssigneeFilter({ chosen }: { chosen: string | undefined }) {
  const { alerts: strings } = useStrings();
  const { name: me } = useSession();
  const [, setAssignee] = useSearchParam('assignee', ALL);
  const others = useAssignees().filter((name) => name !== me);
  const names = new Set([...others, ...(chosen !== undefined && chosen !== me ? [chosen] : [])]);
  return (
    <Choice
      label={strings.assignedTo}
      value={chosen ?? ALL}
      options={[
        [ALL, strings.filters.assignee],
        [me, strings.filters.mine],
        ...[...names].map((name) => [name, name] as const),
      ]}
      onChange={setAssignee}
    />
  );
}

/** Names of the accounts that may sign in; empty for who may not see them. */
export function useAssignees(): readonly string[] {
  const { organizationId } = useOrganization();
  const accounts = useQuery({
    queryKey: ['accounts', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/accounts', { params: { query: { organizationId } } })),
    enabled: useMay('roles.read'),
  });
  return (accounts.data?.items ?? []).filter(({ enabled }) => enabled).map(({ name }) => name);
}
