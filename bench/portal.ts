// The page Restricted entities in a browser, against a whole guard in a process of its own: the JavaScript of the first route, from the navigation to the
// list that can be used, filter and sort, and from a block to its row.
//   node bench/portal.ts [--restricted 10000] [--rounds 9] [--chromium /usr/bin/chromium]
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { pino } from 'pino';
import { buildPortal } from '../scripts/build-portal.ts';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import type { Entity } from '../src/attribution/entity.ts';
import { configSchema } from '../src/config/schema.ts';
import { startCordon } from '../src/cordon.ts';
import type { Evidence } from '../src/restrictions/restriction.ts';
import { openBrowser } from '../test/portal/browser.ts';

const { values: options } = parseArgs({
  options: {
    restricted: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '9' },
    /** Another browser than that of the tests. */
    chromium: { type: 'string' },
    serve: { type: 'boolean', default: false },
  },
});

interface Served {
  readonly url: string;
  readonly password: string;
  readonly connectorId: string;
}

const EVIDENCE: Evidence = {
  detectorVersion: 1,
  sum: 13.3,
  threshold: 13,
  tippedBy: { messageId: 'bench', queueId: '', at: 0 },
  families: [
    { family: 'recipients', sum: 6.1, words: 'new recipients 100 % (9 of 9) against 8 % usual', messages: [] },
    { family: 'senders', sum: 4.2, words: 'messages with a new sender 100 % (3 of 3) against 2 % usual', messages: [] },
  ],
};

/** The guard, with so many restricted: every second one a user, every third one by hand. */
async function serve(): Promise<void> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
  const config = configSchema.parse({ dataDirectory, http: { port: 0 } });
  let password = '';
  const cordon = await startCordon({
    config,
    log: pino({ level: 'silent' }),
    onFirstAdministrator: ({ oneTimePassword }) => {
      password = oneTimePassword;
    },
  });
  process.on('disconnect', () => {
    void cordon.close().then(() => {
      rmSync(dataDirectory, { recursive: true, force: true });
      process.exit(0);
    });
  });
  const tenant = cordon.directory.organizations()[0]!.id;
  const draft = { ...EMPTY_DRAFT, name: 'zz-measured', senderIpAddresses: ['203.0.113.0/24'] };
  const connector = await cordon.directory.addConnector(tenant, draft);
  const count = Number(options.restricted);
  for (let i = 0; i < count; i++) {
    // They are in no directory: the list does not look there for them, and to make so many connectors takes minutes.
    const id = randomUUID();
    const entity: Entity =
      i % 2 === 0
        ? { ...connector, id, name: `connector ${(i * 7_919) % count}` }
        : { kind: 'user', id, organizationId: tenant, name: `user${(i * 7_919) % count}@ours.example` };
    const { settled } = cordon.restrictions.restrict(
      i % 3 === 0
        ? { entity, cause: 'manual', reason: 'sends spam', by: 'bench' }
        : { entity, cause: 'detection', reason: 'Suspicious', by: 'Cordon', evidence: EVIDENCE },
    );
    if (i % 100 === 99 || i === count - 1) await settled;
  }
  process.send?.({ url: cordon.url, password, connectorId: connector.id } satisfies Served);
}

const OWN_PASSWORD = 'only for the bench 1';

/** The secret of a session whose password is one's own. */
async function signIn({ url, password }: Served): Promise<string> {
  const ask = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', origin: url },
      body: JSON.stringify(body),
    });
  const entered = await ask('/session', { name: 'admin', password });
  const cookie = entered.headers.getSetCookie()[0]!.split(';')[0]!;
  const changed = await ask('/session/password', { old: password, new: OWN_PASSWORD }, { cookie });
  if (!changed.ok) throw new Error(await changed.text());
  return (changed.headers.getSetCookie()[0] ?? cookie).split(';')[0]!.split('=')[1]!;
}

// What runs in the page is text: the bench's types know no browser.
/** Notes when the first row can be clicked and has been painted, in milliseconds after the navigation began. */
const NOTE_WHEN_USABLE = `
  new MutationObserver((_, observer) => {
    if (document.querySelector('tbody td button') === null) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.usableAt = performance.now(); }));
  }).observe(document, { childList: true, subtree: true });`;

/** Milliseconds from `act` until `isDone` holds and has been painted. */
const timed = (act: string, isDone: string) => `new Promise((resolve) => {
  const began = performance.now();
  const look = () => {
    if (!(${isDone})) return void requestAnimationFrame(look);
    setTimeout(() => resolve(performance.now() - began));
  };
  ${act};
  requestAnimationFrame(look);
})`;

const SCRIPTS = `performance.getEntriesByType('resource')
  .filter(({ name }) => name.endsWith('.js'))
  .map(({ name, encodedBodySize }) => ({ name, bytes: encodedBodySize }))`;

