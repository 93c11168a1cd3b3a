// How long `cordon replay --format postfix-log` takes for a gigabyte of mail log, against reading its lines and doing nothing with them.
// Writes a log of its own into a temporary folder: 500 logins and 100 servers, each with its known people, one login stolen in the end.
// Usage: node bench/replay-postfix-log.ts [--megabytes N]

import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../src/demo/senders.ts';
import { readLines } from '../src/detection/trace-reader.ts';
import { runReplay } from '../src/replay.ts';

const { values } = parseArgs({ options: { megabytes: { type: 'string', default: '200' } } });
const BYTES = Math.min(Number(values.megabytes), 4_000) * 1_000_000;
const random = seededRandom(5712);
const below = (most: number) => Math.floor(random() * most);

/** The lines of one message, as Postfix 3.7 writes them. */
function linesOf(at: number, n: number, isStolen: boolean): string {
  const id = (0x4000000000 + n).toString(16).toUpperCase();
  const who = below(600);
  const client =
    isStolen || who < 500
      ? `client=host${who}.ours.example[192.0.2.${who % 250}], sasl_method=PLAIN, sasl_username=user${isStolen ? 7 : who}@ours.example`
      : `client=server${who}.ours.example[198.51.100.${who - 500}]`;
  const to = isStolen
    ? `stranger${n}@far${below(500)}.example`
    : `friend${who}-${below(20)}@partner${who % 30}.example`;
  const says =
    isStolen && n % 3 === 0
      ? 'dsn=5.1.1, status=bounced (host mx.far.example[203.0.113.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command))'
      : `dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4Z${id})`;
  const head = `${new Date(at).toISOString().replace('Z', '+00:00')} mx1 postfix`;
  return [
    `/smtpd[4711]: connect from host${who}.ours.example[192.0.2.${who % 250}]`,
    `/smtpd[4711]: ${id}: ${client}`,
    `/cleanup[4712]: ${id}: message-id=<${n}.${at}@ours.example>`,
    `/qmgr[4700]: ${id}: from=<user${who}@ours.example>, size=${1000 + below(90_000)}, nrcpt=1 (queue active)`,
    `/smtpd[4711]: disconnect from host${who}.ours.example[192.0.2.${who % 250}] ehlo=1 auth=1 mail=1 rcpt=1 data=1 quit=1 commands=6`,
    `/smtp[4713]: Untrusted TLS connection established to mx.far.example[203.0.113.9]:25: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)`,
    `/smtp[4713]: ${id}: to=<${to}>, relay=mx.far.example[203.0.113.9]:25, delay=1.2, delays=0.1/0.01/0.5/0.6, ${says}`,
    `/qmgr[4700]: ${id}: removed`,
  ]
    .map((line) => `${head}${line}\n`)
    .join('');
}

async function writeLog(file: string): Promise<void> {
  const out = createWriteStream(file);
  const start = Date.UTC(2026, 9, 1);
  let written = 0;
  for (let n = 0; written < BYTES; n++) {
    const lines = linesOf(start + n * 700, n, written > 0.99 * BYTES && n % 20 === 0);
    written += lines.length;
    if (!out.write(lines)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function secondsOf(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return (performance.now() - start) / 1_000;
}

const folder = mkdtempSync(path.join(tmpdir(), 'cordon-bench-'));
try {
  const file = path.join(folder, 'mail.log');
  await writeLog(file);
  const gigabytes = statSync(file).size / 1e9;
  let lines = 0;
  const readOnly = await secondsOf(async () => {
    for await (const slice of readLines(file)) lines += slice.length;
  });
  let report = '';
  const all = await secondsOf(() =>
    runReplay({
      files: [file],
      format: 'postfix-log',
      acceptedDomains: ['ours.example'],
      without: [],
      blockHours: 24,
      now: Date.now,
      onProgress: () => {},
      print: (text) => {
        report += text;
      },
    }),
  );
  console.log(report.split('\n').slice(0, 4).join('\n'));
  console.log(`${gigabytes.toFixed(2)} GB, ${lines} lines`);
  console.log(`read lines, do nothing: ${(readOnly / gigabytes).toFixed(1)} s a GB`);
  console.log(`replay:                 ${(all / gigabytes).toFixed(1)} s a GB, ${Math.round(lines / all)} lines/s`);
  console.log(`RSS ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
