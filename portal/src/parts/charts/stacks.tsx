import { ResponsiveContainer, VerticalStackedBarChart } from '@fluentui/react-charts';
import { useFormat } from '../../context/format.tsx';
import { MARGINS, useAxis } from './axis.ts';
import type { ChartProps } from './chart.tsx';
import { colorOf } from './palette.ts';

export default function Stacks({ title, series, height = 260, digits = 0, isEven = false, onPick }: ChartProps) {
  const format = useFormat();
  const axis = useAxis(series, isEven);
  const { times } = axis;
  const colored = series.map((each, index) => ({
    ...each,
    color: each.color ?? colorOf(index),
    values: new Map(each.points.map(({ at, value }) => [at, value])),
  }));
  const bars = colored.filter(({ dashed }) => !dashed);
  const lines = colored.filter(({ dashed }) => dashed);
  const sums = times.map((at) => {
    const values = bars.map((bar) => bar.values.get(at) ?? 0);
    const sum = (sign: 1 | -1) => values.reduce((total, value) => (value * sign > 0 ? total + value : total), 0);
    return { above: sum(1), below: sum(-1) };
  });
  const pick = (place: Date) => {
    const at = times.find((time) => axis.placeOf(time).getTime() === place.getTime());
    if (at !== undefined) onPick?.(at);
  };
  return (
    <ResponsiveContainer height={height}>
      <VerticalStackedBarChart
        chartTitle={title}
        data={times.map((at) => ({
          xAxisPoint: axis.placeOf(at),
          xAxisCalloutData: format.dateTime(at),
          chartData: bars.map(({ label, color, values }) => ({
            legend: label,
            color,
            data: values.get(at) ?? 0,
            yAxisCalloutData: format.number(values.get(at) ?? 0, digits),
          })),
          lineData: lines
            .filter(({ values }) => values.has(at))
            .map(({ label, color, values }) => ({
              legend: label,
              color,
              lineOptions: { strokeDasharray: '6 4', strokeWidth: 2 },
              y: values.get(at)!,
              yAxisCalloutData: format.number(values.get(at)!, digits),
            })),
        }))}
        customDateTimeFormatter={axis.textAt}
        tickValues={axis.ticks}
        enabledLegendsWrapLines
        margins={MARGINS}
        isCalloutForStack={onPick !== undefined}
        onBarClick={(_, data) => 'xAxisPoint' in data && data.xAxisPoint instanceof Date && pick(data.xAxisPoint)}
        // Of a sum of parts with either sign the label would stand inside a bar.
        hideLabels={sums.some(({ below }) => below < 0)}
        barWidth="auto"
        maxBarWidth={24}
        yMinValue={Math.min(0, ...sums.map(({ below }) => below))}
        yMaxValue={Math.max(
          ...sums.map(({ above }) => above),
          ...lines.flatMap(({ points }) => points.map(({ value }) => value)),
        )}
      />
    </ResponsiveContainer>
  );
}
