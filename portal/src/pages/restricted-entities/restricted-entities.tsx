// Restricted entities: who may not send, why, and the way to unblock.
import { Button, Link } from '@fluentui/react-components';
import { LockOpenRegular, ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link as RouterLink } from 'react-router';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, Empty } from '../../parts/answered.tsx';
import { Choice } from '../../parts/choice.tsx';
import { type CsvColumn, csvOf, download } from '../../parts/csv.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ListToolbar } from '../../parts/list-toolbar.tsx';
import { Page } from '../../parts/page.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';

type RestrictedEntity = Schemas['RestrictedEntity'];

export default function RestrictedEntities() {
  const { frame, restrictedEntities: strings } = useStrings();
  const { organizationId } = useOrganization();
  const query = useQuery({
    queryKey: ['restricted-entities', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/restricted-entities', { params: { query: { organizationId } } })),
  });
  return (
    <Page
      title={frame.pages.restrictedEntities}
      crumbs={[{ label: frame.groups.emailAndCollaboration }, { label: frame.groups.review }]}
      description={strings.definition}
    >
      <Answered query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<ShieldCheckmarkRegular fontSize={48} />} title={strings.none}>
              {strings.noneText}
            </Empty>
          ) : (
            <List items={items} />
          )
        }
      </Answered>
    </Page>
  );
}

function List({ items }: { items: readonly RestrictedEntity[] }) {
  const { parts, restrictedEntities: strings } = useStrings();
  const format = useFormat();
  const may = useMay('restricted-entities.write');
  const [text, setText] = useSearchParam('q', '', { replace: true });
  const [kind, setKind] = useSearchParam('kind', 'all');
  const [, setOpen] = useSearchParam('entity');
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return items
      .filter((entity) => kind === 'all' || entity.kind === kind)
      .filter(({ name, reason }) => `${name} ${reason}`.toLowerCase().includes(wanted));
  }, [items, kind, text]);
  const columns = useMemo(() => columnsOf(strings), [strings]);
  const exportList = () => {
    const fields: CsvColumn<RestrictedEntity>[] = [
      { label: strings.name, text: ({ name }) => name },
      { label: strings.entity, text: (entity) => strings.kinds[entity.kind] },
      { label: strings.restrictedOn, text: ({ since }) => format.utc(since) },
      { label: strings.cause, text: ({ cause }) => strings.causes[cause] },
      { label: strings.reason, text: ({ reason }) => reason },
    ];
    download('restricted-entities.csv', csvOf(fields, shown));
  };
  return (
    <>
      <ListToolbar
        actions={
          ticked.size > 0 && (
            <Button appearance="primary" icon={<LockOpenRegular />} disabled={!may}>
              {strings.unblock}
            </Button>
          )
        }
        filters={
          <Choice
            label={strings.entity}
            value={kind}
            options={[
              ['all', parts.all],
              ['connector', strings.kinds.connector],
              ['user', strings.kinds.user],
            ]}
            onChange={setKind}
          />
        }
        search={{ text, set: setText }}
        count={shown.length === items.length ? parts.items(shown.length) : parts.itemsOf(shown.length, items.length)}
        onExport={exportList}
      />
      {shown.length === 0 ? (
        <Empty title={parts.nothingMatches} />
      ) : (
        <DataTable
          label={strings.list}
          columns={columns}
          rows={shown}
          keyOf={({ id }) => id}
          nameOf={({ name }) => name}
          sort={{ by: 'since', order: 'descending' }}
          selection={{ keys: ticked, change: setTicked }}
          onOpen={({ id }) => setOpen(id)}
        />
      )}
    </>
  );
}

function columnsOf(strings: Strings['restrictedEntities']): readonly Column<RestrictedEntity>[] {
  return [
    { id: 'name', label: strings.name, cell: ({ name }) => name, value: ({ name }) => name },
    {
      id: 'kind',
      label: strings.entity,
      width: '110px',
      cell: ({ kind }) => strings.kinds[kind],
      value: ({ kind }) => strings.kinds[kind],
    },
    {
      id: 'since',
      label: strings.restrictedOn,
      width: '190px',
      from: 'medium',
      cell: ({ since }) => <Time at={since} />,
      value: ({ since }) => since,
    },
    {
      id: 'cause',
      label: strings.cause,
      width: '130px',
      from: 'medium',
      cell: ({ cause }) => strings.causes[cause],
      value: ({ cause }) => strings.causes[cause],
    },
    {
      id: 'incident',
      label: strings.incident,
      width: '120px',
      from: 'wide',
      cell: ({ id, incidentId }) => (
        <RouterLink to={`/restrictedentities/${id}/incidents/${incidentId}`}>
          <Link as="span">{strings.openEvidence}</Link>
        </RouterLink>
      ),
    },
  ];
}
