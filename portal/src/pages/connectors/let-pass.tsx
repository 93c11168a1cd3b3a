// What passed although the sum was at the threshold: what would have been blocked, had the connector been enforced.

import { Button } from '@fluentui/react-components';
import { ShieldCheckmarkRegular } from '@fluentui/react-icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { answer, api, type Schemas } from '../../api/client.ts';
import { type Format, useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Empty, NotShown, ProblemBar, Waiting } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import type { Connector } from './connector-queries.ts';

type LetPassMessage = Schemas['LetPass'];

const A_PAGE = 100;

export function LetPass({ connector }: { connector: Connector }) {
  const { parts, connectors: strings } = useStrings();
  const format = useFormat();
  const mayTrace = useMay('trace.read');
  const { id, name, mode } = connector;
  const query = useInfiniteQuery({
    queryKey: ['connectors', id, 'would-have-been-blocked'],
    queryFn: ({ pageParam: cursor }) =>
      answer(
        api.GET('/api/v1/connectors/{id}/would-have-been-blocked', {
          params: { path: { id }, query: { cursor, limit: A_PAGE } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    enabled: mayTrace,
    // Each look is a search of the trace, which stands in the audit log.
    staleTime: 300_000,
  });
  const columns = useMemo(() => columnsOf(strings, format), [strings, format]);
  if (!mayTrace) return <NotShown what={strings.letPassList} right={strings.rightToTrace} />;
  const rows = query.data?.pages.flatMap(({ items }) => items);
  return (
    <Section title={strings.letPassList} description={strings.letPassAbout[mode]}>
      {query.isError && <ProblemBar error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Waiting />}
      {rows?.length === 0 && (
        <Empty icon={<ShieldCheckmarkRegular fontSize={48} />} title={strings.noneLetPass}>
          {strings.noneLetPassText}
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && (
        <DataTable
          label={strings.letPassOf(name)}
          columns={columns}
          rows={rows}
          keyOf={({ seq }) => String(seq)}
          sort={{ by: 'at', order: 'descending' }}
        />
      )}
      {query.hasNextPage && (
        <div>
          <Button disabledFocusable={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {parts.loadMore}
          </Button>
        </div>
      )}
    </Section>
  );
}

function columnsOf(strings: Strings['connectors'], format: Format): readonly Column<LetPassMessage>[] {
  const familiesOf = ({ families }: LetPassMessage) =>
    families.map((family) => strings.families[family] ?? family).join(', ');
  return [
    { id: 'at', label: strings.at, width: '190px', cell: ({ at }) => <Time at={at} />, value: ({ at }) => at },
    {
      id: 'sender',
      label: strings.sender,
      cell: ({ envelopeSender }) => envelopeSender,
      value: ({ envelopeSender }) => envelopeSender,
    },
    {
      id: 'recipients',
      label: strings.recipients,
      width: '110px',
      from: 'medium',
      align: 'end',
      cell: ({ recipients }) => format.number(recipients),
      value: ({ recipients }) => recipients,
    },
    {
      id: 'sum',
      label: strings.sum,
      width: '110px',
      from: 'medium',
      align: 'end',
      cell: ({ sum, threshold }) => strings.sumOf(format.number(sum, 1), format.number(threshold)),
      value: ({ sum }) => sum,
    },
    { id: 'because', label: strings.because, from: 'medium', cell: familiesOf, value: familiesOf },
    { id: 'message', label: strings.messageId, from: 'wide', cell: ({ messageId }) => messageId },
  ];
}
