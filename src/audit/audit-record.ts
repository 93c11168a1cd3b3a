// Who changed what, from where, when, with which result. Append-only.

export interface AuditRecord {
  /** GUID. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly organizationId: string;
  /** The cmdlet's name whichever door was used, for example `Remove-BlockedConnector`. */
  readonly operation: string;
  /** Principal's name, or `Cordon` for the service's own acts. */
  readonly by: string;
  /** Where the request came from; '' for the service's own acts. */
  readonly clientAddress: string;
  readonly objectId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly result: 'Succeeded' | 'Failed';
}
