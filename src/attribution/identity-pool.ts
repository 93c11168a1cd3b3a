// The pool: which identities and domains the provider has assigned to which organization. What a tenant's administrator may
// claim is what it holds for his organization, whole: never a part of something, and never by what nobody else has.
import { CordonError } from '../errors.ts';
import type { RelayClient } from '../mail/relay-request.ts';
import type { Connector } from './entity.ts';
import {
  CONNECTOR_FIELDS,
  holderKeys,
  type Identity,
  type IdentityKind,
  identitiesOf,
  keyOf,
  normalizeCidr,
} from './identity.ts';

export interface IdentityAssignment extends Identity {
  /** GUID. */
  readonly id: string;
  readonly organizationId: string;
  /** Milliseconds since 1970. */
  readonly assignedAt: number;
}

/** In memory; the directory sees to it that those of different organizations never overlap. */
export class IdentityPool {
  readonly #byId = new Map<string, IdentityAssignment>();
  /** An identity is assigned once. */
  readonly #byKey = new Map<string, IdentityAssignment>();

  add(assignment: IdentityAssignment): void {
    this.#byId.set(assignment.id, assignment);
    this.#byKey.set(keyOf(assignment), assignment);
  }

  delete({ id, ...identity }: IdentityAssignment): void {
    this.#byId.delete(id);
    this.#byKey.delete(keyOf(identity));
  }

  get(id: string): IdentityAssignment | undefined {
    return this.#byId.get(id);
  }

  /** The assignment of this very identity. */
  find(identity: Identity): IdentityAssignment | undefined {
    return this.#byKey.get(keyOf(identity));
  }

  /** In no order. */
  all(): Iterable<IdentityAssignment> {
    return this.#byId.values();
  }

  /** True where all of the identity is assigned to the organization, not counting the assignment `without`. */
  has(organizationId: string, identity: Identity, without?: string): boolean {
    for (const key of holderKeys(identity)) {
      const holder = this.#byKey.get(key);
      if (holder?.organizationId === organizationId && holder.id !== without) return true;
    }
    return false;
  }

  /** To whom the strongest assigned identity of a client is assigned: its login before its certificate before its address. */
  ownerOf(client: RelayClient): string | undefined {
    for (const identity of provedBy(client)) {
      for (const key of holderKeys(identity)) {
        const holder = this.#byKey.get(key);
        if (holder !== undefined) return holder.organizationId;
      }
    }
    return undefined;
  }
}

/** What a client has proved, the strongest first. Mail handed in on the mail server itself proves nothing of its own. */
function* provedBy(client: RelayClient): Generator<Identity> {
  const { saslUsername, certificate, clientAddress, isLocalSubmission } = client;
  if (saslUsername !== undefined) yield { kind: 'saslUsername', value: saslUsername };
  if (certificate?.fingerprint !== undefined) yield { kind: 'certificateFingerprint', value: certificate.fingerprint };
  for (const value of certificate?.names ?? []) yield { kind: 'certificateName', value };
  const address = isLocalSubmission === true ? undefined : normalizeCidr(clientAddress);
  if (address !== undefined) yield { kind: 'addressPrefix', value: address };
}

/** What a change adds to what a connector had. */
export interface Claims {
  readonly identities: readonly Identity[];
  readonly localSubmission: boolean;
  readonly associatedAcceptedDomains: readonly string[];
}

export function claimsOf(after: Connector, before?: Connector): Claims {
  const had = new Set(before === undefined ? [] : identitiesOf(before).map(({ kind, value }) => `${kind} ${value}`));
  return {
    identities: identitiesOf(after).filter(({ kind, value }) => !had.has(`${kind} ${value}`)),
    localSubmission: after.localSubmission && before?.localSubmission !== true,
    associatedAcceptedDomains: after.associatedAcceptedDomains.filter(
      (domain) => before?.associatedAcceptedDomains.includes(domain) !== true,
    ),
  };
}

/**
 * Throws FORBIDDEN, naming everything that the administrator of an organization may not claim, and what to ask the provider for.
 * It looks at nothing but what is assigned to that organization: the answer cannot tell whether somebody else has it.
 */
export function refuseUnassigned(
  claims: Claims,
  organizationId: string,
  pool: IdentityPool,
  isAccepted: (domain: string) => boolean,
): void {
  const refused = claims.identities
    .filter((identity) => !pool.has(organizationId, identity))
    .map((identity) => ({ path: fieldOf(identity.kind), message: unassigned(identity) }));
  if (claims.localSubmission) {
    const message = "mail that is handed in on the mail server itself is the provider's: ask the provider";
    refused.push({ path: 'localSubmission', message });
  }
  for (const domain of claims.associatedAcceptedDomains.filter((one) => !isAccepted(one))) {
    const message = `${domain} is no accepted domain of your organization: add it there first`;
    refused.push({ path: 'associatedAcceptedDomains', message });
  }
  refuse(refused);
}

/** The same for a domain that is to be the organization's own. Throws FORBIDDEN. */
export function refuseUnassignedDomain(domain: string, organizationId: string, pool: IdentityPool): void {
  const identity: Identity = { kind: 'acceptedDomain', value: domain };
  if (!pool.has(organizationId, identity)) refuse([{ path: 'domain', message: unassigned(identity) }]);
}

function refuse(fields: readonly { readonly path: string; readonly message: string }[]): void {
  if (fields.length === 0) return;
  throw new CordonError('FORBIDDEN', fields.map(({ message }) => message).join('; '), { fields });
}

function unassigned({ kind, value }: Identity): string {
  return `${value} is not assigned to your organization: ask the provider to assign ${kind} ${value}`;
}

/** Where a request names an identity of this kind. */
export function fieldOf(kind: IdentityKind): string {
  return kind === 'acceptedDomain' ? 'domain' : CONNECTOR_FIELDS[kind];
}
