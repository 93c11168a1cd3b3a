// Who asks for an operation, and from where: an HTTP request is one.
import type { Principal } from '../access/principal.ts';
import type { Action } from '../access/roles.ts';

export interface Requester {
  readonly principal: Principal;
  /** Of the client. */
  readonly ip: string;
  /** When the request came in, of the monotonic clock; undefined: with the operation. */
  readonly arrivedAt?: number | undefined;
  /** Where what could not be recorded is told. */
  readonly log: { error(fields: object, text: string): void };
  /** As the audit log shall have them, in place of the operation's own: a cmdlet has its own names. */
  parameters?: Readonly<Record<string, unknown>>;
  /** Somebody has it who records how it ends. */
  isAudited?: boolean;
  /** The right that was asked for and is there. */
  authorizedFor?: Action;
}
