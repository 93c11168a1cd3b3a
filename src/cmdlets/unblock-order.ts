// What the cmdlets that unblock order alike: there is no grace, and nothing is learned.
import type { UnblockOrder } from '../operations/restricted-entities.ts';
import { refuseLonger } from './parameter.ts';

/** CmdletError for a -Reason that is too long; it may be missing. */
export function unblockOrder(reason = ''): UnblockOrder {
  refuseLonger('Reason', reason, 1_000);
  return { reason, graceHours: 0, learn: false };
}
