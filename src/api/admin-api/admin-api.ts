// The admin REST API that clients of Exchange Online speak: POST /adminapi/beta/{tenant}/InvokeCommand and what goes with it. Its errors have that product's
// form, its requests the same authentication and the same rights as everything else.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../access/principal.ts';
import type { ApiPorts } from '../ports.ts';
import { recordUnaudited } from '../request-record.ts';
import { type Answer, errorAnswer } from './answer.ts';
import { CommandLimiter, type Limits } from './command-limiter.ts';
import { type Command, invokeCommand } from './invoke-command.ts';
import { PageLinks } from './page-links.ts';
import { fault, invalidRequest, refusalOf } from './refusals.ts';

const CONTENT_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
const LARGEST_BODY_BYTES = 1_048_576;
/** Clients ask for either, and get the same. */
const VERSIONS = ['beta', 'v1.0'];
const INVOKE = '/:tenant/InvokeCommand';

type Authenticate = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Under /adminapi. Whoever is nobody hears that, whatever he asks for. */
export function adminApi(
  scope: FastifyInstance,
  ports: ApiPorts,
  { authenticate, limits }: { authenticate: Authenticate; limits?: Limits | undefined },
): void {
  const links = new PageLinks(ports);
  const limiter = new CommandLimiter(ports.now, limits);
  const config = { schema: { hide: true }, bodyLimit: LARGEST_BODY_BYTES };

  scope.addHook('onRequest', async (request, reply) => {
    const requestId = ports.randomUUID();
    request.adminRequestId = requestId;
    void reply.headers({ 'request-id': requestId, 'OData-Version': '4.0', ...echo(request) });
  });
  scope.addHook('onRequest', authenticate);
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

  const limited = async (request: FastifyRequest, act: () => Promise<Answer>): Promise<Answer> => {
    const { id } = request.principal;
    if (!limiter.begin(id)) return tooManyAtOnce();
    try {
      return await act();
    } finally {
      limiter.end(id);
    }
  };
  /** One command, counted. */
  const counted = (command: Command, request: FastifyRequest): Promise<Answer> | Answer => {
    const { principal, ip, log } = request;
    if (!limiter.take(principal.id)) return tooManyCommands(limiter.rateOf(principal.id).resetAt - ports.now());
    return invokeCommand(command, { principal, ip, log }, ports, links);
  };
  const answer = (reply: FastifyReply, principal: Principal, given: Answer): FastifyReply => {
    const { limit, remaining, resetAt } = limiter.rateOf(principal.id);
    void reply.headers({
      'Rate-Limit-Limit': limit,
      'Rate-Limit-Remaining': remaining,
      'Rate-Limit-Reset': new Date(resetAt).toISOString(),
    });
    return send(reply, given);
  };

  for (const version of VERSIONS) {
    const root = (request: FastifyRequest) => `${hostOf(request, ports.publicUrl)}/adminapi/${version}`;
    scope.route({
      method: ['GET', 'POST'],
      url: `/${version}${INVOKE}`,
      ...config,
      handler: async (request, reply) => {
        const given = await limited(request, async () => counted(commandOf(request, root(request)), request));
        return answer(reply, request.principal, given);
      },
    });
  }
}

function commandOf(request: FastifyRequest, root: string): Command {
  const { tenant } = request.params as { readonly tenant: string };
  const query = request.query as Readonly<Record<string, unknown>>;
  const one = (name: string): string | undefined => (typeof query[name] === 'string' ? query[name] : undefined);
  return {
    requestId: request.adminRequestId,
    root,
    tenant,
    select: one('$select'),
    skipToken: one('$skiptoken'),
    body: request.body ?? undefined,
    headers: request.headers as Command['headers'],
  };
}

/** Where the client finds us again. */
function hostOf({ protocol, host }: FastifyRequest, publicUrl: string | undefined): string {
  return publicUrl ?? `${protocol}://${host}`;
}

function echo({ headers }: FastifyRequest): Record<string, string> {
  const id = headers['client-request-id'];
  return typeof id === 'string' && /^[\w-]{1,100}$/.test(id) ? { 'client-request-id': id } : {};
}

function tooManyAtOnce(): Answer {
  const text = 'You have reached the maximum number of concurrent requests per tenant. Please wait and try again.';
  return tooMany(text, 1);
}

function tooManyCommands(waitMs: number): Answer {
  return tooMany(
    'You have run more commands than one account or token may in five minutes.',
    Math.ceil(waitMs / 1_000),
  );
}

function tooMany(text: string, seconds: number): Answer {
  const error = invalidRequest(text, { status: 429, category: 'LimitsExceeded', errorId: 'TooManyRequests' });
  const { status, headers, body } = errorAnswer(error);
  return { status, headers: { ...headers, 'Retry-After': String(seconds) }, body };
}

function send(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  if (status === 401) void reply.header('WWW-Authenticate', 'Bearer realm="cordon", error="invalid_token"');
  // As text, so that Fastify adds nothing to the content type.
  return reply
    .code(status)
    .headers({ ...headers, 'Content-Type': CONTENT_TYPE })
    .send(JSON.stringify(body));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a request to the admin API: what its answer, and the log, call it. */
    adminRequestId: string;
  }
}
