import { ResponsiveContainer, VerticalStackedBarChart } from '@fluentui/react-charts';
import { useFormat } from '../../context/format.tsx';
import { MARGINS, useSlots } from './axis.ts';
import type { ChartProps } from './chart.tsx';
import { colorOf } from './palette.ts';

export default function Stacks({ title, series, height = 260, digits = 0, onPick }: ChartProps) {
  const format = useFormat();
  const { times, ticks, texts } = useSlots(series);
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
  return (
    <ResponsiveContainer height={height}>
      <VerticalStackedBarChart
        chartTitle={title}
        // By number: at an axis of times the chart draws its bars by another scale than its ticks.
        data={times.map((at, slot) => ({
          xAxisPoint: slot,
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
        tickValues={[...ticks]}
        xAxis={{ tickText: [...texts] }}
        // Given a padding, neither scale is rounded off.
        xAxisInnerPadding={0.3}
        enabledLegendsWrapLines
        margins={MARGINS}
        isCalloutForStack={onPick !== undefined}
        onBarClick={(_, data) => 'xAxisPoint' in data && onPick?.(times[Number(data.xAxisPoint)]!)}
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
