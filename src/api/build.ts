// The HTTP application: authentication, the resources, health and metrics. No socket: tests use `inject()`.
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import { sayIssues } from '../config/say-issue.ts';
import { CordonError } from '../errors.ts';
import { acceptedDomains } from './accepted-domains.ts';
import { accounts } from './accounts.ts';
import { type AdminApiOptions, adminApi } from './admin-api/admin-api.ts';
import { adminAuditLogConfig } from './admin-audit-log-config.ts';
import { alertPolicies } from './alert-policies.ts';
import { alerts } from './alerts.ts';
import { apiTokens } from './api-tokens.ts';
import { auditRecords } from './audit-records.ts';
import { authenticateWith } from './authenticate.ts';
import { guardRoutes, recordRefusals } from './authorize-route.ts';
import { connectorTraffic } from './connector-traffic.ts';
import { connectors } from './connectors.ts';
import { erasures } from './erasures.ts';
import { events } from './events.ts';
import { evidence } from './evidence.ts';
import { exceptionWindows } from './exception-windows.ts';
import { health } from './health.ts';
import { identityPool } from './identity-pool.ts';
import { messages } from './messages.ts';
import { notifications } from './notifications.ts';
import { registerOpenApi } from './open-api.ts';
import { organizations } from './organizations.ts';
import { portal } from './portal.ts';
import type { ApiPorts } from './ports.ts';
import { probes } from './probes.ts';
import { sendProblem } from './problem.ts';
import { queuedMessages } from './queued-messages.ts';
import { restrictedEntities } from './restricted-entities.ts';
import { roles } from './roles.ts';
import { sendSecurityHeaders } from './security-headers.ts';
import { sendingLimits } from './sending-limits.ts';
import { session } from './session.ts';
import { sessions } from './sessions.ts';
import { oidcSignIn, signIn } from './sign-in.ts';
import { stats } from './stats.ts';
import { suspects } from './suspects.ts';
import { traffic } from './traffic.ts';
import { users } from './users.ts';
import { webhooks } from './webhooks.ts';
import { whatGotOut } from './what-got-out.ts';
import { wouldHaveBeenBlocked } from './would-have-been-blocked.ts';

/** Every door of the API; a new resource is one line here. */
const RESOURCES = [
  organizations,
  acceptedDomains,
  identityPool,
  connectors,
  wouldHaveBeenBlocked,
  connectorTraffic,
  exceptionWindows,
  users,
  sendingLimits,
  restrictedEntities,
  evidence,
  suspects,
  whatGotOut,
  queuedMessages,
  alerts,
  alertPolicies,
  notifications,
  webhooks,
  auditRecords,
  adminAuditLogConfig,
  messages,
  erasures,
  accounts,
  roles,
  apiTokens,
  stats,
  traffic,
  probes,
  events,
];

/** What is asked by whom nobody knows yet. */
const PUBLIC_RESOURCES = [signIn, oidcSignIn];
/** What is everybody's own and needs no role: who he is, and where he is signed in. */
const OWN_RESOURCES = [session, sessions];

const LARGEST_BODY_BYTES = 262_144;

export interface BuildOptions {
  /** CIDR; only these are believed about X-Forwarded-For. */
  readonly trustedProxies?: readonly string[];
  /** True where others than this host can reach the port. */
  readonly metricsNeedToken?: boolean;
  readonly adminApi?: Pick<AdminApiOptions, 'limits' | 'cmdlets'>;
  readonly log?: FastifyBaseLogger | undefined;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  /** What `npm run build` made of `portal/`. */
  readonly portalFolder?: string | undefined;
}

/** The application, ready for `inject()` or `listen()`. */
export async function buildApi(ports: ApiPorts, options: BuildOptions = {}): Promise<FastifyInstance> {
  const app = Fastify(serverOptions(options));
  app.setValidatorCompiler(
    ({ schema }) =>
      (value: unknown) =>
        validate(schema as z.ZodType, value),
  );
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  app.addHook('onRequest', async (request) => {
    request.arrivedAt = ports.monotonic();
  });
  acceptEmptyBodies(app);
  answerWithCare(app);
  await sendSecurityHeaders(app, { tls: options.tls !== undefined });
  await registerOpenApi(app, ports.version);

  const authenticate = authenticateWith(ports);
  health(app, ports, options.metricsNeedToken === true ? authenticate : undefined);
  await app.register(
    async (scope) => {
      scope.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
      for (const resource of PUBLIC_RESOURCES) resource(scope.withTypeProvider<ZodTypeProvider>(), ports);
      await scope.register(async (own) => {
        own.addHook('onRequest', authenticate);
        recordRefusals(own, ports);
        const api = own.withTypeProvider<ZodTypeProvider>();
        for (const resource of OWN_RESOURCES) resource(api, ports);
      });
      await scope.register(async (guarded) => {
        guarded.decorate('authenticate', authenticate);
        guarded.addHook('onRequest', authenticate);
        guardRoutes(guarded, ports);
        const api = guarded.withTypeProvider<ZodTypeProvider>();
        for (const resource of RESOURCES) resource(api, ports);
      });
    },
    { prefix: '/api/v1' },
  );
  await app.register(async (scope) => adminApi(scope, ports, { authenticate, ...options.adminApi }), {
    prefix: '/adminapi',
  });
  const sendUnknownPage = await portal(app, options.portalFolder, ports.randomBytes);
  app.setNotFoundHandler(
    (request, reply) =>
      sendUnknownPage(request, reply) ??
      sendProblem(new CordonError('NOT_FOUND', `no ${request.method} here; see /api/v1/openapi.json`), request, reply),
  );
  await app.ready();
  return app;
}

function serverOptions({ trustedProxies = [], log, tls }: BuildOptions): FastifyServerOptions {
  return {
    bodyLimit: LARGEST_BODY_BYTES,
    // An id that is too long is an invalid request, not an unknown route.
    routerOptions: { maxParamLength: 16_384 },
    // Clients of the admin API write it in either case.
    rewriteUrl: ({ url = '/' }) => url.replace(/^\/adminapi\//i, '/adminapi/'),
    exposeHeadRoutes: false,
    requestTimeout: 30_000,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: sendProblem,
    ...(log === undefined ? { logger: false } : { loggerInstance: log }),
    ...(tls === undefined ? {} : { https: tls }),
  } as FastifyServerOptions;
}

/** Coded errors instead of zod's, in the words that the configuration uses. */
function validate(schema: z.ZodType, value: unknown): { value: unknown } | { error: Error } {
  // A body that is not there is null to Fastify.
  const result = schema.safeParse(value ?? undefined, { reportInput: true });
  if (result.success) return { value: result.data };
  const fields = sayIssues(result.error.issues).map(({ path, message }) => ({ path: pathText(path), message }));
  const text = fields.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  return { error: new CordonError('INVALID_REQUEST', text, { fields }) };
}

/** senderIpAddresses[1] */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/** `POST .../unblock` needs no body. */
function acceptEmptyBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parseJson(request, body as string, done);
  });
}

/** Answers name people: they are not kept by caches. One log line for each request, without its token. */
function answerWithCare(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  app.addHook('onResponse', async (request, reply) => {
    // Supervisors and Prometheus ask all the time.
    const level = /^\/(api|adminapi)\//.test(request.url) ? 'info' : 'debug';
    request.log[level](
      {
        clientAddress: request.ip,
        principal: (request as Partial<typeof request>).principal?.name,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
}
