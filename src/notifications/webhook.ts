// A webhook: a program of the organization's that hears of every notification.

export interface Webhook {
  /** GUID. */
  readonly id: string;
  readonly organizationId: string;
  /** https, without login and fragment. */
  readonly url: string;
  readonly enabled: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Every promise waits for the disk. A secret never comes here: it is derived from a key outside the database. */
export interface WebhookStore {
  /** Of all organizations, oldest first. */
  webhooks(): Promise<readonly Webhook[]>;
  addWebhook(webhook: Webhook): Promise<void>;
  removeWebhook(id: string): Promise<void>;
}
