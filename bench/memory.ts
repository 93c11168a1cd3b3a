// Memory of the whole process with 10 000 connectors and 50 000 users who all send in one day: guard, detector, limits, journal and store as
// they run, questions left out. Five messages of each user with texts, links and names of their own, through their connectors. Prints RSS and heap
// while it fills, and once more after a full collection. Usage: node --expose-gc bench/memory.ts [--messages N]
import { parseArgs } from 'node:util';
import { aClient } from '../test/factories.ts';
import { GuardWorld } from '../test/guard-world.ts';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '5' } } });
const MESSAGES = Math.min(Number(values.messages), 100);
const [CONNECTORS, USERS_EACH] = [10_000, 5];
const DAY_MS = 86_400_000;
const WORDS = 'pump offer drawing meeting contract delivery invoice valve order sample price part week plan'.split(' ');

const mb = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const say = (what: string): void => {
  const { rss, heapUsed, external } = process.memoryUsage();
  console.log(`${what.padEnd(34)} RSS ${mb(rss)}, heap ${mb(heapUsed)}, external ${mb(external)}`);
};
const text = (n: number): string =>
  Array.from({ length: 30 }, (_, k) => `${WORDS[(n * 7 + k * k) % WORDS.length]}${(n + k) % 13}`).join(' ');

const world = await GuardWorld.open();
say('empty');
const address = (c: number): string => `10.${c >> 8}.${c & 255}.1`;
for (let c = 0; c < CONNECTORS; c++) await world.addConnector({ name: `c${c}`, senderIpAddresses: [address(c)] });
say(`${CONNECTORS} connectors`);
const from = world.time;
const all = MESSAGES * CONNECTORS * USERS_EACH;
let sent = 0;
for (let round = 0; round < MESSAGES; round++) {
  for (let c = 0; c < CONNECTORS; c++) {
    for (let u = 0; u < USERS_EACH; u++, sent++) {
      // The world keeps them for tests; a guard does not.
      world.records.length = 0;
      world.time = from + Math.floor((DAY_MS * sent) / all);
      const login = `user${u}@c${c}.example`;
      await world.judge({
        client: aClient({ clientAddress: address(c), saslUsername: login }),
        envelopeSender: login,
        recipients: [0, 1, 2].map((k) => ({
          address: `r${(sent * 3 + k) % 999_983}@far${sent % 5_000}.example`,
          code: 250,
        })),
        queueId: `Q${sent}`,
        instance: `i.${sent}`,
        content: {
          headerFrom: `User ${u} of ${c} <${login}>`,
          subject: text(sent).slice(0, 60),
          messageId: `<${sent}@c${c}.example>`,
          textHead: text(sent),
          linkHosts: [`www.site${sent % 20_000}.example`],
          spam: false,
        },
      });
    }
  }
  say(`${sent} messages`);
}
globalThis.gc?.();
say('after a full collection');
await world.close();
