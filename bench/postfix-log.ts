// How fast mail logs are read: lines a second of one thread, from the file to joined deliveries, against plain splitting into lines, and the
// heap over ten times as much. `node bench/postfix-log.ts [messages]`; medians of interleaved rounds. Needs --expose-gc for the heap.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FollowedMessage } from '../src/feedback/postfix-log/join.ts';
import { PostfixLogs } from '../src/feedback/postfix-log/logs.ts';

const ROUNDS = 5;
const LINES_A_MESSAGE = 8;
/** One message in ten came through Cordon; the others are the mail server's own. */
const OURS = 10;
const folder = mkdtempSync(path.join(tmpdir(), 'cordon-bench-'));
const file = path.join(folder, 'mail.log');

/** A message as Postfix logs it: in, twice out, and gone. */
function linesOf(n: number): string {
  const at = new Date(1_795_000_000_000 + n * 7).toISOString().replace('Z', '000+00:00');
  const id = `4D${n.toString(16).toUpperCase().padStart(8, '0')}`;
  const line = (service: string, text: string) => `${at} relay postfix/${service}[${1_000 + (n % 50)}]: ${text}\n`;
  const client = `host${n % 300}.branch.example[192.0.${n % 200}.${n % 250}]`;
  const out = (recipient: string, dsn: string, status: string) =>
    `${id}: to=<${recipient}>, relay=mx${n % 90}.far.example[198.51.100.${n % 250}]:25, delay=1.2, delays=0.1/0/0.6/0.5, dsn=${dsn}, status=${status}`;
  return [
    line('smtpd', `connect from ${client}`),
    line('smtpd', `${id}: client=${client}, sasl_method=PLAIN, sasl_username=user${n % 500}`),
    line('cleanup', `${id}: message-id=<${n}.${n * 7}@branch.example>`),
    line('qmgr', `${id}: from=<user${n % 500}@ours.example>, size=${4_000 + n}, nrcpt=2 (queue active)`),
    line('smtpd', `disconnect from ${client} ehlo=1 mail=1 rcpt=2 data=1 quit=1 commands=6`),
    line('smtp', out(`a${n}@far.example`, '2.0.0', `sent (250 2.0.0 Ok: queued as 4dX${n})`)),
    line(
      'smtp',
      out(`b${n}@far.example`, '5.1.1', `bounced (host mx.far.example[198.51.100.7] said: 550 5.1.1 unknown)`),
    ),
    line('qmgr', `${id}: removed`),
  ].join('');
}

function messageOf(n: number): FollowedMessage {
  return {
    seq: n + 1,
    at: 1_795_000_000_000,
    organizationId: 'o',
    connectorId: 'c',
    connectorEpoch: 0,
    userEpoch: 0,
    mailServer: 'local',
    queueId: `4D${n.toString(16).toUpperCase().padStart(8, '0')}`,
    messageId: `<${n}.${n * 7}@branch.example>`,
    recipients: [`a${n}@far.example`, `b${n}@far.example`],
  };
}

function writeLog(messages: number): void {
  const handle = openSync(file, 'w');
  for (let n = 0; n < messages; n += 1_000) {
    writeSync(handle, Array.from({ length: Math.min(1_000, messages - n) }, (_, i) => linesOf(n + i)).join(''));
  }
  closeSync(handle);
}

/** Seconds of CPU for the whole file. */
async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function plainSplitting(): void {
  const handle = openSync(file, 'r');
  const buffer = Buffer.allocUnsafe(256 * 1024);
  let lines = 0;
  for (let offset = 0; ; ) {
    const length = readSync(handle, buffer, 0, buffer.length, offset);
    const end = buffer.subarray(0, length).lastIndexOf(10);
    if (end === -1) break;
    lines += buffer.toString('utf8', 0, end).split('\n').length;
    offset += end + 1;
  }
  closeSync(handle);
  if (lines === 0) throw new Error('no lines');
}

async function follow(messages: number, onSlice = () => {}): Promise<void> {
  const position = { inode: statSync(file).ino, offset: 0, head: { bytes: 0, hash: EMPTY } };
  const logs = new PostfixLogs({
    logs: [{ file, mailServer: 'local', from: 0 }],
    checkpoint: { seq: 0, positions: { [file]: [position] }, messages: [] },
    now: Date.now,
    onTrouble: (_, words) => console.error(words),
    onWell: () => {},
    onGap: () => console.error('a gap'),
  });
  let put = 0;
  let told = 0;
  // Some hundred messages are known ahead of the log, as where it is behind.
  const putSome = (upTo: number) => {
    for (; put < upTo && put < messages; put += OURS) logs.put([messageOf(put)]);
  };
  for (let slice = 0, more = true; more; slice++) {
    putSome((slice + 4) * 250);
    more = await logs.read();
    told += logs.due().length;
    onSlice();
  }
  told += logs.due(true).length;
  logs.close();
  if (told < messages / OURS) throw new Error(`only ${told} of ${messages / OURS} were joined`);
}

/** SHA-256 of nothing, as log-file.ts writes it. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb924';

const messages = Number(process.argv[2] ?? 60_000);
const median = (figures: number[]) => figures.sort((a, b) => a - b)[figures.length >> 1]!;
try {
  writeLog(messages);
  const lines = messages * LINES_A_MESSAGE;
  console.log(`${lines} lines, ${(statSync(file).size / 1e6).toFixed(0)} MB`);
  const plain: number[] = [];
  const followed: number[] = [];
  await follow(messages);
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(lines / (await timed(plainSplitting)));
    followed.push(lines / (await timed(() => follow(messages))));
  }
  const shown = (figures: number[]) =>
    `${Math.round(median(figures) / 1_000)} 000 lines/s of CPU (${figures.map((each) => Math.round(each / 1_000)).join(' ')})`;
  console.log(`plain splitting: ${shown(plain)}`);
  console.log(`read, joined:    ${shown(followed)}; ratio ${(median(plain) / median(followed)).toFixed(1)}`);
  for (const times of [1, 10]) {
    writeLog(messages * times);
    let highest = 0;
    let slices = 0;
    await follow(messages * times, () => {
      if (++slices % 50 !== 0) return;
      globalThis.gc?.();
      highest = Math.max(highest, process.memoryUsage().heapUsed);
    });
    console.log(`${lines * times} lines: heap at most ${(highest / 1e6).toFixed(1)} MB`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
