// Test support: a guard that restricts, and is killed before its alarm has written anything. `node alarm-to-kill.ts DIRECTORY`
import { writeSync } from 'node:fs';
import { aRestriction } from '../store/samples.ts';
import { AlarmWorld, BEN, CONNECTOR } from './alarm-world.ts';

const world = await AlarmWorld.open(process.argv[2]!);
const own = [
  aRestriction({ entityId: CONNECTOR }),
  aRestriction({ entityId: BEN.id, entityKind: 'user', cause: 'limit' }),
  aRestriction({ entityId: 'm', cause: 'manual' }),
];
for (const restriction of own) await world.store.restrictions.restrict(restriction);
// One whose alert was written before.
const told = aRestriction({ entityId: 'told' });
await world.store.restrictions.restrict(told);
world.alarm.restricted(told);
await world.alarm.settled();
// The timers of this world never go off by themselves: these wait in memory.
for (const restriction of own) world.alarm.restricted(restriction);
writeSync(1, 'restricted\n');
setInterval(() => {}, 60_000);
