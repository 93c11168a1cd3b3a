import { useFormat } from '../../context/format.tsx';
import type { Series } from './chart.tsx';

const DAY_MS = 86_400_000;

/** How times stand at the axis: the hour alone, where it is less than a day. */
export function useAxisTime(series: readonly Series[]): (at: Date) => string {
  const format = useFormat();
  const times = series.flatMap(({ points }) => points.map(({ at }) => at));
  const isShort = times.length > 0 && Math.max(...times) - Math.min(...times) < DAY_MS;
  return (at) => (isShort ? format.hourMinute(at.getTime()) : format.dayHour(at.getTime()));
}
