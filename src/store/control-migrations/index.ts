// The steps by which the control data came to their present shape. A step that was released is never changed: add another.
// Column types are the few words that SQLite and PostgreSQL share: text, integer and bigint.
import type { Migration } from 'kysely/migration';
import { first } from './0001-first.ts';
import { sendingLimits } from './0002-sending-limits.ts';
import { localSubmission } from './0003-local-submission.ts';
import { keeping } from './0004-keeping.ts';
import { organizationSettings } from './0005-organization-settings.ts';
import { tokenRoles } from './0006-token-roles.ts';
import { auditSchema } from './0007-audit-schema.ts';
import { auditChain } from './0008-audit-chain.ts';
import { alerts } from './0009-alerts.ts';
import { accounts } from './0010-accounts.ts';
import { sessions } from './0011-sessions.ts';
import { outbox } from './0012-outbox.ts';
import { identityPool } from './0013-identity-pool.ts';
import { organizationLinks } from './0014-organization-links.ts';

export const CONTROL_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-first': { up: first },
  '0002-sending-limits': { up: sendingLimits },
  '0003-local-submission': { up: localSubmission },
  '0004-keeping': { up: keeping },
  '0005-organization-settings': { up: organizationSettings },
  '0006-token-roles': { up: tokenRoles },
  '0007-audit-schema': { up: auditSchema },
  '0008-audit-chain': { up: auditChain },
  '0009-alerts': { up: alerts },
  '0010-accounts': { up: accounts },
  '0011-sessions': { up: sessions },
  '0012-outbox': { up: outbox },
  '0013-identity-pool': { up: identityPool },
  '0014-organization-links': { up: organizationLinks },
};
