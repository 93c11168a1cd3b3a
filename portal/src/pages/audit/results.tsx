// The records that were found, newest first; one in a flyout; the file of all of them.
import {
  Button,
  Menu,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components';
import { ArrowClockwiseRegular, ArrowDownloadRegular } from '@fluentui/react-icons';
import { useMemo } from 'react';
import { useMay } from '../../context/session.tsx';
import { Empty, NotShown, ProblemBar, Waiting } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Time } from '../../parts/time.tsx';
import { useWholeScope } from '../../parts/whole-scope.ts';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import type { AuditQuery } from './audit.tsx';
import { type AuditFilter, queryOf } from './audit-filter.ts';
import { type ItemNames, useItemNames } from './item-names.ts';
import { RecordFlyout } from './record-flyout.tsx';
import { type AuditRecord, inShort, itemOf } from './record-text.ts';
import { Result } from './result.tsx';

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS, minHeight: '36px' },
  count: { flexGrow: 1, color: tokens.colorNeutralForeground3 },
  more: { alignSelf: 'center' },
});

export interface ResultsProps {
  readonly query: AuditQuery;
  readonly filter: AuditFilter;
  readonly onSearch: (filter: AuditFilter) => void;
}

export function Results({ query, filter, onSearch }: ResultsProps) {
  const styles = useStyles();
  const { audit: strings, parts } = useStrings();
  const [openId, setOpenId] = useSearchParam('record');
  const names = useItemNames();
  const columns = useMemo(() => columnsOf(strings, names), [strings, names]);
  const mayExport = useMay('trace.content');
  if (query.data === undefined) {
    return query.isError ? <ProblemBar error={query.error} onRetry={() => void query.refetch()} /> : <Waiting />;
  }
  const records = query.data.pages.flatMap(({ items }) => items);
  const { hasNextPage } = query;
  return (
    <>
      <div className={styles.bar}>
        <Text size={200} className={styles.count} role="status">
          {strings.loaded(records.length, !hasNextPage)}
        </Text>
        <Button
          appearance="subtle"
          icon={<ArrowClockwiseRegular />}
          disabled={query.isFetching}
          onClick={() => void query.refetch()}
        >
          {strings.refresh}
        </Button>
        {mayExport && <ExportMenu filter={filter} />}
      </div>
      {!mayExport && <NotShown what={strings.mayNotExport} right={strings.exportRight} />}
      {query.isError && <ProblemBar error={query.error} onRetry={() => void query.refetch()} />}
      {records.length > 0 && (
        <DataTable
          label={strings.list}
          columns={columns}
          rows={records}
          keyOf={({ id }) => id}
          onOpen={({ id }) => setOpenId(id)}
        />
      )}
      {records.length === 0 && !hasNextPage && <Empty title={strings.none}>{strings.noneText}</Empty>}
      {records.length === 0 && hasNextPage && <Empty title={strings.noneYet} />}
      {hasNextPage && (
        <Button className={styles.more} disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {parts.loadMore}
        </Button>
      )}
      {openId !== '' && (
        <RecordFlyout
          record={records.find(({ id }) => id === openId)}
          names={names}
          onClose={() => setOpenId('')}
          onSearch={onSearch}
        />
      )}
    </>
  );
}

/** The guard makes the file of everything that matches, while the browser takes it. */
function ExportMenu({ filter }: { filter: AuditFilter }) {
  const { audit: strings } = useStrings();
  const organizationId = useWholeScope();
  const hrefOf = (format: 'csv' | 'jsonl') => {
    const params = new URLSearchParams({ format });
    for (const [name, value] of Object.entries(queryOf(filter, organizationId))) {
      for (const each of [value ?? []].flat()) params.append(name, each);
    }
    return `/api/v1/audit-records/export?${params}`;
  };
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<ArrowDownloadRegular />}>
          {strings.export}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItemLink href={hrefOf('csv')} download>
            {strings.exportCsv}
          </MenuItemLink>
          <MenuItemLink href={hrefOf('jsonl')} download>
            {strings.exportJsonLines}
          </MenuItemLink>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function columnsOf(strings: Strings['audit'], names: ItemNames): readonly Column<AuditRecord>[] {
  return [
    { id: 'date', label: strings.date, width: '180px', cell: ({ at }) => <Time at={at} /> },
    {
      id: 'clientAddress',
      label: strings.clientAddress,
      width: '130px',
      from: 'wide',
      cell: ({ clientAddress }) => clientAddress,
    },
    { id: 'user', label: strings.user, width: '150px', from: 'medium', cell: ({ by }) => by },
    { id: 'activity', label: strings.activity, cell: ({ operation }) => strings.activityNames[operation] ?? operation },
    { id: 'item', label: strings.item, from: 'medium', cell: (record) => itemOf(record, names) },
    { id: 'detail', label: strings.detail, from: 'wide', cell: inShort },
    {
      id: 'result',
      label: strings.result,
      width: '130px',
      from: 'medium',
      cell: ({ result }) => <Result result={result} />,
    },
  ];
}
