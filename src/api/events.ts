// /events: what happens, as server-sent events (WHATWG HTML 9.2). Nothing is kept: who was away asks the lists.
import { Readable } from 'node:stream';
import type { Principal } from '../access/principal.ts';
import type { Directory } from '../attribution/directory.ts';
import { presentAlert } from './alert-view.ts';
import type { Api } from './api.ts';
import type { GuardEvent } from './event-feed.ts';
import { toOptionalTime, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';
import { isProvider } from './scope.ts';

/** So much may wait for a reader before he is cut off. */
const MOST_BYTES_WAITING = 262_144;
/** Proxies close what says nothing for a minute. */
const HEARTBEAT_MS = 15_000;

export function events(api: Api, { events: feed, directory }: ApiPorts): void {
  const open = new Set<Readable>();
  // A listener would keep the server from closing for ever.
  api.addHook('preClose', async () => {
    for (const stream of open) stream.push(null);
  });

  api.get(
    '/events',
    { schema: { summary: 'Server-sent events: restricted, unblocked, alert', produces: ['text/event-stream'] } },
    (request, reply) => {
      const stream = new Readable({ read() {} });
      const write = (text: string) => {
        if (stream.readableLength > MOST_BYTES_WAITING) stream.destroy();
        else stream.push(text);
      };
      const unsubscribe = feed.subscribe((event) => {
        if (maySee(request.principal, event, directory)) write(toServerSentEvent(event));
      });
      const heartbeat = setInterval(() => write(':\n\n'), HEARTBEAT_MS);
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

/** What concerns the guard is the provider's. */
function maySee(principal: Principal, event: GuardEvent, directory: Directory): boolean {
  const of = event.type === 'alert' ? event.alert.organizationId : event.restriction.organizationId;
  return of === undefined ? isProvider(principal, directory) : [undefined, of].includes(principal.organizationId);
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
