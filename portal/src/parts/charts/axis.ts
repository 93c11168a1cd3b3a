// Where points stand at the time axis, and what its ticks say.
import { type Format, useFormat } from '../../context/format.tsx';
import type { Series } from './chart.tsx';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MOST_TICKS = 6;
/** From tick to tick, in minutes: at whole multiples of them times are round. */
const ROUND_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1_440, 2_880, 10_080];

/** Pixels beside the drawing: the last tick may stand at its end, and half of its text beyond it. */
export const MARGINS = { right: 48 };

/** What stands below a place of a time axis. */
export function useTextOfTime(series: readonly Series[]): (at: Date) => string {
  const textOf = textsOf(timesOf(series), useFormat());
  return (at) => textOf(at.getTime());
}

export interface Slots {
  /** All times that have a point, ascending: each is a slot, whatever lay between it and the next. */
  readonly times: readonly number[];
  /** Slots with a tick, and what stands below each. */
  readonly ticks: readonly number[];
  readonly texts: readonly string[];
}

/** Of bars, which are counts of equal spans or messages one by one. */
export function useSlots(series: readonly Series[]): Slots {
  const times = timesOf(series);
  const textOf = textsOf(times, useFormat());
  const slots = times.map((_, slot) => slot);
  const least = Math.ceil(times.length / MOST_TICKS);
  const round = roundSpan(spanOf(times), least);
  const atRoundTimes = slots.filter((slot) => round !== undefined && times[slot]! % round === 0);
  // The last slot is the one that matters.
  const fromTheLast = slots.filter((slot) => (slots.length - 1 - slot) % least === 0);
  const ticks = atRoundTimes.length > 0 ? atRoundTimes : fromTheLast;
  return { times, ticks, texts: ticks.map((slot) => textOf(times[slot]!)) };
}

/** Milliseconds from each time to the next; undefined where they differ. */
function spanOf(times: readonly number[]): number | undefined {
  const span = (times[1] ?? 0) - (times[0] ?? 0);
  const isEqual = times.every((at, slot) => slot === 0 || at - times[slot - 1]! === span);
  return span > 0 && isEqual ? span : undefined;
}

/** The least round span of at least so many slots, in milliseconds. */
function roundSpan(span: number | undefined, least: number): number | undefined {
  if (span === undefined) return undefined;
  return ROUND_MINUTES.map((minutes) => minutes * MINUTE_MS).find(
    (round) => round >= least * span && round % span === 0,
  );
}

/** All times that have a point, ascending. */
export function timesOf(series: readonly Series[]): readonly number[] {
  return [...new Set(series.flatMap(({ points }) => points.map(({ at }) => at)))].sort((a, b) => a - b);
}

/** As short as it can be: the day where there are several, seconds where there are few. */
function textsOf(times: readonly number[], format: Format): (at: number) => string {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  if (span >= DAY_MS) return format.dayHour;
  return span > 0 && span < 10 * MINUTE_MS ? format.hourMinuteSecond : format.hourMinute;
}
