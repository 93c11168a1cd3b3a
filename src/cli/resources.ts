// What the API answers, as far as the commands show it.

export interface ConnectorView {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly type: string;
  readonly mode: string;
  readonly restricted: boolean;
  readonly senderIpAddresses: readonly string[];
  readonly tlsSenderCertificateName: string;
  readonly clientCertificateFingerprints: readonly string[];
  readonly saslUsernames: readonly string[];
  readonly localSubmission: boolean;
  readonly standing?: { readonly level: string; readonly sum: number; readonly threshold: number };
}

export interface UserView {
  readonly id: string;
  readonly name: string;
}

export interface RestrictedView {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly incidentId: string;
  readonly since: string;
  readonly until?: string;
  readonly cause: string;
  readonly reason: string;
  readonly restrictedBy: string;
  readonly durable: boolean;
  readonly ended?: {
    readonly at: string;
    readonly by: string;
    readonly reason: string;
    readonly graceHours: number;
    readonly learn: boolean;
  };
}

export interface EvidenceView {
  readonly sum: number;
  readonly threshold: number;
  readonly tippedBy: { readonly messageId: string; readonly queueId: string; readonly at: string };
  readonly families: readonly {
    readonly family: string;
    readonly sum: number;
    readonly words: string;
    readonly messages: readonly { readonly messageId: string; readonly at: string; readonly term: number }[];
  }[];
}

export interface RecommendationView {
  readonly title: string;
  readonly text: string;
  readonly command?: string;
}

export interface RestrictedDetails extends RestrictedView {
  /** What to do before it is unblocked. */
  readonly recommendations: readonly RecommendationView[];
  readonly evidence?: EvidenceView;
  readonly history: readonly RestrictedView[];
}

export interface WhatGotOutView {
  readonly since: string;
  readonly messages: number;
  readonly recipients: {
    readonly accepted: number;
    readonly delivered: number;
    readonly queued: number;
    readonly bounced: number;
    readonly unknown: number;
  };
}

export interface QueuedView {
  readonly since: string;
  readonly mailServers: readonly { readonly mailServer: string; readonly queueIds: readonly string[] }[];
  readonly unknown: number;
}

export interface DiscoveredView {
  readonly clientAddress: string;
  readonly clientName: string;
  readonly certificateFingerprint: string;
  readonly certificateName: string;
  readonly saslUsername: string;
  readonly localSubmission: boolean;
  readonly recipients: number;
  readonly lastSeen: string;
}

export interface DomainView {
  readonly domain: string;
  readonly organizationId: string;
}

export interface IdentityAssignmentView {
  readonly id: string;
  readonly organizationId: string;
  readonly kind: string;
  readonly value: string;
  readonly assignedAt: string;
}

export interface OrganizationView {
  readonly id: string;
  readonly name: string;
  readonly journalDays: number;
  readonly evidenceDays: number;
  readonly auditDays: number;
  readonly subjects: string;
}

export interface ErasureView {
  readonly id: string;
  readonly countOnly: boolean;
  readonly pseudonym: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly progress: number;
  readonly found: {
    readonly journalRecords: number;
    readonly restrictions: number;
    readonly alerts: number;
    readonly exceptionWindows: number;
    readonly auditRecords: number;
  };
  readonly stillNamed: readonly string[];
  readonly error?: { readonly code: string; readonly detail: string; readonly advice: string };
}

/** By measure. */
export type LimitsView = Readonly<Record<string, { readonly most: number; readonly action: string }>>;

export interface LimitPolicyView {
  readonly users: LimitsView;
  readonly connectors: LimitsView;
  readonly logins: Readonly<Record<string, LimitsView>>;
}

export interface LimitUseView {
  readonly kind: string;
  readonly name: string;
  readonly limits: readonly {
    readonly measure: string;
    readonly most: number;
    readonly action: string;
    readonly count: number;
  }[];
}

export interface WindowView {
  readonly id: string;
  readonly connectorId: string;
  readonly from: string;
  readonly until: string;
  readonly reason: string;
  readonly by: string;
}

export interface MessageView {
  readonly seq: number;
  readonly at: string;
  readonly connectorName?: string;
  readonly saslUsername?: string;
  readonly clientAddress: string;
  readonly envelopeSender: string;
  readonly recipients: readonly {
    readonly address: string;
    readonly code: number;
    readonly fate: { readonly status: string; readonly dsn?: string; readonly text?: string };
  }[];
  readonly outcome: string;
  readonly reply: string;
  /** Absent where the token may trace but not see subjects. */
  readonly subject?: string;
}

export interface AlertView {
  readonly id: string;
  readonly policy: string;
  readonly severity: string;
  readonly status: string;
  readonly assignee?: string;
  readonly classification?: string;
  readonly entityId?: string;
  readonly entityKind?: string;
  readonly entityName?: string;
  readonly incidentId?: string;
  readonly summary: string;
  readonly firstActivityAt: string;
  readonly lastActivityAt: string;
  readonly hitCount: number;
  readonly notified: number;
}

export interface AlertDetailsView extends AlertView {
  readonly activities: readonly {
    readonly at: string;
    readonly activity: string;
    readonly operation: string;
    readonly by: string;
    readonly clientAddress: string;
    readonly words: string;
    readonly notified: boolean;
    readonly notToldBecause?: string;
  }[];
  readonly olderActivities: number;
  readonly comments: readonly { readonly at: string; readonly by: string; readonly text: string }[];
  readonly auditLog: boolean;
}

export interface AlertPolicyView {
  readonly id: string;
  readonly organizationId?: string;
  readonly name: string;
  readonly type: string;
  readonly activity: string;
  readonly enabled: boolean;
  readonly severity: string;
  readonly category: string;
  readonly comment: string;
  readonly conditions: readonly { readonly property: string; readonly operator: string; readonly value: string }[];
  readonly threshold: number;
  readonly windowMinutes: number;
  readonly notify: boolean;
  readonly recipients: readonly string[];
  readonly dailyLimit: number;
  readonly told: { readonly count: number; readonly addresses: readonly string[] };
}

export interface WebhookView {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly createdAt: string;
}

/** What came of a test notification, for one target. */
export interface TestResultView {
  readonly channel: 'mail' | 'webhook';
  readonly target: string;
  readonly result: 'taken' | 'failed' | 'refused';
  readonly words: string;
}

export interface AuditView {
  readonly at: string;
  readonly operation: string;
  readonly by: string;
  readonly clientAddress: string;
  readonly objectId: string;
  readonly result: string;
}

export interface AdminAuditLogConfigView {
  readonly organizationId: string;
  readonly unifiedAuditLogIngestionEnabled: boolean;
}

export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly organizationId?: string;
  readonly roles: readonly string[];
  readonly madeBy?: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
}

export interface AccountView {
  readonly id: string;
  readonly name: string;
  readonly mail?: string;
  readonly organizationId?: string;
  readonly roles: readonly string[];
  readonly kind: string;
  readonly enabled: boolean;
  readonly mustChangePassword: boolean;
  readonly hasSecondFactor: boolean;
  readonly lastSignInAt?: string;
}

export interface SessionView {
  readonly id: string;
  readonly accountName: string;
  readonly clientAddress: string;
  readonly userAgent: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
}
