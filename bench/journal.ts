// What one journal record costs: CPU of the whole process, the threads of the store included, from `append` until it is on
// disk, less what the same loop costs without a journal. `node bench/journal.ts [records]`; medians of interleaved rounds.
import { mkdtemp, rm } from 'node:fs/promises';
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

async function withJournal(make: (seq: number) => MessageRecord, records: number): Promise<number> {
  const directory = await mkdtemp(path.join(tmpdir(), 'cordon-bench-'));
  const store = await openSqliteStore({
    directory,
    log: { info: () => {} },
    onTrouble: (trouble) => console.error(trouble),
    onRecovered: () => {},
  });
  const cost = await round(make, records, store.journal);
  await store.close();
  await rm(directory, { recursive: true });
  return cost;
}

const records = Number(process.argv[2] ?? 200_000);
const median = (figures: number[]) => figures.sort((a, b) => a - b)[figures.length >> 1]!;
for (const make of [policyRecord, milterRecord]) {
  const differences: number[] = [];
  await round(make, records);
  for (let i = 0; i < ROUNDS; i++) {
    const idle = await round(make, records);
    differences.push((await withJournal(make, records)) - idle);
  }
  console.log(`${make.name}: ${differences.map((each) => each.toFixed(1)).join(' ')}`);
  console.log(`${make.name}: median ${median(differences).toFixed(1)} us CPU a record`);
}
