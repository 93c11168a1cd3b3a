// Fields that several resources share.
import { z } from 'zod';
import { CordonError } from '../errors.ts';

export const id = z
  .guid({ error: 'must be a GUID (159eb7c4-75d7-43e2-95fe-ced44b3e0a56)' })
  .transform((text) => text.toLowerCase());
export const idParameter = z.strictObject({ id });
export const time = z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-22T08:00:00Z' });
export const reason = z.string().max(1_000);
export const limit = z.coerce.number().int().min(1).max(1_000).default(100);
export const shortText = z.string().max(255);

/** ISO 8601, UTC. */
export const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
export const toOptionalTime = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : toTime(milliseconds);

/** Milliseconds since 1970. */
export const fromTime = (text: string): number => Date.parse(text);
export const fromOptionalTime = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : fromTime(text);

/** The cursor of what comes after the last one of a page, in a list that is newest first. */
export const cursorAfter = (at: number, id: string): string => Buffer.from(`${at} ${id}`).toString('base64url');

/** Where such a cursor stands. Throws INVALID_REQUEST for what no list gave. */
export function readCursor(cursor: string | undefined): { readonly at: number; readonly id: string } | undefined {
  if (cursor === undefined) return undefined;
  const match = /^(\d{1,15}) ([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) {
    throw new CordonError('INVALID_REQUEST', 'cursor: is none that a list gave', {
      fields: [{ path: 'cursor', message: 'is none that a list gave' }],
    });
  }
  return { at: Number(match[1]), id: match[2]! };
}

/** One page, sorted by what `keyOf` gives (unique), and the cursor of the next page if there is one. */
export function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): { readonly items: readonly T[]; readonly next?: string } {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
  const keyed = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => after === undefined || key > after);
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = keyed.slice(0, limit);
  const last = page.at(-1);
  const found = { items: page.map(({ item }) => item) };
  return last === undefined || keyed.length <= limit
    ? found
    : { ...found, next: Buffer.from(last.key).toString('base64url') };
}
