// A whole guard that restricts users when it is told to: `bench/alerts.ts` starts it. A restriction comes with all that it brings: it goes to
// the disk and into Postfix's maps, and unless the policy is off it raises an alert with count and notification. Afterwards all are unblocked.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { systemPolicyId } from '../src/alerts/policies.ts';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import { configSchema } from '../src/config/schema.ts';
import { startCordon } from '../src/cordon.ts';

export interface Order {
  readonly restrictions: number;
  /** False: the policy is off. */
  readonly alerts: boolean;
  readonly seconds: number;
}

const dataDirectory = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
const off = { listen: 'off' };
const config = configSchema.parse({
  dataDirectory,
  http: { port: 0 },
  organization: { acceptedDomains: ['ours.example'] },
  listeners: { postfixPolicy: { listen: '127.0.0.1:0' }, milter: off, smtpRelay: off },
});
const cordon = await startCordon({ config, log: pino({ level: 'silent' }) });
const organizationId = cordon.directory.organizations()[0]!.id;
// The load's clients. Exempt: what the load looks like is not what is measured.
await cordon.directory.addConnector(organizationId, {
  ...EMPTY_DRAFT,
  name: 'load',
  senderIpAddresses: ['10.0.0.0/16'],
  mode: 'exempt',
});

const token = readFileSync(cordon.adminTokenFile, 'utf8').trim();
const policy = `${cordon.url}/api/v1/alert-policies/${systemPolicyId(organizationId, 'User restricted from sending email')}`;

async function turn(enabled: boolean): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const { status } = await fetch(policy, { method: 'PATCH', headers, body: JSON.stringify({ enabled }) });
  if (status !== 200) throw new Error(`the policy could not be turned: ${status}`);
}

let made = 0;
let raised = 0;
cordon.events.subscribe(({ type }) => {
  if (type === 'alert') raised++;
});

function restrictOne(): void {
  const entity = cordon.directory.user(organizationId, `user-${++made}@ours.example`);
  cordon.restrictions.restrict({ entity, cause: 'limit', reason: 'bench', by: 'Cordon' });
}

async function unblockAll(): Promise<void> {
  const order = { by: 'bench', reason: '', graceHours: 0, learn: false } as const;
  const all = [...cordon.restrictions.active.values()];
  await Promise.all(all.map(({ restriction }) => cordon.restrictions.unblock(restriction.entityId, order)));
}

async function obey({ restrictions, alerts, seconds }: Order): Promise<void> {
  await turn(alerts);
  process.send?.('ready');
  const before = raised;
  for (let i = 0; i < restrictions; i++) {
    restrictOne();
    await sleep((seconds * 1_000) / restrictions);
  }
  await sleep(1_000);
  await unblockAll();
  process.send?.({ raised: raised - before });
}

process.on('message', (order: Order) => void obey(order));
process.on('SIGTERM', () => {
  void cordon.close().then(() => {
    rmSync(dataDirectory, { recursive: true, force: true });
    process.exit(0);
  });
});
process.send?.({ port: (cordon.postfixPolicy as { port: number }).port });
