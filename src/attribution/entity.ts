// What can be restricted: connectors and users, and the organizations they belong to.
import type { LimitPolicy, SendingLimits } from './sending-limits.ts';

export interface Organization {
  /** GUID. */
  readonly id: string;
  readonly name: string;
  readonly sendingLimits: LimitPolicy;
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
