// /healthz, /readyz and /metrics: for supervisors, load balancers and Prometheus.
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { authorize } from '../access/authorize.ts';
import type { Principal } from '../access/principal.ts';
import type { Directory } from '../attribution/directory.ts';
import { CordonError } from '../errors.ts';
import { installationOf, seesAll } from '../operations/scope.ts';
import { openMetrics } from './metrics.ts';
import type { ApiPorts } from './ports.ts';

/** `authenticate` guards /metrics where it is given: off loopback anybody may come. */
export function health(
  app: FastifyInstance,
  ports: ApiPorts,
  authenticate: onRequestAsyncHookHandler | undefined,
): void {
  const metrics = openMetrics(ports);

  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'alive', version: ports.version }));

  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const { isReady, parts } = ports.readiness();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', parts });
  });

  app.get(
    '/metrics',
    { schema: { hide: true }, ...(authenticate === undefined ? {} : { onRequest: authenticate }) },
    async (request, reply) => {
      if (authenticate !== undefined) refuseStranger(request.principal, ports.directory);
      return reply.type(metrics.contentType).send(await metrics.metrics());
    },
  );
}

function refuseStranger(principal: Principal, directory: Directory): void {
  authorize(principal, 'guard.read', installationOf(directory));
  if (seesAll(principal, directory)) return;
  throw new CordonError(
    'FORBIDDEN',
    'the metrics are those of all organizations: they need a token that sees all of them',
  );
}
