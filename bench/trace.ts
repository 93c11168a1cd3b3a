// The message trace over five million messages: a connector's last day, its first page and all of its pages, and the volume of a day. Usage:
// node bench/trace.ts [--messages N] [--keep DIR] [--rounds N] [--searches N]. The journal is put into the file by SQL, in blocks as a guard
// with some messages a second leaves them; everything that is measured goes through the API without a socket, the audit record of each
// search included. The baseline is the same API's /stats: what any authenticated question costs.
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import type { DeliveryRecord, MessageRecord } from '../src/activity/record.ts';
import { buildApi } from '../src/api/build.ts';
import { bodyOf, OpenBlock } from '../src/store/sqlite/journal-block.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { anApiWorld } from '../test/api-world.ts';
import { randomOf } from '../test/scenarios/random.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '5000000' },
    keep: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    searches: { type: 'string', default: '20' },
  },
});
const MESSAGES = Number(values.messages);
const CONNECTORS = 200;
const ORGANIZATIONS = 4;
const DAYS = 30;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-10-26T00:00:00Z');
const END = START + DAYS * DAY_MS;
/** As the journal's writer joins what a quiet hour brings. */
const BLOCK_LENGTH = 64 * 1024;

const guid = (kind: number, n: number) => `0a1b2c3d-4e5f-4a6b-8c${kind}d-${String(n).padStart(12, '0')}`;
const connectorId = (connector: number) => guid(1, connector);
/** The mail log of every other connector's mail server is followed: its messages have a delivery record each. */
const isFollowed = (connector: number) => connector % 2 === 0;

/** A night has a tenth of the day's messages, eight to eighteen o'clock four fifths. */
function timeOf(n: number): number {
  const days = (n / MESSAGES) * DAYS;
  const day = Math.floor(days);
  const part = days - day;
  const hour = part < 0.1 ? part * 80 : part < 0.9 ? 8 + (part - 0.1) * 12.5 : 18 + (part - 0.9) * 60;
  return Math.floor(START + day * DAY_MS + hour * HOUR_MS);
}

/** Some send much, most send little: the largest has 7 % of all, the smallest a quarter of one. */
function messageOf(n: number, seq: number, random: () => number): MessageRecord {
  const connector = Math.floor(CONNECTORS * random() ** 2);
  const sketch = Array.from({ length: 16 }, (_, i) => Math.imul(seq * 16 + i + 1, 2_654_435_761) >>> 0);
  const isRefused = random() < 0.03;
  return {
    kind: 'message',
    seq,
    at: timeOf(n),
    organizationId: guid(0, connector % ORGANIZATIONS),
    connectorId: connectorId(connector),
    connectorEpoch: 0,
    userEpoch: 0,
    basis: `clientAddress in 10.0.${connector}.0/24`,
    listener: 'milter',
    mailServer: 'local',
    clientAddress: `10.0.${connector}.${1 + Math.floor(random() * 250)}`,
    clientName: `host${connector}.branch.example.com`,
    heloName: `host${connector}.branch.example.com`,
    envelopeSender: `user${Math.floor(random() * 5_000)}@example.com`,
    recipients: [
      { address: `someone${seq}@dest${seq % 300}.example.net`, code: isRefused ? 550 : 250, relaying: true },
    ],
    messageBytes: 4_096,
    headerFrom: 'Somebody Else <user@example.com>',
    subject: `Invoice ${(seq * 7_907) % 1_000_000} of this month`,
    messageId: `<${(seq * 104_729).toString(36)}.${seq}@example.com>`,
    queueId: `4c${(seq * 15_485_863).toString(32).toUpperCase()}`,
    instance: `i.${seq}`,
    spam: false,
    sketch,
    attempted: false,
    outcome: isRefused ? 'restricted' : 'accepted',
    reply: isRefused ? '550 5.7.711 Access denied, bad inbound connector. AS(2204).' : '250',
    ...(isFollowed(connector) ? { feedbackFrom: 'local' } : {}),
  };
}

function deliveryOf(message: MessageRecord, seq: number, at: number): DeliveryRecord {
  const { seq: messageSeq, organizationId, messageId, queueId } = message;
  const text = '250 2.0.0 Ok: queued as 4cXYZ12345';
  return {
    kind: 'delivery',
    seq,
    at,
    organizationId,
    connectorId: message.connectorId,
    connectorEpoch: 0,
    userEpoch: 0,
    messageSeq,
    messageId,
    mailServer: 'local',
    queueId,
    recipients: [{ address: message.recipients[0]!.address, status: 'delivered', dsn: '2.0.0', text }],
    accepted: 1,
    refused: 0,
  };
}

/** So many messages lie between a message and what the mail log says of it: some seconds. */
const DELIVERED_AFTER = 10;

