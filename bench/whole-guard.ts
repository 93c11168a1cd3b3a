// The whole guard for the benches: real store in a folder of its own, detector and journal on, everybody on 10.0.0.0/8 and
// 127.0.0.0/8 behind an `exempt` connector, so that nothing is refused while everything is judged.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import { configSchema } from '../src/config/schema.ts';
import { type Cordon, startCordon } from '../src/cordon.ts';

/** `listeners` as in cordon.yaml. Ends with the process that called it; its folder is removed then. */
export async function startWholeGuard(listeners: object): Promise<Cordon> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
  const off = { listen: 'off' };
  const config = configSchema.parse({
    dataDirectory,
    http: { port: 0 },
    organization: { acceptedDomains: ['tenant.example'] },
    listeners: { postfixPolicy: off, milter: off, ...listeners },
  });
  const cordon = await startCordon({ config, log: pino({ level: 'warn' }) });
  const [organization] = cordon.directory.organizations();
  for (const [i, prefix] of ['10.0.0.0/16', '127.0.0.0/16'].entries()) {
    await cordon.directory.addConnector(organization!.id, {
      ...EMPTY_DRAFT,
      name: `connector-${i}`,
      senderIpAddresses: [prefix],
      mode: 'exempt',
    });
  }
  process.on('SIGTERM', () => {
    void cordon.close().then(() => {
      rmSync(dataDirectory, { recursive: true, force: true });
      process.exit(0);
    });
  });
  return cordon;
}
