// What a store gives to main.ts: every room's memory, and word of its own health.
import type { AccountStore } from '../access/account-store.ts';
import type { SessionStore, SignInFailureStore } from '../access/session-store.ts';
import type { TokenStore } from '../access/token.ts';
import type { JournalStore } from '../activity/journal-store.ts';
import type { AlertPolicyStore } from '../alerts/alert-policy-store.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { ConnectorStore } from '../attribution/connector-store.ts';
import type { AuditStore } from '../audit/audit-store.ts';
import type { SnapshotStore } from '../detection/snapshot-store.ts';
import type { CordonError } from '../errors.ts';
import type { OutboxStore } from '../notifications/outbox-store.ts';
import type { WebhookStore } from '../notifications/webhook.ts';
import type { PrivacyStore } from '../privacy/privacy-store.ts';
import type { RestrictionStore } from '../restrictions/restriction-store.ts';

export interface Store {
  readonly connectors: ConnectorStore;
  readonly restrictions: RestrictionStore;
  readonly journal: JournalStore;
  readonly snapshots: SnapshotStore;
  readonly audit: AuditStore;
  readonly tokens: TokenStore;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore & SignInFailureStore;
  readonly alerts: AlertStore;
  readonly alertPolicies: AlertPolicyStore;
  readonly privacy: PrivacyStore;
  readonly outbox: OutboxStore;
  readonly webhooks: WebhookStore;
  /** Writes what is buffered, as far as the disk takes it, and lets go of the data directory. Never rejects. */
  close(): Promise<void>;
}

export type StorePart = 'control data' | 'journal';

/** Something cannot be written. Told when it begins, and again whenever records had to be given up. */
export interface StoreTrouble {
  readonly part: StorePart;
  readonly error: CordonError;
  /** Journal records that are lost for good, since the last word of trouble. */
  readonly lostRecords: number;
}
