// /alert-policies: on what an alert is raised, and who is told of it. System policies have the names and ids that they always have.
import { z } from 'zod';
import type { Principal } from '../access/principal.ts';
import {
  ACTIVITY_NAMES,
  type AlertPolicy,
  type AlertPolicyDraft,
  CATEGORIES,
  CONDITION_OPERATORS,
  CONDITION_PROPERTIES,
  EMPTY_POLICY,
  LONGEST_WINDOW_MINUTES,
  MOST_CONDITIONS,
  MOST_DAILY_NOTIFICATIONS,
  MOST_THRESHOLD,
  SEVERITIES,
  TENANT_ADMINS,
} from '../alerts/alert-policy.ts';
import { CordonError } from '../errors.ts';
import { normalizeAddress } from '../mail/address.ts';
import { isProvider, ownerOf, scopeOf } from '../operations/scope.ts';
import { differences, isAuditLogOn } from './alerts.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { id, idParameter, shortText } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const conditionSchema = z
  .strictObject({
    property: z.enum(CONDITION_PROPERTIES),
    operator: z.enum(CONDITION_OPERATORS).describe('like: * stands for any text. Case counts in none of them.'),
    value: z.string().max(255),
  })
  .meta({ id: 'AlertCondition' });
const fields = {
  name: z.string().trim().min(1).max(100),
  activity: z.enum(ACTIVITY_NAMES),
  enabled: z.boolean().describe('Off: no alert is raised.'),
  severity: z.enum(SEVERITIES),
  category: z.enum(CATEGORIES),
  comment: z.string().max(1_000),
  conditions: z.array(conditionSchema).max(MOST_CONDITIONS).describe('All of them must hold.'),
  threshold: z.number().int().min(1).max(MOST_THRESHOLD).describe('So many activities within the window; 1: each.'),
  windowMinutes: z.number().int().min(1).max(LONGEST_WINDOW_MINUTES),
  notify: z.boolean().describe('Off: alerts are raised, and nobody is told.'),
  recipients: z
    .array(z.string().max(320))
    .max(1_000)
    .describe(`${TENANT_ADMINS} (the Global Administrators) or mail addresses; may be empty.`),
  dailyLimit: z
    .number()
    .int()
    .min(0)
    .max(MOST_DAILY_NOTIFICATIONS)
    .describe('Notifications of an entity in a calendar day of the organization.'),
};
const policySchema = z
  .object({
    id: z.string(),
    organizationId: z.string().optional().describe('Absent: about the guard itself.'),
    type: z.enum(['System', 'Custom']).describe('Of System only enabled, notify, recipients and dailyLimit change.'),
    ...fields,
    told: z
      .object({ count: z.number().int(), addresses: z.array(z.string()) })
      .describe('Whom the recipients stand for now; nobody: no notification reaches anybody by mail.'),
  })
  .meta({ id: 'AlertPolicy' });
const optionalFields = z.strictObject(fields).partial();
const auditLog = z.boolean().describe('Is the audit log on? While it is off, no alerts are raised.');

const DRAFT_FIELDS = Object.keys(fields) as (keyof AlertPolicyDraft)[];

