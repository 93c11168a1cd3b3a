// The SMTP relay against Postfix alone: CPU for one message and throughput, 4 KiB messages in 20 sessions of smtp-source, both
// before the same smtp-sink, in interleaved rounds. Then: what a message of 50 MB does to the relay's memory, and many small ones.
//   node bench/smtp-relay.ts [--testbed DIR] [--rounds N] [--messages N] [--size BYTES] [--soak N]
// Needs root (Postfix). CPU is user and system time of the relay's process, or of all of Postfix's processes. The whole guard
// is behind the relay: attribution, detector, journal.
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startWholeGuard } from './whole-guard.ts';

const run = promisify(execFile);
const SESSIONS = 20;
const LARGE = 50 * 1024 * 1024;
/** Of the kernel's clock, in which /proc counts CPU. */
const TICK_US = 10_000;
const PATIENCE_MS = 120_000;

interface Memory {
  readonly rss: number;
  /** The most that was seen since the last question. Buffers wait here for the garbage collector, too. */
  readonly heap: number;
  readonly buffers: number;
}

interface Candidate {
  readonly name: string;
  readonly port: number;
  /** Of everything that belongs to it, so far. */
  cpuMicroseconds(): Promise<number>;
}

interface Figures {
  readonly cpu: number;
  readonly accepted: number;
  readonly delivered: number;
}

const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** The relay, in a process of its own. */
async function serve(sinkPort: number): Promise<void> {
  const cordon = await startWholeGuard({
    smtpRelay: {
      listen: '127.0.0.1:0',
      hostname: 'relay.testbed.example',
      maximumMessageBytes: 5 * LARGE,
      nextHop: { host: '127.0.0.1', port: sinkPort, tls: 'none' },
    },
  });
  let heap = 0;
  let buffers = 0;
  let isSampling = false;
  const sample = (): void => {
    const { heapUsed, external } = process.memoryUsage();
    heap = Math.max(heap, heapUsed);
    buffers = Math.max(buffers, external);
  };
  process.on('message', (what) => {
    sample();
    process.send?.({ rss: process.memoryUsage.rss(), heap, buffers } satisfies Memory);
    heap = 0;
    buffers = 0;
    // Looking at the memory costs CPU: only where it is asked for.
    if (what === 'sample' && !isSampling) setInterval(sample, 20).unref();
    isSampling ||= what === 'sample';
  });
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.send?.((cordon.smtpRelay as { port: number }).port);
}

const heard = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve) => child.once('message', (m) => resolve(m as T)));

/** utime, stime, cutime and cstime of a process (proc(5)), in ticks, and its parent. */
async function readStat(pid: string): Promise<{ parent: string; ticks: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { parent: fields[1]!, ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) };
}

/** Of a process and its children; of the children that ended, as the kernel added them to their parent. */
async function cpuOfFamily(pid: string): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map(async (name) => [name, await readStat(name).catch(() => undefined)] as const),
  );
  const family = stats.filter(([name, stat]) => name === pid || stat?.parent === pid);
  return family.reduce((sum, [, stat]) => sum + (stat?.ticks ?? 0), 0) * TICK_US;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** smtp-sink writes its count over and over on one line. */
async function messagesIn(sinkFolder: string): Promise<number> {
  const count = await readFile(join(sinkFolder, 'count'), 'utf8');
  return Number(/mesg=(\d+)\s*$/.exec(count.slice(-200).trimEnd())?.[1] ?? 0);
}

async function send(
  port: number,
  sinkFolder: string,
  messages: number,
  bytes: number,
): Promise<{ accepted: number; delivered: number }> {
  const expected = (await messagesIn(sinkFolder)) + messages;
  const start = performance.now();
  const sender = ['-f', 'a@tenant.example', '-t', 'b@far.example'];
  await run('smtp-source', [
    '-s',
    String(Math.min(SESSIONS, messages)),
    '-m',
    String(messages),
    '-l',
    String(bytes),
    ...sender,
    `127.0.0.1:${port}`,
  ]);
  const accepted = performance.now() - start;
  while ((await messagesIn(sinkFolder)) < expected) {
    if (performance.now() - start > PATIENCE_MS) throw new Error(`messages are missing at the sink: ${expected}`);
    await delay(10);
  }
  return { accepted: (messages / accepted) * 1_000, delivered: (messages / (performance.now() - start)) * 1_000 };
}

async function measure(candidate: Candidate, sinkFolder: string, messages: number, bytes: number): Promise<Figures> {
  const before = await candidate.cpuMicroseconds();
  const rates = await send(candidate.port, sinkFolder, messages, bytes);
  return { cpu: ((await candidate.cpuMicroseconds()) - before) / messages, ...rates };
}

