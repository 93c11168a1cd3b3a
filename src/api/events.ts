// /events: what happens, as server-sent events (WHATWG HTML 9.2). Nothing is kept: who was away asks the lists.
import { Readable } from 'node:stream';
import { may } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { Action } from '../access/roles.ts';
import type { Directory } from '../attribution/directory.ts';
import { installationOf, seesAll } from '../operations/scope.ts';
import { presentAlert, presentComment } from './alert-view.ts';
import type { Api } from './api.ts';
import { authorizeRequest } from './authorize-route.ts';
import type { GuardEvent } from './event-feed.ts';
import type { ApiPorts } from './ports.ts';
import { presentRestriction } from './restriction-view.ts';

/** So much may wait for a reader before he is cut off. */
const MOST_BYTES_WAITING = 262_144;
/** Proxies close what says nothing for a minute. So long at the most is told to one whose token or role was taken. */
const HEARTBEAT_MS = 15_000;

export function events(api: Api, ports: ApiPorts): void {
  const { events: feed, directory } = ports;
  const open = new Set<Readable>();
  const end = (stream: Readable) => {
    if (open.delete(stream)) stream.push(null);
  };
  // A listener would keep the server from closing for ever.
  api.addHook('preClose', async () => {
    for (const stream of open) end(stream);
  });

  api.get(
    '/events',
    {
      config: { action: 'guard.read' },
      schema: {
        summary: 'Server-sent events: restricted, unblocked, alert, alert-changed, connector, audit-log',
        produces: ['text/event-stream'],
      },
    },
    (request, reply) => {
      const stream = new Readable({ read() {} });
      const write = (text: string) => {
        if (!open.has(stream)) return;
        if (stream.readableLength > MOST_BYTES_WAITING) stream.destroy();
        else stream.push(text);
      };
      const unsubscribe = feed.subscribe((event) => {
        if (maySee(request.principal, event, directory)) write(toServerSentEvent(event, ports));
      });
      // Rights may go while somebody listens.
      const goOn = () =>
        api
          .authenticate(request, reply)
          .then(() => authorizeRequest(request, directory))
          .then(
            () => write(':\n\n'),
            () => end(stream),
          );
      const heartbeat = setInterval(goOn, HEARTBEAT_MS);
      open.add(stream);
      stream.on('close', () => {
        clearInterval(heartbeat);
        unsubscribe();
        open.delete(stream);
      });
      write(': welcome\n\n');
      return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream);
    },
  );
}

/** Who may hear of what. */
const ACTIONS: Readonly<Record<GuardEvent['type'], Action>> = {
  restricted: 'restricted-entities.read',
  unblocked: 'restricted-entities.read',
  alert: 'alerts.read',
  'alert-changed': 'alerts.read',
  connector: 'connectors.read',
  'audit-log': 'audit.read',
};

/** What concerns the guard is for whoever sees all organizations. */
function maySee(principal: Principal, event: GuardEvent, directory: Directory): boolean {
  const { organizationId } = principal;
  const of = organizationOf(event);
  const isSeen = of === undefined ? seesAll(principal, directory) : [undefined, of].includes(organizationId);
  return isSeen && may(principal, ACTIONS[event.type], installationOf(directory));
}

/** Undefined: the event concerns the guard. */
function organizationOf(event: GuardEvent): string | undefined {
  switch (event.type) {
    case 'alert':
      return event.alert.organizationId;
    case 'alert-changed':
      return (event.alert ?? event.comment).organizationId;
    case 'connector':
      return event.connector.organizationId;
    case 'audit-log':
      return event.organizationId;
    default:
      return event.restriction.organizationId;
  }
}

function toServerSentEvent(event: GuardEvent, ports: ApiPorts): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(present(event, ports))}\n\n`;
}

function present(event: GuardEvent, ports: ApiPorts): object {
  switch (event.type) {
    case 'alert':
      return presentAlert(event.alert);
    case 'alert-changed': {
      const { id, ...told } =
        event.alert === undefined
          ? { id: event.comment.alertId, comment: presentComment(event.comment) }
          : { id: event.alert.id, alert: presentAlert(event.alert) };
      return { id, organizationId: organizationOf(event), ...told };
    }
    case 'connector':
      return { ...event.connector, change: event.change };
    case 'audit-log':
      return { organizationId: event.organizationId, isOn: event.isOn };
    default:
      return presentRestriction(event.restriction, ports);
  }
}
