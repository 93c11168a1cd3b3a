// What can be restricted: connectors and users, and the organizations they belong to.
import type { OrganizationLinks } from './organization-links.ts';
import type { LimitPolicy, SendingLimits } from './sending-limits.ts';

export interface Organization {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  readonly sendingLimits: LimitPolicy;
  readonly keeping: Keeping;
  /** IANA, for example Europe/Zurich: whose calendar day a daily limit is about. */
  readonly timeZone: string;
  /** Off: changes are not recorded, and therefore no alerts fire. */
  readonly auditLog: boolean;
  readonly links: OrganizationLinks;
}

/** How much of a subject the journal keeps. */
export type SubjectPrivacy = 'full' | 'first-20' | 'off';

/** What an organization has chosen of what is kept, and how long; what is missing is as cordon.yaml has it for all. */
export interface Keeping {
  /** Message trace. */
  readonly journalDays?: number | undefined;
  /** Alerts, and the evidence of restrictions since they ended. */
  readonly evidenceDays?: number | undefined;
  /** Audit records, and ended restrictions. */
  readonly auditDays?: number | undefined;
  readonly subjects?: SubjectPrivacy | undefined;
}

export type ConnectorType = 'OnPremises' | 'Partner';
export type ConnectorMode = 'enforce' | 'observe' | 'exempt';

/** A configured way in. Lists are normalized (`normalizeConnector`) and without doubles. */
export interface Connector {
  readonly kind: 'connector';
  /** GUID. */
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly enabled: boolean;
  /** A Partner connector delivers to us and does not relay. */
  readonly type: ConnectorType;
  /** CIDR. */
  readonly senderIpAddresses: readonly string[];
  /** Exact DNS name, or `*.example.com` for one label. '' for none. */
  readonly tlsSenderCertificateName: string;
  /** SHA-256, 64 lower-case hexadecimal digits. */
  readonly clientCertificateFingerprints: readonly string[];
  readonly saslUsernames: readonly string[];
  /** Mail that is handed in on the mail server itself, with sendmail(1), is its. At most one connector of all has this. */
  readonly localSubmission: boolean;
  readonly associatedAcceptedDomains: readonly string[];
  readonly comment: string;
  readonly mode: ConnectorMode;
  /** "Sends to new recipients by nature": a bulk application. */
  readonly bulk: boolean;
  /** Judged and refused from the first message on, without the days of observation of a new connector. */
  readonly armed: boolean;
  /** An RFC 3464 report to the sender of refused mail (for devices that cannot bounce). */
  readonly ndr: boolean;
  /** Its own; measures that are missing are the organization's. */
  readonly sendingLimits: SendingLimits;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A login. Its id is derived from organization and login, so that it needs no table. */
export interface User {
  readonly kind: 'user';
  readonly id: string;
  readonly organizationId: string;
  /** The login, lower case. */
  readonly name: string;
}

export type Entity = Connector | User;
export type EntityKind = Entity['kind'];
