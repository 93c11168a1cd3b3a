// What the attack reached before the block, to which domains, and how to take back what still waits in a queue.
import { Button, makeStyles, Subtitle2, Text, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular, CopyRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useFormat } from '../../context/format.tsx';
import { useMay } from '../../context/session.tsx';
import { Answered, NotShown } from '../../parts/answered.tsx';
import { Figures } from '../../parts/figures.tsx';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { type IncidentEvidence, useQueued, useWhatGotOut } from './incident.ts';

type Domain = IncidentEvidence['topRecipientDomains'][number];

const useStyles = makeStyles({
  pair: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
    gap: tokens.spacingHorizontalXXL,
  },
  column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  title: { margin: 0, fontSize: tokens.fontSizeBase300 },
  note: { color: tokens.colorNeutralForeground3 },
  command: {
    display: 'flex',
    alignItems: 'start',
    gap: tokens.spacingHorizontalS,
    padding: tokens.spacingHorizontalS,
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
  },
  code: { flexGrow: 1, margin: 0, overflow: 'auto', maxHeight: '120px', fontFamily: tokens.fontFamilyMonospace },
});

export function WhatGotOut({ evidence }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const { id: entityId, incidentId } = evidence.restriction;
  const query = useWhatGotOut({ entityId, incidentId });
  const may = useMay('trace.read');
  const mayExport = useMay('trace.content');
  return (
    <Section title={strings.out.title} actions={may && mayExport && <Export evidence={evidence} />}>
      {may ? (
        <Answered query={query} lines={3}>
          {(out) => <Reached evidence={evidence} out={out} />}
        </Answered>
      ) : (
        <NotShown what={strings.out.notShown} right={strings.samples.messagesRight} />
      )}
      {may && !mayExport && <NotShown what={strings.out.exportNotAllowed} right={strings.samples.subjectsRight} />}
    </Section>
  );
}

/** A file of the guard's own, so that ten thousand recipients need not pass through the page. */
function Export({ evidence: { restriction } }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const { id, incidentId } = restriction;
  const address = `/api/v1/restricted-entities/${id}/what-got-out/recipients?incidentId=${incidentId}&format=csv`;
  return (
    <Button as="a" href={address} download="what-got-out.csv" appearance="subtle" icon={<ArrowDownloadRegular />}>
      {strings.out.exportCsv}
    </Button>
  );
}

interface ReachedProps {
  readonly evidence: IncidentEvidence;
  readonly out: NonNullable<ReturnType<typeof useWhatGotOut>['data']>;
}

function Reached({ evidence, out: { messages, recipients } }: ReachedProps) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const format = useFormat();
  const words = strings.out;
  return (
    <>
      <Figures
        figures={[
          { label: words.accepted, value: format.number(recipients.accepted), note: words.acceptedNote(messages) },
          { label: words.delivered, value: format.number(recipients.delivered), note: words.deliveredNote },
          { label: words.queued, value: format.number(recipients.queued), note: words.queuedNote },
          { label: words.bounced, value: format.number(recipients.bounced), note: words.bouncedNote },
          { label: words.unknown, value: format.number(recipients.unknown), note: words.unknownNote },
        ]}
      />
      {recipients.unknown > 0 && (
        <Text size={200} className={styles.note}>
          {words.unknownText}
        </Text>
      )}
      <div className={styles.pair}>
        <Domains domains={evidence.topRecipientDomains} />
        <TakeBack evidence={evidence} isQueued={recipients.queued > 0} />
      </div>
    </>
  );
}

function Domains({ domains }: { domains: readonly Domain[] }) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const format = useFormat();
  const words = strings.out;
  return (
    <div className={styles.column}>
      <Subtitle2 as="h3" className={styles.title}>
        {words.domains}
      </Subtitle2>
      {domains.length === 0 ? (
        <Text>{words.noDomains}</Text>
      ) : (
        <ShortTable<Domain>
          label={words.domains}
          rows={domains}
          keyOf={({ domain }) => domain}
          columns={[
            { label: words.domain, cell: ({ domain }) => domain },
            { label: words.recipients, align: 'end', cell: ({ recipients }) => format.number(recipients) },
            { label: words.messages, align: 'end', cell: ({ messages }) => format.number(messages) },
          ]}
        />
      )}
    </div>
  );
}

function TakeBack({ evidence, isQueued }: { evidence: IncidentEvidence; isQueued: boolean }) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const query = useQueued(evidence.restriction.id, evidence.attack.since, isQueued);
  const words = strings.out;
  return (
    <div className={styles.column}>
      <Subtitle2 as="h3" className={styles.title}>
        {words.takeBack}
      </Subtitle2>
      {isQueued ? (
        <Answered query={query} lines={2}>
          {({ mailServers }) =>
            mailServers.map(({ mailServer, queueIds }) => (
              <div key={mailServer} className={styles.column}>
                <Text>{words.takeBackText(mailServer, queueIds.length)}</Text>
                <Command text={`postsuper -h - <<END\n${queueIds.join('\n')}\nEND`} />
                <Text size={200} className={styles.note}>
                  {words.takeBackMore}
                </Text>
              </div>
            ))
          }
        </Answered>
      ) : (
        <Text>{words.nothingQueued}</Text>
      )}
    </div>
  );
}

function Command({ text }: { text: string }) {
  const styles = useStyles();
  const { parts } = useStrings();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className={styles.command}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (axe: scrollable-region-focusable). */}
      <pre className={styles.code} tabIndex={0}>
        {text}
      </pre>
      <Button size="small" appearance="subtle" icon={<CopyRegular />} onClick={() => void copy()}>
        {isCopied ? parts.copied : parts.copy}
      </Button>
    </div>
  );
}