function seed(file: string): void {
  const db = new DatabaseSync(file);
  db.exec('pragma synchronous = off; pragma cache_size = -400000; begin');
  const putBlock = db.prepare('insert into block values (?, ?, ?, ?, ?, ?)');
  const putMention = db.prepare('insert into mention values (?, ?)');
  const random = randomOf(7).next;
  const undelivered: MessageRecord[] = [];
  let block = new OpenBlock();
  let seq = 0;
  const put = (record: MessageRecord | DeliveryRecord) => {
    block.add(record);
    if (block.length < BLOCK_LENGTH) return;
    const { lines, firstSeq, lastSeq, earliest, latest, records, subjects } = block.take();
    putBlock.run(firstSeq, lastSeq, earliest, latest, records, bodyOf(lines));
    for (const subject of subjects) putMention.run(subject, firstSeq);
    block = new OpenBlock();
  };
  for (let n = 0; n < MESSAGES; n++) {
    const message = messageOf(n, ++seq, random);
    put(message);
    if (message.feedbackFrom !== undefined && message.outcome === 'accepted') undelivered.push(message);
    if (undelivered.length > DELIVERED_AFTER) put(deliveryOf(undelivered.shift()!, ++seq, message.at));
    if (n % 250_000 === 249_999) {
      db.exec('commit; begin');
      console.error(`${n + 1} messages, ${seq} records`);
    }
  }
  db.exec('commit; pragma wal_checkpoint(truncate)');
  db.close();
}

const directory = values.keep ?? mkdtempSync(path.join(tmpdir(), 'cordon-bench-'));
const openStore = () =>
  openSqliteStore({
    directory,
    log: { info: () => {} },
    onTrouble: ({ error }) => console.error(error),
    onRecovered: () => {},
  });
const seeded = path.join(directory, 'seeded');
const file = path.join(directory, 'journal.db');
let store = await openStore();
if (!existsSync(seeded)) {
  await store.close();
  const from = performance.now();
  seed(file);
  writeFileSync(seeded, `${MESSAGES}\n`);
  console.log(`${MESSAGES} messages in ${((performance.now() - from) / 1000).toFixed(0)} s`);
  store = await openStore();
}
console.log(`journal.db: ${(statSync(file).size / 1e9).toFixed(2)} GB, ${MESSAGES} messages`);

const world = await anApiWorld();
world.clock.now = END;
const app = await buildApi({ ...world.ports, journal: store.journal });
const headers = { authorization: `Bearer ${world.secrets.provider}` };

async function get(url: string): Promise<Record<string, unknown>> {
  const response = await app.inject({ method: 'GET', url: `/api/v1${url}`, headers });
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode} ${response.body}`);
  return response.json();
}

async function pagesOf(url: string): Promise<void> {
  for (let cursor: unknown, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    ({ next: cursor } = await get(isFirst ? url : `${url}&cursor=${cursor}`));
  }
}

const lastDay = `from=${new Date(END - DAY_MS).toISOString()}&until=${new Date(END).toISOString()}`;
const lastWeek = `from=${new Date(END - 7 * DAY_MS).toISOString()}&until=${new Date(END).toISOString()}`;
const anyDay = (random: () => number) => {
  const from = START + Math.floor(random() * (DAYS - 1)) * DAY_MS;
  return `from=${new Date(from).toISOString()}&until=${new Date(from + DAY_MS).toISOString()}`;
};
const random = randomOf(11).next;
const connectorWhere = (isWanted: (connector: number) => boolean) => {
  for (;;) {
    const connector = Math.floor(random() * CONNECTORS);
    if (isWanted(connector)) return `entityId=${connectorId(connector)}`;
  }
};
const some = () => connectorWhere(() => true);
const LOADS: Readonly<Record<string, () => Promise<unknown>>> = {
  'stats (baseline)': () => get('/stats'),
  'last day, first page of 100': () => get(`/messages?${some()}&${lastDay}`),
  'last day, first page, log followed': () => get(`/messages?${connectorWhere(isFollowed)}&${lastDay}`),
  'last day, all pages of 1000': () => pagesOf(`/messages?${some()}&${lastDay}&limit=1000`),
  'any day, first page of 100': () => get(`/messages?${some()}&${anyDay(random)}`),
  'last day, a page of 1000': () => get(`/messages?${some()}&${lastDay}&limit=1000`),
  'last day, a page of 1000, log followed': () => get(`/messages?${connectorWhere(isFollowed)}&${lastDay}&limit=1000`),
  'last day, volume of a connector': () => get(`/messages/volume?${some()}&${lastDay}`),
  'last day, volume of all': () => get(`/messages/volume?${lastDay}`),
  'last day, refused, first page': () => get(`/messages?${some()}&${lastDay}&outcome=restricted`),
  'seven days, volume of a connector': () => get(`/messages/volume?${some()}&${lastWeek}&bins=168`),
};

const quantile = (figures: number[], q: number) => figures.sort((a, b) => a - b)[Math.floor(figures.length * q)]!;
/** Of all threads: what tells on a machine that is busy with other work. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
const figures = new Map(Object.keys(LOADS).map((name) => [name, { times: [] as number[], cpus: [] as number[] }]));
for (let round = 0; round < Number(values.rounds); round++) {
  for (const [name, load] of Object.entries(LOADS)) {
    for (let i = 0; i < Number(values.searches); i++) {
      const [from, cpu] = [performance.now(), cpuMs()];
      await load();
      figures.get(name)!.times.push(performance.now() - from);
      figures.get(name)!.cpus.push(cpuMs() - cpu);
    }
  }
}
for (const [name, { times, cpus }] of figures) {
  const [p50, p95, most] = [0.5, 0.95, 0.999].map((q) => quantile(times, q).toFixed(1));
  const [cpu50, cpu95] = [0.5, 0.95].map((q) => quantile(cpus, q).toFixed(1));
  console.log(`${name}: p50 ${p50} ms, p95 ${p95} ms, most ${most} ms; CPU p50 ${cpu50} ms, p95 ${cpu95} ms`);
}
await app.close();
await world.close();
await store.close();
if (values.keep === undefined) rmSync(directory, { recursive: true });
