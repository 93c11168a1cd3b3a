// /alert-policies: on what an alert is raised, and who is told of it. System policies have the names and ids that they always have.
import { z } from 'zod';
import {
  ACTIVITY_NAMES,
  type AlertPolicy,
  CATEGORIES,
  CONDITION_OPERATORS,
  CONDITION_PROPERTIES,
  LONGEST_WINDOW_MINUTES,
  MOST_CONDITIONS,
  MOST_DAILY_NOTIFICATIONS,
  MOST_THRESHOLD,
  SEVERITIES,
  TENANT_ADMINS,
} from '../alerts/alert-policy.ts';
import {
  alertPoliciesSeen,
  alertPolicySeen,
  newAlertPolicy,
  refuseUnknownPolicy,
  removeAlertPolicy,
  setAlertPolicy,
  toldBy,
} from '../operations/alert-policies.ts';
import { scopeOf } from '../operations/scope.ts';
import { isAuditLogOn } from './alerts.ts';
import { type Api, refusals } from './api.ts';
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

export function alertPolicies(api: Api, ports: ApiPorts): void {
  const { directory } = ports;

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
      const items = alertPoliciesSeen(ports, principal)
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
      const policy = alertPolicySeen(ports, principal, params.id) ?? refuseUnknownPolicy(params.id);
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
    async (request, reply) => reply.code(201).send(present(await newAlertPolicy(ports, request, request.body), ports)),
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
    async (request) => present(await setAlertPolicy(ports, request, request.params.id, request.body), ports),
  );

  api.delete(
    '/alert-policies/:id',
    {
      config: { action: 'alert-policies.write' },
      schema: { summary: 'Delete an alert policy', params: idParameter, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      await removeAlertPolicy(ports, request, request.params.id);
      return reply.code(204).send(null);
    },
  );
}

function present(policy: AlertPolicy, ports: ApiPorts): z.output<typeof policySchema> {
  const addresses = toldBy(policy, ports);
  const { conditions, recipients, ...rest } = policy;
  const told = { count: addresses.length, addresses };
  return { ...rest, conditions: [...conditions], recipients: [...recipients], told };
}
