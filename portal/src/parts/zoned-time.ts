// Times as fields for date and time have them, on the clocks of the organization's time zone.

/** `2026-11-25T14:03`; `at` in milliseconds since 1970. */
export function toZoned(at: number, timeZone: string): string {
  // Swedish writes a date and a time as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone });
  return format.format(at).replace(' ', 'T');
}

/** Milliseconds since 1970; NaN for what is no time. Of two that a change of the clocks makes the same, one. */
export function fromZoned(text: string, timeZone: string): number {
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return Number.NaN;
  const offset = (at: number) => Date.parse(`${toZoned(at, timeZone)}Z`) - at;
  // The first guess may lie on the other side of a change of the clocks.
  return asUtc - offset(asUtc - offset(asUtc));
}
