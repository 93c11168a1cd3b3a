// The time at the beginning of a log line: syslog's own form without a year (RFC 3164 4.1.2, `Nov 22 02:10:23`) and RFC 3339
// (`2026-11-22T02:10:23.123456+01:00`). Pure.

/** Milliseconds since 1970 of a time that has no year; month from 0. */
export type Yearless = (month: number, day: number, hour: number, minute: number, second: number) => number;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HOUR_MS = 3_600_000;
/** Clocks of two machines differ, and the end of summer time tells an hour twice. */
const AHEAD_MS = 24 * HOUR_MS;

/** The latest such time that is not a day after `latest()`, in the time zone of this process (TZ). */
export function yearlessTimes(latest: () => number): Yearless {
  let cachedHour = -1;
  let cachedAt = 0;
  return (month, day, hour, minute, second) => {
    // Lines of the same hour come together; a Date costs more than all else in a line.
    const key = (month * 32 + day) * 24 + hour;
    if (key !== cachedHour) {
      const limit = latest() + AHEAD_MS;
      const year = new Date(limit).getFullYear();
      const thisYear = new Date(year, month, day, hour).getTime();
      cachedAt = thisYear <= limit ? thisYear : new Date(year - 1, month, day, hour).getTime();
      cachedHour = key;
    }
    return cachedAt + (minute * 60 + second) * 1_000;
  };
}

/** The time that stands in front of `end`; undefined where there is none. */
export function readTime(line: string, end: number, yearless: Yearless): number | undefined {
  const first = line.charCodeAt(0);
  return first >= 0x30 && first <= 0x39 ? readIso(line.slice(0, end)) : readSyslog(line, end, yearless);
}

/** `Nov  2 02:10:23`, always 15 characters. */
function readSyslog(line: string, end: number, yearless: Yearless): number | undefined {
  const month = MONTHS.indexOf(line.slice(0, 3));
  const [day, hour, minute, second] = [number2(line, 4), number2(line, 7), number2(line, 10), number2(line, 13)];
  if (end !== 15 || month === -1 || !(day > 0 && day < 32 && hour < 24 && minute < 60 && second < 61)) return undefined;
  return yearless(month, day, hour, minute, second);
}

/** Two digits, the first of which may be a space; NaN for anything else. */
function number2(line: string, at: number): number {
  const tens = line[at] === ' ' ? 0 : digit(line, at);
  return 10 * tens + digit(line, at + 1);
}

function digit(line: string, at: number): number {
  const value = line.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

/** `+0100` without a colon is journalctl's (`-o short-iso`). */
const ISO = /^(\d{4}-\d\d-\d\dT\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/;

let cachedIso = '';
let cachedIsoAt = 0;

function readIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, hour = '', minute = '', second = '', fraction = '0', zone = ''] = match;
  const key = hour + zone;
  if (key !== cachedIso) {
    const colon = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
    cachedIsoAt = Date.parse(`${hour}:00:00${colon}`);
    cachedIso = key;
  }
  const milliseconds = Math.floor(1_000 * Number(`0.${fraction}`));
  return Number.isNaN(cachedIsoAt)
    ? undefined
    : cachedIsoAt + (Number(minute) * 60 + Number(second)) * 1_000 + milliseconds;
}
