// Times as people write and read them on the command line.
import { CordonError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2026-11-22 09:00:00+01:00`: local time with its zone. '' for none. */
export function localTime(iso: string | undefined): string {
  if (iso === undefined) return '';
  const date = new Date(iso);
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString();
  const size = Math.abs(minutes);
  const zone = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${local.slice(0, 10)} ${local.slice(11, 19)}${zone}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * A time as ISO 8601: `2026-11-22`, `2026-11-22T09:00` (local), with a zone, or a span (`30m`, `4h`, `2d`) counted
 * from `now` into the past or the future. Throws INVALID_REQUEST.
 */
export function readTime(option: string, text: string, now: number, direction: 'past' | 'future'): string {
  const span = /^(\d{1,6})([mhd])$/.exec(text);
  if (span !== null) {
    const length = Number(span[1]) * UNITS[span[2]!]!;
    return new Date(direction === 'past' ? now - length : now + length).toISOString();
  }
  const isDate = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text);
  // A date alone is UTC midnight to JavaScript; an operator means his own.
  const at = isDate ? Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(at)) {
    const message = 'must be a time (2026-11-22T09:00, 2026-11-22T09:00:00Z) or a span (30m, 4h, 2d)';
    throw new CordonError('INVALID_REQUEST', `${option} ${message}`, { fields: [{ path: option, message }] });
  }
  return new Date(at).toISOString();
}
