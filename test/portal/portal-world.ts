// Test support: the demo's installation with its portal, people with accounts, and a browser for each of them. Real SQLite, real SMTP.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContextOptions, expect, type Page } from '@playwright/test';
import type { RoleName } from '../../src/access/roles.ts';
import type { Config } from '../../src/config/schema.ts';
import { StoryClock } from '../../src/demo/clock.ts';
import { type Sample, startSample } from '../../src/demo/sample.ts';
import { Story } from '../../src/demo/story.ts';
import { openBrowser } from './browser.ts';

export interface PortalWorld extends Sample {
  readonly url: string;
  readonly story: Story;
  /** Asks the API as the installation's own administrator. Rejects with the answer where it is no 2xx. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** A browser's page on which somebody with these roles is signed in; what went wrong in it fails the test at `close`. */
  pageOf(name: string, roles: readonly RoleName[], options?: BrowserContextOptions): Promise<Page>;
  /** A browser's page on which nobody is signed in. */
  page(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Of everybody who has an account here. */
export const PASSWORD = 'only for tests of the portal 1';

export interface PortalWorldOptions {
  /** With two weeks of mail before (some seconds), so that there is a normal. */
  readonly fortnight?: boolean;
  /** Changes what the guard is configured with. */
  readonly configure?: (config: Config) => void;
  /** Where its people may be sent beside it: the origins of a sign-in provider. */
  readonly elsewhere?: readonly string[];
}

export async function aPortalWorld({
  fortnight = false,
  configure,
  elsewhere = [],
}: PortalWorldOptions = {}): Promise<PortalWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-portal-'));
  const sample = await startSample(folder, new StoryClock(Date.now), configure);
  const story = new Story({ ...sample, say: () => {} });
  if (fortnight) await story.ordinaryFortnight();
  else sample.clock.arrive();
  const browser = await openBrowser();
  const url = sample.cordon.url;
  const troubles: string[] = [];
  const api = <T>(method: string, path: string, body?: unknown) =>
    ask<T>(`${url}/api/v1${path}`, method, { authorization: `Bearer ${sample.token}` }, body);
  const page = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({
      baseURL: url,
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    const made = await context.newPage();
    made.on('pageerror', (error) => troubles.push(String(error)));
    made.on('console', (message) => {
      // What the guard refuses is said on the page, and the browser notes it here as well.
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) troubles.push(message.text());
    });
    made.on('request', (request) => {
      const { origin } = new URL(request.url());
      const isOurs = origin === url || request.url().startsWith('blob:') || elsewhere.includes(origin);
      if (!isOurs) troubles.push(request.url());
    });
    return made;
  };
  const cookies = new Map<string, string>();
  return {
    ...sample,
    url,
    story,
    api,
    page,
    async pageOf(name, roles, options) {
      const made = await page(options);
      const cookie = cookies.get(name) ?? (await signUp(name, roles, api, url));
      cookies.set(name, cookie);
      await made.context().addCookies([{ name: 'cordon-session', value: cookie, url }]);
      return made;
    },
    async close() {
      await browser.close();
      await sample.close();
      await rm(folder, { recursive: true, force: true });
      expect(troubles, 'errors in the browser, and requests to anywhere else').toEqual([]);
    },
  };
}

/** An account with the password `PASSWORD`, in a guard whose API is asked as its administrator; the secret of its session. */
export async function signUp(
  name: string,
  roles: readonly RoleName[],
  api: <T>(method: 'GET' | 'POST', path: string, body?: unknown) => Promise<T>,
  url: string,
): Promise<string> {
  const [organization] = (await api<{ items: { id: string }[] }>('GET', '/organizations')).items;
  const made = await api<{ oneTimePassword: string }>('POST', '/accounts', {
    name,
    roles,
    organizationId: organization!.id,
  });
  const credentials = { name, password: made.oneTimePassword };
  const entered = await fetch(`${url}/api/v1/session`, json('POST', {}, credentials));
  const first = cookieOf(entered);
  const changed = await fetch(
    `${url}/api/v1/session/password`,
    json('POST', { cookie: `cordon-session=${first}`, origin: url }, { old: made.oneTimePassword, new: PASSWORD }),
  );
  if (!changed.ok) throw new Error(await changed.text());
  return changed.headers.getSetCookie().some(isSession) ? cookieOf(changed) : first;
}

const isSession = (cookie: string) => /^cordon-session=[^;]/.test(cookie);

function cookieOf(response: Response): string {
  const cookie = response.headers.getSetCookie().find(isSession);
  if (cookie === undefined) throw new Error(`no session: ${response.status}`);
  return cookie.slice('cordon-session='.length).split(';')[0]!;
}

function json(method: string, headers: Readonly<Record<string, string>>, body: unknown): RequestInit {
  return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

async function ask<T>(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<T> {
  const response = await fetch(url, body === undefined ? { method, headers } : json(method, headers, body));
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
