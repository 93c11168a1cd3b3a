import { LineChart as Chart, ResponsiveContainer } from '@fluentui/react-charts';
import { useFormat } from '../../context/format.tsx';
import { MARGINS, useTextOfTime } from './axis.ts';
import type { ChartProps, Point } from './chart.tsx';
import { colorOf } from './palette.ts';

export default function Lines({ title, series, height = 260, digits = 0 }: ChartProps) {
  const format = useFormat();
  const textOfTime = useTextOfTime(series);
  return (
    <ResponsiveContainer height={height}>
      <Chart
        data={{
          chartTitle: title,
          lineChartData: series.map(({ label, color, dashed, points }, index) => ({
            legend: label,
            color: color ?? colorOf(index),
            // One point alone would else be nothing.
            hideNonActiveDots: points.length > 1,
            lineOptions: dashed ? { strokeDasharray: '6 4', strokeWidth: 2 } : { strokeWidth: 2 },
            data: (dashed ? withoutRepeats(points) : points).map(({ at, value }) => ({
              x: new Date(at),
              y: value,
              xAxisCalloutData: format.dateTime(at),
              yAxisCalloutData: format.number(value, digits),
            })),
          })),
        }}
        customDateTimeFormatter={textOfTime}
        xAxisTickCount={6}
        yMinValue={0}
        enabledLegendsWrapLines
        margins={MARGINS}
      />
    </ResponsiveContainer>
  );
}

/** Dashes begin anew at each point: of a level only its ends are drawn. */
function withoutRepeats(points: readonly Point[]): readonly Point[] {
  return points.filter(({ value }, i) => value !== points[i - 1]?.value || value !== points[i + 1]?.value);
}
