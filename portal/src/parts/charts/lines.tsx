import { LineChart as Chart, ResponsiveContainer } from '@fluentui/react-charts';
import { useFormat } from '../../context/format.tsx';
import { useAxisTime } from './axis-time.ts';
import type { ChartProps } from './chart.tsx';
import { colorOf } from './palette.ts';

export default function Lines({ title, series, height = 260, digits = 0 }: ChartProps) {
  const format = useFormat();
  const axisTime = useAxisTime(series);
  return (
    <ResponsiveContainer height={height}>
      <Chart
        data={{
          chartTitle: title,
          lineChartData: series.map(({ label, color, dashed, points }, index) => ({
            legend: label,
            color: color ?? colorOf(index),
            lineOptions: dashed ? { strokeDasharray: '6 4', strokeWidth: 2 } : { strokeWidth: 2 },
            data: points.map(({ at, value }) => ({
              x: new Date(at),
              y: value,
              xAxisCalloutData: format.dateTime(at),
              yAxisCalloutData: format.number(value, digits),
            })),
          })),
        }}
        customDateTimeFormatter={axisTime}
        xAxisTickCount={6}
      />
    </ResponsiveContainer>
  );
}
