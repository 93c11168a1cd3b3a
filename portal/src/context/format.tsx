// Numbers and times as the reader writes them: in his language, and in the organization's time zone.
import { useMemo } from 'react';
import { useOrganization } from './organization.tsx';
import { usePreferences } from './preferences.tsx';

export interface Format {
  /** 25 Nov 2026, 14:03:27 */
  dateTime(at: string | number): string;
  /** 14:03 */
  hourMinute(at: string | number): string;
  /** 14:03:27 */
  hourMinuteSecond(at: string | number): string;
  /** 25 Nov, 14:00 */
  dayHour(at: string | number): string;
  /** 2026-11-25 14:03:27 UTC */
  utc(at: string | number): string;
  /** 5 minutes ago */
  ago(at: string | number, now: number): string;
  number(value: number, digits?: number): string;
  percent(part: number): string;
  /** 1.5 kB */
  bytes(count: number): string;
  readonly timeZone: string;
}

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

export function useFormat(): Format {
  const { language } = usePreferences().preferences;
  const timeZone = useOrganization().organization?.timeZone ?? 'UTC';
  return useMemo(() => formatFor(language, timeZone), [language, timeZone]);
}

export function formatFor(language: string, timeZone: string): Format {
  // British English has the day before the month and 24 hours, as people who read logs do.
  const locale = language === 'en' ? 'en-GB' : language;
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone });
  const hourMinute = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone });
  const hourMinuteSecond = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone });
  const dayHour = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const time = (at: string | number) => new Date(at);
  return {
    dateTime: (at) => dateTime.format(time(at)),
    hourMinute: (at) => hourMinute.format(time(at)),
    hourMinuteSecond: (at) => hourMinuteSecond.format(time(at)),
    dayHour: (at) => dayHour.format(time(at)),
    utc: (at) => `${time(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
    ago: (at, now) => {
      const seconds = Math.round((time(at).getTime() - now) / 1_000);
      const [unit, size] = STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? (['second', 1] as const);
      return relative.format(Math.trunc(seconds / size), unit);
    },
    number: (value, digits = 0) =>
      value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
    percent: (part) => percent.format(part),
    bytes: (count) => bytes(count, locale),
    timeZone,
  };
}

function bytes(count: number, locale: string): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = count < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1_000 ** power;
  return `${value.toLocaleString(locale, { maximumFractionDigits: power === 0 ? 0 : 1 })} ${units[power]}`;
}
