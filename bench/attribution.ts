// Attribution and decision from memory: ten connectors against ten thousand, no restriction against a thousand. Interleaved
// rounds in one process; prints medians. Usage: node bench/attribution.ts [--rounds N]
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import type { ConnectorStore } from '../src/attribution/connector-store.ts';
import { Directory } from '../src/attribution/directory.ts';
import type { Connector } from '../src/attribution/entity.ts';
import { decideRecipient } from '../src/decision/decide.ts';
import { ActiveList } from '../src/restrictions/active-list.ts';
import type { Restriction } from '../src/restrictions/restriction.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const ROUNDS = Math.min(Number(values.rounds), 100);
const CALLS = 200_000;
const ORGANIZATION = randomUUID();

/** Every fifth connector by login, every fifth by certificate, the rest by address (/24 and single ones). */
function connectorAt(i: number): Connector {
  const base = {
    ...EMPTY_DRAFT,
    kind: 'connector',
    id: randomUUID(),
    organizationId: ORGANIZATION,
    name: `c${i}`,
    createdAt: 0,
  } as const;
  if (i % 5 === 0) return { ...base, saslUsernames: [`app${i}`] };
  if (i % 5 === 1) return { ...base, clientCertificateFingerprints: [i.toString(16).padStart(64, '0')] };
  const network = `10.${(i >> 8) & 255}.${i & 255}`;
  return { ...base, senderIpAddresses: [i % 5 === 2 ? `${network}.7/32` : `${network}.0/24`] };
}

async function world(connectors: number, restrictions: number) {
  const all = Array.from({ length: connectors }, (_, i) => connectorAt(i));
  const store = {
    organizations: async () => [{ id: ORGANIZATION, name: 'bench' }],
    acceptedDomains: async () => [{ organizationId: ORGANIZATION, domain: 'ours.example' }],
    connectors: async () => all,
    exceptionWindows: async () => [],
    identityAssignments: async () => [],
  } as unknown as ConnectorStore;
  const directory = await Directory.open({ store, now: Date.now, randomUUID });
  const active = new ActiveList();
  for (let i = 0; i < restrictions; i++) {
    const restriction = { entityId: all[(i * 10) % all.length]!.id, entityKind: 'connector', epoch: 0 } as Restriction;
    active.add({ restriction, durable: true, settled: Promise.resolve() });
  }
  const clients = Array.from({ length: 1_000 }, (_, k) => {
    const i = (k * 37) % connectors;
    const address = `10.${(i >> 8) & 255}.${i & 255}.7`;
    return {
      mailServer: 'local',
      clientAddress: address,
      clientPort: 40_000,
      saslUsername: i % 5 === 0 ? `app${i}` : undefined,
      certificate: i % 5 === 1 ? { fingerprint: i.toString(16).padStart(64, '0'), names: [] } : undefined,
    };
  });
  const tables = {
    acceptedBy: (domain: string) => directory.acceptedBy(domain),
    restrictionOf: (id: string) => active.get(id),
  };
  return {
    attribute(): number {
      let known = 0;
      const begin = process.hrtime.bigint();
      for (let n = 0; n < CALLS; n++) if (directory.attribute(clients[n % 1_000]!) !== undefined) known++;
      const took = Number(process.hrtime.bigint() - begin) / CALLS;
      if (known !== CALLS) throw new Error(`only ${known} of ${CALLS} were attributed`);
      return took;
    },
    decide(): number {
      const begin = process.hrtime.bigint();
      for (let n = 0; n < CALLS; n++) {
        decideRecipient(directory.attribute(clients[n % 1_000]!), 'bob@far.example', 'postfix-policy', tables);
      }
      return Number(process.hrtime.bigint() - begin) / CALLS;
    },
  };
}

const median = (numbers: number[]): number => numbers.sort((a, b) => a - b)[numbers.length >> 1]!;

const few = await world(10, 0);
const many = await world(10_000, 1_000);
const taken = { few: [] as number[], many: [] as number[], decideFew: [] as number[], decideMany: [] as number[] };
for (let round = 0; round < ROUNDS + 2; round++) {
  const now = { few: few.attribute(), many: many.attribute(), decideFew: few.decide(), decideMany: many.decide() };
  if (round < 2) continue; // warming up
  for (const key of ['few', 'many', 'decideFew', 'decideMany'] as const) taken[key].push(now[key]);
}
const result = {
  attributionNs: { connectors10: Math.round(median(taken.few)), connectors10000: Math.round(median(taken.many)) },
  decisionNs: {
    connectors10: Math.round(median(taken.decideFew)),
    connectors10000: Math.round(median(taken.decideMany)),
  },
};
console.log(JSON.stringify(result));
