// /alerts: what an admin must hear of, what happened since, and what the admins made of it.
import { z } from 'zod';
import type { Principal } from '../access/principal.ts';
import { ALERT_STATUSES, CLASSIFICATIONS, MOST_COMMENTS } from '../alerts/alert.ts';
import { SEVERITIES } from '../alerts/alert-policy.ts';
import type { AlertDetails } from '../alerts/alert-store.ts';
import type { AuditRecord } from '../audit/audit-record.ts';
import { CordonError } from '../errors.ts';
import { isProvider, scopeOf } from '../operations/scope.ts';
import {
  activitySchema,
  alertSchema,
  commentSchema,
  presentActivity,
  presentAlert,
  presentComment,
} from './alert-view.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { cursorAfter, fromOptionalTime, id, idParameter, limit, readCursor, shortText, time } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const auditLog = z
  .boolean()
  .describe('Is the audit log on, of all organizations that are shown? While it is off, no alerts are raised.');
const detailsSchema = alertSchema
  .extend({
    activities: z.array(activitySchema).describe('The last hundred, newest first.'),
    olderActivities: z.number().int().describe('Activities that are not kept any more.'),
    comments: z.array(commentSchema).describe('Oldest first.'),
    auditLog,
  })
  .meta({ id: 'AlertDetails' });
const handlingSchema = z
  .strictObject({
    status: z.enum(ALERT_STATUSES).optional(),
    assignee: z.string().trim().min(1).max(255).nullable().optional().describe('null: nobody.'),
    classification: z.enum(CLASSIFICATIONS).nullable().optional().describe('null: none.'),
  })
  .meta({ id: 'AlertHandling' });

export function alerts(api: Api, ports: ApiPorts): void {
  const { alerts: store, alarm, directory } = ports;

  api.get(
    '/alerts',
    {
      config: { action: 'alerts.read' },
      schema: {
        summary: 'List alerts, newest first',
        querystring: z.strictObject({
          organizationId: id.optional(),
          status: z.enum(ALERT_STATUSES).optional(),
          severity: z.enum(SEVERITIES).optional(),
          policy: shortText.optional().describe('Exactly this name of a policy.'),
          entityId: id.optional(),
          assignee: shortText.optional(),
          from: time.optional().describe('With an activity then or later.'),
          until: time.optional().describe('With an activity before.'),
          limit,
          cursor: shortText.optional(),
        }),
        response: {
          200: z.object({ items: z.array(alertSchema), next: z.string().optional(), auditLog }),
          ...refusals,
        },
      },
    },
    async ({ principal, query }) => {
      const organizationId = scopeOf(principal, query.organizationId, directory);
      const after = readCursor(query.cursor);
      await alarm.settled();
      const found = await store.alerts({
        ...query,
        organizationId,
        withGuards: query.organizationId === undefined && isProvider(principal, directory),
        from: fromOptionalTime(query.from),
        until: fromOptionalTime(query.until),
        after: after && { createdAt: after.at, id: after.id },
        limit: query.limit + 1,
      });
      const items = found.slice(0, query.limit);
      const last = items.at(-1);
      const next =
        found.length > items.length && last !== undefined ? { next: cursorAfter(last.createdAt, last.id) } : {};
      return { items: items.map(presentAlert), ...next, auditLog: isAuditLogOn(ports, organizationId) };
    },
  );

  api.get(
    '/alerts/:id',
    {
      config: { action: 'alerts.read' },
      schema: {
        summary: 'Show an alert with its activities and comments',
        params: idParameter,
        response: { 200: detailsSchema, ...refusals },
      },
    },
    async ({ principal, params }) => present(await alertFor(principal, params.id, ports), ports),
  );

  api.patch(
    '/alerts/:id',
    {
      config: { action: 'alerts.write' },
      schema: {
        summary: 'Change status, assignee or classification of an alert',
        params: idParameter,
        body: handlingSchema,
        response: { 200: detailsSchema, ...refusals },
      },
    },
    async (request) => {
      const { principal, params, body } = request;
      const known = await alertFor(principal, params.id, ports).catch(asMissing);
      await audited(
        ports,
        request,
        {
          operation: 'Set-Alert',
          organizationId: known === undefined ? (principal.organizationId ?? '') : (known.alert.organizationId ?? ''),
          objectId: params.id,
          parameters: body,
          changes: ({ before, after }) => differences(before, after, ['status', 'assignee', 'classification']),
        },
        async () => (known && (await alarm.handle(params.id, body))) ?? refuseMissing(params.id),
      );
      return present(await alertFor(principal, params.id, ports), ports);
    },
  );

  api.post(
    '/alerts/:id/comments',
    {
      config: { action: 'alerts.write' },
      schema: {
        summary: 'Comment on an alert',
        params: idParameter,
        body: z.strictObject({ text: z.string().trim().min(1).max(1_000) }).meta({ id: 'NewAlertComment' }),
        response: { 201: commentSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, params, body } = request;
      const known = await alertFor(principal, params.id, ports).catch(asMissing);
      const comment = await audited(
        ports,
        request,
        {
          operation: 'New-AlertComment',
          organizationId: known === undefined ? (principal.organizationId ?? '') : (known.alert.organizationId ?? ''),
          objectId: params.id,
          parameters: body,
          changes: ({ text }) => [{ name: 'comment', after: text }],
        },
        async () => {
          if (known === undefined) refuseMissing(params.id);
          if (known.comments.length >= MOST_COMMENTS) {
            throw new CordonError('INVALID_REQUEST', `an alert has at most ${MOST_COMMENTS} comments`);
          }
          const { id: alertId, organizationId } = known.alert;
          return alarm.comment({ alertId, organizationId, by: principal.name, text: body.text });
        },
      );
      return reply.code(201).send(presentComment(comment));
    },
  );
}

/** Another organization's is answered as one that does not exist. */
async function alertFor(principal: Principal, alertId: string, { alerts: store, alarm, directory }: ApiPorts) {
  await alarm.settled();
  const found = await store.alert(alertId);
  const owner = found?.alert.organizationId;
  const isSeen =
    principal.organizationId === undefined ||
    (owner === undefined ? isProvider(principal, directory) : owner === principal.organizationId);
  return found !== undefined && isSeen ? found : refuseMissing(alertId);
}

function refuseMissing(alertId: string): never {
  throw new CordonError('NOT_FOUND', `no alert ${alertId}`);
}

/** What is not there is refused where the refusal is recorded. */
function asMissing(error: unknown): undefined {
  if (error instanceof CordonError && error.code === 'NOT_FOUND') return undefined;
  throw error;
}

function present({ alert, activities, comments }: AlertDetails, ports: ApiPorts): z.output<typeof detailsSchema> {
  return {
    ...presentAlert(alert),
    activities: activities.map(presentActivity),
    olderActivities: Math.max(0, alert.activityCount - activities.length),
    comments: comments.map(presentComment),
    auditLog: isAuditLogOn(ports, alert.organizationId),
  };
}

/** Of this organization, or (undefined) of all. */
export function isAuditLogOn({ directory }: ApiPorts, organizationId: string | undefined): boolean {
  return directory.organizations(organizationId).every((organization) => organization.auditLog);
}

/** Fields that are not the same before and after. */
function differences<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
): NonNullable<AuditRecord['changes']> {
  return fields
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({ name, before: before[name], after: after[name] }));
}
