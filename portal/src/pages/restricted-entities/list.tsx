// The list itself: search, filters, what is ticked, and the file of it.
import { Button, MessageBar, MessageBarBody, Select, Text } from '@fluentui/react-components';
import { LockOpenRegular } from '@fluentui/react-icons';
import { useMemo, useState } from 'react';
import { useHref, useNavigate } from 'react-router';
import { type Format, useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Empty } from '../../parts/answered.tsx';
import { type CsvColumn, csvOf, download } from '../../parts/csv.ts';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { ListToolbar } from '../../parts/list-toolbar.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { incidentPath } from './addresses.ts';
import { useOpened } from './opened.ts';
import type { More, RestrictedEntity } from './restricted-entity.ts';

/** Who unblocks more at once has looked at none of them. */
const MOST_AT_ONCE = 100;

export function List({ items, more }: { items: readonly RestrictedEntity[]; more: More }) {
  const { parts, restrictedEntities: strings } = useStrings();
  const format = useFormat();
  const { opened, open } = useOpened();
  const filter = useFilter(items);
  const { shown } = filter;
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  // What was unblocked meanwhile is not ticked any more.
  const chosen = useMemo(() => items.filter(({ id }) => ticked.has(id)), [items, ticked]);
  const columns = useMemo(() => columnsOf(strings, format), [strings, format]);
  const selection = useMemo(() => ({ keys: ticked, change: setTicked }), [ticked]);
  return (
    <>
      {more !== 'none' && (
        <MessageBar layout="multiline">
          <MessageBarBody>
            {(more === 'coming' ? strings.restIsComing : strings.onlyNewest)(format.number(items.length))}
          </MessageBarBody>
        </MessageBar>
      )}
      <ListToolbar
        actions={<UnblockTicked ids={chosen.map(({ id }) => id)} />}
        filters={<Filters {...filter} />}
        search={{ text: filter.text, set: filter.setText }}
        count={parts.itemsOf(shown.length, items.length)}
        onExport={() => download('restricted-entities.csv', csvOf(fieldsOf(strings), shown))}
      />
      {shown.length === 0 ? (
        <Empty title={parts.nothingMatches}>
          <Button onClick={filter.clear}>{parts.clearFilters}</Button>
        </Empty>
      ) : (
        <DataTable
          label={strings.list}
          columns={columns}
          rows={shown}
          keyOf={keyOf}
          nameOf={nameOf}
          sort={NEWEST_FIRST}
          selection={selection}
          onOpen={({ id }) => open({ flyout: 'entity', ids: [id] })}
          openKey={opened?.ids[0]}
        />
      )}
    </>
  );
}

const keyOf = ({ id }: RestrictedEntity) => id;
const nameOf = ({ name }: RestrictedEntity) => name;
const NEWEST_FIRST = { by: 'since', order: 'descending' } as const;

/** Appears once something is ticked. */
function UnblockTicked({ ids }: { ids: readonly string[] }) {
  const { parts, restrictedEntities: strings } = useStrings();
  const may = useMay('restricted-entities.write');
  const { open } = useOpened();
  if (ids.length === 0) return null;
  const isTooMany = ids.length > MOST_AT_ONCE;
  return (
    <>
      <Button
        appearance="primary"
        icon={<LockOpenRegular />}
        disabled={!may || isTooMany}
        onClick={() => open({ flyout: 'unblock', ids })}
      >
        {strings.unblock}
      </Button>
      <Text size={200} style={{ alignSelf: 'center' }}>
        {parts.selected(ids.length)}
        {may && isTooMany && ` ${strings.tooMany(MOST_AT_ONCE)}`}
      </Text>
    </>
  );
}

interface Filter {
  readonly shown: readonly RestrictedEntity[];
  readonly text: string;
  setText(text: string): void;
  readonly kind: string;
  setKind(kind: string): void;
  readonly cause: string;
  setCause(cause: string): void;
  clear(): void;
}

const ALL = 'all';

