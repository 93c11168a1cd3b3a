// The message that tipped the sum, and samples of the others.
import { Text } from '@fluentui/react-components';
import { useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, NotShown } from '../../parts/answered.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Details } from '../../parts/details.tsx';
import { RouteLink } from '../../parts/route-link.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { type IncidentEvidence, type Message, useSamples } from './incident.ts';

export function TippingMessage({ evidence }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const query = useSamples(evidence);
  const may = useMay('trace.read');
  const { figures, evidence: detected } = evidence;
  if (detected === undefined) return null;
  return (
    <Section title={strings.tipping.title}>
      {may ? (
        <Answered query={query} lines={4}>
          {({ items, subjectsHidden }) => {
            const tipping = items.find(
              ({ seq, messageId }) => seq === figures?.messageSeq || messageId === detected.tippedBy.messageId,
            );
            return tipping === undefined ? (
              <Text>{strings.tipping.gone}</Text>
            ) : (
              <OneMessage message={tipping} isSubjectHidden={subjectsHidden} />
            );
          }}
        </Answered>
      ) : (
        <NotShown what={strings.samples.messages} right={strings.samples.messagesRight} />
      )}
    </Section>
  );
}

function OneMessage({ message, isSubjectHidden }: { message: Message; isSubjectHidden: boolean }) {
  const { evidence: strings } = useStrings();
  const format = useFormat();
  const words = strings.message;
  return (
    <Details
      entries={[
        [words.at, <Time key="at" at={message.at} />],
        [words.sender, message.envelopeSender || words.nullSender],
        [words.from, message.headerFrom || undefined],
        [words.recipients, message.recipients.map(({ address }) => address).join(', ')],
        [words.subject, isSubjectHidden ? strings.samples.subjects : message.subject],
        [words.size, format.bytes(message.messageBytes)],
        [words.address, addressOf(message)],
        [strings.tipping.messageId, message.messageId || undefined],
        [strings.tipping.reply, message.reply || undefined],
      ]}
    />
  );
}

function addressOf({ clientAddress, clientName }: Message): string {
  return clientName === '' ? clientAddress : `${clientAddress} (${clientName})`;
}

export function Samples({ evidence }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const may = useMay('trace.read');
  const query = useSamples(evidence);
  const { restriction, attack } = evidence;
  const inTrace = new URLSearchParams({ entity: restriction.id, from: attack.since, until: attack.until });
  return (
    <Section
      title={strings.samples.title}
      description={evidence.evidence === undefined ? strings.samples.aboutDay : strings.samples.about}
      actions={may && <RouteLink to={`/messagetrace?${inTrace}`}>{strings.samples.trace}</RouteLink>}
    >
      {may ? (
        <Answered query={query}>
          {({ items, subjectsHidden, next }) => (
            <>
              {subjectsHidden && <NotShown what={strings.samples.subjects} right={strings.samples.subjectsRight} />}
              <List items={items} isSubjectHidden={subjectsHidden} />
              {next !== undefined && <Text size={200}>{strings.samples.first(items.length)}</Text>}
            </>
          )}
        </Answered>
      ) : (
        <NotShown what={strings.samples.messages} right={strings.samples.messagesRight} />
      )}
    </Section>
  );
}

function List({ items, isSubjectHidden }: { items: readonly Message[]; isSubjectHidden: boolean }) {
  const { evidence: strings } = useStrings();
  const format = useFormat();
  if (items.length === 0) return <Text>{strings.samples.none}</Text>;
  const columns = columnsOf(strings, format.bytes);
  return (
    <DataTable
      label={strings.samples.list}
      columns={isSubjectHidden ? columns.filter(({ id }) => id !== 'subject') : columns}
      rows={items}
      keyOf={({ seq }) => String(seq)}
    />
  );
}

function columnsOf(
  { message: words, outcomes }: Strings['evidence'],
  bytes: (count: number) => string,
): readonly Column<Message>[] {
  const to = ({ recipients }: Message) => recipients.map(({ address }) => address).join(', ');
  return [
    {
      id: 'sent',
      label: words.at,
      width: '190px',
      from: 'medium',
      cell: ({ at }) => <Time at={at} />,
      value: ({ at }) => at,
    },
    {
      id: 'sender',
      label: words.sender,
      cell: ({ envelopeSender }) => envelopeSender || words.nullSender,
      value: ({ envelopeSender }) => envelopeSender,
    },
    { id: 'to', label: words.recipients, cell: (message) => <span title={to(message)}>{to(message)}</span>, value: to },
    {
      id: 'subject',
      label: words.subject,
      from: 'medium',
      cell: ({ subject }) => subject,
      value: ({ subject }) => subject,
    },
    {
      id: 'size',
      label: words.size,
      width: '90px',
      from: 'wide',
      align: 'end',
      cell: ({ messageBytes }) => bytes(messageBytes),
      value: ({ messageBytes }) => messageBytes,
    },
    {
      id: 'address',
      label: words.address,
      width: '150px',
      from: 'wide',
      cell: ({ clientAddress }) => clientAddress,
      value: ({ clientAddress }) => clientAddress,
    },
    {
      id: 'outcome',
      label: words.outcome,
      width: '160px',
      from: 'medium',
      cell: ({ outcome }) => outcomes[outcome] ?? outcome,
      value: ({ outcome }) => outcomes[outcome] ?? outcome,
    },
  ];
}
