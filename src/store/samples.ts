// One good default of each thing that the contract suites put into a store. For tests only.
import type { Account } from '../access/account.ts';
import type { Session } from '../access/session.ts';
import type { ApiToken } from '../access/token.ts';
import type { ControlRecord, DeliveryRecord, MessageRecord } from '../activity/record.ts';
import type { Alert, AlertActivity } from '../alerts/alert.ts';
import type { AlertPolicy } from '../alerts/alert-policy.ts';
import type { AlertWrite } from '../alerts/alert-store.ts';
import type { NotificationEvent } from '../alerts/notification-event.ts';
import type { ExceptionWindow } from '../attribution/connector-store.ts';
import type { Connector } from '../attribution/entity.ts';
import type { IdentityAssignment } from '../attribution/identity-pool.ts';
import type { AuditRecord } from '../audit/audit-record.ts';
import type { Restriction, RestrictionEnd } from '../restrictions/restriction.ts';

export const ORGANIZATION = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0001';
export const OTHER_ORGANIZATION = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0002';
export const NOON = 1_795_000_000_000;

let made = 0;

export function aGuid(): string {
  made++;
  return `11111111-0000-4000-8000-${String(made).padStart(12, '0')}`;
}

export function aConnector(over: Partial<Connector> = {}): Connector {
  return {
    kind: 'connector',
    id: aGuid(),
    organizationId: ORGANIZATION,
    name: 'Branch office',
    enabled: true,
    type: 'OnPremises',
    senderIpAddresses: ['192.0.2.0/24', '2001:db8::/32'],
    tlsSenderCertificateName: '*.ours.example',
    clientCertificateFingerprints: ['ab'.repeat(32)],
    localSubmission: false,
    saslUsernames: ['anna@ours.example'],
    associatedAcceptedDomains: [],
    comment: '',
    mode: 'enforce',
    bulk: false,
    armed: true,
    ndr: false,
    sendingLimits: {},
    createdAt: NOON,
    ...over,
  };
}

export function aWindow(over: Partial<ExceptionWindow> = {}): ExceptionWindow {
  return {
    id: aGuid(),
    organizationId: ORGANIZATION,
    connectorId: aGuid(),
    from: NOON,
    until: NOON + 3_600_000,
    reason: 'newsletter',
    by: 'anna',
    ...over,
  };
}

export function anAssignment(over: Partial<IdentityAssignment> = {}): IdentityAssignment {
  return {
    id: aGuid(),
    organizationId: ORGANIZATION,
    kind: 'addressPrefix',
    value: '192.0.2.0/24',
    assignedAt: NOON,
    ...over,
  };
}

export function aRestriction(over: Partial<Restriction> = {}): Restriction {
  return {
    id: aGuid(),
    incidentId: aGuid(),
    organizationId: ORGANIZATION,
    entityId: aGuid(),
    entityKind: 'connector',
    entityName: 'Branch office',
    epoch: 0,
    since: NOON,
    until: undefined,
    cause: 'detection',
    reason: 'sends spam',
    evidence: undefined,
    restrictedBy: 'Cordon',
    ended: undefined,
    ...over,
  };
}

export function anEnd(over: Partial<RestrictionEnd> = {}): RestrictionEnd {
  return { at: NOON + 60_000, by: 'anna', reason: 'password changed', graceHours: 0, learn: false, ...over };
}

export function anAlert(over: Partial<Alert> = {}): Alert {
  return {
    id: aGuid(),
    organizationId: ORGANIZATION,
    policyId: aGuid(),
    policy: 'Suspicious connector activity',
    activity: 'ConnectorRestricted',
    severity: 'High',
    category: 'ThreatManagement',
    status: 'New',
    entityId: aGuid(),
    entityKind: 'connector',
    entityName: 'Branch office',
    incidentId: aGuid(),
    summary: 'Connector Branch office was restricted.',
    createdAt: NOON,
    firstActivityAt: over.createdAt ?? NOON,
    lastActivityAt: over.createdAt ?? NOON,
    hitCount: 1,
    activityCount: 1,
    notified: 1,
    ...over,
  };
}

export function anAlertActivity(alert: Alert, number: number, over: Partial<AlertActivity> = {}): AlertActivity {
  return {
    id: aGuid(),
    alertId: alert.id,
    organizationId: alert.organizationId,
    number,
    at: NOON + number,
    activity: 'ConnectorRestricted',
    cause: 'detection',
    operation: 'Restrict-Connector',
    by: 'Cordon',
    object: 'Branch office',
    clientAddress: '',
    words: 'sends spam',
    incidentId: alert.incidentId,
    notified: true,
    ...over,
  };
}

/** What raises an alert; of nothing else anything. */
export function anAlertWrite(alert: Alert, over: Partial<AlertWrite> = {}): AlertWrite {
  return { alerts: [{ alert, hits: alert.hitCount }], activities: [], days: [], events: [], incidents: [], ...over };
}

export function anAlertPolicy(over: Partial<AlertPolicy> = {}): AlertPolicy {
  return {
    id: aGuid(),
    organizationId: ORGANIZATION,
    name: 'Printers',
    type: 'Custom',
    activity: 'ConnectorRestricted',
    enabled: true,
    severity: 'Low',
    category: 'ThreatManagement',
    comment: '',
    threshold: 1,
    windowMinutes: 60,
    notify: true,
    dailyLimit: 3,
    conditions: [{ property: 'EntityName', operator: 'like', value: 'printer*' }],
    recipients: ['anna@ours.example', 'TenantAdmins'],
    ...over,
  };
}

