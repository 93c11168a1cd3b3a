// Alerts: what somebody must hear of, newest first, and who looks after it.
import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { useMediaQuery } from '../../context/preferences.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { AuditOffBanner } from '../../parts/audit-off-banner.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ListToolbar } from '../../parts/list-toolbar.tsx';
import { Page } from '../../parts/page.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { SEVERITY_RANKS, Severity } from '../../parts/severity.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { AlertFlyout } from './alert-flyout.tsx';
import { AlertFilters, type Filters, useFilters } from './filters.tsx';
import { StatusBadge } from './status-badge.tsx';

export type Alert = Schemas['Alert'];

const PAGE = 100;
const SPANS_MS = { day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 } as const;
const STATUS_RANKS = { New: 0, InProgress: 1, Resolved: 2 } as const;

const useStyles = makeStyles({
  more: { alignSelf: 'center' },
  unread: { fontWeight: tokens.fontWeightSemibold },
});

export default function Alerts() {
  const { frame, alerts: strings } = useStrings();
  const filters = useFilters();
  const query = useAlerts(filters.chosen);
  const [openId, setOpenId] = useSearchParam('alert');
  return (
    <Page title={frame.pages.alerts} description={strings.description}>
      <AuditOffBanner auditLog={query.data?.pages.at(-1)?.auditLog} />
      <ListToolbar filters={<AlertFilters {...filters} />} count={useCount(query)} />
      <Answered query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <NoAlerts filters={filters} />
          ) : (
            <List items={items} openId={openId} onOpen={setOpenId} />
          );
        }}
      </Answered>
      {query.hasNextPage && <More query={query} />}
      {openId !== '' && <AlertFlyout id={openId} onClose={() => setOpenId('')} />}
    </Page>
  );
}

function useAlerts({ severity, status, policy, assignee, span }: Filters) {
  const { organizationId, organizations } = useOrganization();
  // Alerts about the guard itself belong to no organization: who has only one sees them with it.
  const asked = organizations.length > 1 ? organizationId : undefined;
  return useInfiniteQuery({
    queryKey: ['alerts', { organizationId: asked, severity, status, policy, assignee, span }],
    queryFn: ({ pageParam }) => {
      const query = {
        organizationId: asked,
        severity,
        status,
        policy,
        assignee,
        from: span === undefined ? undefined : new Date(Date.now() - SPANS_MS[span]).toISOString(),
        cursor: pageParam,
        limit: PAGE,
      };
      return answer(api.GET('/api/v1/alerts', { params: { query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
  });
}

type AlertsQuery = ReturnType<typeof useAlerts>;

/** How many there are, or how many of more are here. */
function useCount({ data, hasNextPage }: AlertsQuery): string {
  const { parts, alerts: strings } = useStrings();
  if (data === undefined) return '';
  const count = data.pages.reduce((sum, { items }) => sum + items.length, 0);
  return hasNextPage ? strings.loaded(count) : parts.items(count);
}

function More({ query }: { query: AlertsQuery }) {
  const styles = useStyles();
  const { parts } = useStrings();
  return (
    <Button className={styles.more} disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
      {parts.loadMore}
    </Button>
  );
}

function NoAlerts({ filters }: { filters: ReturnType<typeof useFilters> }) {
  const { alerts: strings } = useStrings();
  if (!filters.isFiltered)
    return (
      <Empty icon={<ShieldCheckmarkRegular fontSize={48} />} title={strings.none}>
        {strings.noneText}
      </Empty>
    );
  return (
    <Empty title={strings.noneMatch}>
      <Button onClick={filters.clear}>{strings.clear}</Button>
    </Empty>
  );
}

interface ListProps {
  readonly items: readonly Alert[];
  readonly openId: string;
  readonly onOpen: (id: string) => void;
}

function List({ items, openId, onOpen }: ListProps) {
  const { alerts: strings } = useStrings();
  const columns = useColumns();
  return (
    <DataTable
      label={strings.list}
      columns={columns}
      rows={items}
      keyOf={({ id }) => id}
      sort={{ by: 'last', order: 'descending' }}
      onOpen={({ id }) => onOpen(id)}
      openKey={openId}
    />
  );
}

function useColumns(): readonly Column<Alert>[] {
  const styles = useStyles();
  const { alerts: strings } = useStrings();
  const format = useFormat();
  // Where there is no room for the entity's column it stands before the policy.
  const hasColumns = useMediaQuery('(min-width: 700px)');
  return useMemo(
    () => [
      {
        id: 'alert',
        label: strings.alert,
        cell: ({ policy, status, entityName }) => (
          <span className={mergeClasses(status === 'New' && styles.unread)}>
            {hasColumns || entityName === undefined ? policy : `${entityName}: ${policy}`}
          </span>
        ),
        value: ({ policy }) => policy,
      },
      {
        id: 'severity',
        label: strings.severity,
        width: '105px',
        cell: ({ severity }) => <Severity severity={severity} />,
        value: ({ severity }) => SEVERITY_RANKS[severity],
      },
      {
        id: 'entity',
        label: strings.entity,
        width: '150px',
        from: 'medium',
        cell: ({ entityName }) => entityName ?? '',
        value: ({ entityName }) => entityName,
      },
      {
        id: 'status',
        label: strings.status,
        width: '120px',
        from: 'medium',
        cell: ({ status }) => <StatusBadge status={status} />,
        value: ({ status }) => STATUS_RANKS[status],
      },
      {
        id: 'assignee',
        label: strings.assignedTo,
        width: '110px',
        from: 'medium',
        cell: ({ assignee }) => assignee ?? '',
        value: ({ assignee }) => assignee,
      },
      {
        id: 'first',
        label: strings.firstActivity,
        width: '178px',
        from: 'wide',
        cell: ({ firstActivityAt }) => <Time at={firstActivityAt} />,
        value: ({ firstActivityAt }) => firstActivityAt,
      },
      {
        id: 'last',
        label: strings.lastActivity,
        width: '178px',
        from: 'medium',
        cell: ({ lastActivityAt }) => <Time at={lastActivityAt} />,
        value: ({ lastActivityAt }) => lastActivityAt,
      },
      {
        id: 'hits',
        label: strings.hits,
        width: '60px',
        align: 'end',
        from: 'wide',
        cell: ({ hitCount }) => format.number(hitCount),
        value: ({ hitCount }) => hitCount,
      },
    ],
    [styles, strings, format, hasColumns],
  );
}
