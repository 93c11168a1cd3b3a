import { Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../../api/client.ts';
import { useOrganization } from '../../context/organization.tsx';
import { Answered } from '../../parts/answered.tsx';
import { type Series, StackedChart } from '../../parts/charts/chart.tsx';
import { ALARM_COLOR } from '../../parts/charts/palette.ts';
import { Section } from '../../parts/section.tsx';
import { type Strings, useStrings } from '../../strings/strings.tsx';

type Minute = Schemas['Traffic']['items'][number];
type Answer = keyof Strings['home']['answers'];

const REFRESH_MS = 10_000;
const COLORS: Readonly<Record<Answer, string>> = {
  accepted: '#0072b2',
  refused: ALARM_COLOR,
  deferred: '#e69f00',
  other: '#7f7f7f',
};

/** The last hour, minute by minute. */
export function Traffic({ className }: { className: string }) {
  const { home: strings } = useStrings();
  const { organizationId } = useOrganization();
  const query = useQuery({
    queryKey: ['traffic', { organizationId }],
    queryFn: () => answer(api.GET('/api/v1/traffic', { params: { query: { organizationId, minutes: 60 } } })),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Section
      title={strings.traffic}
      className={className}
      actions={query.data && <Text size={200}>{lastHour(query.data.items, strings)}</Text>}
    >
      <Answered query={query} lines={8}>
        {({ items }) => <StackedChart title={strings.trafficChart} series={seriesOf(items, strings)} height={230} />}
      </Answered>
    </Section>
  );
}

function lastHour(minutes: readonly Minute[], strings: Strings['home']): string {
  const messages = minutes.reduce(
    (sum, { accepted, refused, deferred, other }) => sum + accepted + refused + deferred + other,
    0,
  );
  return strings.lastHour(
    messages,
    minutes.reduce((sum, { refused }) => sum + refused, 0),
  );
}

function seriesOf(minutes: readonly Minute[], { answers }: Strings['home']): readonly Series[] {
  return (Object.keys(answers) as Answer[]).map((kind) => ({
    label: answers[kind],
    color: COLORS[kind],
    points: minutes.map((minute) => ({ at: Date.parse(minute.at), value: minute[kind] })),
  }));
}
