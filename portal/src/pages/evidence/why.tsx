// Why it was restricted: the sum over time, what each family carried, and in plain words what was seen against what is usual for it.
import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useFormat } from '../../context/format.tsx';
import { LineChart, type Series, StackedChart } from '../../parts/charts/chart.tsx';
import { ALARM_COLOR, colorOf } from '../../parts/charts/palette.ts';
import { Section } from '../../parts/section.tsx';
import { ShortTable } from '../../parts/short-table.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import type { IncidentEvidence } from './incident.ts';

type Words = Strings['evidence']['why'];
type Point = IncidentEvidence['timeline'][number];

/** Each of them still is a bar that can be told from its neighbours. */
const LAST_MESSAGES = 30;

const useStyles = makeStyles({
  charts: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 460px), 1fr))',
    gap: tokens.spacingHorizontalXXL,
  },
  swatch: {
    display: 'inline-block',
    width: '10px',
    height: '10px',
    marginRight: tokens.spacingHorizontalS,
    borderRadius: tokens.borderRadiusSmall,
  },
  notes: { color: tokens.colorNeutralForeground3 },
});

export function Why({ evidence }: { evidence: IncidentEvidence }) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const { timeline } = evidence;
  const isDetected = evidence.evidence !== undefined;
  return (
    <Section title={strings.why.title} description={isDetected ? strings.why.about : undefined}>
      {!isDetected && <NoEvidence cause={evidence.restriction.cause} />}
      {timeline.length > 0 ? (
        <div className={styles.charts}>
          <LineChart title={strings.why.sumOverTime} series={sums(evidence, strings.why)} digits={1} />
          <StackedChart
            title={strings.why.terms(Math.min(LAST_MESSAGES, timeline.length))}
            series={terms(timeline.slice(-LAST_MESSAGES), strings.why)}
            digits={2}
          />
        </div>
      ) : (
        <Text>{strings.why.noTimeline}</Text>
      )}
      {isDetected && <Families evidence={evidence} />}
      <Notes evidence={evidence} />
    </Section>
  );
}

function NoEvidence({ cause }: { cause: IncidentEvidence['restriction']['cause'] }) {
  const { evidence: strings } = useStrings();
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{strings.why.noEvidence}</MessageBarTitle>
        {cause === 'limit' ? strings.why.noEvidenceLimit : strings.why.noEvidenceManual}
      </MessageBarBody>
    </MessageBar>
  );
}

function sums({ timeline }: IncidentEvidence, strings: Words): readonly Series[] {
  return [
    { label: strings.sum, points: timeline.map(({ at, sum }) => ({ at: Date.parse(at), value: sum })) },
    thresholds(timeline, strings),
  ];
}

/** It may have been changed on the way. */
function thresholds(timeline: readonly Point[], strings: Words): Series {
  const points = timeline.map(({ at, threshold }) => ({ at: Date.parse(at), value: threshold }));
  return { label: strings.threshold, color: ALARM_COLOR, dashed: true, points };
}

/** A family keeps its colour, also where another says nothing. */
function terms(timeline: readonly Point[], strings: Words): readonly Series[] {
  const families = Object.keys(strings.families);
  const bars = families.map((family, index) => ({
    label: strings.families[family]!,
    color: colorOf(index),
    points: timeline.map((point) => ({ at: Date.parse(point.at), value: point.terms[family] ?? 0 })),
  }));
  const carrying = bars.filter(({ points }) => points.some(({ value }) => value !== 0));
  return [...carrying, thresholds(timeline, strings)];
}

/** What carries most first. */
function Families({ evidence: { evidence } }: { evidence: IncidentEvidence }) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const format = useFormat();
  const order = Object.keys(strings.why.families);
  const rows = [...(evidence?.families ?? [])].sort((a, b) => b.sum - a.sum);
  return (
    <ShortTable
      label={strings.why.title}
      rows={rows}
      keyOf={({ family }) => family}
      columns={[
        {
          label: strings.why.family,
          whole: true,
          cell: ({ family }) => (
            <>
              <span
                className={styles.swatch}
                aria-hidden
                style={{ backgroundColor: colorOf(Math.max(0, order.indexOf(family))) }}
              />
              {strings.why.families[family] ?? family}
            </>
          ),
        },
        { label: strings.why.carries, align: 'end', cell: ({ sum }) => format.number(sum, 1) },
        { label: strings.why.words, cell: ({ words }) => <span lang="en">{words}</span> },
      ]}
    />
  );
}

/** What the charts do not show is said. */
function Notes({ evidence }: { evidence: IncidentEvidence }) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const { restriction, timeline, thinned, withoutSum, incomplete } = evidence;
  const isOfConnector = restriction.kind === 'user' && timeline.at(-1)?.of === 'connector';
  const notes = [
    isOfConnector ? strings.why.ofConnector : '',
    thinned > 0 ? strings.why.thinned(thinned) : '',
    withoutSum > 0 ? strings.why.withoutSum(withoutSum) : '',
    incomplete ? strings.why.incomplete : '',
  ].filter((note) => note !== '');
  if (notes.length === 0) return null;
  return (
    <Text size={200} className={styles.notes}>
      {notes.join(' ')}
    </Text>
  );
}
