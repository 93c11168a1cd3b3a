// The memory of the outbox: events that are not expanded yet, and deliveries that the other side has not taken yet.
import type { NotificationEvent } from '../alerts/notification-event.ts';

export type Channel = 'mail' | 'webhook';

export const CHANNELS: readonly Channel[] = ['mail', 'webhook'];

/** One event on its way to one recipient over one channel. Times are milliseconds since 1970. */
export interface Delivery {
  /** GUID. The other side sees it each time this is tried, and can tell a second copy by it. */
  readonly id: string;
  readonly eventId: string;
  /** '': what concerns the guard and no organization. */
  readonly organizationId: string;
  readonly channel: Channel;
  /** Mail: the address. Webhook: its id. */
  readonly target: string;
  /** JSON, written when the event was expanded: what is said does not change while it waits. */
  readonly payload: string;
  /** How often it was tried in vain. */
  readonly attempts: number;
  readonly nextAt: number;
  readonly createdAt: number;
}

/** Every promise waits for the disk. */
export interface OutboxStore {
  /** An event by itself. An alert's own is written with the alert, its counts and its activity, in one write. */
  addEvent(event: NotificationEvent): Promise<void>;
  /** Those that are not expanded yet: of each organization the first, then of each the second; oldest first. */
  events(limit: number): Promise<readonly NotificationEvent[]>;
  /** Puts the deliveries in the place of their event, in one write. An event that is gone already leaves nothing. */
  expand(eventId: string, deliveries: readonly Delivery[]): Promise<void>;
  /** The organizations with deliveries of a channel whose time has come, or which are due after `latest`. */
  dueOrganizations(channel: Channel, now: number, latest: number): Promise<readonly string[]>;
  /** Deliveries of an organization whose time has come, the longest due first; also those that are due after `latest`. */
  due(
    channel: Channel,
    organizationId: string,
    now: number,
    latest: number,
    limit: number,
  ): Promise<readonly Delivery[]>;
  /** The time of the first delivery that is due after `now`; undefined where none waits. */
  nextAt(now: number): Promise<number | undefined>;
  postpone(id: string, attempts: number, nextAt: number): Promise<void>;
  /** False where it was gone. */
  remove(id: string): Promise<boolean>;
  count(): Promise<number>;
  /** How many wait, by organization. */
  waiting(): Promise<ReadonlyMap<string, number>>;
  /**
   * Leaves an organization `most`; how many are removed. First what was tried in vain most often, of these the youngest, and mail before
   * webhooks: neither a target that is dead for days nor the end of a flood displaces what comes before.
   */
  shed(organizationId: string, most: number): Promise<number>;
}
