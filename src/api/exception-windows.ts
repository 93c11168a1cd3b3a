// /exception-windows: times in which recipients, volume and bulk of a connector say nothing, because it is known why.
import { z } from 'zod';
import type { ExceptionWindow } from '../attribution/connector-store.ts';
import { scopeOf } from '../operations/scope.ts';
import { type Api, refusals } from './api.ts';
import { audited } from './audited.ts';
import { fromOptionalTime, fromTime, id, idParameter, reason, time, toTime } from './fields.ts';
import type { ApiPorts } from './ports.ts';

const windowSchema = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    connectorId: z.string(),
    from: z.string(),
    until: z.string(),
    reason: z.string(),
    by: z.string(),
  })
  .meta({ id: 'ExceptionWindow' });

export function exceptionWindows(api: Api, ports: ApiPorts): void {
  const { directory, now } = ports;

  api.get(
    '/exception-windows',
    {
      config: { action: 'connectors.read' },
      schema: {
        summary: 'List exception windows',
        querystring: z.strictObject({ organizationId: id.optional() }),
        response: { 200: z.object({ items: z.array(windowSchema) }), ...refusals },
      },
    },
    async ({ principal, query }) => ({
      items: directory.exceptionWindows(scopeOf(principal, query.organizationId, directory)).map(present),
    }),
  );

  api.post(
    '/exception-windows',
    {
      config: { action: 'connectors.write' },
      schema: {
        summary: 'Open an exception window, at most 7 days long',
        body: z
          .strictObject({ connectorId: id, from: time.optional().describe('Now, unless given.'), until: time, reason })
          .meta({ id: 'NewExceptionWindow' }),
        response: { 201: windowSchema, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      const { connectorId } = body;
      const from = fromOptionalTime(body.from) ?? now();
      const order = { connectorId, from, until: fromTime(body.until), reason: body.reason, by: principal.name };
      const window = await audited(
        ports,
        request,
        {
          operation: 'New-ExceptionWindow',
          organizationId: (made) => made.organizationId,
          objectId: (made) => made.id,
          parameters: body,
        },
        () => directory.addExceptionWindow(order, principal.organizationId),
      );
      return reply.code(201).send(present(window));
    },
  );

  api.delete(
    '/exception-windows/:id',
    {
      config: { action: 'connectors.write' },
      schema: { summary: 'Close an exception window', params: idParameter, response: { 204: z.null(), ...refusals } },
    },
    async (request, reply) => {
      const { principal, params } = request;
      await audited(
        ports,
        request,
        {
          operation: 'Remove-ExceptionWindow',
          organizationId: (window) => window.organizationId,
          objectId: params.id,
          parameters: {},
        },
        () => directory.removeExceptionWindow(params.id, principal.organizationId),
      );
      return reply.code(204).send(null);
    },
  );
}

function present(window: ExceptionWindow): z.output<typeof windowSchema> {
  return { ...window, from: toTime(window.from), until: toTime(window.until) };
}
