// The policy listener with a guard that accepts everything: what the door itself costs. `bench/policy.ts` starts it.
import { Sessions } from '../src/activity/sessions.ts';
import { ACCEPT } from '../src/decision/decision.ts';
import type { Guard, Judged } from '../src/listeners/guard.ts';
import { startPostfixPolicy } from '../src/listeners/postfix-policy/server.ts';

const judged: Judged = { decision: ACCEPT, settle: () => {} };
const guard: Guard = {
  now: () => Date.now(),
  ask: () => ACCEPT,
  judge: () => judged,
  abandon: () => {},
  weighs: () => false,
};

const server = await startPostfixPolicy({
  guard,
  sessions: new Sessions(),
  listen: { host: '127.0.0.1', port: 0 },
  trusted: [],
  log: console,
});
console.log(`listening on 127.0.0.1:${'port' in server.address ? server.address.port : ''}`);
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));