const click = (text: string) =>
  `[...document.querySelectorAll('th button')].find((b) => b.textContent === '${text}').click()`;
const sortedBy = (text: string, order: string) =>
  `document.querySelector('th[aria-sort=${order}]')?.textContent.startsWith('${text}')`;
/** As a person does it: React hears of a value that was set by its setter. */
const choose = (selector: string, kind: string, value: string) => `{
  const field = document.querySelector('${selector}');
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, '${value}');
  field.dispatchEvent(new Event('${kind}', { bubbles: true }));
}`;
const isShown = (what: string) => `${what}.test(document.querySelector('[role=status]')?.textContent)`;

const ALL = '/^\\d+ items$/';
const SOME = '/ of \\d+ items$/';

async function opened(browser: Browser, { url }: Served, session: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  await context.addCookies([{ name: 'cordon-session', value: session, url }]);
  await context.addInitScript(NOTE_WHEN_USABLE);
  return context;
}

async function usableAfter(page: Page): Promise<number> {
  await page.goto('/restrictedentities');
  await page.locator('tbody td button').first().waitFor();
  return page.evaluate<number>(
    'new Promise((r) => { const look = () => window.usableAt ? r(window.usableAt) : setTimeout(look, 5); look(); })',
  );
}

/** Milliseconds from the order to restrict until the row stands on the page. */
async function shownAfter(page: Page, connectorId: string): Promise<number> {
  const isThere = `document.querySelector('tbody td button')?.textContent === 'zz-measured'`;
  const order = (verb: string) => `void fetch('/api/v1/restricted-entities/${connectorId}/${verb}', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })`;
  const took = await page.evaluate<number>(timed(order('restrict'), isThere));
  await page.evaluate(timed(order('unblock'), `!(${isThere})`));
  return took;
}

function figures(values: readonly number[]): Readonly<Record<string, string>> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);
  return { median: at(0.5), least: at(0), most: at(1) };
}

async function measure(): Promise<void> {
  buildPortal();
  const rounds = Number(options.rounds);
  const child = fork(import.meta.filename, ['--serve', '--restricted', options.restricted]);
  const browser = await openBrowser(options.chromium);
  try {
    const served = await new Promise<Served>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Served));
      child.once('exit', (code) => reject(new Error(`the guard ended with ${code}`)));
    });
    const session = await signIn(served);
    const table: Record<string, Readonly<Record<string, string>>> = {};
    const each = async (name: string, once: () => Promise<number>) => {
      const values: number[] = [];
      // The first one warms up and is not counted.
      for (let i = -1; i < rounds; i++) {
        const value = await once();
        if (i >= 0) values.push(value);
      }
      table[name] = figures(values);
    };
    await each('list usable after navigation, ms (nothing cached)', async () => {
      const context = await opened(browser, served, session);
      const took = await usableAfter(await context.newPage());
      await context.close();
      return took;
    });
    const context = await opened(browser, served, session);
    const page = await context.newPage();
    await usableAfter(page);
    const scripts = await page.evaluate<{ name: string; bytes: number }[]>(SCRIPTS);
    await each('list usable after navigation, ms (scripts cached)', () => usableAfter(page));
    for (const column of ['Name', 'Restricted on', 'Cause', 'Evidence']) {
      await each(`sort by ${column}, ms`, async () => {
        const took = await page.evaluate<number>(timed(click(column), sortedBy(column, 'ascending')));
        // The same column again would turn it round.
        await page.evaluate(timed(click('Attempts since'), sortedBy('Attempts since', 'ascending')));
        return took;
      });
    }
    const filters: readonly (readonly [name: string, selector: string, event: string, value: string, none: string])[] =
      [
        ['filter by entity', 'select', 'change', 'user', 'all'],
        ['search', 'input[type=search]', 'input', 'user77', ''],
      ];
    for (const [name, selector, event, value, none] of filters) {
      await each(`${name}, ms`, async () => {
        const took = await page.evaluate<number>(timed(choose(selector, event, value), isShown(SOME)));
        await page.evaluate(timed(choose(selector, event, none), isShown(ALL)));
        return took;
      });
    }
    await page.goto('/restrictedentities');
    await page.locator('tbody td button').first().waitFor();
    await page.getByRole('img', { name: /^Live/ }).waitFor();
    await each('a block shows after, ms', () => shownAfter(page, served.connectorId));
    console.table(table);
    const bytes = scripts.reduce((sum, script) => sum + script.bytes, 0);
    console.log(`JavaScript of the first route as the browser got it: ${scripts.length} files, ${bytes / 1_000} kB`);
  } finally {
    await browser.close();
    if (child.connected) child.disconnect();
  }
}

if (options.serve) await serve();
else {
  await measure();
  process.exit(0);
}
