// API tokens as somebody sees them: his own, and those of others for whoever may revoke them.
import { may } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { ApiToken } from '../access/token.ts';
import type { OperationPorts } from './ports.ts';
import { actsIn, installationOf } from './scope.ts';

type Ports = Pick<OperationPorts, 'tokens' | 'directory'>;

/** Newest first. `scope`: an organization that he sees; undefined: all that he sees. */
export function tokensSeen({ tokens, directory }: Ports, principal: Principal, scope: string | undefined): ApiToken[] {
  const mayAll = may(principal, 'roles.write', installationOf(directory));
  return tokens.list(scope).filter((token) => mayAll || isOwn(token, principal));
}

/** Newest first: what may act in the organization, also what reaches over all of them for who sees all. Those that have expired open nothing. */
export function tokensIn(
  ports: Ports & Pick<OperationPorts, 'now'>,
  principal: Principal,
  organizationId: string,
): readonly ApiToken[] {
  return tokensSeen(ports, principal, principal.organizationId).filter(
    ({ organizationId: owner, expiresAt = Number.POSITIVE_INFINITY }) =>
      actsIn(organizationId, owner, principal) && expiresAt > ports.now(),
  );
}

/** What he made, and of a token itself. */
export function isOwn(token: ApiToken, { id: principalId }: Principal): boolean {
  return token.madeBy === principalId || token.id === principalId;
}
