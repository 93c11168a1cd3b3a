// How many messages there were over time, by what became of them; a click on a bar, or a choice, narrows the time to it.
import {
  Button,
  Dropdown,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Option,
  Text,
  tokens,
} from '@fluentui/react-components';
import { ArrowNextRegular, ArrowPreviousRegular, ZoomOutRegular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { Answered } from '../../parts/answered.tsx';
import { type Series, StackedChart } from '../../parts/charts/chart.tsx';
import { OUTCOMES, stepOf, type TimeWindow } from '../../parts/messages/message-filter.ts';
import type { MessageSearch } from '../../parts/messages/message-search.ts';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import { OUTCOME_COLORS } from './outcome-colors.ts';

type Volume = Schemas['MessageVolume'];

const DAY_MS = 86_400_000;
const [FEWEST_BINS, MOST_BINS] = [10, 200];

const useStyles = makeStyles({
  content: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  stale: { opacity: 0.5 },
  tools: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  narrow: { minWidth: '150px' },
  sum: { color: tokens.colorNeutralForeground3 },
});

export function VolumeOverTime({ search }: { search: MessageSearch }) {
  const styles = useStyles();
  const { explorer: strings } = useStrings();
  const query = useVolume(search);
  return (
    <Section title={strings.overTime}>
      <Answered query={query} lines={8}>
        {(volume) => (
          <div className={query.isPlaceholderData ? styles.stale : undefined} aria-busy={query.isFetching}>
            <Shown volume={volume} search={search} />
          </div>
        )}
      </Answered>
    </Section>
  );
}

/** It is part of the search beside it, and leaves no record of its own. */
function useVolume({ question, window, token }: MessageSearch) {
  const { fate, ...asked } = question;
  const bins = binsOf(window);
  return useQuery({
    queryKey: ['messages', 'volume', asked, bins, token],
    queryFn: () => answer(api.GET('/api/v1/messages/volume', { params: { query: { ...asked, bins, search: token } } })),
    enabled: token !== undefined,
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

/** Without a beginning the guard takes a day. */
function binsOf({ from, until = Date.now() }: TimeWindow): number {
  const span = from === undefined ? DAY_MS : until - from;
  return Math.min(Math.max(Math.ceil(span / stepOf(span)), FEWEST_BINS), MOST_BINS);
}

function Shown({ volume, search }: { volume: Volume; search: MessageSearch }) {
  const styles = useStyles();
  const { explorer: strings, messageTrace } = useStrings();
  const format = useFormat();
  const { items, until, incomplete, completeFrom } = volume;
  const bins = items.map((item) => ({ ...item, at: Date.parse(item.at) }));
  const begin = bins[0]!.at;
  const whole = { from: begin, until: Date.parse(until) };
  const binMs = (whole.until - begin) / bins.length;
  const show = ({ from, until: end }: { from: number; until: number }) =>
    search.ask({ ...search.filter, range: 'custom', from: toIso(from), until: toIso(end) });
  const narrow = (at: number) => show({ from: at, until: at + binMs });
  const messages = bins.reduce((sum, bin) => sum + bin.messages, 0);
  const recipients = bins.reduce((sum, bin) => sum + bin.recipients, 0);
  const series: readonly Series[] = OUTCOMES.filter((outcome) => bins.some(({ byOutcome }) => byOutcome[outcome])).map(
    (outcome) => ({
      label: messageTrace.outcomes[outcome],
      color: OUTCOME_COLORS[outcome],
      points: bins.map(({ at, byOutcome }) => ({ at, value: byOutcome[outcome] ?? 0 })),
    }),
  );
  return (
    <div className={styles.content}>
      {incomplete && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{strings.incomplete(format.dateTime(completeFrom))}</MessageBarBody>
        </MessageBar>
      )}
      <Text size={200} className={styles.sum}>
        {strings.span(format.dateTime(whole.from), format.dateTime(whole.until))}{' '}
        {strings.sum(format.number(messages), format.number(recipients))}
      </Text>
      <div className={styles.tools}>
        <Button size="small" icon={<ArrowPreviousRegular />} onClick={() => show(shifted(whole, -1))}>
          {strings.earlier}
        </Button>
        <Button
          size="small"
          icon={<ArrowNextRegular />}
          iconPosition="after"
          disabled={whole.until >= Date.now()}
          onClick={() => show(shifted(whole, 1))}
        >
          {strings.later}
        </Button>
        <Button size="small" icon={<ZoomOutRegular />} onClick={() => show(widened(whole))}>
          {strings.zoomOut}
        </Button>
        <Dropdown
          size="small"
          className={styles.narrow}
          aria-label={strings.narrow}
          placeholder={strings.narrow}
          value=""
          selectedOptions={[]}
          disabled={messages === 0}
          onOptionSelect={(_, { optionValue }) => optionValue !== undefined && narrow(Number(optionValue))}
        >
          {bins
            .filter((bin) => bin.messages > 0)
            .map((bin) => {
              const words = strings.bin(format.dateTime(bin.at), format.number(bin.messages));
              return (
                <Option key={bin.at} value={String(bin.at)} text={words}>
                  {words}
                </Option>
              );
            })}
        </Dropdown>
      </div>
      {messages > 0 && <StackedChart title={strings.byStatus} series={series} onPick={narrow} />}
    </div>
  );
}

interface Span {
  readonly from: number;
  readonly until: number;
}

const toIso = (at: number): string => new Date(Math.round(at)).toISOString();

function shifted({ from, until }: Span, times: 1 | -1): Span {
  const by = (until - from) * times;
  return { from: from + by, until: until + by };
}

/** Twice as long, and not into the future. */
function widened({ from, until }: Span): Span {
  const half = (until - from) / 2;
  const end = Math.min(until + half, Math.max(until, Date.now()));
  return { from: end - 4 * half, until: end };
}
