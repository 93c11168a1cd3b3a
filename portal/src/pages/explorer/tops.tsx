// Who stands out among the messages that are loaded.
import { Link, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useMemo } from 'react';
import { useFormat } from '../../context/format.tsx';
import { Empty } from '../../parts/answered.tsx';
import type { MessageFilter } from '../../parts/messages/message-filter.ts';
import { LoadMore } from '../../parts/messages/message-list.tsx';
import type { MessageSearch } from '../../parts/messages/message-search.ts';
import { basisOf, domainOf, entityOf, senderOf } from '../../parts/messages/message-words.ts';
import { type ShortColumn, ShortTable } from '../../parts/short-table.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type Top, topOf } from './top-of.ts';

const useStyles = makeStyles({ about: { color: tokens.colorNeutralForeground3 } });

export function TopSenders({ search }: { search: MessageSearch }) {
  const { messageTrace, explorer: strings } = useStrings();
  const { messages } = search;
  const tops = useMemo(() => topOf(messages, (message) => [message.envelopeSender]), [messages]);
  return (
    <TopTable
      search={search}
      label={strings.tabs.senders}
      tops={tops}
      columns={[
        {
          label: messageTrace.fields.sender,
          cell: ({ key, first }) => (
            <Narrow search={search} by={key === '' ? undefined : { sender: key }}>
              {senderOf(first, messageTrace)}
            </Narrow>
          ),
        },
      ]}
    />
  );
}

/** With whose they are: an address that is not the connector's own stands out. */
export function TopAddresses({ search }: { search: MessageSearch }) {
  const { messageTrace, explorer: strings } = useStrings();
  const { fields } = messageTrace;
  const { messages } = search;
  const tops = useMemo(
    () =>
      topOf(messages, ({ clientAddress, connectorId, userId, basis }) => [
        [clientAddress, connectorId, userId, basis].join(' '),
      ]),
    [messages],
  );
  return (
    <TopTable
      search={search}
      label={strings.tabs.addresses}
      tops={tops}
      columns={[
        {
          label: fields.clientAddress,
          cell: ({ first: { clientAddress } }) => (
            <Narrow search={search} by={{ clientAddress }}>
              {clientAddress}
            </Narrow>
          ),
        },
        { label: fields.entity, cell: ({ first }) => entityOf(first, messageTrace) },
        { label: fields.basis, cell: ({ first }) => basisOf(first, messageTrace) },
      ]}
    />
  );
}

export function TopDomains({ search }: { search: MessageSearch }) {
  const { explorer: strings } = useStrings();
  const { messages } = search;
  const tops = useMemo(
    () => topOf(messages, ({ recipients }) => recipients.map(({ address }) => domainOf(address))),
    [messages],
  );
  return (
    <TopTable
      search={search}
      label={strings.tabs.domains}
      tops={tops}
      columns={[{ label: strings.domain, cell: ({ key }) => key }]}
    />
  );
}

interface TopTableProps {
  readonly search: MessageSearch;
  readonly label: string;
  readonly tops: readonly Top[];
  readonly columns: readonly ShortColumn<Top>[];
}

function TopTable({ search, label, tops, columns }: TopTableProps) {
  const styles = useStyles();
  const { explorer: strings, messageTrace } = useStrings();
  const format = useFormat();
  const number = (heading: string, value: (top: Top) => number): ShortColumn<Top> => ({
    label: heading,
    align: 'end',
    whole: true,
    cell: (top) => format.number(value(top)),
  });
  return (
    <>
      <Text size={200} className={styles.about}>
        {strings.ofLoaded(format.number(search.messages.length), search.query.hasNextPage)}
      </Text>
      {tops.length === 0 ? (
        <Empty title={messageTrace.none} />
      ) : (
        <ShortTable
          label={label}
          rows={tops}
          keyOf={({ key }) => key}
          columns={[
            ...columns,
            number(strings.messages, ({ messages }) => messages),
            number(strings.recipients, ({ recipients }) => recipients),
            number(strings.accepted, ({ accepted }) => accepted),
            number(strings.notAccepted, ({ messages, accepted }) => messages - accepted),
          ]}
        />
      )}
      <LoadMore search={search} />
    </>
  );
}

interface NarrowProps {
  readonly search: MessageSearch;
  /** Absent where the guard cannot be asked for it. */
  readonly by: Partial<MessageFilter> | undefined;
  readonly children: string;
}

/** Asks for the messages of this one alone. */
function Narrow({ search, by, children }: NarrowProps) {
  if (by === undefined) return children;
  return (
    <Link as="button" inline onClick={() => search.ask({ ...search.filter, ...by })}>
      {children}
    </Link>
  );
}
