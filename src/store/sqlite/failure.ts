// What went wrong in a database thread, in a form that can be sent between threads.
import { CordonError } from '../../errors.ts';

export interface Failure {
  readonly message: string;
  /** The disk or the file, which may be well again later; otherwise the data or our own statement are at fault. */
  readonly unavailable: boolean;
}

/** SQLITE_ERROR, TOOBIG, CONSTRAINT, MISMATCH, MISUSE and RANGE: trying again would not help. */
const OUR_OWN = new Set([1, 18, 19, 20, 21, 25]);

export function failureOf(error: unknown): Failure {
  const { message, code, errcode } = error as { message?: string; code?: unknown; errcode?: number };
  // A block that cannot be decompressed is a damaged file, as is a page that SQLite cannot read.
  const isDamaged = typeof code === 'string' && /^Z(STD)?_/.test(code);
  const isOfSqlite = errcode !== undefined && !OUR_OWN.has(errcode & 0xff);
  return { message: message ?? String(error), unavailable: isDamaged || isOfSqlite };
}

export function errorOf({ message, unavailable }: Failure, name: string): Error {
  return unavailable ? new CordonError('STORE_UNAVAILABLE', `${name}: ${message}`) : new Error(`${name}: ${message}`);
}