export function aNotificationEvent(over: Partial<NotificationEvent> = {}): NotificationEvent {
  return {
    id: aGuid(),
    at: NOON,
    organizationId: ORGANIZATION,
    alertId: aGuid(),
    policyName: 'Suspicious connector activity',
    severity: 'High',
    summary: 'Connector Branch office was restricted.',
    hitCount: 1,
    recipients: ['TenantAdmins'],
    notificationsLeftToday: 2,
    ...over,
  };
}

export function anEvent(over: Partial<NotificationEvent> = {}): NotificationEvent {
  return {
    id: aGuid(),
    at: NOON,
    organizationId: ORGANIZATION,
    alertId: aGuid(),
    policyName: 'Suspicious connector activity',
    severity: 'High',
    summary: 'connector Branch office was restricted. It sends spam. Look at the evidence, secure it, then unblock it.',
    entity: { id: aGuid(), kind: 'connector', name: 'Branch office' },
    incidentId: aGuid(),
    hitCount: 1,
    recipients: ['TenantAdmins'],
    notificationsLeftToday: 2,
    ...over,
  };
}

export function anAuditRecord(over: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: aGuid(),
    at: NOON,
    organizationId: ORGANIZATION,
    operation: 'Remove-BlockedConnector',
    userType: 'Admin',
    userKey: aGuid(),
    by: 'anna',
    clientAddress: '192.0.2.1',
    objectId: aGuid(),
    parameters: { reason: 'fixed', nested: { list: [1, 'two', null] } },
    result: 'Succeeded',
    ...over,
  };
}

export function aToken(over: Partial<ApiToken> = {}): ApiToken {
  return {
    id: aGuid(),
    name: 'automation',
    organizationId: ORGANIZATION,
    roles: ['Security Administrator'],
    madeBy: aGuid(),
    secretHash: aGuid().replaceAll('-', '').repeat(2),
    createdAt: NOON,
    expiresAt: undefined,
    lastUsedAt: undefined,
    ...over,
  };
}

export function anAccount(over: Partial<Account> = {}): Account {
  const id = aGuid();
  return {
    id,
    name: `anna-${id.slice(-12)}`,
    mail: 'anna@ours.example',
    organizationId: ORGANIZATION,
    roles: ['Organization Management'],
    kind: 'local',
    issuer: undefined,
    subject: undefined,
    passwordHash: '$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
    mustChangePassword: true,
    totpSecret: undefined,
    totpStep: undefined,
    enabled: true,
    createdAt: NOON,
    lastSignInAt: undefined,
    ...over,
  };
}

export function aSession(over: Partial<Session> = {}): Session {
  return {
    id: aGuid(),
    accountId: aGuid(),
    secretHash: aGuid().replaceAll('-', '').repeat(2),
    createdAt: NOON,
    seenAt: NOON,
    clientAddress: '192.0.2.1',
    userAgent: 'Firefox',
    ...over,
  };
}

export function aMessage(seq: number, over: Partial<MessageRecord> = {}): MessageRecord {
  return {
    kind: 'message',
    seq,
    at: NOON + seq,
    organizationId: ORGANIZATION,
    connectorId: '33333333-0000-4000-8000-000000000001',
    connectorEpoch: 0,
    userEpoch: 0,
    basis: 'clientAddress in 192.0.2.0/24',
    listener: 'milter',
    mailServer: 'local',
    clientAddress: '192.0.2.10',
    clientName: 'mail.branch.example',
    heloName: 'mail.branch.example',
    envelopeSender: 'anna@ours.example',
    recipients: [{ address: 'bob@far.example', code: 250, relaying: true }],
    messageBytes: 2_000,
    headerFrom: 'Anna <anna@ours.example>',
    subject: 'Hello',
    messageId: `<${seq}@ours.example>`,
    queueId: '4XAB',
    instance: `a.${seq}`,
    attempted: false,
    outcome: 'accepted',
    reply: '250 2.0.0 Ok',
    ...over,
  };
}

export function aDelivery(seq: number, messageSeq: number, over: Partial<DeliveryRecord> = {}): DeliveryRecord {
  return {
    kind: 'delivery',
    seq,
    at: NOON + seq,
    organizationId: ORGANIZATION,
    connectorEpoch: 0,
    userEpoch: 0,
    messageSeq,
    messageId: '<1@ours.example>',
    mailServer: 'local',
    queueId: '4XAB',
    recipients: [{ address: 'bob@far.example', status: 'delivered', dsn: '2.0.0', text: 'sent (250 2.0.0 Ok)' }],
    accepted: 1,
    refused: 0,
    ...over,
  };
}

export function aControl(seq: number, over: Partial<ControlRecord> = {}): ControlRecord {
  return {
    kind: 'control',
    seq,
    at: NOON + seq,
    organizationId: ORGANIZATION,
    entityId: '33333333-0000-4000-8000-000000000001',
    entry: { kind: 'restricted', at: NOON + seq },
    ...over,
  };
}
