// `cordon demo`: the whole guard on free ports with a next hop of its own and a sample organization, and a fortnight of
// realistic mail over real SMTP, before one connector turns bad.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import type { DemoOptions } from '../cli/command-line.ts';
import { defaultConfig } from '../config/schema.ts';
import { type Cordon, startCordon } from '../cordon.ts';
import { StoryClock } from './clock.ts';
import { startNextHop } from './next-hop.ts';
import { ADMINISTRATOR, CONNECTORS, OWN_DOMAIN } from './senders.ts';
import { Story, type StoryWorld } from './story.ts';

/** Resolves to the exit status: 0 when each step of the story was seen. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const say = options.json ? () => {} : (line: string) => void process.stdout.write(`${line}\n`);
  const directory = await mkdtemp(join(tmpdir(), 'cordon-demo-'));
  const clock = new StoryClock(Date.now);
  const nextHop = await startNextHop(ADMINISTRATOR);
  const { cordon, password } = await startGuard(directory, nextHop.port, clock);
  try {
    const relay = cordon.smtpRelay as { port: number };
    const token = (await readFile(cordon.adminTokenFile, 'utf8')).trim();
    const world: StoryWorld = { cordon, relayPort: relay.port, token, password, clock, nextHop, say };
    const story = new Story(world);
    const summary = await story.tell();
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    if (!options.once && summary.ok) await story.goOn(untilInterrupted());
    return summary.ok ? 0 : 1;
  } finally {
    await cordon.close();
    await nextHop.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function startGuard(
  dataDirectory: string,
  nextHopPort: number,
  clock: StoryClock,
): Promise<{ readonly cordon: Cordon; readonly password: string }> {
  const config = defaultConfig();
  config.dataDirectory = dataDirectory;
  config.organization = { name: 'Contoso', acceptedDomains: [OWN_DOMAIN], administrator: ADMINISTRATOR };
  config.notifications.port = nextHopPort;
  config.http.port = 0;
  config.listeners.postfixPolicy.listen = '127.0.0.1:0';
  config.listeners.milter.listen = '127.0.0.1:0';
  config.listeners.smtpRelay.listen = '127.0.0.1:0';
  config.listeners.smtpRelay.hostname = 'relay.contoso.example';
  config.listeners.smtpRelay.nextHop = { host: '127.0.0.1', port: nextHopPort, tls: 'none' };
  let password = '';
  const cordon = await startCordon({
    config,
    log: pino({ level: 'fatal' }),
    now: clock.now,
    onFirstAdministrator: ({ oneTimePassword }) => {
      password = oneTimePassword;
    },
  });
  const [organization] = cordon.directory.organizations();
  for (const connector of CONNECTORS) {
    await cordon.directory.addConnector(organization!.id, { ...EMPTY_DRAFT, ...connector, armed: true });
  }
  return { cordon, password };
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}
