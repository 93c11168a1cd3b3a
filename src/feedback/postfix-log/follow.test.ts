// The real thread, a real journal, and lines as Postfix writes them.
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeliveryDraft, MessageRecord } from '../../activity/record.ts';
import { aMessage } from '../../store/samples.ts';
import { openSqliteStore } from '../../store/sqlite/open.ts';
import type { Store } from '../../store/store.ts';
import { followPostfixLogs, type PostfixLogFeedback } from './follow.ts';

let folder: string;
let store: Store;
let feedback: PostfixLogFeedback;
let seq: number;
const told: DeliveryDraft[] = [];
const troubles: string[] = [];
const inFolder = (name: string) => path.join(folder, name);

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cordon-follow-'));
  told.length = troubles.length = seq = 0;
  store = await openSqliteStore({
    directory: inFolder('data'),
    log: { info: () => {} },
    onTrouble: ({ error }) => troubles.push(error.message),
    onRecovered: () => {},
  });
  writeFileSync(inFolder('mail.log'), '');
  await start();
});
afterEach(async () => {
  await feedback.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Until it knows where to go on after a crash. */
async function start(): Promise<void> {
  follow();
  await expect.poll(() => existsSync(inFolder('data/postfix-logs.json')), { timeout: 10_000 }).toBe(true);
}

function follow(): void {
  feedback = followPostfixLogs({
    logs: [{ file: inFolder('mail.log'), mailServer: 'local' }],
    checkpointFile: inFolder('data/postfix-logs.json'),
    journal: store.journal,
    latestSeq: () => seq,
    onDelivery: (draft) => {
      store.journal.append({ ...draft, seq: ++seq });
      told.push(draft);
    },
    onTrouble: (part, words) => troubles.push(`${part}: ${words}`),
    onWell: () => {},
  });
}

function taken(queueId: string, ...addresses: string[]): MessageRecord {
  const recipients = addresses.map((address) => ({ address, code: 250, relaying: true }));
  const record = aMessage(++seq, { queueId, recipients, feedbackFrom: 'local' });
  store.journal.append(record);
  feedback.note(record);
  return record;
}

function logged(queueId: string, ...texts: string[]): void {
  const lines = texts.map((text) => `2026-11-23T02:40:00.000000+00:00 relay postfix/smtp[71]: ${queueId}: ${text}\n`);
  appendFileSync(inFolder('mail.log'), lines.join(''));
}

function answer(address: string, status: 'sent' | 'bounced'): string {
  const text = status === 'sent' ? '250 2.0.0 Ok' : '550 5.1.1 unknown';
  const dsn = status === 'sent' ? '2.0.0' : '5.1.1';
  return `to=<${address}>, relay=mx.far.example[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=${dsn}, status=${status} (${text})`;
}

const tellsOf = (count: number) => expect.poll(() => told.length, { timeout: 10_000 }).toBe(count);
const became = ({ messageSeq, recipients }: DeliveryDraft) => [
  messageSeq,
  ...recipients.map(({ address, status }) => `${address} ${status}`),
];

test('answers come once, in their order, and are counted', async () => {
  taken('A1B2C3', 'bob@far.example', 'eve@far.example');
  taken('D4E5F6', 'joe@far.example');
  logged('A1B2C3', answer('bob@far.example', 'sent'), answer('eve@far.example', 'bounced'));
  logged('D4E5F6', answer('joe@far.example', 'bounced'));
  logged('0A0A0A', answer('stranger@far.example', 'sent'));
  await tellsOf(2);
  expect(told.map(became)).toEqual([
    [1, 'bob@far.example delivered', 'eve@far.example bounced'],
    [2, 'joe@far.example bounced'],
  ]);
  expect(told[0]).toMatchObject({ accepted: 1, refused: 1, connectorId: aMessage(1).connectorId });
  expect(feedback.counts.joined).toBe(3);
  expect(troubles).toEqual([]);
});

test('after a restart it goes on where it was, with the messages that it waited for', async () => {
  taken('A1B2C3', 'bob@far.example', 'eve@far.example');
  logged('A1B2C3', answer('bob@far.example', 'sent'));
  await feedback.close();
  logged('A1B2C3', answer('eve@far.example', 'bounced'));
  await start();
  const all = () => told.flatMap(({ recipients }) => recipients.map(({ address, status }) => `${address} ${status}`));
  await expect.poll(all, { timeout: 10_000 }).toEqual(['bob@far.example delivered', 'eve@far.example bounced']);
  logged('A1B2C3', answer('bob@far.example', 'bounced'), answer('eve@far.example', 'bounced'));
  taken('D4E5F6', 'joe@far.example');
  logged('D4E5F6', answer('joe@far.example', 'sent'));
  await expect.poll(() => all().length, { timeout: 10_000 }).toBe(3);
});

test('after a crash nothing is told twice and nothing is lost, though it knows only an old position', async () => {
  copyFileSync(inFolder('data/postfix-logs.json'), inFolder('old.json'));
  taken('A1B2C3', 'bob@far.example', 'eve@far.example');
  taken('D4E5F6', 'joe@far.example');
  logged('A1B2C3', answer('bob@far.example', 'bounced'), answer('eve@far.example', 'sent'));
  await tellsOf(1);
  await feedback.close();
  copyFileSync(inFolder('old.json'), inFolder('data/postfix-logs.json'));
  logged('D4E5F6', answer('joe@far.example', 'bounced'));
  await start();
  await tellsOf(2);
  expect(told.map(became)).toEqual([
    [1, 'bob@far.example bounced', 'eve@far.example delivered'],
    [2, 'joe@far.example bounced'],
  ]);
});

test('without a checkpoint it begins where the log ended when it was started, not where it ends when the thread is ready', async () => {
  await feedback.close();
  rmSync(inFolder('data/postfix-logs.json'));
  logged('A1B2C3', answer('bob@far.example', 'sent'));
  follow();
  taken('A1B2C3', 'bob@far.example', 'eve@far.example');
  logged('A1B2C3', answer('eve@far.example', 'sent'), 'status=removed');
  appendFileSync(inFolder('mail.log'), '2026-11-23T02:40:01.000000+00:00 relay postfix/qmgr[7]: A1B2C3: removed\n');
  await tellsOf(1);
  expect(told.map(became)).toEqual([[1, 'eve@far.example delivered', 'bob@far.example unknown']]);
});

test('a checkpoint that cannot be read is none: the log is followed from its end', async () => {
  await feedback.close();
  logged('A1B2C3', answer('bob@far.example', 'sent'));
  writeFileSync(inFolder('data/postfix-logs.json'), '{"version":1,"seq"');
  await start();
  taken('A1B2C3', 'bob@far.example');
  await expect.poll(() => feedback.counts, { timeout: 10_000 }).toBeDefined();
  taken('D4E5F6', 'joe@far.example');
  await expect
    .poll(
      () => {
        logged('D4E5F6', answer('joe@far.example', 'sent'));
        return told.map(became);
      },
      { timeout: 10_000, interval: 300 },
    )
    .toEqual([[2, 'joe@far.example delivered']]);
});

test('an address that is forgotten is waited for no more and stands in no checkpoint; what was known of it is told before', async () => {
  taken('A1B2C3', 'bob@far.example', 'eve@far.example');
  const checkpoint = () => readFileSync(inFolder('data/postfix-logs.json'), 'utf8');
  await expect.poll(checkpoint, { timeout: 15_000 }).toContain('bob@far.example');
  logged('A1B2C3', answer('bob@far.example', 'bounced'));
  await expect.poll(() => feedback.counts.joined + told.length, { timeout: 10_000 }).toBeGreaterThan(0);
  await feedback.forget('bob@far.example', 'somebody else');
  expect(checkpoint()).toContain('bob@far.example');
  expect(told.map(became)).toEqual([[1, 'bob@far.example bounced']]);
  await feedback.forget('bob@far.example');
  expect(checkpoint()).not.toContain('bob@far.example');
  expect(checkpoint()).toContain('eve@far.example');
  logged('A1B2C3', answer('bob@far.example', 'sent'), answer('eve@far.example', 'sent'));
  await tellsOf(2);
  expect(told.slice(1).map(became)).toEqual([[1, 'eve@far.example delivered']]);
});
