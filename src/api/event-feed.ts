// What happens in the guard, told at once to whoever listens: the server-sent events of the API, and the demo's lines.
import type { AlertChange } from '../alerts/alarm.ts';
import type { Alert } from '../alerts/alert.ts';
import type { Directory, DirectoryChange } from '../attribution/directory.ts';
import type { Connector } from '../attribution/entity.ts';
import type { Restriction } from '../restrictions/restriction.ts';

export interface RestrictionEvent {
  readonly type: 'restricted' | 'unblocked';
  readonly restriction: Restriction;
  /** The service did it by itself. */
  readonly isOwn?: boolean | undefined;
}

export interface ConnectorEvent {
  readonly type: 'connector';
  readonly change: 'created' | 'changed' | 'deleted';
  readonly connector: Pick<Connector, 'id' | 'organizationId' | 'name'>;
}

/** Turned on or off. */
export interface AuditLogEvent {
  readonly type: 'audit-log';
  readonly organizationId: string;
  readonly isOn: boolean;
}

export type GuardEvent =
  | RestrictionEvent
  | { readonly type: 'alert'; readonly alert: Alert }
  | ({ readonly type: 'alert-changed' } & AlertChange)
  | ConnectorEvent
  | AuditLogEvent;

type Listener = (event: GuardEvent) => void;

export class EventFeed {
  readonly #listeners = new Set<Listener>();

  /** Does not wait; listeners must not throw. */
  publish(event: GuardEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Returns what ends the subscription. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  get size(): number {
    return this.#listeners.size;
  }
}

/** From now on the feed tells what changes in the directory. */
export function publishChanges(directory: Directory, feed: EventFeed): void {
  directory.subscribe((change) => {
    const event = eventOf(change, directory);
    if (event !== undefined) feed.publish(event);
  });
}

/** Undefined for what nobody is told of. */
function eventOf(change: DirectoryChange, directory: Directory): GuardEvent | undefined {
  switch (change.kind) {
    case 'connector':
      return connectorEvent(change.before === undefined ? 'created' : 'changed', change.connector);
    case 'removed':
      return connectorEvent('deleted', change.connector);
    case 'window': {
      const connector = directory.connector(change.connectorId);
      return connector && connectorEvent('changed', connector);
    }
    case 'organization': {
      const { before, organization } = change;
      if (before === undefined || before.auditLog === organization.auditLog) return undefined;
      return { type: 'audit-log', organizationId: organization.id, isOn: organization.auditLog };
    }
    default:
      return undefined;
  }
}

function connectorEvent(change: ConnectorEvent['change'], { id, organizationId, name }: Connector): ConnectorEvent {
  return { type: 'connector', change, connector: { id, organizationId, name } };
}
