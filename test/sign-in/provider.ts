// Test support. // A real OpenID provider in this process, on a loopback port, and somebody who signs in there without a browser.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export const CLIENT = { clientId: 'cordon', clientSecret: 'a secret of forty characters, or nearly so' } as const;
const GUARD = 'http://127.0.0.1:5711';
/** Where the provider of this name in cordon.yaml sends the browser back to. */
export const redirectUri = (name: string, guard = GUARD) => `${guard}/api/v1/sign-in/oidc/${name}/callback`;
const CALLBACK = /^http:\/\/127\.0\.0\.1:5711\/api\/v1\/sign-in\/oidc\/[^/]+\/callback\?/;
const MOST_STEPS = 15;

export interface TestProvider {
  readonly issuer: string;
  /** By login: what is asserted of whom. */
  readonly people: Map<string, Readonly<Record<string, unknown>>>;
  /** True: a provider that is down, as a load balancer in front of it tells. */
  isDown: boolean;
  /** What it was asked, path by path. */
  readonly asked: string[];
  /** Signs in with any password and agrees; resolves to where the provider sends the browser back to. */
  visit(url: string, login: string, answer?: 'agree' | 'abort'): Promise<URL>;
  close(): Promise<void>;
}

/**
 * `names` are those in cordon.yaml; `inIdToken` false: what is asserted is told at the userinfo endpoint only; `guard`: where people
 * reach Cordon.
 */
export async function aProvider(names: readonly string[], inIdToken = true, guard = GUARD): Promise<TestProvider> {
  const people: TestProvider['people'] = new Map();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: names.map((name) => redirectUri(name, guard)),
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: {
      openid: ['sub', 'roles', 'groups', 'wids'],
      email: ['email', 'email_verified'],
      profile: ['preferred_username', 'name'],
    },
    conformIdTokenClaims: !inIdToken,
    pkce: { required: () => true },
    cookies: { keys: ['for tests only'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people.get(id) }) }),
  });
  const answer = provider.callback();
  const made: TestProvider = {
    issuer,
    people,
    isDown: false,
    asked: [],
    visit: (url, login, how = 'agree') => visit(url, login, how),
    close: () => closed(server),
  };
  server.on('request', (request, response) => {
    made.asked.push(String(request.url));
    if (made.isDown) response.writeHead(503).end('down for maintenance');
    else void answer(request, response);
  });
  return made;
}

/** Follows redirects, fills in the login form and the consent form, and keeps the provider's cookies. */
async function visit(start: string, login: string, how: 'agree' | 'abort'): Promise<URL> {
  const cookies = new Map<string, string>();
  let at = start;
  let form: URLSearchParams | undefined;
  for (let i = 0; i < MOST_STEPS; i++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const body = form === undefined ? {} : { method: 'POST', body: form };
    const response = await fetch(at, { ...body, headers: { cookie }, redirect: 'manual' });
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      cookies.set(name, value);
    }
    form = undefined;
    const location = response.headers.get('location');
    if (location !== null) {
      const next = new URL(location, at);
      if (CALLBACK.test(next.href)) return next;
      at = next.href;
      continue;
    }
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`${response.status} ${at}: ${page.slice(0, 500)}`);
    if (how === 'abort') {
      at = `${action}/abort`;
      continue;
    }
    at = action;
    form = page.includes('name="password"')
      ? new URLSearchParams({ prompt: 'login', login, password: 'x' })
      : new URLSearchParams({ prompt: 'consent' });
  }
  throw new Error(`${at}: no end after ${MOST_STEPS} steps`);
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
