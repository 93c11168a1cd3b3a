// The exit status of every command, so that scripts can tell what happened. docs/errors.md lists the same.
import type { ErrorCode } from '../errors.ts';

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unauthorized: 4,
  unreachable: 5,
  conflict: 6,
  differs: 7,
  /** EX_CONFIG of sysexits.h, so that a supervisor need not try again. */
  configuration: 78,
} as const;

const BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  INVALID_REQUEST: EXIT.usage,
  PREFIX_TOO_SHORT: EXIT.usage,
  TRACE_INVALID: EXIT.usage,
  TRACE_UNREADABLE: EXIT.usage,
  NOT_FOUND: EXIT.notFound,
  NOT_RESTRICTED: EXIT.notFound,
  UNAUTHORIZED: EXIT.unauthorized,
  FORBIDDEN: EXIT.unauthorized,
  API_UNREACHABLE: EXIT.unreachable,
  AMBIGUOUS_NAME: EXIT.conflict,
  IDENTITY_TAKEN: EXIT.conflict,
  IN_USE: EXIT.conflict,
  NAME_TAKEN: EXIT.conflict,
  POLICY_IS_SYSTEM: EXIT.conflict,
  STILL_RESTRICTED: EXIT.conflict,
  ALREADY_RESTRICTED: EXIT.conflict,
  LAST_ADMINISTRATOR: EXIT.conflict,
  SIGN_IN_FAILED: EXIT.unauthorized,
  SECOND_FACTOR_NEEDED: EXIT.unauthorized,
  SIGN_IN_LIMITED: EXIT.unauthorized,
  PASSWORD_CHANGE_NEEDED: EXIT.unauthorized,
  CROSS_SITE: EXIT.unauthorized,
  NO_ROLE: EXIT.unauthorized,
  APPLY_INVALID: EXIT.usage,
  CONFIG_INVALID: EXIT.configuration,
  CONFIG_UNREADABLE: EXIT.configuration,
  LISTEN_UNTRUSTED: EXIT.configuration,
};

export function exitStatusOf(code: string): number {
  return BY_CODE[code as ErrorCode] ?? EXIT.failed;
}
