// How long cmdlets take over the wire, against a whole guard in a process of its own: all pages of Get-BlockedConnector, and from the call of Remove-BlockedConnector
// to the first recipient that the connector may have again, at each door.
//   node bench/cmdlets.ts [--blocked 10000] [--unblocks 50] [--lists 5]
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import { configSchema } from '../src/config/schema.ts';
import { startCordon } from '../src/cordon.ts';
import { clientPayload, MailServerSide, strings } from '../src/listeners/milter/mail-server-side.ts';
import { packet } from '../src/listeners/milter/write-answer.ts';
import { PolicyClient } from '../src/listeners/postfix-policy/policy-client.ts';
import { ScriptedHop } from '../src/listeners/smtp-relay/scripted-hop.ts';
import { SmtpClient } from '../src/listeners/smtp-relay/smtp-client.ts';

const { values: options } = parseArgs({
  options: {
    blocked: { type: 'string', default: '10000' },
    unblocks: { type: 'string', default: '50' },
    lists: { type: 'string', default: '5' },
    hop: { type: 'string' },
  },
});

interface Served {
  readonly url: string;
  readonly token: string;
  readonly tenant: string;
  readonly connectorId: string;
  readonly policyPort: number;
  readonly milterPort: number;
  readonly relayPort: number;
}

const PREFIXES = ['203.0.113.0/24', '127.0.0.0/16'];
const CLIENT = '203.0.113.7';

/** The guard. Its connector owns the clients of all three doors; told a number, it blocks so many others. */
async function serve(hopPort: number): Promise<void> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
  const listen = '127.0.0.1:0';
  const config = configSchema.parse({
    dataDirectory,
    http: { port: 0 },
    organization: { acceptedDomains: ['ours.example'] },
    listeners: {
      postfixPolicy: { listen },
      milter: { listen },
      smtpRelay: { listen, hostname: 'relay.ours.example', nextHop: { host: '127.0.0.1', port: hopPort, tls: 'none' } },
    },
  });
  const cordon = await startCordon({ config, log: pino({ level: 'silent' }) });
  const tenant = cordon.directory.organizations()[0]!.id;
  const draft = { ...EMPTY_DRAFT, name: 'branch-office', senderIpAddresses: PREFIXES };
  const connector = await cordon.directory.addConnector(tenant, draft);
  /** They are in no directory: neither the list nor the doors look there for them, and to make so many connectors takes minutes. */
  const block = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const entity = { ...connector, id: randomUUID(), name: `blocked ${i}` };
      const { settled } = cordon.restrictions.restrict({ entity, cause: 'manual', reason: 'sends spam', by: 'bench' });
      if (i % 100 === 99 || i === count - 1) await settled;
    }
    process.send?.('blocked');
  };
  process.on('message', (count: number) => void block(count));
  process.on('disconnect', () => {
    void cordon.close().then(() => {
      rmSync(dataDirectory, { recursive: true, force: true });
      process.exit(0);
    });
  });
  const portOf = (address: unknown): number => (address as { port: number }).port;
  process.send?.({
    url: cordon.url,
    token: readFileSync(cordon.adminTokenFile, 'utf8').trim(),
    tenant,
    connectorId: connector.id,
    policyPort: portOf(cordon.postfixPolicy),
    milterPort: portOf(cordon.milter),
    relayPort: portOf(cordon.smtpRelay),
  } satisfies Served);
}

/** Asks for one recipient. True: accepted. */
type Door = () => Promise<boolean>;
const RECIPIENT = 'bob@far.example';

async function openDoors({ policyPort, milterPort, relayPort }: Served): Promise<Readonly<Record<string, Door>>> {
  const policy = await PolicyClient.open({ host: '127.0.0.1', port: policyPort });
  const milter = new MailServerSide({ host: '127.0.0.1', port: milterPort });
  await milter.negotiate();
  await milter.event('C', clientPayload('pc7.ours.example', '4', 40_007, CLIENT), { j: 'mx.ours.example' });
  await milter.event('H', strings('pc7.ours.example'));
  const relay = await SmtpClient.open(relayPort);
  await relay.ask('EHLO pc7.ours.example');
  let asked = 0;
  return {
    policy: async () => {
      const instance = `4096.65f1c2d3.${(++asked).toString(16)}.0`;
      return (
        await policy.ask({ client_address: CLIENT, client_port: '40008', recipient: RECIPIENT, instance })
      ).includes('DUNNO');
    },
    milter: async () => {
      await milter.event('M', strings('<anna@ours.example>'));
      const { letter } = await milter.event('R', strings(`<${RECIPIENT}>`));
      // An abort has no answer.
      milter.send(packet('A', Buffer.alloc(0)));
      return letter === 'c';
    },
    'smtp relay': async () =>
      (await relay.askAll('RSET', 'MAIL FROM:<anna@ours.example>', `RCPT TO:<${RECIPIENT}>`)).startsWith('250'),
  };
}

