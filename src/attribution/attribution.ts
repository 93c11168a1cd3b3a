// Whose mail is this, and how do we know?
import type { Connector, User } from './entity.ts';

/** Why we think so, in the words that the evidence shows. */
export type Basis =
  | { readonly by: 'saslUsername'; readonly value: string }
  | { readonly by: 'certificateFingerprint'; readonly value: string }
  | { readonly by: 'certificateName'; readonly value: string }
  | { readonly by: 'localSubmission' }
  | { readonly by: 'clientAddress'; readonly value: string };

/** At least one of connector and user; both belong to the organization. */
export interface Attribution {
  readonly organizationId: string;
  readonly connector?: Connector | undefined;
  readonly user?: User | undefined;
  /** What the connector, or without one the user, was recognized by. */
  readonly basis: Basis;
}

/** "clientAddress in 192.0.2.0/24" */
export function describeBasis(basis: Basis): string {
  if (basis.by === 'localSubmission') return basis.by;
  return basis.by === 'clientAddress' ? `clientAddress in ${basis.value}` : `${basis.by} ${basis.value}`;
}
