// Which day it is where an organization is: a daily limit is about its own calendar, with its summer time.

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-22`: the calendar day of a time in an IANA time zone. An unknown zone is UTC. */
export function calendarDay(at: number, timeZone: string): string {
  return formatOf(timeZone).format(at);
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = makeFormat(timeZone);
    formats.set(timeZone, format);
  }
  return format;
}

/** Swedish dates are written as ISO 8601 writes them. */
function makeFormat(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('sv-SE', { timeZone, ...parts });
  } catch {
    return new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', ...parts });
  }
}