async function call({ url, token, tenant }: Served, name: string, parameters: object, at?: string) {
  const answer = await fetch(at ?? `${url}/adminapi/beta/${tenant}/InvokeCommand`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'odata.maxpagesize=1000' },
    body: JSON.stringify({ CmdletInput: { CmdletName: name, Parameters: parameters } }),
  });
  const body = (await answer.json()) as { value: { ConnectorId: string }[]; '@odata.nextLink'?: string };
  if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(body)}`);
  return body;
}

async function block({ url, token, connectorId }: Served): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const restrict = `${url}/api/v1/restricted-entities/${connectorId}/restrict`;
  const answer = await fetch(restrict, { method: 'POST', headers, body: '{}' });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Milliseconds from the call of the cmdlet: to its answer, and to each door's first acceptance. */
async function unblock(
  served: Served,
  doors: Readonly<Record<string, Door>>,
): Promise<Readonly<Record<string, number>>> {
  await block(served);
  for (const [name, ask] of Object.entries(doors)) if (await ask()) throw new Error(`${name} accepts what is blocked`);
  const start = performance.now();
  await call(served, 'Remove-BlockedConnector', { ConnectorId: served.connectorId });
  const answered = performance.now() - start;
  const accepted = await Promise.all(
    Object.entries(doors).map(async ([name, ask]) => {
      while (!(await ask())) if (performance.now() - start > 10_000) throw new Error(`${name} does not accept`);
      return [name, performance.now() - start] as const;
    }),
  );
  return { 'the answer': answered, ...Object.fromEntries(accepted) };
}

/** Milliseconds for all pages. */
async function list(served: Served, expected: number): Promise<number> {
  const start = performance.now();
  const ids = new Set<string>();
  let at: string | undefined;
  do {
    const body: Awaited<ReturnType<typeof call>> = await call(served, 'Get-BlockedConnector', {}, at);
    for (const { ConnectorId } of body.value) ids.add(ConnectorId);
    at = body['@odata.nextLink'];
  } while (at !== undefined);
  const took = performance.now() - start;
  if (ids.size !== expected) throw new Error(`${ids.size} of ${expected} connectors were listed`);
  return took;
}

function figures(values: readonly number[]): Readonly<Record<string, string>> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): string =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);
  return { 'median ms': at(0.5), 'p95 ms': at(0.95), 'least ms': at(0), 'most ms': at(1) };
}

async function measure(): Promise<void> {
  const hop = await ScriptedHop.start();
  const child = fork(import.meta.filename, ['--hop', String(hop.port)]);
  const heard = <T>(): Promise<T> => new Promise((resolve) => child.once('message', (m) => resolve(m as T)));
  try {
    const served = await heard<Served>();
    const doors = await openDoors(served);
    const table: Record<string, Readonly<Record<string, string>>> = {};
    const unblocks = async (when: string): Promise<void> => {
      const rounds: Readonly<Record<string, number>>[] = [];
      // The first ones warm up and are not counted.
      for (let i = -5; i < Number(options.unblocks); i++) {
        const round = await unblock(served, doors);
        if (i >= 0) rounds.push(round);
      }
      for (const name of Object.keys(rounds[0]!)) {
        table[`unblock, ${when}: ${name}`] = figures(rounds.map((round) => round[name]!));
      }
    };
    await unblocks('nothing else blocked');
    const blocked = Number(options.blocked);
    child.send(blocked);
    await heard();
    await list(served, blocked);
    const lists: number[] = [];
    for (let i = 0; i < Number(options.lists); i++) lists.push(await list(served, blocked));
    table[`list ${blocked}, all pages`] = figures(lists);
    await unblocks(`${blocked} others blocked`);
    console.table(table);
  } finally {
    child.disconnect();
    await hop.close();
  }
}

if (options.hop === undefined) {
  await measure();
  process.exit(0);
} else await serve(Number(options.hop));
