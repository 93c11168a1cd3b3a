// The catalogue of coded errors. Imports nothing. `docs/errors.md` lists the same codes; a test keeps both equal.

/** Each code, and what the operator should do about it. */
export const ERRORS = {
  CONFIG_INVALID: 'Correct the named key in cordon.yaml and run `cordon config check`.',
  CONFIG_UNREADABLE: 'Check that the configuration file exists and that this user may read it.',
  LISTEN_FAILED: 'Another program uses the address, or it is not on this host: see `listeners` in cordon.yaml.',
  LISTEN_UNTRUSTED:
    'Policy and milter listen off loopback only with `trustedMailServers`; HTTP only with TLS or `trustedProxies`.',
  STORE_UNAVAILABLE: 'Check free space and permissions of the data directory; Cordon retries by itself.',
  STORE_NEWER: 'The data directory was written by a newer Cordon: start that version, or restore a backup.',
  APPLY_INVALID: 'Correct the named lines of the file: nothing was applied.',
  BACKUP_INVALID: 'The backup is damaged or not whole: take another one.',
  AUDIT_BROKEN: 'The audit log is not what was written: see docs/audit.md for what to do.',
  DATA_IN_USE: 'Another Cordon runs on this data directory: stop it, or choose another with --data.',
  API_UNREACHABLE: 'Is `cordon serve` running, and is --url right?',
  UNAUTHORIZED:
    'Give a valid API token: --token, CORDON_TOKEN, or the data directory of the running guard with --data.',
  FORBIDDEN: 'Somebody with one of the roles that the message names can do it: docs/roles.md has the table.',
  INVALID_REQUEST: 'Correct the named fields and send the request again.',
  NOT_FOUND: 'Nothing with this id in this organization: list what there is.',
  AMBIGUOUS_NAME: 'Several entities have this name: give the id.',
  IDENTITY_TAKEN:
    'This address block, certificate, login or domain already belongs to a connector or an organization: remove it there first.',
  PREFIX_TOO_SHORT: 'Give a prefix of at least /16 (IPv4) or /32 (IPv6).',
  IN_USE: 'Take it from what uses it first: the message names it.',
  NAME_TAKEN: 'Choose another name.',
  POLICY_IS_SYSTEM:
    'Of a system policy only status, notifications, recipients and daily limit can be changed: make a policy of your own.',
  NOT_RESTRICTED: 'The entity is not restricted (any more): `cordon blocked` lists what is.',
  STILL_RESTRICTED:
    'Unblock the connector first: deleted, disabled or without its identities it would relay again, unguarded.',
  ALREADY_RESTRICTED: 'The entity is restricted already: `cordon blocked show` tells since when and why.',
  LAST_ADMINISTRATOR: 'Give another local account an administrator role first.',
  SIGN_IN_FAILED: 'Check name, password and code. An administrator can reset them.',
  SECOND_FACTOR_NEEDED: 'Give the code that your authenticator app shows.',
  SIGN_IN_LIMITED:
    'Wait as long as Retry-After says. On a device where you signed in before, others cannot keep you out.',
  PASSWORD_CHANGE_NEEDED: 'Change your password first.',
  CROSS_SITE: 'Changes are taken from the pages of Cordon only: open it at the address in http.publicUrl.',
  SIGN_IN_EXPIRED: 'Begin again at the sign-in page, in the same browser.',
  SIGN_IN_PROVIDER_UNREACHABLE: 'Try again later; local accounts can sign in meanwhile.',
  NO_ROLE: 'Ask your administrator for a role that `signIn.oidc` maps to one of Cordon.',
  TARGET_REFUSED:
    'Give an https URL at a public address; a provider allows others with `notifications.privateWebhookTargets`.',
  INTERRUPTED: 'Nothing was left behind: begin again.',
  TRACE_UNREADABLE: 'Check that the named file exists and that this user may read it, or write it for --decisions.',
  TRACE_INVALID: 'The file is not in the given --format: the line is named in the message.',
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a stable code; `advice` says what the operator should do. */
export class CordonError extends Error {
  readonly code: ErrorCode;
  readonly advice: string;
  /** Which fields of the request or the configuration are wrong, if any. */
  readonly fields: readonly { path: string; message: string }[];

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & { fields?: readonly { path: string; message: string }[] } = {},
  ) {
    super(message, options);
    this.name = 'CordonError';
    this.code = code;
    this.advice = ERRORS[code];
    this.fields = options.fields ?? [];
  }
}
