// The witness of the audit log: the head of each chain reaches audit.headWebhook, each minute in which it moved.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ApiWorld, anApiWorld } from '../test/api-world.ts';
import { openAccountability } from './accountability.ts';
import type { AuditLog } from './audit/audit-log.ts';
import { configSchema } from './config/schema.ts';
import { type HookServer, startHookServer } from './notifications/hook-server.ts';
import { anAuditRecord } from './store/samples.ts';

let world: ApiWorld;
let hooks: HookServer;
let status: number;
let lines: string[];
let closers: (() => Promise<void> | void)[];
let minute: () => void;
let audit: AuditLog;

beforeEach(async () => {
  [status, lines, closers] = [204, [], []];
  [world, hooks] = await Promise.all([anApiWorld(), startHookServer((response) => response.writeHead(status).end())]);
  const caFile = join(world.folder, 'hook-ca.pem');
  await writeFile(caFile, hooks.ca);
  const { ports, store } = world;
  const opened = await openAccountability(
    {
      config: configSchema.parse({
        dataDirectory: world.folder,
        notifications: { privateWebhookTargets: ['127.0.0.1'], webhookCaFile: caFile },
        audit: { headWebhook: `https://127.0.0.1:${hooks.port}/heads` },
      }),
      log: pino({}, { write: (line: string) => void lines.push(line) }),
      now: ports.now,
      store,
      directory: ports.directory,
      restricted: ports.restrictions,
      counters: ports.counters,
      events: ports.events,
      trouble: (part, what) => lines.push(`${part}: ${what}`),
      well: () => {},
      apiUrl: () => undefined,
      everyMinute: (act) => {
        minute = act;
        return () => {};
      },
    },
    closers,
  );
  audit = opened.audit;
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await hooks.stop();
  await world.close();
});

const heads = () => hooks.taken.map(({ path, body }) => [path, JSON.parse(body).sequence]);
const record = () => audit.append(anAuditRecord({ organizationId: world.ours.id }));

test('it is sent each minute in which it moved, as verify takes it', async () => {
  await record();
  minute();
  await vi.waitFor(() => expect(heads()).toEqual([['/heads', 1]]));
  expect(JSON.parse(hooks.taken[0]!.body)).toEqual(audit.heads()[0]);
  await record();
  await vi.waitFor(() => {
    minute();
    expect(heads().at(-1)).toEqual(['/heads', 2]);
  });
  for (const close of closers.splice(0).reverse()) await close();
  expect(heads()).toEqual([
    ['/heads', 1],
    ['/heads', 2],
  ]);
});

test('one that was not taken is sent again the next minute, though nothing moved', async () => {
  status = 503;
  await record();
  minute();
  await vi.waitFor(() => expect(lines.join('')).toContain('did not reach its witness'));
  status = 204;
  minute();
  await vi.waitFor(() =>
    expect(heads()).toEqual([
      ['/heads', 1],
      ['/heads', 1],
    ]),
  );
});

test('the last one is sent, and taken, before the guard is gone', async () => {
  await record();
  for (const close of closers.splice(0).reverse()) await close();
  expect(heads()).toEqual([['/heads', 1]]);
});
