// What a connector sends, hour by hour, beside what the detector has learnt to be usual.
import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useFormat } from '../../context/format.tsx';
import { Answered } from '../../parts/answered.tsx';
import { LineChart, type Point, type Series } from '../../parts/charts/chart.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useSearchParam } from '../../parts/search-params.ts';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';
import type { Connector } from './connector-queries.ts';

type ConnectorTraffic = Schemas['ConnectorTraffic'];
type Days = keyof Strings['connectors']['ranges'];

const REFRESH_MS = 60_000;

/** Hours that one point stands for: so few that the shape of a day, or of a week, is seen at one glance. */
const STEP_HOURS: Readonly<Record<Days, number>> = { '1': 1, '7': 3, '30': 12 };

export function Traffic({ connector: { id } }: { connector: Connector }) {
  const { connectors: strings } = useStrings();
  const [wanted, setDays] = useSearchParam('days', '7');
  const days: Days = wanted in strings.ranges ? (wanted as Days) : '7';
  const query = useQuery({
    queryKey: ['connectors', id, 'traffic', days],
    queryFn: () =>
      answer(api.GET('/api/v1/connectors/{id}/traffic', { params: { path: { id }, query: { days: Number(days) } } })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Section
      title={strings.traffic}
      actions={
        <Choice<Days>
          label={strings.trafficRange}
          value={days}
          options={(['1', '7', '30'] as const).map((each) => [each, strings.ranges[each]] as const)}
          onChange={setDays}
        />
      }
    >
      <Answered query={query}>{(traffic) => <Chart traffic={traffic} step={STEP_HOURS[days]} />}</Answered>
    </Section>
  );
}

function Chart({ traffic, step }: { traffic: ConnectorTraffic; step: number }) {
  const format = useFormat();
  const { connectors: strings } = useStrings();
  const { usualDay, learnt, incomplete, completeFrom } = traffic;
  const { sent, usual } = pointsOf(traffic, step);
  const series: Series[] = [
    { label: strings.sent, points: sent },
    ...(usual.length === 0 ? [] : [{ label: strings.usual, dashed: true, points: usual }]),
  ];
  return (
    <>
      <LineChart title={strings.recipientsIn(step)} series={series} digits={1} />
      <Text size={200}>
        {usualDay === undefined ? strings.notLearnt : strings.usualDay(format.number(usualDay))}{' '}
        {strings.learnt(format.number(learnt.messages), format.number(learnt.days))}
      </Text>
      {incomplete && (
        <Text size={200}>
          {strings.incomplete} <Time at={completeFrom} />
        </Text>
      )}
    </>
  );
}

/** Sums of so many hours each; of what is usual only where it is known of all of them. */
function pointsOf({ hours }: ConnectorTraffic, step: number): { sent: readonly Point[]; usual: readonly Point[] } {
  const sent: Point[] = [];
  const usual: Point[] = [];
  for (let i = 0; i < hours.length; i += step) {
    const some = hours.slice(i, i + step);
    const at = Date.parse(some[0]!.at);
    sent.push({ at, value: some.reduce((sum, { recipients }) => sum + recipients, 0) });
    const known = some.flatMap(({ usualRecipients }) => usualRecipients ?? []);
    if (known.length === some.length) usual.push({ at, value: known.reduce((sum, each) => sum + each, 0) });
  }
  return { sent, usual };
}
