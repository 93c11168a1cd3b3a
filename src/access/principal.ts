// Who asks, and what he may do at this moment.
import type { Action, RoleName } from './roles.ts';

export interface Principal {
  /** GUID of the account or token; the same for as long as it lives. */
  readonly id: string;
  /** account: a person who signed in. token: a program. local: whoever may read data/admin.token on the guard's own host. */
  readonly kind: 'account' | 'token' | 'local';
  readonly name: string;
  /** Undefined: all organizations. */
  readonly organizationId?: string | undefined;
  readonly roles: readonly RoleName[];
  /** What the roles allow, and of a token also its maker's roles as they are now. */
  readonly actions: ReadonlySet<Action>;
}
