// What a sending limit costs: reserve at RCPT and settle at the end, for a user and his connector with five limits each, against a Map that
// counts recipients by entity and does nothing else. 50 000 users and 10 000 connectors; interleaved rounds in one process; prints
// medians. Usage: node bench/limits.ts [--rounds N]
import { parseArgs } from 'node:util';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import type { Connector, User } from '../src/attribution/entity.ts';
import { DEFAULT_POLICY, MEASURES, type SendingLimits } from '../src/attribution/sending-limits.ts';
import { SendLimiter } from '../src/limits/send-limiter.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const ROUNDS = Math.min(Number(values.rounds), 100);
const MESSAGES = 100_000;
const [USERS, CONNECTORS] = [50_000, 10_000];
const ORGANIZATION = 'o';
const DAY_MS = 86_400_000;

const limits = Object.fromEntries(
  MEASURES.map((measure) => [measure, { most: 1_000_000, action: 'refuse' }]),
) as SendingLimits;
const users: User[] = Array.from({ length: USERS }, (_, i) => ({
  kind: 'user',
  id: `u${i}`,
  organizationId: ORGANIZATION,
  name: `user${i}@ours.example`,
}));
const connectors: Connector[] = Array.from({ length: CONNECTORS }, (_, i) => ({
  ...EMPTY_DRAFT,
  kind: 'connector',
  id: `c${i}`,
  organizationId: ORGANIZATION,
  createdAt: 0,
  name: `c${i}`,
}));
const allLimits = new SendLimiter(() => ({ users: limits, connectors: limits, logins: {} }));
const defaults = new SendLimiter(() => DEFAULT_POLICY);
const counts = new Map<string, number>();
let now = Date.UTC(2026, 10, 22);
let seen = 0;

function limitedMessages(limiter: SendLimiter): number {
  let passed = 0;
  for (let i = 0; i < MESSAGES; i++) {
    now += DAY_MS / 1_000_000;
    const entities = [users[(i * 7919) % USERS]!, connectors[(i * 31) % CONNECTORS]!];
    const asked = { key: `milter local ${++seen}`, address: 'bob@far.example', relaying: true, at: now };
    if (limiter.reserve(entities, asked).length === 0) passed++;
    limiter.settle(entities, asked.key, now, { external: 1, internal: 0 });
  }
  return passed;
}

function countedMessages(): number {
  for (let i = 0; i < MESSAGES; i++) {
    for (const { id } of [users[(i * 7919) % USERS]!, connectors[(i * 31) % CONNECTORS]!]) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return counts.size;
}

/** CPU microseconds for each message. */
function timed(act: () => number): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / MESSAGES;
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
const rounds = { limited: [] as number[], usual: [] as number[], counted: [] as number[] };
for (let round = 0; round < ROUNDS + 2; round++) {
  const limited = timed(() => limitedMessages(allLimits));
  const usual = timed(() => limitedMessages(defaults));
  const counted = timed(countedMessages);
  if (round < 2) continue;
  rounds.limited.push(limited);
  rounds.usual.push(usual);
  rounds.counted.push(counted);
}
const heap = process.memoryUsage().heapUsed / 1e6;
const row = (what: string, each: number[]) => console.log(`${what.padEnd(58)} ${median(each).toFixed(2)} us a message`);
row('reserve and settle, user and connector, five limits each', rounds.limited);
row('the same with the limits of a new installation', rounds.usual);
row('a Map that counts', rounds.counted);
console.log(`heap with ${USERS} users and ${CONNECTORS} connectors: ${heap.toFixed(0)} MB`);
