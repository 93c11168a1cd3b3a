// How somebody who is signed in, and his sessions, are shown.
import { z } from 'zod';
import { may } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import { ACTIONS } from '../access/roles.ts';
import type { Session } from '../access/session.ts';
import { toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

export const noticeSchema = z
  .object({ code: z.string().describe('Stable; for programs.'), text: z.string() })
  .describe('What every page must say until somebody mends it.')
  .meta({ id: 'Notice' });

export const whoSchema = z
  .object({
    kind: z.enum(['account', 'token', 'local']),
    id: z.string(),
    name: z.string(),
    mail: z.string().optional(),
    organization: z.object({ id: z.string(), name: z.string() }).optional().describe('Absent: all of them.'),
    roles: z.array(z.string()),
    actions: z.array(z.string()).describe('What he may do now.'),
    mustChangePassword: z.boolean().describe('True: nothing else is allowed before.'),
    hasPassword: z.boolean(),
    hasSecondFactor: z.boolean(),
    sessionId: z.string().optional(),
    notices: z.array(noticeSchema),
  })
  .meta({ id: 'Who' });

export const sessionSchema = z
  .object({
    id: z.string(),
    accountId: z.string(),
    accountName: z.string(),
    clientAddress: z.string(),
    userAgent: z.string(),
    createdAt: z.string(),
    lastSeenAt: z.string(),
    current: z.boolean().describe('The one that asks.'),
  })
  .meta({ id: 'Session' });

export function presentWho(
  principal: Principal,
  session: Session | undefined,
  ports: ApiPorts,
): z.output<typeof whoSchema> {
  const { accounts, directory, notices } = ports;
  const { id, kind, name, organizationId, roles } = principal;
  const installation = { organizations: directory.organizations().length };
  const organization = directory.organizations().find((one) => one.id === organizationId);
  const account = kind === 'account' ? accounts.get(id) : undefined;
  return {
    kind,
    id,
    name,
    mail: account?.mail,
    organization: organization && { id: organization.id, name: organization.name },
    roles: [...roles],
    actions: ACTIONS.filter((action) => may(principal, action, installation)),
    mustChangePassword: account?.mustChangePassword ?? false,
    hasPassword: account?.passwordHash !== undefined,
    hasSecondFactor: account?.totpSecret !== undefined,
    sessionId: session?.id,
    notices: [...notices(organizationId)],
  };
}

export function presentSession(
  session: Session,
  currentId: string | undefined,
  { accounts }: ApiPorts,
): z.output<typeof sessionSchema> {
  const { id, accountId, clientAddress, userAgent, createdAt, seenAt } = session;
  return {
    id,
    accountId,
    accountName: accounts.get(accountId)?.name ?? '',
    clientAddress,
    userAgent,
    createdAt: toTime(createdAt),
    lastSeenAt: toTime(seenAt),
    current: id === currentId,
  };
}
