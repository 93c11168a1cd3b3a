// /events: what happens, as server-sent events (WHATWG HTML 9.2). Nothing is kept: who was away asks the lists.
import { Readable } from 'node:stream';
import { may } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { Directory } from '../attribution/directory.ts';
import { installationOf, seesAll } from '../operations/scope.ts';
import { presentAlert } from './alert-view.ts';
import type { Api } from './api.ts';
import { authorizeRequest } from './authorize-route.ts';
import type { GuardEvent } from './event-feed.ts';
import { toOptionalTime, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

/** So much may wait for a reader before he is cut off. */
const MOST_BYTES_WAITING = 262_144;
/** Proxies close what says nothing for a minute. So long at the most is told to one whose token or role was taken. */
const HEARTBEAT_MS = 15_000;

export function events(api: Api, { events: feed, directory }: ApiPorts): void {
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
      schema: { summary: 'Server-sent events: restricted, unblocked, alert', produces: ['text/event-stream'] },
    },
    (request, reply) => {
      const stream = new Readable({ read() {} });
      const write = (text: string) => {
        if (!open.has(stream)) return;
        if (stream.readableLength > MOST_BYTES_WAITING) stream.destroy();
        else stream.push(text);
      };
      const unsubscribe = feed.subscribe((event) => {
        if (maySee(request.principal, event, directory)) write(toServerSentEvent(event));
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

/** What concerns the guard is for whoever sees all organizations. */
function maySee(principal: Principal, event: GuardEvent, directory: Directory): boolean {
  const { organizationId } = principal;
  const of = event.type === 'alert' ? event.alert.organizationId : event.restriction.organizationId;
  const isSeen = of === undefined ? seesAll(principal, directory) : [undefined, of].includes(organizationId);
  const action = event.type === 'alert' ? 'alerts.read' : 'restricted-entities.read';
  return isSeen && may(principal, action, installationOf(directory));
}

function toServerSentEvent(event: GuardEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(present(event))}\n\n`;
}

function present(event: GuardEvent): Readonly<Record<string, unknown>> {
  if (event.type === 'alert') return presentAlert(event.alert);
  const { entityId, entityKind, entityName, incidentId, organizationId, cause, reason, ...rest } = event.restriction;
  return {
    id: entityId,
    kind: entityKind,
    name: entityName,
    organizationId,
    incidentId,
    cause,
    reason,
    since: toTime(rest.since),
    until: toOptionalTime(rest.until),
    ended: rest.ended && { ...rest.ended, at: toTime(rest.ended.at) },
  };
}
