// Alerts, activities and comments as rows, and back.
import type { Alert, AlertActivity, AlertComment } from '../alerts/alert.ts';
import type { AlertActivityTable, AlertCommentTable, AlertTable } from './tables.ts';

export function rowOfAlert(alert: Alert): AlertTable {
  return {
    id: alert.id,
    at: alert.createdAt,
    organization_id: alert.organizationId ?? null,
    policy_id: alert.policyId,
    policy: alert.policy,
    activity: alert.activity,
    severity: alert.severity,
    category: alert.category,
    status: alert.status,
    assignee: alert.assignee ?? null,
    classification: alert.classification ?? null,
    entity_id: alert.entityId ?? null,
    entity_kind: alert.entityKind ?? null,
    entity_name: alert.entityName ?? null,
    incident_id: alert.incidentId ?? null,
    summary: alert.summary,
    first_activity_at: alert.firstActivityAt,
    last_activity_at: alert.lastActivityAt,
    hit_count: alert.hitCount,
    activity_count: alert.activityCount,
    notified: alert.notified,
    resolved_at: alert.resolvedAt ?? null,
  };
}

export function alertOf(row: AlertTable): Alert {
  return {
    id: row.id,
    organizationId: row.organization_id ?? undefined,
    policyId: row.policy_id,
    policy: row.policy,
    activity: row.activity as Alert['activity'],
    severity: row.severity as Alert['severity'],
    category: row.category as Alert['category'],
    status: row.status as Alert['status'],
    assignee: row.assignee ?? undefined,
    classification: (row.classification as Alert['classification'] | null) ?? undefined,
    entityId: row.entity_id ?? undefined,
    entityKind: (row.entity_kind as Alert['entityKind'] | null) ?? undefined,
    entityName: row.entity_name ?? undefined,
    incidentId: row.incident_id ?? undefined,
    summary: row.summary,
    createdAt: row.at,
    firstActivityAt: row.first_activity_at,
    lastActivityAt: row.last_activity_at,
    hitCount: row.hit_count,
    activityCount: row.activity_count,
    notified: row.notified,
    resolvedAt: row.resolved_at ?? undefined,
  };
}

export function rowOfActivity(activity: AlertActivity): AlertActivityTable {
  return {
    id: activity.id,
    alert_id: activity.alertId,
    organization_id: activity.organizationId ?? null,
    number: activity.number,
    at: activity.at,
    activity: activity.activity,
    cause: activity.cause,
    operation: activity.operation,
    made_by: activity.by,
    object: activity.object,
    client_address: activity.clientAddress,
    words: activity.words,
    incident_id: activity.incidentId ?? null,
    notified: Number(activity.notified),
    not_told_because: activity.notToldBecause ?? null,
  };
}

export function activityOf(row: AlertActivityTable): AlertActivity {
  return {
    id: row.id,
    alertId: row.alert_id,
    organizationId: row.organization_id ?? undefined,
    number: row.number,
    at: row.at,
    activity: row.activity as AlertActivity['activity'],
    cause: row.cause,
    operation: row.operation,
    by: row.made_by,
    object: row.object,
    clientAddress: row.client_address,
    words: row.words,
    incidentId: row.incident_id ?? undefined,
    notified: row.notified === 1,
    notToldBecause: (row.not_told_because as AlertActivity['notToldBecause'] | null) ?? undefined,
  };
}

export function rowOfComment({ id, alertId, organizationId, at, by, text }: AlertComment): AlertCommentTable {
  return { id, alert_id: alertId, organization_id: organizationId ?? null, at, made_by: by, text };
}

export function commentOf(row: AlertCommentTable): AlertComment {
  const { id, at, text, alert_id: alertId, made_by: by, organization_id: organizationId } = row;
  return { id, alertId, organizationId: organizationId ?? undefined, at, by, text };
}
