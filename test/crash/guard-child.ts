// A guard that is killed: feeds itself messages without end and tells, before each answer would go out, what it holds.
// stdout: `sum SEQ CONNECTOR-ID SUM-AS-HEX` after each message, `restricted ENTITY-ID` after each durable restriction.
import { writeSync } from 'node:fs';
import { aClient, aMessage } from '../factories.ts';
import { GuardWorld } from '../guard-world.ts';

const world = await GuardWorld.open({ directory: process.argv[2]! });
const connectors = [];
for (let c = 0; c < 5; c++) {
  connectors.push(
    await world.addConnector({
      name: `c${c}`,
      senderIpAddresses: [`10.${c}.0.0/16`],
      mode: c === 0 ? 'enforce' : 'exempt',
    }),
  );
}
// A restriction is said to be there when its first refusal would go out.
for (let i = 0; ; i++) {
  const c = i % 5;
  world.time += 7_000;
  // Connector 0 is restricted soon; the sums of the others go up and down and are never 0 for long.
  const attack = c === 0 ? i > 400 : i % 7 < 2;
  const message = attack
    ? world.attackMessage(i)
    : { recipients: [{ address: `friend${i % 11}@partner.example`, code: 250 }], queueId: `Q${i}`, content: undefined };
  const judged = await world.guard.judge(
    aMessage({ ...message, client: aClient({ clientAddress: `10.${c}.0.${i % 3}` }), since: world.guard.now() }),
  );
  if (judged.decision.action === 'reject') writeSync(1, `restricted ${connectors[c]!.id}\n`);
  judged.settle('250 Ok');
  const sum = world.log.standingOf(connectors[c]!.id)!.sum;
  writeSync(1, `sum ${world.log.seq} ${connectors[c]!.id} ${hex(sum)}\n`);
  if (i % 310 === 309) void world.log.snapshot();
  // Others get their turn: the journal's batches go out, as between real questions.
  if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
}

function hex(sum: number): string {
  return Buffer.from(new Float64Array([sum]).buffer).toString('hex');
}
