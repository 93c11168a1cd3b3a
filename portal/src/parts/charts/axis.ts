// Where points stand at the time axis, and what its ticks say.
import { type Format, useFormat } from '../../context/format.tsx';
import type { Series } from './chart.tsx';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MOST_TICKS = 6;

/** Pixels beside the drawing: the last tick may stand at its end, and half of its text beyond it. */
export const MARGINS = { right: 48 };

export interface Axis {
  /** All times that have a point, ascending. */
  readonly times: readonly number[];
  /** Where a time is drawn. */
  placeOf(at: number): Date;
  /** What stands below a place. */
  textAt(place: Date): string;
  /** Absent: the chart chooses. */
  readonly ticks: Date[] | undefined;
}

/** `isEven`: the times stand at equal distances, whatever lay between them. */
export function useAxis(series: readonly Series[], isEven: boolean): Axis {
  const format = useFormat();
  const times = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort((a, b) => a - b);
  const textOf = textsOf(times, format);
  if (!isEven) {
    return { times, placeOf: (at) => new Date(at), textAt: (place) => textOf(place.getTime()), ticks: undefined };
  }
  // The chart knows but times: each takes the place of a day.
  const indexOf = new Map(times.map((at, index) => [at, index]));
  const step = Math.max(1, Math.ceil(times.length / MOST_TICKS));
  // From the last one back, which is the one that matters.
  const ticked = times.filter((_, index) => (times.length - 1 - index) % step === 0);
  const placeOf = (at: number) => new Date(indexOf.get(at)! * DAY_MS);
  return {
    times,
    placeOf,
    textAt: (place) => textOf(times[Math.round(place.getTime() / DAY_MS)] ?? times.at(-1)!),
    ticks: ticked.map(placeOf),
  };
}

/** As short as it can be: the day where there are several, seconds where there are few. */
function textsOf(times: readonly number[], format: Format): (at: number) => string {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (span >= DAY_MS) return format.dayHour;
  return span > 0 && span < 10 * MINUTE_MS ? format.hourMinuteSecond : format.hourMinute;
}
