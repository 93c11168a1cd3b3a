// The admin REST API that clients of Exchange Online speak: POST /adminapi/beta/{tenant}/InvokeCommand and what goes with it. Its errors have that product's
// form; authentication, rights and audit records are those of everything else.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Cmdlet } from '../../cmdlets/cmdlet.ts';
import { CMDLETS } from '../../cmdlets/table.ts';
import type { ApiPorts } from '../ports.ts';
import { recordUnaudited } from '../request-record.ts';
import { type Answer, errorAnswer, okAnswer } from './answer.ts';
import { type Around, runBatch } from './batch.ts';
import type { Limits } from './command-limiter.ts';
import { type Command, invokeCommand, type Service } from './invoke-command.ts';
import { PageLinks } from './page-links.ts';
import { preferencesOf } from './preferences.ts';
import { fault, invalidRequest, refusalOf } from './refusals.ts';
import { moduleFile, serviceDocument } from './service-document.ts';
import { organizationNamed } from './tenant.ts';
import { Throttle } from './throttle.ts';
import { written } from './written.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request to the admin API: what its answer, and the log, call it. */
    adminRequestId: string;
  }
}

export interface AdminApiOptions {
  authenticate(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** How much one account or token may ask. */
  readonly limits?: Limits;
  /** Default: the table. */
  readonly cmdlets?: readonly Cmdlet[];
}

const CONTENT_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const LARGEST_BODY_BYTES = 1_048_576;
/** Clients ask for either, and get the same. */
const VERSIONS = ['beta', 'v1.0'];

/** Below /adminapi. Whoever is nobody hears that, whatever he asks for. */
export function adminApi(scope: FastifyInstance, ports: ApiPorts, options: AdminApiOptions): void {
  const { authenticate, limits, cmdlets = CMDLETS } = options;
  scope.addHook('onRequest', async (request, reply) => {
    request.adminRequestId = ports.randomUUID();
    void reply.headers({ 'request-id': request.adminRequestId, 'OData-Version': '4.0', ...clientRequestId(request) });
  });
  scope.addHook('onRequest', authenticate);
  answerErrors(scope, ports);
  const service = { ports, cmdlets, links: new PageLinks(ports) };
  const throttle = new Throttle(ports.now, limits);
  for (const version of VERSIONS) resourcesOf(version, scope, service, throttle);
}

function answerErrors(scope: FastifyInstance, ports: ApiPorts): void {
  scope.setErrorHandler(async (error, request, reply) => {
    await recordUnaudited(ports, request, error);
    const refusal = refusalOf(error);
    const requestId = request.adminRequestId;
    if (refusal === undefined) request.log.error({ err: error, requestId }, 'a command failed inside the guard');
    return send(reply, errorAnswer(refusal ?? fault(requestId)));
  });
  scope.setNotFoundHandler((request, reply) => {
    const what = `There is no ${request.method} ${request.url.slice(0, 200)} here.`;
    const advice = 'Commands go to POST /adminapi/beta/{tenant}/InvokeCommand.';
    return send(reply, errorAnswer(invalidRequest(what, { status: 404, errorId: 'ResourceNotFound', advice })));
  });
}

function resourcesOf(version: string, scope: FastifyInstance, service: Service, throttle: Throttle): void {
  const { ports } = service;
  const config = { schema: { hide: true }, bodyLimit: LARGEST_BODY_BYTES };
  const around = (request: FastifyRequest): Around => ({
    requestId: request.adminRequestId,
    root: `${originOf(request, ports.publicUrl)}/adminapi/${version}`,
    tenant: (request.params as { readonly tenant: string }).tenant,
    headers: request.headers as Around['headers'],
  });
  const invoke = (command: Command, { principal, ip, log }: FastifyRequest): Promise<Answer> =>
    throttle.command(principal, () => invokeCommand(command, { principal, ip, log }, service));
  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    act: () => Promise<Answer>,
  ): Promise<FastifyReply> => {
    const given = await throttle.request(request.principal, act);
    return send(reply.headers(throttle.headers(request.principal)), given);
  };

  scope.route({
    // A page is asked for by either.
    method: ['GET', 'POST'],
    url: `/${version}/:tenant/InvokeCommand`,
    ...config,
    handler: (request, reply) => answer(request, reply, () => invoke(commandOf(request, around(request)), request)),
  });

  scope.post(`/${version}/:tenant/$batch`, config, (request, reply) =>
    answer(request, reply, async () => {
      const batch = around(request);
      try {
        organizationNamed(batch.tenant, request.principal, ports.directory);
      } catch (error) {
        // Nothing is done there; each change stands in the audit log as if it had been sent alone.
        const refuse = (command: Command) => invoke({ ...command, tenant: batch.tenant }, request);
        await runBatch(request.body, batch, true, refuse).catch(() => {});
        throw error;
      }
      const { continueOnError } = preferencesOf(batch.headers.prefer);
      return okAnswer(await runBatch(request.body, batch, continueOnError, (command) => invoke(command, request)));
    }),
  );

  const documents = [
    ['', serviceDocument],
    ['/EXOModuleFile', moduleFile],
  ] as const;
  for (const [path, present] of documents) {
    scope.get(`/${version}/:tenant${path}`, config, (request, reply) =>
      answer(request, reply, async () => {
        const { root, tenant } = around(request);
        organizationNamed(tenant, request.principal, ports.directory);
        return okAnswer(present(`${root}/${encodeURIComponent(tenant)}`, request.principal, service));
      }),
    );
  }
}

function commandOf({ query, body }: FastifyRequest, around: Around): Command {
  const { $select: select, $skiptoken: skipToken } = query as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return { ...around, select: text(select), skipToken: text(skipToken), body: body ?? undefined };
}

/** Where the client finds us again. */
function originOf({ protocol, host }: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl ?? `${protocol}://${host}`;
}

/** What the client calls the request is told back to it. */
function clientRequestId({ headers }: FastifyRequest): Record<string, string> {
  const id = headers['client-request-id'];
  return typeof id === 'string' && /^[\w-]{1,100}$/.test(id) ? { 'client-request-id': id } : {};
}

async function send(reply: FastifyReply, { status, headers, body }: Answer): Promise<FastifyReply> {
  if (status === 401) void reply.header('WWW-Authenticate', challenge(reply.request));
  // As bytes, so that nothing is added to the content type.
  const bytes = await written(body);
  return reply
    .code(status)
    .headers({ ...headers, 'Content-Type': CONTENT_TYPE })
    .send(bytes);
}

/** RFC 6750 3: what is wrong is said to whoever showed something. */
function challenge({ headers }: FastifyRequest): string {
  return `Bearer realm="cordon"${headers.authorization === undefined ? '' : ', error="invalid_token"'}`;
}
