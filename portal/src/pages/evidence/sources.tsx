import { Badge, Text, Tooltip } from '@fluentui/react-components';
import { useFormat } from '../../context/format.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { Time } from '../../parts/time.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { IncidentEvidence } from './incident.ts';

type Source = IncidentEvidence['sources'][number];

export function Sources({ evidence: { sources } }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const format = useFormat();
  const words = strings.sources;
  return (
    <Section title={words.title}>
      {sources.length === 0 ? (
        <Text>{words.none}</Text>
      ) : (
        <ShortTable<Source>
          label={words.title}
          rows={sources}
          keyOf={({ clientAddress }) => clientAddress}
          columns={[
            {
              label: words.address,
              cell: ({ clientAddress, clientName }) =>
                clientName === '' ? clientAddress : `${clientAddress} (${clientName})`,
            },
            { label: words.before, whole: true, cell: ({ usedBefore }) => <Before usedBefore={usedBefore} /> },
            { label: words.firstSeen, whole: true, cell: ({ firstSeen }) => <Time at={firstSeen} /> },
            { label: words.messages, align: 'end', cell: ({ messages }) => format.number(messages) },
            { label: words.recipients, align: 'end', cell: ({ recipients }) => format.number(recipients) },
          ]}
        />
      )}
    </Section>
  );
}

function Before({ usedBefore }: { usedBefore: boolean | undefined }) {
  const { parts, evidence: strings } = useStrings();
  if (usedBefore === undefined) return strings.sources.unknown;
  if (usedBefore) return parts.yes;
  return (
    <Tooltip content={strings.sources.newHint} relationship="description">
      <Badge appearance="tint" color="danger">
        {strings.sources.new}
      </Badge>
    </Tooltip>
  );
}
