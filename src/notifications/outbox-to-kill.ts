// Test support: a process with an outbox, to be killed. Adds events without end and says each that is on disk (`event ID`); each delivery that
// the other side took it says as `taken EVENT-ID DELIVERY-ID`, before the outbox takes it down.
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { anEvent } from '../store/samples.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import { Outbox, type Sender } from './outbox.ts';

const [directory, adds] = process.argv.slice(2);
const fail = (error: unknown) => {
  throw error;
};
const store = await openSqliteStore({
  directory: directory!,
  log: { info: () => {} },
  onTrouble: ({ error }) => fail(error),
  onRecovered: () => {},
});
/** Written at once: what is buffered in a stream would be lost with the process. */
const say = (...words: readonly string[]) => writeSync(1, `${words.join(' ')}\n`);

const sender: Sender = {
  send: async ({ id, payload }) => {
    say('taken', payload, id);
    return { result: 'taken' };
  },
};
const outbox = await Outbox.open({
  store: store.outbox,
  senders: { mail: sender, webhook: sender },
  addresseesOf: async ({ id }) => [
    { channel: 'mail', target: 'anna@ours.example', payload: id },
    { channel: 'webhook', target: 'hook', payload: id },
  ],
  onNobody: fail,
  onResult: () => {},
  onShed: fail,
  onFailure: fail,
  now: Date.now,
  random: Math.random,
  randomUUID,
  setTimer: (act, milliseconds) => {
    const timer = setTimeout(act, milliseconds);
    return () => clearTimeout(timer);
  },
});
while (adds === 'adds') {
  const event = anEvent({ id: randomUUID(), at: Date.now() });
  await store.outbox.addEvent(event);
  say('event', event.id);
  outbox.wake();
}
/** Events first: one that becomes deliveries in between is counted among these. */
const left = async () => (await store.outbox.events(1)).length + (await store.outbox.count());
while ((await left()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
say('left', String(await left()));
await outbox.close();
await store.close();