export function alertPolicies(api: Api, ports: ApiPorts): void {
  const { alertPolicies: policies, directory } = ports;

  api.get(
    '/alert-policies',
    {
      config: { action: 'alert-policies.read' },
      schema: {
        summary: 'List alert policies by name',
        querystring: z.strictObject({
          organizationId: id.optional(),
          name: shortText.optional().describe('Exactly this name, whatever its case.'),
        }),
        response: { 200: z.object({ items: z.array(policySchema), auditLog }), ...refusals },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const wanted = query.name?.toLowerCase();
      const items = policies
        .all()
        .filter((policy) => maySee(principal, policy, ports))
        .filter((policy) => query.organizationId === undefined || policy.organizationId === organizationId)
        .filter(({ name }) => wanted === undefined || name.toLowerCase() === wanted)
        .sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
      return { items: items.map((policy) => present(policy, ports)), auditLog: isAuditLogOn(ports, organizationId) };
    },
  );

  api.get(
    '/alert-policies/:id',
    {
      config: { action: 'alert-policies.read' },
      schema: {
        summary: 'Show an alert policy',
        params: idParameter,
        response: { 200: policySchema.extend({ auditLog }), ...refusals },
      },
    },
    async ({ principal, params }) => {
      const policy = policyFor(principal, params.id, ports) ?? refuseMissing(params.id);
      return { ...present(policy, ports), auditLog: isAuditLogOn(ports, policy.organizationId) };
    },
  );

  api.post(
    '/alert-policies',
    {
      config: { action: 'alert-policies.write' },
      schema: {
        summary: 'Create an alert policy',
        body: optionalFields
          .extend({ organizationId: id.optional(), name: fields.name, activity: fields.activity })
          .meta({ id: 'NewAlertPolicy' }),
        response: { 201: policySchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const { organizationId: wanted, ...chosen } = body;
      const made = await audited(
        ports,
        request,
        {
          operation: 'New-ProtectionAlert',
          organizationId: (policy) => policy.organizationId ?? '',
          objectId: (policy) => policy.id,
          parameters: body,
          changes: (policy) => DRAFT_FIELDS.map((name) => ({ name, after: policy[name] })),
        },
        async () =>
          policies.add(ownerOf(principal, wanted, directory), { ...EMPTY_POLICY, ...withoutUndefined(chosen) }),
      );
      return reply.code(201).send(present(made, ports));
    },
  );

  api.patch(
    '/alert-policies/:id',
    {
      config: { action: 'alert-policies.write' },
      schema: {
        summary: 'Change an alert policy',
        params: idParameter,
        body: optionalFields.meta({ id: 'AlertPolicyChanges' }),
        response: { 200: policySchema, ...refusals },
      },
    },
    async (request) => {
      const { principal, params, body } = request;
      const known = policyFor(principal, params.id, ports);
      const { after } = await audited(
        ports,
        request,
        {
          operation: operationOf(body),
          organizationId: ownerIn(known, principal),
          objectId: params.id,
          parameters: body,
          changes: (changed) => differences(changed.before, changed.after, DRAFT_FIELDS),
        },
        async () => policies.set((known ?? refuseMissing(params.id)).id, body),
      );
      return present(after, ports);
    },
  );

  api.delete(
    '/alert-policies/:id',
    {
      config: { action: 'alert-policies.write' },
      schema: { summary: 'Delete an alert policy', params: idParameter, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      const { principal, params } = request;
      const known = policyFor(principal, params.id, ports);
      await audited(
        ports,
        request,
        {
          operation: 'Remove-ProtectionAlert',
          organizationId: ownerIn(known, principal),
          objectId: params.id,
          parameters: {},
          changes: (policy) => DRAFT_FIELDS.map((name) => ({ name, before: policy[name] })),
        },
        async () => policies.remove((known ?? refuseMissing(params.id)).id),
      );
      return reply.code(204).send(null);
    },
  );
}

/** Those about the guard are the provider's. */
function maySee(principal: Principal, { organizationId }: AlertPolicy, { directory }: ApiPorts): boolean {
  if (principal.organizationId === undefined || organizationId === principal.organizationId) return true;
  return organizationId === undefined && isProvider(principal, directory);
}

function policyFor(principal: Principal, policyId: string, ports: ApiPorts): AlertPolicy | undefined {
  const policy = ports.alertPolicies.get(policyId);
  return policy !== undefined && maySee(principal, policy, ports) ? policy : undefined;
}

function refuseMissing(policyId: string): never {
  throw new CordonError('NOT_FOUND', `no alert policy ${policyId}`);
}

function ownerIn(policy: AlertPolicy | undefined, principal: Principal): string {
  return policy === undefined ? (principal.organizationId ?? '') : (policy.organizationId ?? '');
}

/** Microsoft's cmdlets for on and off are others than that for the settings. */
function operationOf(changes: z.output<typeof optionalFields>): string {
  const [first, ...more] = Object.entries(changes).filter(([, value]) => value !== undefined);
  if (first === undefined || more.length > 0 || first[0] !== 'enabled') return 'Set-ProtectionAlert';
  return first[1] === true ? 'Enable-ProtectionAlert' : 'Disable-ProtectionAlert';
}

function withoutUndefined<T extends object>(changes: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function present(policy: AlertPolicy, ports: ApiPorts): z.output<typeof policySchema> {
  const addresses = toldBy(policy, ports);
  const { conditions, recipients, ...rest } = policy;
  const told = { count: addresses.length, addresses };
  return { ...rest, conditions: [...conditions], recipients: [...recipients], told };
}

function toldBy(
  { recipients, organizationId }: AlertPolicy,
  { administratorAddresses, directory }: ApiPorts,
): string[] {
  const owner = organizationId ?? directory.organizations()[0]?.id;
  const administrators = () => (owner === undefined ? [] : administratorAddresses(owner));
  const all = recipients.flatMap((recipient) => (recipient === TENANT_ADMINS ? administrators() : [recipient]));
  return [...new Map(all.map((address) => [normalizeAddress(address), address])).values()];
}
