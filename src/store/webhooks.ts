// Webhooks as queries.
import type { Webhook, WebhookStore } from '../notifications/webhook.ts';
import type { ControlDatabase } from './control-database.ts';

export class WebhookRows implements WebhookStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async webhooks(): Promise<readonly Webhook[]> {
    const rows = await this.#db.read(
      this.#db.sql.selectFrom('webhook').selectAll().orderBy('created_at').orderBy('id'),
    );
    return rows.map((row) => ({
      id: row.id,
      organizationId: row.organization_id,
      url: row.url,
      enabled: row.enabled === 1,
      createdAt: row.created_at,
    }));
  }

  async addWebhook({ id, organizationId, url, enabled, createdAt }: Webhook): Promise<void> {
    await this.#db.write(
      this.#db.sql.insertInto('webhook').values({
        id,
        organization_id: organizationId,
        url,
        enabled: enabled ? 1 : 0,
        created_at: createdAt,
      }),
    );
  }

  async removeWebhook(id: string): Promise<void> {
    await this.#db.write(this.#db.sql.deleteFrom('webhook').where('id', '=', id));
  }
}
