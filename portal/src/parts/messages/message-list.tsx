// The messages that a search found, newest first, and one of them in a flyout.
import { Button, makeStyles, Spinner, Switch, Text, Tooltip, tokens } from '@fluentui/react-components';
import { MailRegular } from '@fluentui/react-icons';
import { useEffect, useEffectEvent, useMemo, useState } from 'react';
import { type Format, useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { useMediaQuery } from '../../context/preferences.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { Empty, NotShown } from '../answered.tsx';
import { type CsvColumn, csvOf, download } from '../csv.ts';
import { type Column, DataTable } from '../data-table.tsx';
import { ListToolbar } from '../list-toolbar.tsx';
import { useSearchParam } from '../search-params.ts';
import { Time } from '../time.tsx';
import type { Message } from './message-filter.ts';
import { MessageFlyout } from './message-flyout.tsx';
import type { MessageSearch } from './message-search.ts';
import { basisOf, entityOf, senderOf } from './message-words.ts';
import { OutcomeStatus } from './status.tsx';

const AUTO_REFRESH_MS = 60_000;

const useStyles = makeStyles({
  list: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  stale: { opacity: 0.5 },
  more: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  quiet: { color: tokens.colorNeutralForeground3 },
});

export interface MessageListProps {
  readonly search: MessageSearch;
  /** With what each message was recognized by: does it fit its connector? */
  readonly withBasis?: boolean;
}

export function MessageList({ search, withBasis = false }: MessageListProps) {
  const styles = useStyles();
  const { messageTrace: strings } = useStrings();
  const format = useFormat();
  const { messages, subjectsHidden, query } = search;
  const [open, setOpen] = useSearchParam('message');
  const columns = useColumns(withBasis, subjectsHidden);
  const exportList = () => download('messages.csv', csvOf(csvColumnsOf(strings, format), messages));
  return (
    <div className={styles.list}>
      {subjectsHidden && <NotShown what={strings.subjectsHidden} right={strings.contentRight} />}
      <ListToolbar
        actions={<AutoRefresh again={() => search.ask()} />}
        count={strings.found(format.number(messages.length), query.hasNextPage)}
        onExport={subjectsHidden || messages.length === 0 ? undefined : exportList}
      />
      <div className={query.isPlaceholderData ? styles.stale : undefined} aria-busy={query.isFetching}>
        {messages.length === 0 ? (
          <Empty icon={<MailRegular fontSize={48} />} title={query.hasNextPage ? strings.noneYet : strings.none}>
            {query.hasNextPage ? strings.noneYetText : strings.noneText}
          </Empty>
        ) : (
          <DataTable
            label={strings.list}
            columns={columns}
            rows={messages}
            keyOf={keyOf}
            onOpen={(message) => setOpen(keyOf(message))}
          />
        )}
      </div>
      <LoadMore search={search} />
      {open !== '' && <MessageFlyout wanted={open} messages={messages} onClose={() => setOpen('')} />}
    </div>
  );
}

const keyOf = ({ seq }: Message): string => String(seq);

/** The next page, and how old what is shown is. */
export function LoadMore({ search }: { search: MessageSearch }) {
  const styles = useStyles();
  const { messageTrace: strings, parts } = useStrings();
  const { dateTime } = useFormat();
  const { query } = search;
  const isSearching = query.isFetching && !query.isFetchingNextPage;
  return (
    <div className={styles.more}>
      {query.hasNextPage && (
        <Button disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>
          {parts.loadMore}
        </Button>
      )}
      {query.isFetching && <Spinner size="tiny" label={isSearching ? strings.searching : parts.loading} />}
      {!isSearching && (
        <Text size={200} className={styles.quiet}>
          {strings.asOf(dateTime(query.dataUpdatedAt))}
        </Text>
      )}
    </div>
  );
}

/** Each minute, as long as the page is open. */
function AutoRefresh({ again }: { again: () => void }) {
  const { messageTrace: strings } = useStrings();
  const [isOn, setOn] = useState(false);
  const refresh = useEffectEvent(again);
  useEffect(() => {
    if (!isOn) return;
    const timer = window.setInterval(() => refresh(), AUTO_REFRESH_MS);
    return () => window.clearInterval(timer);
  }, [isOn]);
  return (
    <Tooltip content={strings.autoRefreshHint} relationship="description">
      <Switch label={strings.autoRefresh} checked={isOn} onChange={(_, { checked }) => setOn(checked)} />
    </Tooltip>
  );
}

function useColumns(withBasis: boolean, subjectsHidden: boolean): readonly Column<Message>[] {
  const { messageTrace: strings } = useStrings();
  const format = useFormat();
  const { organization, organizations } = useOrganization();
  const isMedium = useMediaQuery('(min-width: 700px)');
  return useMemo(() => {
    const nameOf = new Map(organizations.map(({ id, name }) => [id, name]));
    const columns: readonly (Column<Message> | false)[] = [
      {
        id: 'at',
        label: strings.fields.at,
        width: isMedium ? '195px' : '165px',
        cell: ({ at }) => <Time at={at} />,
        value: ({ at }) => at,
      },
      organization === undefined && {
        id: 'organization',
        label: strings.fields.organization,
        from: 'wide',
        cell: ({ organizationId }) => nameOf.get(organizationId) ?? organizationId,
        value: ({ organizationId }) => nameOf.get(organizationId) ?? organizationId,
      },
      {
        id: 'sender',
        label: strings.fields.sender,
        cell: (message) => <span title={message.envelopeSender}>{senderOf(message, strings)}</span>,
        value: ({ envelopeSender }) => envelopeSender,
      },
      {
        id: 'recipients',
        label: strings.fields.recipients,
        from: 'medium',
        cell: (message) => <Recipients message={message} />,
        value: ({ recipients }) => recipients[0]?.address,
      },
      !subjectsHidden && {
        id: 'subject',
        label: strings.fields.subject,
        from: 'wide',
        cell: ({ subject }) => <span title={subject}>{subject}</span>,
        value: ({ subject }) => subject,
      },
      {
        id: 'status',
        label: strings.fields.status,
        width: isMedium ? '190px' : '64px',
        cell: ({ outcome }) => <OutcomeStatus outcome={outcome} isShort={!isMedium} />,
        value: ({ outcome }) => strings.outcomes[outcome],
      },
      {
        id: 'entity',
        label: strings.fields.entity,
        width: '140px',
        from: 'medium',
        cell: (message) => <span title={entityOf(message, strings)}>{entityOf(message, strings)}</span>,
        value: (message) => entityOf(message, strings),
      },
      {
        id: 'address',
        label: strings.fields.clientAddress,
        width: '125px',
        from: 'wide',
        cell: ({ clientAddress }) => <span title={clientAddress}>{clientAddress}</span>,
        value: ({ clientAddress }) => clientAddress,
      },
      withBasis && {
        id: 'basis',
        label: strings.fields.basis,
        width: '165px',
        from: 'wide',
        cell: (message) => <span title={basisOf(message, strings)}>{basisOf(message, strings)}</span>,
        value: (message) => basisOf(message, strings),
      },
      !withBasis && {
        id: 'size',
        label: strings.fields.size,
        width: '80px',
        from: 'wide',
        align: 'end',
        cell: ({ messageBytes }) => format.bytes(messageBytes),
        value: ({ messageBytes }) => messageBytes,
      },
    ];
    return columns.filter((column) => column !== false);
  }, [strings, format, organization, organizations, isMedium, withBasis, subjectsHidden]);
}

function Recipients({ message: { recipients } }: { message: Message }) {
  const [first] = recipients;
  const others = recipients.length - 1;
  return (
    <span title={recipients.map(({ address }) => address).join('\n')}>
      {others > 0 && `(+${others}) `}
      {first?.address}
    </span>
  );
}

function csvColumnsOf(strings: Strings['messageTrace'], format: Format): readonly CsvColumn<Message>[] {
  const { fields } = strings;
  return [
    { label: fields.at, text: ({ at }) => format.utc(at) },
    { label: fields.sender, text: ({ envelopeSender }) => envelopeSender },
    { label: fields.headerFrom, text: ({ headerFrom }) => headerFrom },
    { label: fields.recipients, text: ({ recipients }) => recipients.map(({ address }) => address).join(' ') },
    { label: fields.subject, text: ({ subject }) => subject },
    { label: fields.status, text: ({ outcome }) => strings.outcomes[outcome] },
    { label: fields.entity, text: (message) => entityOf(message, strings) },
    { label: fields.basis, text: (message) => basisOf(message, strings) },
    { label: fields.clientAddress, text: ({ clientAddress }) => clientAddress },
    { label: fields.helo, text: ({ heloName }) => heloName },
    { label: fields.size, text: ({ messageBytes }) => messageBytes },
    { label: fields.messageId, text: ({ messageId }) => messageId },
    { label: fields.queueId, text: ({ queueId }) => queueId },
    { label: fields.reply, text: ({ reply }) => reply },
  ];
}
