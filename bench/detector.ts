// What the detector costs: CPU a message for both tests, and the memory of an entity.
// usage: node bench/detector.ts [TRACE [VERDICTS]]      without a trace: generated mail of twenty offices and four applications
// Reading is not counted; sketching the text, asking for a repeat, judging, and settling are.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MessageRecord } from '../src/activity/record.ts';
import { Detector } from '../src/detection/detector.ts';
import { DEFAULT_SETTINGS, type ObservationEntry } from '../src/detection/entry.ts';
import { sketchMessage } from '../src/detection/sketch.ts';
import { decode, encode, newState } from '../src/detection/state.ts';
import { step } from '../src/detection/step.ts';
import { readTrace, readVerdicts, type TraceMessage } from '../src/detection/trace-reader.ts';
import { randomOf } from '../test/scenarios/random.ts';
import { branchOffice, invoices, monitoring, newsletter, shop, words } from '../test/scenarios/senders.ts';

const ROUNDS = 7;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

type Mail = Omit<TraceMessage, 'index' | 'name'> & { readonly spam: boolean | undefined };

async function recorded(trace: string, verdictsFile: string | undefined): Promise<Mail[]> {
  const verdicts = verdictsFile === undefined ? undefined : await readVerdicts(verdictsFile);
  const mails: Mail[] = [];
  for await (const batch of readTrace(trace)) {
    for (const message of batch) mails.push({ ...message, spam: verdicts?.get(message.index) });
  }
  return mails;
}

function generated(): Mail[] {
  const random = randomOf(1);
  const senders: [string, ObservationEntry[]][] = [
    ...Array.from({ length: 20 }, (_, n): [string, ObservationEntry[]] => [`office${n}`, branchOffice(random, 0, 28)]),
    ['invoices', invoices(random, 0, 28)],
    ['newsletter', newsletter(random, 0, 28, { spam: () => false })],
    ['monitoring', monitoring(random, 0, 28)],
    ['shop', shop(random, 0, 28)],
  ];
  const mails = senders.flatMap(([connector, messages]) =>
    messages.map((message) => ({
      ...message,
      connector,
      user: connector.startsWith('office') ? `${connector}-${message.envelopeSender}` : undefined,
      subject: 'A subject of five words',
      textHead: words(random, 40).slice(0, 300),
      spam: message.spam,
    })),
  );
  return mails.sort((a, b) => a.at - b.at);
}

function recordOf(mail: Mail, seq: number): MessageRecord {
  return {
    kind: 'message',
    seq,
    at: mail.at,
    organizationId: '',
    connectorId: mail.connector,
    userId: mail.user,
    connectorEpoch: 0,
    userEpoch: 0,
    basis: '',
    listener: 'milter',
    mailServer: 'local',
    clientAddress: mail.clientAddress,
    clientName: '',
    heloName: '',
    envelopeSender: mail.envelopeSender,
    recipients: mail.recipients.map(({ address, code }) => ({ address, code, relaying: true })),
    messageBytes: mail.messageBytes,
    headerFrom: mail.headerFrom,
    subject: '',
    messageId: `<${seq}@example.org>`,
    queueId: `${seq}`,
    instance: '',
    spam: mail.spam,
    sketch: sketchMessage(mail.subject, mail.textHead),
    attempted: false,
    outcome: 'accepted',
    reply: '250 2.0.0 Ok',
  };
}

function microseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]!;

/** All of it once, in a new detector; nobody is refused, so that every message takes both tests. */
function run(mails: readonly Mail[]): Detector {
  const detector = new Detector({ key: 1 });
  let seq = 0;
  for (const mail of mails) {
    const record = recordOf(mail, ++seq);
    detector.isRepeat(record);
    detector.settle(detector.judge(record), record);
  }
  return detector;
}

/** An application with a million recipients, every text new, at last in an incident: the largest snapshot on the way. */
function million(): Uint8Array {
  let largest: Uint8Array = new Uint8Array(0);
  const state = newState(1, { ...DEFAULT_SETTINGS, threshold: 1_000 });
  const random = randomOf(2);
  for (let n = 0; n < 20_000; n++) {
    if (n === 19_900) state.settings = { ...DEFAULT_SETTINGS, mode: 'observe' };
    step(state, {
      kind: 'observation',
      at: Date.UTC(2026, 0, 1) + n * 60_000,
      epoch: 0,
      recipients: Array.from({ length: 50 }, (_, k) => ({ address: `r${50 * n + k}@example.com`, code: 250 })),
      envelopeSender: `s${n}@d${n}.example.org`,
      clientAddress: `10.${n % 250}.${(7 * n) % 250}.1`,
      headerFrom: '',
      messageBytes: 4_000,
      sketch: sketchMessage('', words(random, 10)),
      spam: n % 3 === 0,
      messageId: `<${'x'.repeat(200)}${n}@example.com>`,
      queueId: '',
      attempted: false,
    });
    if (n % 20 !== 0) continue;
    const snapshot = encode(state);
    if (snapshot.length > largest.length) largest = snapshot;
  }
  return largest;
}

/** What a state takes in memory, objects and all: the mean of many equal ones. */
function heldBytes(snapshot: Uint8Array): number {
  const used = (): number => {
    for (let n = 0; n < 3; n++) collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  const states = Array.from({ length: 50 }, () => decode(snapshot));
  return (used() - before) / states.length;
}

const [trace, verdictsFile] = process.argv.slice(2);
const mails = trace === undefined ? generated() : await recorded(trace, verdictsFile);
const perMessage = (total: number): string => (total / mails.length).toFixed(1);

run(mails);
const both = Array.from({ length: ROUNDS }, () => microseconds(() => run(mails)));
const records = Array.from({ length: ROUNDS }, () => microseconds(() => mails.forEach(recordOf)));
const entities = run(mails)
  .snapshots()
  .filter(({ state }) => state.length > 0);
const sizes = entities.map(({ state }) => state.length).sort((a, b) => a - b);
const held = entities.filter((_, n) => n % Math.ceil(entities.length / 60) === 0).map(({ state }) => heldBytes(state));
const largest = entities.reduce((a, b) => (b.state.length > a.state.length ? b : a));
const extreme = million();

console.log(`${mails.length} messages, ${entities.length} entities, ${ROUNDS} rounds`);
console.log(
  `CPU a message, both tests: median ${perMessage(median(both))} us, of which record and sketch ${perMessage(median(records))} us`,
);
console.log(`state, as snapshot: median ${median(sizes)}, largest ${sizes.at(-1)} bytes`);
console.log(
  `state, in memory: median ${Math.round(median(held))}, largest ${Math.round(heldBytes(largest.state))} bytes`,
);
console.log(`a million recipients: snapshot ${extreme.length}, in memory ${Math.round(heldBytes(extreme))} bytes`);
