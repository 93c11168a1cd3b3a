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
  DATA_IN_USE: 'Another Cordon runs on this data directory: stop it, or choose another with --data.',
  API_UNREACHABLE: 'Is `cordon serve` running, and is --url right?',
  UNAUTHORIZED:
    'Give a valid API token: --token, CORDON_TOKEN, or the data directory of the running guard with --data.',
  FORBIDDEN: 'This token may not do that: use one of the organization, or of the provider.',
  INVALID_REQUEST: 'Correct the named fields and send the request again.',
  NOT_FOUND: 'Nothing with this id in this organization: list what there is.',
  AMBIGUOUS_NAME: 'Several entities have this name: give the id.',
  IDENTITY_TAKEN: 'This address block, certificate or login already belongs to a connector: remove it there first.',
  PREFIX_TOO_SHORT: 'Give a prefix of at least /16 (IPv4) or /32 (IPv6).',
  NAME_TAKEN: 'Choose another name.',
  POLICY_IS_SYSTEM:
    'Of a system policy only status, notifications, recipients and daily limit can be changed: make a policy of your own.',
  NOT_RESTRICTED: 'The entity is not restricted (any more): `cordon blocked` lists what is.',
  STILL_RESTRICTED:
    'Unblock the connector first: deleted, disabled or without its identities it would relay again, unguarded.',
  ALREADY_RESTRICTED: 'The entity is restricted already: `cordon blocked show` tells since when and why.',
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
