// What a field of date and time says (`2026-11-25T14:03`, without a zone) is the clock on the wall of the organization.

/** ISO 8601, UTC. A time that the clock leaves out in spring is the one an hour later. '' stays ''. */
export function fromWall(wall: string, timeZone: string): string {
  if (wall === '') return '';
  const asUtc = Date.parse(`${wall}Z`);
  const near = asUtc - offsetAt(asUtc, timeZone);
  return new Date(asUtc - offsetAt(near, timeZone)).toISOString();
}

/** '' for what is no time: addresses are typed by hand, too. */
export function toWall(at: string, timeZone: string): string {
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) return '';
  return new Date(moment + offsetAt(moment, timeZone)).toISOString().slice(0, 16);
}

/** Milliseconds that the wall is ahead of UTC. */
function offsetAt(moment: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const wall = Date.parse(`${parts.format(moment).replace(' ', 'T')}Z`);
  return wall - Math.floor(moment / 1_000) * 1_000;
}
