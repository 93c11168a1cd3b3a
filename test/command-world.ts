// Command lines for tests: against the API of a small world, and with commands in the guard's place that note what they got.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { hashPassword } from '../src/access/password.ts';
import { startApi } from '../src/api/start.ts';
import { runApply } from '../src/apply/apply.ts';
import { runBackup, runRestore } from '../src/backup.ts';
import type { DemoOptions, OfflineCommands, ReplayOptions } from '../src/cli/command-line.ts';
import { runCli } from '../src/cli/run.ts';
import { type Config, defaultConfig } from '../src/config/schema.ts';
import { runVerifyAudit } from '../src/verify-audit.ts';
import { type ApiWorld, anApiWorld, NOW, type NotificationWorld } from './api-world.ts';

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandWorld {
  readonly world: ApiWorld;
  /** Where the API answers. */
  readonly url: string;
  /** For files of the tests. */
  readonly folder: string;
  /** What serve, demo and replay were called with; the demo says that a step was not seen. */
  readonly called: { readonly serve: Config[]; readonly demo: DemoOptions[]; readonly replay: ReplayOptions[] };
  /** One command line, as somebody without any setting types it. */
  run(
    args: readonly string[],
    env?: Record<string, string>,
    input?: string,
    over?: Partial<OfflineCommands>,
    /** Undefined: nobody sits at one. */
    terminal?: { readonly columns: number },
  ): Promise<Ran>;
  /** A command line of the provider's. */
  cordon(...args: string[]): Promise<Ran>;
  /** Its answer as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  json(...args: string[]): Promise<any>;
  /** A new connector of `ours`. */
  aConnector(options?: readonly string[]): Promise<{ id: string; name: string }>;
  close(): Promise<void>;
}

/** Times are shown as in Zurich. */
export async function aCommandWorld(told: NotificationWorld = {}): Promise<CommandWorld> {
  process.env.TZ = 'Europe/Zurich';
  const folder = await mkdtemp(join(tmpdir(), 'cordon-cli-'));
  const world = await anApiWorld(told);
  const api = await startApi({ http: { ...defaultConfig().http, port: 0 }, ports: world.ports });
  const called: CommandWorld['called'] = { serve: [], demo: [], replay: [] };
  const offline: OfflineCommands = {
    serve: async (config) => called.serve.push(config) && 0,
    demo: async (options) => called.demo.push(options) && 1,
    replay: async (options) => {
      called.replay.push(options);
      options.onProgress(1, 2);
      options.print('27/27 attacks');
      return 0;
    },
    doctor: async () => {},
    apply: runApply,
    backup: runBackup,
    restore: runRestore,
    verifyAudit: runVerifyAudit,
    hashPassword,
  };
  const run: CommandWorld['run'] = async (args, env = {}, input = '', over = {}, terminal = undefined) => {
    let out = '';
    let err = '';
    const isTTY = terminal !== undefined;
    const stdin = Object.assign(Readable.from([input]), { isTTY }) as unknown as NodeJS.ReadStream;
    const status = await runCli(args, {
      ...offline,
      ...over,
      version: '0.0.0-test',
      stdin,
      stdout: { write: (text) => (out += text), isTTY, columns: terminal?.columns },
      stderr: { write: (text) => (err += text) },
      env,
      now: () => NOW,
    });
    return { status, out, err };
  };
  const cordon = (...args: string[]) => run(args, { CORDON_URL: api.url, CORDON_TOKEN: world.secrets.provider });
  return {
    world,
    url: api.url,
    folder,
    called,
    run,
    cordon,
    json: async (...args) => JSON.parse((await cordon(...args, '--json')).out),
    aConnector: async (options = []) => {
      const name = `c${Math.random()}`;
      const { out } = await cordon('connector', 'add', name, '--organization', world.ours.id, ...options);
      return { id: out.trim(), name };
    },
    close: async () => {
      await api.close();
      await world.close();
      await rm(folder, { recursive: true });
    },
  };
}
