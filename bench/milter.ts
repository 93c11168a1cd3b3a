// CPU of the milter listener for one message, against a milter that negotiates the same and does nothing.
//   node bench/milter.ts [--testbed DIR] [--rounds N] [--messages N]
// The load generator is the testbed's milter-load.mjs (DIR, default ../shared/testbed beside the checkout). Candidates run in
// processes of their own, in interleaved rounds; CPU is user and system time of the process, without its start and warm-up.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Sessions } from '../src/activity/sessions.ts';
import { ACCEPT } from '../src/decision/decision.ts';
import type { Guard } from '../src/listeners/guard.ts';
import { negotiate } from '../src/listeners/milter/negotiate.ts';
import { PacketReader } from '../src/listeners/milter/packet.ts';
import { startMilter } from '../src/listeners/milter/server.ts';
import { CONTINUE, packet, SKIP } from '../src/listeners/milter/write-answer.ts';

const { values: options } = parseArgs({
  options: {
    testbed: { type: 'string', default: join(import.meta.dirname, '../../shared/testbed') },
    rounds: { type: 'string', default: '5' },
    messages: { type: 'string', default: '4000' },
    serve: { type: 'string' },
  },
});

const CANDIDATES = ['null', 'listener', 'guard'] as const;
type Candidate = (typeof CANDIDATES)[number];

const WORKLOADS = [
  { name: '4 KiB, a session for each message', perSession: 1, bytes: 4096, share: 0.5 },
  { name: '4 KiB, 20 messages a session', perSession: 20, bytes: 4096, share: 1 },
  { name: '5 MB, 20 messages a session', perSession: 20, bytes: 5_000_000, share: 0.5 },
];

/** Linux counts in hundredths of a second, whatever the kernel's own tick is (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Accepts everything in our own negotiation: reads frames, counts body bytes up to SKIP, answers what must be answered. */
function serveNull(): void {
  const server = createServer({ noDelay: true }, (socket) => {
    const reader = new PacketReader();
    let bodyBytes = 0;
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk);
      for (let next = reader.next(); next !== undefined; next = reader.next()) {
        switch (String.fromCharCode(next.command)) {
          case 'O':
            socket.write(packet('O', negotiate(next.payload)!.answer));
            break;
          case 'B':
            bodyBytes += next.payload.length;
            socket.write(bodyBytes >= 4096 ? SKIP : CONTINUE);
            break;
          case 'E':
            bodyBytes = 0;
            socket.write(CONTINUE);
            break;
          case 'C':
          case 'R':
            socket.write(CONTINUE);
            break;
          case 'Q':
            socket.end();
        }
      }
    });
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') console.log(address.port);
  });
}

async function serveListener(): Promise<void> {
  const settle = (): void => {};
  const guard: Guard = {
    now: () => 0,
    ask: () => ACCEPT,
    judge: () => ({ decision: ACCEPT, settle }),
    abandon: () => {},
    weighs: () => false,
  };
  const log = { info: () => {}, warn: () => {}, error: console.error };
  const milter = await startMilter({
    guard,
    sessions: new Sessions(),
    listen: { host: '127.0.0.1', port: 0 },
    trusted: [],
    log,
    now: Date.now,
    idleSeconds: 60,
  });
  if ('port' in milter.address) console.log(milter.address.port);
}

/** The listener with the whole guard behind it: attribution, detector, journal. */
async function serveGuard(): Promise<void> {
  const { startWholeGuard } = await import('./whole-guard.ts');
  const { milter } = await startWholeGuard({ milter: { listen: '127.0.0.1:0' } });
  if (milter !== undefined && 'port' in milter) console.log(milter.port);
}

interface Running {
  readonly process: ChildProcess;
  readonly port: string;
}

async function start(candidate: Candidate): Promise<Running> {
  const child = spawn(process.execPath, [import.meta.filename, '--serve', candidate], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await new Promise<Buffer[]>((resolve) =>
    child.stdout!.once('data', (data: Buffer) => resolve([data])),
  );
  return { process: child, port: String(line).trim() };
}

async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Microseconds of CPU for one message. */
async function measure(running: Running, bytes: number, perSession: number, messages: number): Promise<number> {
  const load = (count: number) =>
    promisify(execFile)(process.execPath, [
      join(options.testbed, 'milter-load.mjs'),
      ...['--port', running.port, '--warmup', '0', '--messages', String(count), '--per-session', String(perSession)],
      ...['--size', String(bytes), '--json'],
    ]);
  const before = await cpuSeconds(running.process.pid!);
  await load(messages);
  return ((await cpuSeconds(running.process.pid!)) - before) * (1e6 / messages);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function main(): Promise<void> {
  const running = await Promise.all(CANDIDATES.map(start));
  try {
    for (const { name, perSession, bytes, share } of WORKLOADS) {
      const messages = Math.round(Number(options.messages) * share);
      const figures = CANDIDATES.map((): number[] => []);
      for (const one of running) await measure(one, bytes, perSession, messages); // warm-up
      for (let round = 0; round < Number(options.rounds); round++) {
        for (const [i, one] of running.entries()) figures[i]!.push(await measure(one, bytes, perSession, messages));
      }
      const [base, ...ours] = figures.map(median) as [number, ...number[]];
      const shown = figures.map(
        (all, i) => `${CANDIDATES[i]} ${median(all).toFixed(0)} us (${all.map((f) => f.toFixed(0)).join(' ')})`,
      );
      console.log(`${name}: ${shown.join(', ')}, ratios ${ours.map((figure) => (figure / base).toFixed(2)).join(' ')}`);
    }
  } finally {
    for (const one of running) one.process.kill();
  }
}

if (options.serve === 'null') serveNull();
else if (options.serve === 'listener') await serveListener();
else if (options.serve === 'guard') await serveGuard();
else await main();
