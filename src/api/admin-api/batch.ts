// POST .../$batch: up to ten commands in one request, done one after another.
import { type Answer, errorAnswer } from './answer.ts';
import { isObject } from './cmdlet-input.ts';
import type { Command } from './invoke-command.ts';
import { invalidRequest, refusalOf } from './refusals.ts';

const MOST_REQUESTS = 10;
const LONGEST_ID = 200;

interface BatchRequest {
  readonly id: string;
  readonly method: unknown;
  readonly url: unknown;
  readonly headers: unknown;
  readonly body: unknown;
}

/** What the request around it says. */
export type Around = Pick<Command, 'requestId' | 'root' | 'tenant' | 'headers'>;

/**
 * An answer for each request, in their order. After one that failed nothing more is done unless `continueOnError`: then the rest is answered as
 * 424. Throws CmdletError, and does nothing, for what is no batch. `act` must not reject.
 */
export async function runBatch(
  body: unknown,
  around: Around,
  continueOnError: boolean,
  act: (command: Command) => Promise<Answer>,
): Promise<object> {
  const requests = requestsOf(body);
  const responses: object[] = [];
  let isStopped = false;
  for (const request of requests) {
    const given: Answer = isStopped ? notDone() : await answerTo(request, around, act);
    isStopped ||= given.status >= 400 && !continueOnError;
    responses.push({ ...given, id: request.id, headers: { 'Content-Type': 'application/json', ...given.headers } });
  }
  return { responses };
}

function requestsOf(body: unknown): readonly BatchRequest[] {
  const requests = isObject(body) ? body.requests : undefined;
  if (!Array.isArray(requests) || requests.length === 0) {
    throw invalidRequest(
      'The body must be {"requests":[{"id":"1","method":"POST","url":"...","headers":{},"body":{}}]}.',
    );
  }
  if (requests.length > MOST_REQUESTS) {
    throw invalidRequest(
      `A batch has at most ${MOST_REQUESTS} requests, not ${requests.length}. None of them was done.`,
      { errorId: 'BatchTooLarge', target: 'requests' },
    );
  }
  const known = requests.map((request, i) => ({ ...(isObject(request) ? request : {}), id: idOf(request, i) }));
  const ids = new Set(known.map(({ id }) => id));
  if (ids.size < known.length) throw invalidRequest('Two requests of the batch have the same id. None was done.');
  return known as unknown as readonly BatchRequest[];
}

function idOf(request: unknown, i: number): string {
  const id = isObject(request) ? request.id : undefined;
  const text = typeof id === 'number' ? String(id) : id;
  if (typeof text === 'string' && text !== '' && text.length <= LONGEST_ID) return text;
  throw invalidRequest(`requests[${i}].id must be a text of at most ${LONGEST_ID} characters. None was done.`);
}

async function answerTo(
  request: BatchRequest,
  around: Around,
  act: (command: Command) => Promise<Answer>,
): Promise<Answer> {
  let command: Command;
  try {
    command = commandOf(request, around);
  } catch (error) {
    return errorAnswer(refusalOf(error)!);
  }
  return act(command);
}

/** Below the host, below the service, or below the tenant: relative ones mean each of them. */
const INVOKE = /^\/(?:(?:adminapi\/(?:beta|v1\.0)\/)?([^/]+)\/)?InvokeCommand$/i;

function commandOf({ method = 'POST', url, headers, body }: BatchRequest, around: Around): Command {
  const verb = String(method).toUpperCase();
  const isGet = verb === 'GET';
  if (!isGet && verb !== 'POST') throw invalidRequest(`A request of a batch is a POST or a GET, not ${verb}.`);
  const at = typeof url === 'string' ? URL.parse(url, 'http://localhost/') : null;
  const place = at && INVOKE.exec(at.pathname);
  if (!at || !place) {
    throw invalidRequest('The url of a request of a batch must end with /{tenant}/InvokeCommand.', {
      status: 404,
      errorId: 'ResourceNotFound',
      target: String(url),
    });
  }
  return {
    ...around,
    tenant: place[1] === undefined ? around.tenant : decoded(place[1]),
    select: at.searchParams.get('$select') ?? undefined,
    skipToken: at.searchParams.get('$skiptoken') ?? undefined,
    body: isGet ? undefined : (body ?? undefined),
    headers: { ...around.headers, ...headersOf(headers) },
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function headersOf(headers: unknown): Command['headers'] {
  const given = Object.entries(isObject(headers) ? headers : {});
  const texts = given.filter(([, value]) => typeof value === 'string') as [string, string][];
  return Object.fromEntries(texts.map(([name, value]) => [name.toLowerCase(), value]));
}

function notDone(): Answer {
  return errorAnswer(
    invalidRequest('This was not done, because a request before it failed.', {
      status: 424,
      category: 'InvalidOperation',
      errorId: 'FailedDependency',
      advice: 'Send it again, or the batch with Prefer: odata.continue-on-error.',
    }),
  );
}
