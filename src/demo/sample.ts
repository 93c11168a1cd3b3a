// The demo's installation: a whole guard with its SMTP relay, a next hop of its own and a sample organization.
import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import { type Config, defaultConfig } from '../config/schema.ts';
import { type Cordon, startCordon } from '../cordon.ts';
import type { StoryClock } from './clock.ts';
import { type DemoNextHop, startNextHop } from './next-hop.ts';
import { ADMINISTRATOR, CONNECTORS, OWN_DOMAIN } from './senders.ts';

export interface Sample {
  readonly cordon: Cordon;
  readonly nextHop: DemoNextHop;
  readonly relayPort: number;
  /** Of `admin.token`. */
  readonly token: string;
  /** Of the first administrator, `admin`. */
  readonly password: string;
  readonly clock: StoryClock;
  close(): Promise<void>;
}

/** Starts all of it on free ports, in a folder that is empty. `configure` may change what it is configured with. */
export async function startSample(
  dataDirectory: string,
  clock: StoryClock,
  configure: (config: Config) => void = () => {},
): Promise<Sample> {
  const nextHop = await startNextHop(ADMINISTRATOR);
  const { port: nextHopPort } = nextHop;
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
  configure(config);
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
  return {
    cordon,
    nextHop,
    relayPort: (cordon.smtpRelay as { port: number }).port,
    token: (await readFile(cordon.adminTokenFile, 'utf8')).trim(),
    password,
    clock,
    close: async () => {
      await cordon.close();
      await nextHop.close();
    },
  };
}
