// -ResultSize of the cmdlets that list: at most so many objects, or Unlimited.
import type { Call, Row } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { text } from './parameter.ts';

const DEFAULT = 1_000;

export const resultSize = text({
  help: `At most so many are shown; Unlimited for all. ${DEFAULT} where it is not given.`,
});

/** Told as a warning where there are more. The first page has settled which is the last row: further ones cut nothing. */
export function mostRows(
  rows: readonly Row[],
  size: string | undefined,
  call: Pick<Call, 'left' | 'warn'>,
): readonly Row[] {
  const most = sizeOf(size);
  if (rows.length <= most || call.left !== undefined) return rows;
  call.warn(`There are more results than are shown (${most}). For all of them, use -ResultSize Unlimited.`);
  return rows.slice(0, most);
}

function sizeOf(size: string | undefined): number {
  if (size === undefined || size === '') return DEFAULT;
  if (size.trim().toLowerCase() === 'unlimited') return Number.POSITIVE_INFINITY;
  if (/^\d{1,9}$/.test(size.trim()) && Number(size) > 0) return Number(size);
  throw CmdletError.validation('ResultSize', `"${size.slice(0, 50)}" is neither a number from 1 on nor Unlimited.`);
}
