// How alerts are shown, in lists, alone and in the event feed.
import { z } from 'zod';
import { ALERT_STATUSES, type Alert, type AlertActivity, type AlertComment, CLASSIFICATIONS } from '../alerts/alert.ts';
import { ACTIVITY_NAMES, CATEGORIES, SEVERITIES } from '../alerts/alert-policy.ts';
import { toOptionalTime, toTime } from './fields.ts';

export const alertSchema = z
  .object({
    id: z.string(),
    organizationId: z.string().optional().describe('Absent: concerns the guard itself.'),
    policyId: z.string(),
    policy: z.string(),
    activity: z.enum(ACTIVITY_NAMES),
    severity: z.enum(SEVERITIES),
    category: z.enum(CATEGORIES),
    status: z.enum(ALERT_STATUSES),
    assignee: z.string().optional(),
    classification: z.enum(CLASSIFICATIONS).optional(),
    entityId: z.string().optional(),
    entityKind: z.enum(['connector', 'user']).optional(),
    entityName: z.string().optional().describe('Of an alert about the guard, which part does not work.'),
    incidentId: z.string().optional().describe('The latest.'),
    summary: z.string(),
    at: z.string().describe('When it was raised.'),
    firstActivityAt: z.string(),
    lastActivityAt: z.string(),
    hitCount: z.number().int().describe('Activities, and attempts while blocked.'),
    notified: z.number().int().describe('Notifications that went out.'),
    resolvedAt: z.string().optional(),
    links: z
      .object({ policy: z.string(), entity: z.string().optional(), evidence: z.string().optional() })
      .describe('Paths of this API.'),
  })
  .meta({ id: 'Alert' });

export const activitySchema = z
  .object({
    at: z.string(),
    activity: z.enum(ACTIVITY_NAMES),
    cause: z.string(),
    operation: z.string(),
    by: z.string(),
    object: z.string(),
    clientAddress: z.string(),
    words: z.string(),
    incidentId: z.string().optional(),
    notified: z.boolean(),
    notToldBecause: z.enum(['notifications off', 'daily limit', 'too many policies']).optional(),
  })
  .meta({ id: 'AlertActivity' });

export const commentSchema = z
  .object({ id: z.string(), at: z.string(), by: z.string(), text: z.string() })
  .meta({ id: 'AlertComment' });

export function presentAlert({ activityCount: _, createdAt, ...alert }: Alert): z.output<typeof alertSchema> {
  const restriction = alert.incidentId === undefined ? undefined : `/restricted-entities/${alert.entityId}`;
  return {
    ...alert,
    at: toTime(createdAt),
    firstActivityAt: toTime(alert.firstActivityAt),
    lastActivityAt: toTime(alert.lastActivityAt),
    resolvedAt: toOptionalTime(alert.resolvedAt),
    links: {
      policy: `/alert-policies/${alert.policyId}`,
      entity: alert.entityKind === 'connector' ? `/connectors/${alert.entityId}` : undefined,
      evidence: restriction,
    },
  };
}

export function presentActivity(activity: AlertActivity): z.output<typeof activitySchema> {
  const { id: _, alertId: __, organizationId: ___, number: ____, at, ...rest } = activity;
  return { ...rest, at: toTime(at) };
}

export function presentComment({ id, at, by, text }: AlertComment): z.output<typeof commentSchema> {
  return { id, at: toTime(at), by, text };
}
