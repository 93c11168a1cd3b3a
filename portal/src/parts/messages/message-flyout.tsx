// One message: who handed it in, how we know, what we answered, and what became of it at each recipient.
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { useOrganization } from '../../context/organization.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { Answered, Empty, NotShown } from '../answered.tsx';
import { Details } from '../details.tsx';
import { Flyout } from '../flyout.tsx';
import { FlyoutSection } from '../flyout-section.tsx';
import { RouteLink } from '../route-link.tsx';
import { ShortTable } from '../short-table.tsx';
import { Time } from '../time.tsx';
import type { Message } from './message-filter.ts';
import { basisOf, senderOf } from './message-words.ts';
import { FateBadge, OutcomeBadge } from './status.tsx';

const useStyles = makeStyles({
  lead: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: tokens.spacingVerticalS },
  explained: { color: tokens.colorNeutralForeground2 },
  reply: {
    margin: 0,
    padding: tokens.spacingHorizontalM,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  quiet: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  recipient: { display: 'flex', flexDirection: 'column' },
  links: { display: 'flex', flexWrap: 'wrap', gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}` },
});

export interface MessageFlyoutProps {
  /** Its `seq`, or its Message-ID. */
  readonly wanted: string;
  /** Those that are there already. */
  readonly messages: readonly Message[];
  readonly onClose: () => void;
}

export function MessageFlyout({ wanted, messages, onClose }: MessageFlyoutProps) {
  const { messageTrace: strings, parts } = useStrings();
  const known = messages.find(({ seq, messageId }) => String(seq) === wanted || messageId === wanted);
  const query = useOneMessage(wanted, known === undefined);
  const message = known ?? query.data?.message ?? undefined;
  return (
    <Flyout
      wide
      title={message === undefined ? strings.message : strings.messageFrom(senderOf(message, strings))}
      onClose={onClose}
      actions={<Button onClick={onClose}>{parts.close}</Button>}
    >
      {known === undefined ? (
        <Answered query={query}>
          {({ message: found }) =>
            found === null ? <Empty title={strings.gone}>{strings.goneText}</Empty> : <MessageDetails message={found} />
          }
        </Answered>
      ) : (
        <MessageDetails message={known} />
      )}
    </Flyout>
  );
}

/** `null`: it is no longer in the journal, or never was. */
function useOneMessage(wanted: string, isAsked: boolean) {
  const { organizationId } = useOrganization();
  return useQuery({
    queryKey: ['messages', 'one', wanted, { organizationId }],
    queryFn: async () => {
      const isSeq = /^\d{1,14}$/.test(wanted);
      // The newest before the one after it.
      const which = isSeq ? { cursor: String(Number(wanted) + 1) } : { messageId: wanted };
      const { items } = await answer(
        api.GET('/api/v1/messages', { params: { query: { organizationId, ...which, limit: 1 } } }),
      );
      const [found] = items;
      return { message: found !== undefined && (!isSeq || String(found.seq) === wanted) ? found : null };
    },
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

function MessageDetails({ message }: { message: Message }) {
  const styles = useStyles();
  const { messageTrace: strings } = useStrings();
  const { outcome, attempted, reply, subject } = message;
  return (
    <>
      <div className={styles.lead}>
        <OutcomeBadge outcome={outcome} />
        <Text className={styles.explained}>{strings.outcomesExplained[outcome]}</Text>
        {attempted && <Text className={styles.explained}>{strings.attempted}</Text>}
      </div>
      {subject === undefined && <NotShown what={strings.subjectHidden} right={strings.contentRight} />}
      <FlyoutSection title={strings.whatItIs}>
        <WhatItIs message={message} />
      </FlyoutSection>
      <FlyoutSection title={strings.howItCame}>
        <HowItCame message={message} />
      </FlyoutSection>
      <FlyoutSection title={strings.answer}>
        {reply === '' ? (
          <Text className={styles.quiet}>{strings.noReply}</Text>
        ) : (
          <p className={styles.reply}>{reply}</p>
        )}
      </FlyoutSection>
      <FlyoutSection title={strings.recipientsAndFates(message.recipients.length)}>
        <Recipients message={message} />
      </FlyoutSection>
      <More message={message} />
    </>
  );
}

function WhatItIs({ message }: { message: Message }) {
  const { messageTrace: strings, parts } = useStrings();
  const format = useFormat();
  const { fields } = strings;
  return (
    <Details
      entries={[
        [fields.at, <Time key="at" at={message.at} />],
        [fields.sender, senderOf(message, strings)],
        [fields.headerFrom, message.headerFrom || undefined],
        [fields.subject, message.subject === '' ? strings.noSubject : message.subject],
        [fields.size, message.messageBytes > 0 ? format.bytes(message.messageBytes) : undefined],
        [fields.spam, message.spam === undefined ? undefined : message.spam ? parts.yes : parts.no],
        [fields.messageId, message.messageId || undefined],
        [fields.queueId, message.queueId || undefined],
      ]}
    />
  );
}

function HowItCame({ message }: { message: Message }) {
  const { messageTrace: strings } = useStrings();
  const { fields } = strings;
  const { connectorId, connectorName, saslUsername, clientAddress, clientName } = message;
  const isNamed = clientName !== '' && clientName !== 'unknown' && clientName !== clientAddress;
  return (
    <Details
      entries={[
        [
          fields.connector,
          connectorId && connectorName ? (
            <RouteLink key="connector" to={`/connectors/${connectorId}`}>
              {connectorName}
            </RouteLink>
          ) : (
            connectorId && strings.deletedConnector
          ),
        ],
        [fields.user, saslUsername || undefined],
        [fields.basis, basisOf(message, strings)],
        [fields.clientAddress, isNamed ? `${clientAddress} (${clientName})` : clientAddress],
        [fields.helo, message.heloName || undefined],
        [fields.listener, strings.listeners[message.listener]],
        [fields.mailServer, message.mailServer],
      ]}
    />
  );
}

type Recipient = Message['recipients'][number];

function Recipients({ message }: { message: Message }) {
  const styles = useStyles();
  const { messageTrace: strings } = useStrings();
  const { fields } = strings;
  return (
    <ShortTable<Recipient>
      label={fields.recipients}
      rows={message.recipients}
      keyOf={({ address }) => address}
      columns={[
        {
          label: fields.recipient,
          cell: ({ address, relaying }) => (
            <span className={styles.recipient}>
              {address}
              {relaying !== undefined && (
                <span className={styles.quiet}>{relaying ? strings.outside : strings.inside}</span>
              )}
            </span>
          ),
        },
        { label: fields.code, align: 'end', whole: true, cell: ({ code }) => (code === 0 ? '' : code) },
        { label: fields.fate, cell: ({ fate }) => <FateCell fate={fate} /> },
      ]}
    />
  );
}

function FateCell({ fate }: { fate: Recipient['fate'] }) {
  const styles = useStyles();
  const { messageTrace: strings } = useStrings();
  const { status, at, dsn, text, mailServer, queueId } = fate;
  const where = [mailServer, queueId].filter(Boolean).join(', ');
  return (
    <span className={styles.recipient}>
      <span>
        <FateBadge status={status} />
      </span>
      {at !== undefined && (
        <span className={styles.quiet}>
          <Time at={at} />
        </span>
      )}
      {(dsn || text) && <span className={styles.quiet}>{[dsn, text].filter(Boolean).join(' ')}</span>}
      {where !== '' && <span className={styles.quiet}>{strings.inQueue(where)}</span>}
    </span>
  );
}

/** Where to look further. */
function More({ message }: { message: Message }) {
  const styles = useStyles();
  const { messageTrace: strings } = useStrings();
  const { connectorId, userId, envelopeSender, clientAddress, outcome } = message;
  const entity = connectorId ?? userId;
  const to = (filter: Readonly<Record<string, string>>) => `/messagetrace?${new URLSearchParams(filter)}`;
  return (
    <FlyoutSection title={strings.more}>
      <div className={styles.links}>
        {entity !== undefined && <RouteLink to={to({ entity })}>{strings.moreOfEntity}</RouteLink>}
        {envelopeSender !== '' && <RouteLink to={to({ sender: envelopeSender })}>{strings.moreOfSender}</RouteLink>}
        <RouteLink to={to({ clientAddress })}>{strings.moreOfAddress}</RouteLink>
        {entity !== undefined && (outcome === 'tipped' || outcome === 'restricted') && (
          <RouteLink to={`/restrictedentities?entity=${entity}`}>{strings.restriction}</RouteLink>
        )}
      </div>
    </FlyoutSection>
  );
}
