// What alerts cost the policy server: the same load without anything, with 1 000 restrictions within a minute, and with their alerts.
//   node bench/alerts.ts [--testbed DIR] [--rounds 5] [--seconds 60] [--alerts 1000] [--connections 20]
// One whole guard; the rounds are interleaved, and the first pair warms up and is not counted. The load is closed: each connection asks
// again as soon as it is answered, so that whatever holds up the main thread shows in the 99th percentile.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Order } from './alerts-guard.ts';

const { values: options } = parseArgs({
  options: {
    testbed: { type: 'string', default: fileURLToPath(new URL('../../shared/testbed', import.meta.url)) },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    alerts: { type: 'string', default: '1000' },
    connections: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(options.seconds);

interface Candidate {
  readonly restrictions: number;
  readonly alerts: boolean;
}

interface Figures {
  readonly p50ms: number;
  readonly p99ms: number;
  readonly perSecond: number;
}

const guard = fork(fileURLToPath(new URL('./alerts-guard.ts', import.meta.url)), { stdio: 'inherit' });
const [{ port }] = (await once(guard, 'message')) as [{ port: number }];

async function load(): Promise<Figures> {
  const amount = ['--requests', '5000000', '--seconds', String(seconds), '--connections', options.connections];
  const args = [`${options.testbed}/policy-load.mjs`, '--port', String(port), ...amount, '--warmup', '0', '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return JSON.parse(text);
}

async function round({ restrictions, alerts }: Candidate): Promise<Figures> {
  if (restrictions === 0) return load();
  guard.send({ restrictions, alerts, seconds } satisfies Order);
  await once(guard, 'message');
  const told = once(guard, 'message') as Promise<[{ raised: number }]>;
  const figures = await load();
  const [{ raised }] = await told;
  const expected = alerts ? restrictions : 0;
  if (raised !== expected) throw new Error(`${raised} of ${expected} alerts were raised`);
  return figures;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;
const cell = (rounds: readonly Figures[], key: keyof Figures, digits: number): string => {
  const numbers = rounds.map((figures) => figures[key]);
  return `${median(numbers).toFixed(digits)} (${Math.min(...numbers).toFixed(digits)}-${Math.max(...numbers).toFixed(digits)})`;
};

const count = Number(options.alerts);
const candidates: Readonly<Record<string, Candidate>> = {
  nothing: { restrictions: 0, alerts: false },
  [`${count} restrictions in ${seconds} s, the policy off`]: { restrictions: count, alerts: false },
  [`${count} restrictions in ${seconds} s, ${count} alerts`]: { restrictions: count, alerts: true },
};
try {
  const measured = new Map<string, Figures[]>(Object.keys(candidates).map((name) => [name, []]));
  for (let number = 0; number <= Number(options.rounds); number++) {
    for (const [name, candidate] of Object.entries(candidates)) {
      const figures = await round(candidate);
      if (number > 0) measured.get(name)!.push(figures);
    }
  }
  const table = Object.fromEntries(
    [...measured].map(([name, rounds]) => [
      name,
      {
        'p50 ms': cell(rounds, 'p50ms', 2),
        'p99 ms': cell(rounds, 'p99ms', 2),
        'per second': cell(rounds, 'perSecond', 0),
      },
    ]),
  );
  const [nothing, ...others] = [...measured];
  const ratios = Object.fromEntries(
    others.map(([name, rounds]) => [name, median(rounds.map(({ p99ms }, i) => p99ms / nothing![1][i]!.p99ms))]),
  );
  if (options.json) console.log(JSON.stringify({ table, ratios }));
  else {
    console.table(table);
    console.log("p99 against nothing, median of the rounds' ratios:", ratios);
  }
} finally {
  guard.kill('SIGTERM');
}
