import { Text } from '@fluentui/react-components';
import { useFormat } from '../../context/format.tsx';
import { type Series, StackedChart } from '../../parts/charts/chart.tsx';
import { ALARM_COLOR } from '../../parts/charts/palette.ts';
import { Section } from '../../parts/section.tsx';
import { useStrings } from '../../strings/strings.tsx';
import type { IncidentEvidence } from './incident.ts';

type Hour = IncidentEvidence['attempts']['byHour'][number];

const HOUR_MS = 3_600_000;
/** A week: with more, hours without attempts are left out. */
const MOST_HOURS = 168;

/** What was refused since the block: somebody who goes on is somebody who still can. */
export function Attempts({ evidence }: { evidence: IncidentEvidence }) {
  const { evidence: strings } = useStrings();
  const format = useFormat();
  const { attempts, restriction } = evidence;
  const { messages, recipients, byHour } = attempts;
  const { ended } = restriction;
  const words = strings.attempts;
  const series: readonly Series[] = [
    {
      label: words.messages,
      color: ALARM_COLOR,
      points: withQuietHours(byHour).map((hour) => ({ at: Date.parse(hour.at), value: hour.messages })),
    },
  ];
  return (
    <Section title={words.title} description={ended && words.until(format.dateTime(ended.at))}>
      <Text>{messages === 0 ? words.none : words.counted(messages, recipients)}</Text>
      {byHour.length > 0 && <StackedChart title={words.chart} series={series} height={180} />}
    </Section>
  );
}

function withQuietHours(byHour: readonly Hour[]): readonly Pick<Hour, 'at' | 'messages'>[] {
  const first = Date.parse(byHour[0]?.at ?? '');
  const last = Date.parse(byHour.at(-1)?.at ?? '');
  const hours = (last - first) / HOUR_MS + 1;
  if (!(hours <= MOST_HOURS)) return byHour;
  const messages = new Map(byHour.map((hour) => [Date.parse(hour.at), hour.messages]));
  return Array.from({ length: hours }, (_, i) => {
    const at = first + i * HOUR_MS;
    return { at: new Date(at).toISOString(), messages: messages.get(at) ?? 0 };
  });
}
