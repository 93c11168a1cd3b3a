// What one journal record costs: CPU of the whole process, the threads of the store included, from `append` until it is on
// disk, less what the same loop costs without a journal; and what it takes on disk. `node bench/journal.ts [records]`; medians of
// interleaved rounds.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { JournalStore } from '../src/activity/journal-store.ts';
import type { MessageRecord } from '../src/activity/record.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';

const ROUNDS = 7;
const CLIENTS = 1_000;
/** Appended between two turns of the event loop, as by some busy connections. */
const AT_ONCE = 20;

const guid = (n: number) => `0a1b2c3d-4e5f-4a6b-8c7d-${String(n).padStart(12, '0')}`;

/** As the policy protocol gives it: no content. */
function policyRecord(seq: number): MessageRecord {
  const client = (seq * 7919) % CLIENTS;
  return {
    kind: 'message',
    seq,
    at: 1_795_000_000_000 + seq,
    organizationId: guid(1),
    connectorId: guid(100 + client),
    connectorEpoch: 0,
    userEpoch: 0,
    basis: `clientAddress in 10.${client >> 8}.${client & 255}.0/24`,
    listener: 'postfix-policy',
    mailServer: 'local',
    clientAddress: `10.${client >> 8}.${client & 255}.${seq % 250}`,
    clientName: `host${client}.branch.example.com`,
    heloName: `host${client}.branch.example.com`,
    envelopeSender: `user${(seq * 31) % 5_000}@example.com`,
    recipients: [{ address: `someone${seq}@dest${seq % 300}.example.net`, code: 250, relaying: true }],
    messageBytes: 4_096,
    headerFrom: '',
    subject: '',
    messageId: '',
    queueId: '',
    instance: `1a2b.${seq.toString(16)}.${client}.0`,
    attempted: true,
    outcome: 'accepted',
    reply: '250',
  };
}

/** As the milter gives it: header fields and the sketch of the text, sixteen numbers without order. */
function milterRecord(seq: number): MessageRecord {
  const sketch = Array.from({ length: 16 }, (_, i) => Math.imul(seq * 16 + i + 1, 2_654_435_761) >>> 0);
  return {
    ...policyRecord(seq),
    listener: 'milter',
    headerFrom: 'Somebody Else <user@example.com>',
    subject: `Invoice ${(seq * 7_907) % 1_000_000} of this month`,
    messageId: `<${(seq * 104_729).toString(36)}.${seq}@example.com>`,
    queueId: `4c${(seq * 15_485_863).toString(32).toUpperCase()}`,
    spam: false,
    sketch,
    attempted: false,
  };
}

/** Of a message in quiet times: the sum is 0. */
function quietRecord(seq: number): MessageRecord {
  return { ...milterRecord(seq), score: { connector: { sum: 0, threshold: 13 } } };
}

/** Judged for a connector and a user, both suspect, every family with a number of its own: as large as a score gets. */
function suspectRecord(seq: number): MessageRecord {
  const score = (of: number) => {
    const terms = Array.from({ length: 8 }, (_, i) => ((seq * 7_919 + of * 331 + i * 104_729) % 1_000) / 100 - 4);
    const sum = Math.round(terms.reduce((all, term) => all + term, 0) * 100) / 100;
    return { sum, threshold: 13, level: 'suspect', terms } as const;
  };
  return { ...milterRecord(seq), score: { connector: score(0), user: score(1) } };
}

/** Microseconds of CPU a record; without a journal, what making the records and turning the loop costs by itself. */
async function round(make: (seq: number) => MessageRecord, records: number, journal?: JournalStore): Promise<number> {
  const before = process.cpuUsage();
  for (let seq = 1; seq <= records; seq++) {
    const record = make(seq);
    journal?.append(record);
    if (seq % AT_ONCE === 0) await turn();
  }
  await journal?.flush();
  const cpu = process.cpuUsage(before);
  return (cpu.user + cpu.system) / records;
}

async function withJournal(make: (seq: number) => MessageRecord, records: number): Promise<Cost> {
  const directory = await mkdtemp(path.join(tmpdir(), 'cordon-bench-'));
  const store = await openSqliteStore({
    directory,
    log: { info: () => {} },
    onTrouble: (trouble) => console.error(trouble),
    onRecovered: () => {},
  });
  const microseconds = await round(make, records, store.journal);
  await store.close();
  const { size } = await stat(path.join(directory, 'journal.db'));
  await rm(directory, { recursive: true });
  return { microseconds, bytes: size / records };
}

interface Cost {
  readonly microseconds: number;
  readonly bytes: number;
}

const records = Number(process.argv[2] ?? 200_000);
const median = (figures: number[]) => figures.sort((a, b) => a - b)[figures.length >> 1]!;
const MAKERS = [policyRecord, milterRecord, quietRecord, suspectRecord];
const costs = new Map(MAKERS.map((make) => [make, [] as Cost[]]));
for (const make of MAKERS) await round(make, records);
for (let i = 0; i < ROUNDS; i++) {
  for (const make of MAKERS) {
    const idle = await round(make, records);
    const { microseconds, bytes } = await withJournal(make, records);
    costs.get(make)!.push({ microseconds: microseconds - idle, bytes });
  }
}
for (const [{ name }, found] of costs) {
  const cpu = found.map(({ microseconds }) => microseconds);
  const bytes = median(found.map((cost) => cost.bytes)).toFixed(0);
  console.log(`${name}: ${cpu.map((each) => each.toFixed(1)).join(' ')}`);
  console.log(`${name}: median ${median(cpu).toFixed(1)} us CPU a record, ${bytes} bytes on disk`);
}
