// How accounts, and what was changed about them, are shown.
import { z } from 'zod';
import type { Account } from '../access/account.ts';
import { toOptionalTime, toTime } from './fields.ts';

export const accountSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    mail: z.string().optional(),
    organizationId: z.string().optional().describe('Absent: the provider, over all organizations.'),
    roles: z.array(z.string()),
    kind: z.enum(['local', 'federated']).describe('federated: signs in at a provider, which asserts its roles.'),
    issuer: z.string().optional(),
    enabled: z.boolean(),
    mustChangePassword: z.boolean(),
    hasSecondFactor: z.boolean(),
    createdAt: z.string(),
    lastSignInAt: z.string().optional(),
  })
  .meta({ id: 'Account' });

export function presentAccount(account: Account): z.output<typeof accountSchema> {
  const { id, name, mail, organizationId, roles, kind, issuer, enabled, mustChangePassword } = account;
  return {
    id,
    name,
    mail,
    organizationId,
    roles: [...roles],
    kind,
    issuer,
    enabled,
    mustChangePassword,
    hasSecondFactor: account.totpSecret !== undefined,
    createdAt: toTime(account.createdAt),
    lastSignInAt: toOptionalTime(account.lastSignInAt),
  };
}
