// The webhooks of organizations, in memory, and how one is spoken to. A secret is derived from a key outside the database and the
// webhook's id: it is shown once, and stands in no table and in no backup of the database alone.
import { createHmac } from 'node:crypto';
import { CordonError } from '../errors.ts';
import type { GuardedClient, Posted } from './guarded-client.ts';
import type { Webhook, WebhookStore } from './webhook.ts';

export interface WebhooksOptions {
  readonly store: WebhookStore;
  readonly client: Pick<GuardedClient, 'accept' | 'post'>;
  /** 32 random bytes. */
  readonly key: Buffer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
}

/** Of one organization. */
export const MOST_WEBHOOKS = 10;

export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #webhooks: Map<string, Webhook>;

  static async open(options: WebhooksOptions): Promise<Webhooks> {
    return new Webhooks(options, await options.store.webhooks());
  }

  private constructor(options: WebhooksOptions, webhooks: readonly Webhook[]) {
    this.#options = options;
    this.#webhooks = new Map(webhooks.map((webhook) => [webhook.id, webhook]));
  }

  /** Undefined also for another organization's (`organizationId` undefined: of all). */
  get(id: string, organizationId?: string): Webhook | undefined {
    const webhook = this.#webhooks.get(id);
    return organizationId === undefined || webhook?.organizationId === organizationId ? webhook : undefined;
  }

  list(organizationId?: string): readonly Webhook[] {
    return [...this.#webhooks.values()].filter(
      (webhook) => organizationId === undefined || webhook.organizationId === organizationId,
    );
  }

  /** Rejects with TARGET_REFUSED, INVALID_REQUEST where there are ten, and STORE_UNAVAILABLE. */
  async add(organizationId: string, url: string): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
    const { store, client, now, randomUUID } = this.#options;
    const accepted = client.accept(url);
    if (this.list(organizationId).length >= MOST_WEBHOOKS)
      throw new CordonError('INVALID_REQUEST', `an organization has at most ${MOST_WEBHOOKS} webhooks`);
    const webhook = { id: randomUUID(), organizationId, url: accepted, enabled: true, createdAt: now() };
    // In memory first: two requests at once do not make an eleventh.
    this.#webhooks.set(webhook.id, webhook);
    try {
      await store.addWebhook(webhook);
    } catch (error) {
      this.#webhooks.delete(webhook.id);
      throw error;
    }
    return { webhook, secret: this.#secretOf(webhook.id) };
  }

  /** False where there is none; also another organization's. */
  async remove(id: string, organizationId?: string): Promise<boolean> {
    if (this.get(id, organizationId) === undefined) return false;
    await this.#options.store.removeWebhook(id);
    this.#webhooks.delete(id);
    return true;
  }

  /** Signed with the webhook's secret. Undefined where it was removed or is disabled. Never rejects. */
  async post(id: string, deliveryId: string, body: string): Promise<Posted | undefined> {
    const webhook = this.#webhooks.get(id);
    if (webhook?.enabled !== true) return undefined;
    const signature = signatureOf(this.#secretOf(id), Math.floor(this.#options.now() / 1_000), body);
    const headers = { 'cordon-signature': signature, 'cordon-delivery': deliveryId };
    return this.#options.client.post(webhook.url, body, headers);
  }

  #secretOf(id: string): string {
    return createHmac('sha256', this.#options.key).update(`webhook ${id}`).digest('base64url');
  }
}

/** The URL without what may be a secret in it: paths of chat servers' webhooks are. */
export function shownUrl(text: string): string {
  const { origin, pathname, search } = new URL(text);
  const rest = `${pathname}${search}`;
  return rest.length <= 6 ? `${origin}${rest}` : `${origin}/…${rest.slice(-4)}`;
}

/** `t=<seconds since 1970>,v1=<hex HMAC-SHA-256 of "t.body" under the secret as it was shown>` */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