function useFilter(items: readonly RestrictedEntity[]): Filter {
  const navigate = useNavigate();
  const page = useHref('/restrictedentities');
  const [text, setText] = useSearchParam('q', '', { replace: true });
  const [kind, setKind] = useSearchParam('kind', ALL);
  const [cause, setCause] = useSearchParam('cause', ALL);
  const searched = useMemo(() => items.map(textOf), [items]);
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return items.filter(
      (entity, index) =>
        (kind === ALL || entity.kind === kind) &&
        (cause === ALL || entity.cause === cause) &&
        searched[index]!.includes(wanted),
    );
  }, [items, searched, kind, cause, text]);
  return { shown, text, setText, kind, setKind, cause, setCause, clear: () => void navigate(page) };
}

const textOf = ({ name, reason, evidenceInShort, id }: RestrictedEntity): string =>
  `${name}\n${reason}\n${evidenceInShort}\n${id}`.toLowerCase();

function Filters({ kind, setKind, cause, setCause }: Filter) {
  const { parts, restrictedEntities: strings } = useStrings();
  return (
    <>
      <Select aria-label={strings.entity} value={kind} onChange={(_, { value }) => setKind(value)}>
        <option value={ALL}>{`${strings.entity}: ${parts.all}`}</option>
        <option value="connector">{strings.kinds.connector}</option>
        <option value="user">{strings.kinds.user}</option>
      </Select>
      <Select aria-label={strings.cause} value={cause} onChange={(_, { value }) => setCause(value)}>
        <option value={ALL}>{`${strings.cause}: ${parts.all}`}</option>
        {(['detection', 'limit', 'manual'] as const).map((each) => (
          <option key={each} value={each}>
            {strings.causes[each]}
          </option>
        ))}
      </Select>
    </>
  );
}

function columnsOf(strings: Strings['restrictedEntities'], format: Format): readonly Column<RestrictedEntity>[] {
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
      value: ({ since }) => Date.parse(since),
    },
    {
      id: 'cause',
      label: strings.cause,
      width: '120px',
      from: 'medium',
      cell: ({ cause }) => strings.causes[cause],
      value: ({ cause }) => strings.causes[cause],
    },
    {
      id: 'evidence',
      label: strings.evidence,
      width: '25%',
      from: 'wide',
      cell: ({ evidenceInShort }) => <span title={evidenceInShort}>{evidenceInShort}</span>,
      value: ({ evidenceInShort }) => evidenceInShort || undefined,
    },
    {
      id: 'attempts',
      label: strings.attempts,
      width: '130px',
      from: 'medium',
      align: 'end',
      cell: ({ attemptsSince }) => format.number(attemptsSince?.messages ?? 0),
      value: ({ attemptsSince }) => attemptsSince?.messages ?? 0,
    },
    {
      id: 'incident',
      label: strings.incident,
      width: '100px',
      from: 'wide',
      cell: (entity) => <RouteLink to={incidentPath(entity)}>{strings.openEvidence}</RouteLink>,
    },
  ];
}

/** Times in UTC, as ISO 8601 has them: the file may be read by a machine. */
function fieldsOf(strings: Strings['restrictedEntities']): readonly CsvColumn<RestrictedEntity>[] {
  return [
    { label: strings.entity, text: ({ kind }) => strings.kinds[kind] },
    { label: strings.name, text: ({ name }) => name },
    { label: strings.restrictedOn, text: ({ since }) => since },
    { label: strings.until, text: ({ until }) => until },
    { label: strings.cause, text: ({ cause }) => strings.causes[cause] },
    { label: strings.reason, text: ({ reason }) => reason },
    { label: strings.evidence, text: ({ evidenceInShort }) => evidenceInShort },
    { label: strings.attemptsMessages, text: ({ attemptsSince }) => attemptsSince?.messages },
    { label: strings.attemptsRecipients, text: ({ attemptsSince }) => attemptsSince?.recipients },
    { label: strings.lastAttempt, text: ({ attemptsSince }) => attemptsSince?.lastAt },
    { label: strings.incident, text: ({ incidentId }) => incidentId },
    { label: strings.id, text: ({ id }) => id },
  ];
}
