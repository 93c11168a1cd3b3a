// Test support. // A browser for tests of the API: it keeps cookies and says which site its page is of, and follows nothing by itself.
import type { FastifyInstance } from 'fastify';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly body: any;
  /** As the answer set them, whole. */
  readonly setCookies: readonly string[];
}

export class Browser {
  readonly #app: FastifyInstance;
  readonly #clientAddress: string;
  readonly cookies = new Map<string, string>();

  constructor(app: FastifyInstance, clientAddress = '192.0.2.1') {
    this.#app = app;
    this.#clientAddress = clientAddress;
  }

  /** From a page of the guard's own, unless `headers` say otherwise. */
  async ask(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#app.inject({
      method,
      url: `/api/v1${path}`,
      remoteAddress: this.#clientAddress,
      headers: {
        'user-agent': 'Test browser',
        ...('origin' in headers || 'sec-fetch-site' in headers ? {} : { 'sec-fetch-site': 'same-origin' }),
        ...(cookie === '' ? {} : { cookie }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const setCookies = [response.headers['set-cookie'] ?? []].flat();
    for (const text of setCookies) this.#keep(text);
    const { statusCode: status, headers: answered } = response;
    return { status, headers: answered, body: response.body === '' ? undefined : response.json(), setCookies };
  }

  signIn(name: string, password: string, code?: string): Promise<Answer> {
    return this.ask('POST', '/session', { name, password, ...(code === undefined ? {} : { code }) });
  }

  #keep(text: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
    if (/; Max-Age=0(;|$)/.test(text)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
