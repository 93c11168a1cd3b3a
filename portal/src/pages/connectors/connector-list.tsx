// The list of connectors, and the way to a new one.
import { Button } from '@fluentui/react-components';
import { AddRegular, PlugConnectedRegular } from '@fluentui/react-icons';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { type CsvColumn, csvOf, download } from '../../parts/csv.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ListToolbar } from '../../parts/list-toolbar.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { EMPTY_DRAFT } from './connector-draft.ts';
import { ConnectorForm } from './connector-form.tsx';
import { type Connector, useConnectors } from './connector-queries.ts';
import { STATUSES, StandingBar, StatusBadge, statusOf } from './connector-status.tsx';
import { identitiesInShort, identitiesOf } from './identities.ts';

export function ConnectorList() {
  const { connectors: strings } = useStrings();
  const { organizationId } = useOrganization();
  const query = useConnectors(organizationId);
  const [open, setOpen] = useSearchParam('open');
  const navigate = useNavigate();
  return (
    <>
      <Answered query={query}>{(items) => <List items={items} onAdd={() => setOpen('new')} />}</Answered>
      {open === 'new' && (
        <ConnectorForm
          title={strings.addTitle}
          draft={EMPTY_DRAFT}
          onClose={() => setOpen('')}
          onSaved={({ id }) => void navigate(`/connectors/${id}`)}
        />
      )}
    </>
  );
}

function List({ items, onAdd }: { items: readonly Connector[]; onAdd: () => void }) {
  const { parts, connectors: strings } = useStrings();
  const format = useFormat();
  const navigate = useNavigate();
  const mayChange = useMay('connectors.write');
  const [text, setText] = useSearchParam('q', '', { replace: true });
  const [mode, setMode] = useSearchParam('mode', 'all');
  const [status, setStatus] = useSearchParam('status', 'all');
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const textOf = (connector: Connector) =>
      [connector.name, connector.comment, ...identitiesOf(connector, strings)].join(' ').toLowerCase();
    return items
      .filter((connector) => mode === 'all' || connector.mode === mode)
      .filter((connector) => status === 'all' || statusOf(connector) === status)
      .filter((connector) => textOf(connector).includes(wanted));
  }, [items, mode, status, text, strings]);
  const columns = useMemo(() => columnsOf(strings), [strings]);
  const add = (
    <Button appearance="primary" icon={<AddRegular />} disabled={!mayChange} onClick={onAdd}>
      {strings.add}
    </Button>
  );
  if (items.length === 0) {
    return (
      <Empty icon={<PlugConnectedRegular fontSize={48} />} title={strings.none}>
        {strings.noneText}
        {add}
      </Empty>
    );
  }
  return (
    <>
      <ListToolbar
        actions={add}
        filters={
          <>
            <Choice
              label={strings.status}
              value={status}
              options={[
                ['all', strings.allStatuses],
                ...STATUSES.map((each) => [each, strings.statuses[each]] as const),
              ]}
              onChange={setStatus}
            />
            <Choice
              label={strings.mode}
              value={mode}
              options={[
                ['all', strings.allModes],
                ['enforce', strings.modes.enforce],
                ['observe', strings.modes.observe],
                ['exempt', strings.modes.exempt],
              ]}
              onChange={setMode}
            />
          </>
        }
        search={{ text, set: setText }}
        count={parts.itemsOf(shown.length, items.length)}
        onExport={() => download('connectors.csv', csvOf(csvColumns(strings, format.utc), shown))}
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
          onOpen={({ id }) => void navigate(`/connectors/${id}`)}
        />
      )}
    </>
  );
}

function columnsOf(strings: Strings['connectors']): readonly Column<Connector>[] {
  return [
    { id: 'name', label: strings.name, cell: ({ name }) => name, value: ({ name }) => name },
    {
      id: 'status',
      label: strings.status,
      width: '130px',
      cell: (connector) => <StatusBadge connector={connector} />,
      value: (connector) => STATUSES.indexOf(statusOf(connector)),
    },
    {
      id: 'sum',
      label: strings.sum,
      width: '210px',
      from: 'medium',
      cell: ({ standing }) => <StandingBar standing={standing} />,
      value: ({ standing }) => standing && standing.sum / standing.threshold,
    },
    {
      id: 'mode',
      label: strings.mode,
      width: '120px',
      from: 'medium',
      cell: ({ mode }) => strings.modes[mode],
      value: ({ mode }) => strings.modes[mode],
    },
    {
      id: 'identities',
      label: strings.identities,
      from: 'medium',
      cell: (connector) => identitiesInShort(connector, strings),
      value: (connector) => identitiesInShort(connector, strings),
    },
    {
      id: 'type',
      label: strings.type,
      width: '130px',
      from: 'wide',
      cell: ({ type }) => strings.types[type],
      value: ({ type }) => strings.types[type],
    },
    {
      id: 'created',
      label: strings.created,
      width: '190px',
      from: 'wide',
      cell: ({ createdAt }) => <Time at={createdAt} />,
      value: ({ createdAt }) => createdAt,
    },
  ];
}

function csvColumns(strings: Strings['connectors'], timeOf: (at: string) => string): readonly CsvColumn<Connector>[] {
  return [
    { label: strings.name, text: ({ name }) => name },
    { label: strings.status, text: (connector) => strings.statuses[statusOf(connector)] },
    { label: strings.mode, text: ({ mode }) => strings.modes[mode] },
    { label: strings.type, text: ({ type }) => strings.types[type] },
    { label: strings.identities, text: (connector) => identitiesOf(connector, strings).join(' ') },
    { label: strings.comment, text: ({ comment }) => comment },
    { label: strings.created, text: ({ createdAt }) => timeOf(createdAt) },
  ];
}
