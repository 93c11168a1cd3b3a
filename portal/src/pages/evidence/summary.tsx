import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import { type Format, useFormat } from '../../context/format.tsx';
import { Figures } from '../../parts/figures.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import { type IncidentEvidence, useWhatGotOut } from './incident.ts';

type Words = Strings['evidence'];
type Outflow = NonNullable<ReturnType<typeof useWhatGotOut>['data']>;

const useStyles = makeStyles({
  sentences: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, maxWidth: '95ch' },
  quote: { color: tokens.colorNeutralForeground2 },
});

export function Summary({ evidence }: { evidence: IncidentEvidence }) {
  const styles = useStyles();
  const { evidence: strings } = useStrings();
  const format = useFormat();
  const { restriction } = evidence;
  const out = useWhatGotOut({ entityId: restriction.id, incidentId: restriction.incidentId }).data;
  const reason = restriction.ended?.reason || (restriction.cause === 'detection' ? '' : restriction.reason);
  return (
    <Section title={strings.summary.title} actions={<State restriction={restriction} />}>
      <div className={styles.sentences}>
        <Text size={400}>{whoAndWhy(evidence, strings, format)}</Text>
        <Text size={400}>
          {out !== undefined && `${whatGotOut(evidence, out, strings)} `}
          {isItOver(evidence, strings, format)}
        </Text>
        {reason !== '' && (
          <Text className={styles.quote}>
            {strings.summary.reason}: {reason}
          </Text>
        )}
      </div>
      <Figures figures={figuresOf(evidence, out, strings, format)} />
    </Section>
  );
}

function State({ restriction: { ended } }: { restriction: IncidentEvidence['restriction'] }) {
  const { evidence: strings } = useStrings();
  return ended === undefined ? (
    <Badge appearance="filled" color="danger">
      {strings.inForce}
    </Badge>
  ) : (
    <Badge appearance="tint" color="success">
      {strings.ended}
    </Badge>
  );
}

function whoAndWhy({ restriction, evidence }: IncidentEvidence, { summary }: Words, format: Format): string {
  const { name, cause, restrictedBy } = restriction;
  const kind = summary.kinds[restriction.kind];
  const at = format.dateTime(restriction.since);
  if (cause === 'limit') return summary.limit(kind, name, at);
  if (evidence === undefined) return summary.manual(kind, name, at, restrictedBy);
  return summary.detection(kind, name, at, format.number(evidence.sum, 1), threshold(evidence, format));
}

function threshold({ threshold: value }: NonNullable<IncidentEvidence['evidence']>, format: Format): string {
  return format.number(value, Number.isInteger(value) ? 0 : 1);
}

function whatGotOut({ evidence, attack }: IncidentEvidence, out: Outflow, strings: Words): string {
  const { messages, recipients } = out;
  const said =
    evidence === undefined
      ? strings.summary.gotOutDayBefore(messages, recipients.accepted)
      : strings.summary.gotOut(messages, recipients.accepted, spanOf(attack, strings));
  return recipients.queued > 0 ? said + strings.summary.stillQueued(recipients.queued) : said;
}

function isItOver({ restriction: { ended }, attempts }: IncidentEvidence, { summary }: Words, format: Format): string {
  return ended === undefined ? summary.inForce(attempts.messages) : summary.over(format.dateTime(ended.at), ended.by);
}

/** In the largest unit of which there are two, rounded up. */
function spanOf({ since, until }: IncidentEvidence['attack'], { spans }: Words): string {
  const seconds = Math.max(1, Math.ceil((Date.parse(until) - Date.parse(since)) / 1_000));
  if (seconds < 120) return spans.seconds(seconds);
  if (seconds < 7_200) return spans.minutes(Math.ceil(seconds / 60));
  if (seconds < 172_800) return spans.hours(Math.ceil(seconds / 3_600));
  return spans.days(Math.ceil(seconds / 86_400));
}

function figuresOf(whole: IncidentEvidence, out: Outflow | undefined, words: Words, format: Format) {
  const { figures } = words;
  const { evidence, attempts, sources } = whole;
  const added = sources.filter(({ usedBefore }) => usedBefore === false).length;
  const isBeforeKnown = added > 0 || sources.every(({ usedBefore }) => usedBefore !== undefined);
  const of = (is: boolean, figure: Parameters<typeof Figures>[0]['figures'][number]) => (is ? [figure] : []);
  return [
    ...of(evidence !== undefined, {
      label: figures.sum,
      value: format.number(evidence?.sum ?? 0, 1),
      note: figures.ofThreshold(evidence === undefined ? '' : threshold(evidence, format)),
    }),
    ...of(out !== undefined, {
      label: figures.gotOut,
      value: format.number(out?.recipients.accepted ?? 0),
      note: figures.inMessages(out?.messages ?? 0),
      alarming: (out?.recipients.accepted ?? 0) > 0 && evidence !== undefined,
    }),
    ...of(out !== undefined, {
      label: figures.queued,
      value: format.number(out?.recipients.queued ?? 0),
      note: figures.queuedNote,
    }),
    {
      label: figures.sources,
      value: format.number(sources.length),
      note: isBeforeKnown ? figures.newSources(added) : words.sources.unknown,
    },
    {
      label: figures.attempts,
      value: format.number(attempts.messages),
      note:
        attempts.lastAt === undefined ? (
          figures.noAttempts
        ) : (
          <>
            {figures.lastAttempt} <Time at={attempts.lastAt} />
          </>
        ),
    },
  ];
}