function printTable(candidates: readonly Candidate[], rounds: readonly (readonly Figures[])[]): void {
  console.log('| candidate | CPU us/message | accepted/s | delivered/s |\n|---|---|---|---|');
  for (const [i, { name }] of candidates.entries()) {
    const cell = (key: keyof Figures): string => {
      const values = rounds.map((round) => round[i]![key]);
      return `${median(values).toFixed(0)} (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`;
    };
    console.log(`| ${name} | ${cell('cpu')} | ${cell('accepted')} | ${cell('delivered')} |`);
  }
  const ratio = (key: keyof Figures): string =>
    median(rounds.map(([relay, postfix]) => relay![key] / postfix![key])).toFixed(2);
  console.log(`relay / Postfix, median of the rounds' ratios: CPU ${ratio('cpu')}, delivered/s ${ratio('delivered')}`);
}

/** What the relay's memory does while this much goes through. */
async function watchMemory(relay: ChildProcess, what: string, work: () => Promise<unknown>): Promise<void> {
  const ask = (): Promise<Memory> => {
    const answer = heard<Memory>(relay);
    relay.send('sample');
    return answer;
  };
  await ask();
  const before = await ask();
  await work();
  const after = await ask();
  console.log(
    `${what}: heap at most ${mega(before.heap)} before, ${mega(after.heap)} now; buffers ${mega(before.buffers)}, ${mega(after.buffers)}; RSS ${mega(before.rss)} -> ${mega(after.rss)}`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      testbed: { type: 'string', default: fileURLToPath(new URL('../../shared/testbed', import.meta.url)) },
      rounds: { type: 'string', default: '5' },
      messages: { type: 'string', default: '1000' },
      size: { type: 'string', default: '4096' },
      soak: { type: 'string', default: '0' },
    },
  });
  const [rounds, messages, size, soak] = [values.rounds, values.messages, values.size, values.soak].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  const tool = (name: string, ...args: string[]) => run(join(values.testbed, name), args);
  const folder = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
  // Postfix's processes run as a user of their own.
  await chmod(folder, 0o755);
  const [sinkFolder, postfixFolder] = [join(folder, 'sink'), join(folder, 'postfix')];
  const [sinkPort, postfixPort] = [await freePort(), await freePort()];
  await tool('sink-up', sinkFolder, String(sinkPort));
  let relay: ChildProcess | undefined;
  try {
    await tool('postfix-up', postfixFolder, String(postfixPort), `sink=${sinkPort}`);
    relay = fork(fileURLToPath(import.meta.url), ['--serve', String(sinkPort)]);
    const relayPort = await heard<number>(relay);
    const master = (await readFile(join(postfixFolder, 'queue/pid/master.pid'), 'utf8')).trim();
    const candidates: Candidate[] = [
      { name: 'Cordon relay', port: relayPort, cpuMicroseconds: () => cpuOfFamily(String(relay?.pid)) },
      { name: 'Postfix alone', port: postfixPort, cpuMicroseconds: () => cpuOfFamily(master) },
    ];
    for (const { port } of candidates) await send(port, sinkFolder, Math.min(messages, 500), size);
    const figures: Figures[][] = [];
    for (let round = 0; round < rounds; round++) {
      const results: Figures[] = [];
      // Each first in every other round.
      for (const i of round % 2 === 0 ? [0, 1] : [1, 0])
        results[i] = await measure(candidates[i]!, sinkFolder, messages, size);
      figures.push(results);
    }
    console.log(
      `${rounds} rounds of ${messages} messages of ${size} bytes, ${SESSIONS} sessions; median (lowest-highest)`,
    );
    printTable(candidates, figures);
    await watchMemory(relay, 'one message of 50 MB', () => send(relayPort, sinkFolder, 1, LARGE));
    await watchMemory(relay, 'one message of 200 MB', () => send(relayPort, sinkFolder, 1, 4 * LARGE));
    await watchMemory(relay, 'four messages of 50 MB at once', () => send(relayPort, sinkFolder, 4, LARGE));
    for (let sent = 0; sent < soak; sent += 10_000) {
      await watchMemory(relay, `messages ${sent + 1} to ${sent + 10_000}`, () =>
        send(relayPort, sinkFolder, 10_000, size),
      );
    }
  } finally {
    relay?.disconnect();
    await tool('postfix-down', postfixFolder, 'wipe=yes');
    await tool('sink-down', sinkFolder);
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--serve') await serve(Number(process.argv[3]));
else await main();
