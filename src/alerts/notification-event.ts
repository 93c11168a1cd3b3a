// One notification: told once to all recipients over all channels. Written with its alert in one atomic write, and expanded into one
// delivery for each recipient and webhook.
// One notification: told once to all recipients over all channels.
export interface NotificationEvent {
  /** GUID. */ readonly id: string;
  /** Milliseconds since 1970. */ readonly at: number;
  /** Undefined: concerns the guard, not one organization. */ readonly organizationId?: string | undefined;
  readonly alertId: string;
  readonly policyName: string;
  readonly severity: 'Low' | 'Medium' | 'High' | 'Informational';
  /** What happened and what to do, in a sentence; no subjects, no message texts. */ readonly summary: string;
  readonly entity?: { readonly id: string; readonly kind: 'connector' | 'user'; readonly name: string } | undefined;
  readonly incidentId?: string | undefined;
  readonly hitCount: number;
  /** 'TenantAdmins' or mail addresses, as the policy has them. */ readonly recipients: readonly string[];
  /** How many more notifications of this policy and entity may come today. */ readonly notificationsLeftToday: number;
}
