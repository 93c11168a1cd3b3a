// Who changed what, from where, when, with which result. Append-only.

export interface AuditRecord {
  /** GUID. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** '' for what is the provider's own. */
  readonly organizationId: string;
  /** The cmdlet's name whichever door was used, for example `Remove-BlockedConnector`. */
  readonly operation: string;
  readonly userType: AuditUserType;
  /** GUID of the principal, '' for the service's own acts. */
  readonly userKey: string;
  /** Principal's name, or `Cordon` for the service's own acts. */
  readonly by: string;
  /** Where the request came from; '' for the service's own acts. */
  readonly clientAddress: string;
  readonly objectId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Before and after of what was changed. */
  readonly changes?: readonly AuditedChange[] | undefined;
  readonly result: 'Succeeded' | 'Failed';
}

/** Names of the common schema: Admin for people, Application for API tokens, System for the service itself. */
export type AuditUserType = 'Admin' | 'Application' | 'System';

export interface AuditedChange {
  readonly name: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** By whom the service's own acts are done. */
export const SERVICE = { userType: 'System', userKey: '', by: 'Cordon', clientAddress: '' } as const;
