// What the attribution room asks of a store: organizations, accepted domains, connectors, exception windows, the pool of identities.
// A change is on disk when its promise resolves.
import type { Connector, Organization } from './entity.ts';
import type { IdentityAssignment } from './identity-pool.ts';

export interface AcceptedDomain {
  readonly organizationId: string;
  /** Normalized. */
  readonly domain: string;
}

/** At most 7 days, with a reason; silences recipients, volume and bulk of its connector. */
export interface ExceptionWindow {
  readonly id: string;
  readonly organizationId: string;
  readonly connectorId: string;
  readonly from: number;
  readonly until: number;
  readonly reason: string;
  readonly by: string;
}

export interface ConnectorStore {
  organizations(): Promise<readonly Organization[]>;
  /** Adds it, or replaces the one with the same id. */
  putOrganization(organization: Organization): Promise<void>;
  acceptedDomains(): Promise<readonly AcceptedDomain[]>;
  addAcceptedDomain(domain: AcceptedDomain): Promise<void>;
  removeAcceptedDomain(organizationId: string, domain: string): Promise<boolean>;
  connectors(): Promise<readonly Connector[]>;
  /** Adds it, or replaces the one with the same id. */
  putConnector(connector: Connector): Promise<void>;
  removeConnector(id: string): Promise<boolean>;
  exceptionWindows(): Promise<readonly ExceptionWindow[]>;
  addExceptionWindow(window: ExceptionWindow): Promise<void>;
  removeExceptionWindow(id: string): Promise<boolean>;
  identityAssignments(): Promise<readonly IdentityAssignment[]>;
  /** Throws IDENTITY_TAKEN where the very same identity is assigned already, to whomever. */
  addIdentityAssignment(assignment: IdentityAssignment): Promise<void>;
  removeIdentityAssignment(id: string): Promise<boolean>;
}
