// The commands' way to the guard: its REST API, with a bearer token.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../config/load.ts';
import { CordonError } from '../errors.ts';

/** What the API said no to; `code` in the spelling of src/errors.ts. */
export class ApiError extends Error {
  readonly code: string;
  readonly advice: string;

  constructor(code: string, message: string, advice: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.advice = advice;
  }
}

export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly data?: string | undefined;
  readonly config?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Of a list each is sent. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Where the guard is, without a final slash, and with what one comes in. */
export interface Connection {
  readonly url: string;
  readonly token: string;
}

export async function connect(options: ConnectionOptions): Promise<ApiClient> {
  const { url, token } = await connectionOf(options);
  return new ApiClient(url, token);
}

/**
 * Finds the guard (--url, CORDON_URL, else the HTTP port of cordon.yaml) and the token (--token, CORDON_TOKEN, else
 * admin.token in the data directory). Throws UNAUTHORIZED where there is no token; reads no configuration that it can do without.
 */
export async function connectionOf(options: ConnectionOptions): Promise<Connection> {
  const { environment } = options;
  const url = options.url ?? environment.CORDON_URL ?? (await configuredUrl(options));
  const token = options.token ?? environment.CORDON_TOKEN ?? (await adminToken(await dataDirectory(options)));
  return { url: url.replace(/\/+$/, ''), token };
}

async function configuredUrl(options: ConnectionOptions): Promise<string> {
  const { http } = await loadConfig({ file: options.config, environment: options.environment });
  // An unspecified address is where a server listens, not where it can be reached.
  const host = http.host === '0.0.0.0' ? '127.0.0.1' : http.host === '::' ? '::1' : http.host;
  const scheme = http.tls === undefined ? 'http' : 'https';
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${http.port}`;
}

async function dataDirectory(options: ConnectionOptions): Promise<string> {
  const named = options.data ?? options.environment.CORDON_DATA;
  if (named !== undefined && named !== '') return named;
  return (await loadConfig({ file: options.config, environment: options.environment })).dataDirectory;
}

async function adminToken(directory: string): Promise<string> {
  const path = join(directory, 'admin.token');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CordonError('UNAUTHORIZED', `no token given, and ${path} cannot be read (${code ?? 'unknown reason'})`, {
      cause,
    });
  }
}

/** Between two pieces of a download. */
const QUIET_MS = 60_000;
/** For a whole answer. */
export const ANSWER_MS = 30_000;

export class ApiClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#send<T>('GET', `${path}${queryText(query)}`);
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#send<T>('POST', path, body);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#send<T>('PUT', path, body);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#send<T>('PATCH', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#send('DELETE', path);
  }

  /** All pages of a list that has them. */
  async all<T>(path: string, query: Query = {}): Promise<readonly T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<T> = await this.get(path, { ...query, cursor });
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return items;
  }

  /** The answer piece by piece, however long it is; a minute without a piece ends it. */
  async *download(path: string, query: Query = {}): AsyncGenerator<Uint8Array> {
    const quiet = new AbortController();
    const giveUp = () => quiet.abort(new CordonError('API_UNREACHABLE', `${this.#url} says nothing any more`));
    let timer = setTimeout(giveUp, QUIET_MS);
    try {
      const response = await this.#fetch('GET', `${path}${queryText(query)}`, undefined, quiet.signal);
      if (!response.ok) throw toError(response.status, await response.text(), this.#url);
      for await (const piece of response.body ?? []) {
        clearTimeout(timer);
        yield piece;
        timer = setTimeout(giveUp, QUIET_MS);
      }
    } catch (error) {
      quiet.signal.throwIfAborted();
      if (error instanceof CordonError || error instanceof ApiError) throw error;
      const words = `${this.#url} broke the answer off (${reasonOf(error)})`;
      throw new CordonError('API_UNREACHABLE', words, { cause: error });
    } finally {
      clearTimeout(timer);
      quiet.abort();
    }
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#fetch(method, path, body);
    const text = await response.text();
    if (!response.ok) throw toError(response.status, text, this.#url);
    if (text === '') return undefined as T;
    const value = parse(text);
    if (value === undefined) throw notCordon(this.#url, response.status);
    return value as T;
  }

  async #fetch(
    method: string,
    path: string,
    body: unknown,
    signal: AbortSignal = AbortSignal.timeout(ANSWER_MS),
  ): Promise<Response> {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return reach(this.#url, `/api/v1${path}`, { ...init, signal });
  }
}

/** Rejects with API_UNREACHABLE where nobody answers. No redirection is followed: it would take the token along. */
export async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, { ...init, redirect: 'error' });
  } catch (cause) {
    throw new CordonError('API_UNREACHABLE', `${url} cannot be reached (${reasonOf(cause)})`, { cause });
  }
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`;
}

function toError(status: number, text: string, url: string): Error {
  const problem = parse(text) as { code?: unknown; detail?: unknown; advice?: unknown } | undefined;
  if (typeof problem?.code !== 'string') return notCordon(url, status);
  return new ApiError(problem.code.toUpperCase(), String(problem.detail ?? ''), String(problem.advice ?? ''));
}

export function notCordon(url: string, status: number): CordonError {
  return new CordonError('API_UNREACHABLE', `${url} answers, but not as Cordon does (HTTP ${status})`);
}

/** Undefined: it is no JSON. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
  return cause?.code ?? cause?.message ?? message;
}
