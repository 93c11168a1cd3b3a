// What a decision through the policy listener costs, against the testbed's null server in the same run.
//   node bench/policy.ts [--testbed DIR] [--rounds 5] [--requests 100000] [--serve 'bin/cordon serve --config F' --port 5712]
// Without --serve it measures the door alone, with a guard that accepts everything. The rounds are interleaved; CPU is user and
// system time of the server with all its threads and children, from /proc, for one request (a pair counts as one).
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    testbed: { type: 'string', default: fileURLToPath(new URL('../../shared/testbed', import.meta.url)) },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '100000' },
    connections: { type: 'string', default: '20' },
    serve: { type: 'string' },
    port: { type: 'string', default: '5712' },
    json: { type: 'boolean', default: false },
  },
});

interface Candidate {
  readonly name: string;
  readonly port: number;
  readonly child: ChildProcess;
}

interface Figures {
  readonly cpuMicroseconds: number;
  readonly perSecond: number;
  readonly p50ms: number;
  readonly p99ms: number;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Starts a server that prints where it listens. */
async function startPrinting(name: string, args: readonly string[]): Promise<Candidate> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const match = /listening on .*:(\d+)/.exec(text);
      if (match) resolve(Number(match[1]));
    });
  });
  return { name, port, child };
}

/** Starts a whole guard from a command line, and waits until its policy port answers. */
async function startGuard(command: string, port: number): Promise<Candidate> {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`'${command}' ended with ${child.exitCode}`);
    if (await answers(port)) return { name: command, port, child };
    await sleep(100);
  }
  throw new Error(`'${command}' does not listen on port ${port}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** The fields of /proc/PID/stat after the program's name: [0] state, [1] parent, [11] user ticks, [12] system ticks. */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Seconds of CPU of a process with all its threads, and of its children. A tick is 10 ms. */
function cpuSeconds(pid: number): number {
  const stat = statOf(pid);
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(statOf(Number(name))[1]) === pid);
  const own = (Number(stat[11] ?? 0) + Number(stat[12] ?? 0)) / 100;
  return children.reduce((sum, child) => sum + cpuSeconds(Number(child)), own);
}

function runLoad(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      code === 0 ? resolve(text) : reject(new Error(`the load ended with ${code}: ${text}`)),
    );
  });
}

const requests = Number(options.requests);
const common = (port: number): string[] => ['--port', String(port), '--connections', options.connections];
const LOADS = {
  RCPT: (port: number) => [
    ...[
      `${options.testbed}/policy-load.mjs`,
      ...common(port),
      '--warmup',
      '0',
      '--requests',
      String(requests),
      '--json',
    ],
  ],
  'RCPT + END-OF-MESSAGE': (port: number) => [
    ...[here('policy-pairs.ts'), ...common(port), '--pairs', String(Math.ceil(requests / 2))],
  ],
};
type Load = keyof typeof LOADS;

async function measure(candidate: Candidate, load: Load): Promise<Figures> {
  const pid = candidate.child.pid!;
  const before = cpuSeconds(pid);
  const result = JSON.parse(await runLoad(LOADS[load](candidate.port)));
  // Workers write the journal within a second: their CPU counts.
  await sleep(1_500);
  const cpuMicroseconds = ((cpuSeconds(pid) - before) / result.requests) * 1e6;
  return { cpuMicroseconds, perSecond: result.perSecond, p50ms: result.p50ms, p99ms: result.p99ms };
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

function summarize(rounds: readonly Figures[]): Record<string, string> {
  const cell = (key: keyof Figures, digits: number): string => {
    const numbers = rounds.map((figures) => figures[key]);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return `${median(numbers).toFixed(digits)} (${low.toFixed(digits)}-${high.toFixed(digits)})`;
  };
  return {
    'CPU us': cell('cpuMicroseconds', 1),
    'p50 ms': cell('p50ms', 2),
    'p99 ms': cell('p99ms', 2),
    'per second': cell('perSecond', 0),
  };
}

const candidates = [
  options.serve === undefined
    ? await startPrinting('cordon, door only', [here('policy-server.ts')])
    : await startGuard(options.serve, Number(options.port)),
  await startPrinting('null, parsed', [`${options.testbed}/null-policy.mjs`, '--parse']),
];
try {
  const table: Record<string, Record<string, string>> = {};
  for (const load of Object.keys(LOADS) as Load[]) {
    const rounds = new Map<Candidate, Figures[]>(candidates.map((candidate) => [candidate, []]));
    // The first round warms up and is not counted.
    for (let round = 0; round <= Number(options.rounds); round++)
      for (const [candidate, figures] of rounds) {
        const measured = await measure(candidate, load);
        if (round > 0) figures.push(measured);
      }
    for (const [candidate, figures] of rounds) table[`${load}: ${candidate.name}`] = summarize(figures);
  }
  if (options.json) console.log(JSON.stringify(table));
  else console.table(table);
} finally {
  for (const { child } of candidates) child.kill('SIGTERM');
}
