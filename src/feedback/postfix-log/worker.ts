// The thread that reads and joins the mail logs. A thread of its own and not slices of the main one: a mail log carries all mail of its server, which
// may be a hundred times what comes through Cordon, and it comes in floods (a rotation, a restart after a night). Here a flood costs the answers to
// mail servers nothing: only what was joined crosses over, and no more of it at once than the main thread has asked for.
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { DeliveryDraft, DeliveryRecord } from '../../activity/record.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { FollowedMessage, JoinCounts } from './join.ts';
import { type FollowedLog, PostfixLogs } from './logs.ts';

export interface WorkerSettings {
  readonly logs: readonly FollowedLog[];
  readonly checkpointFile: string;
}

export type ToWorker =
  | { readonly kind: 'messages'; readonly messages: readonly FollowedMessage[] }
  | { readonly kind: 'known'; readonly deliveries: readonly DeliveryRecord[] }
  /** All from before the restart was said. */
  | { readonly kind: 'begin' }
  /** The deliveries are in the journal's hands: send more. */
  | { readonly kind: 'taken' }
  /** Everything up to `seq` is on disk; undefined where it cannot be. */
  | { readonly kind: 'durable'; readonly seq: number | undefined }
  /** Answered with `forgotten`, once no checkpoint on disk names the address. */
  | { readonly kind: 'forget'; readonly address: string; readonly organizationId: string | undefined }
  | { readonly kind: 'close' };

export type FromWorker =
  /** Say what the journal has after `seq`; undefined: nothing has to be known. */
  | { readonly kind: 'ready'; readonly seq: number | undefined }
  /** Answered with `taken`. */
  | { readonly kind: 'deliveries'; readonly drafts: readonly DeliveryDraft[]; readonly counts: JoinCounts }
  /** Answered with `durable`. */
  | { readonly kind: 'make-durable' }
  /** `isDone` false: the checkpoint could not be written. */
  | { readonly kind: 'forgotten'; readonly isDone: boolean }
  | { readonly kind: 'trouble'; readonly file: string; readonly words: string }
  | { readonly kind: 'well'; readonly file: string }
  | { readonly kind: 'gap'; readonly file: string };

const LOOK_EVERY_MS = 200;
const CHECKPOINT_EVERY_MS = 5_000;
/** So many deliveries cross over at once: about a millisecond of the main thread. */
const DRAFTS_AT_ONCE = 50;

const { logs: followed, checkpointFile } = workerData as WorkerSettings;
const port = parentPort!;
const say = (message: FromWorker) => port.postMessage(message);
const checkpoint = readCheckpoint(checkpointFile);
const logs = new PostfixLogs({
  logs: followed,
  checkpoint,
  now: Date.now,
  onTrouble: (file, words) => say({ kind: 'trouble', file, words }),
  onWell: (file) => say({ kind: 'well', file }),
  onGap: (file) => say({ kind: 'gap', file }),
});

let isClosing = false;
/** Something is not in the checkpoint yet. */
let hasNews = false;
let hear: (message: ToWorker) => void = () => {};
/** Who waits for an address to be gone. */
let forgetting = 0;
/** The next message that is an answer to us. */
const answer = () => new Promise<ToWorker>((resolve) => (hear = resolve));

port.on('message', (message: ToWorker) => {
  if (message.kind === 'messages') {
    hasNews = true;
    logs.put(message.messages);
  } else if (message.kind === 'known') logs.know(message.deliveries);
  else if (message.kind === 'close') isClosing = true;
  else if (message.kind === 'forget') {
    logs.forget(message.address, message.organizationId);
    forgetting++;
  } else hear(message);
});

async function tell(drafts: readonly DeliveryDraft[]): Promise<void> {
  for (let i = 0; i < drafts.length; i += DRAFTS_AT_ONCE) {
    const taken = answer();
    say({ kind: 'deliveries', drafts: drafts.slice(i, i + DRAFTS_AT_ONCE), counts: logs.counts });
    await taken;
  }
}

/** What was told up to here may name an address that was to be forgotten meanwhile: it is in the journal's hands before this is answered. */
async function save(): Promise<void> {
  const isDone = await isWritten();
  for (; forgetting > 0; forgetting--) say({ kind: 'forgotten', isDone });
}

async function isWritten(): Promise<boolean> {
  await tell(logs.due(true));
  const answered = answer();
  say({ kind: 'make-durable' });
  const durable = await answered;
  if (durable.kind !== 'durable' || durable.seq === undefined) return false;
  try {
    writeCheckpoint(checkpointFile, logs.checkpoint(durable.seq));
    say({ kind: 'well', file: checkpointFile });
    return true;
  } catch (error) {
    say({ kind: 'trouble', file: checkpointFile, words: String(error) });
    return false;
  }
}

const begun = answer();
say({ kind: 'ready', seq: checkpoint?.seq });
await begun;
// From here on nothing may be lost, also where the guard is killed in its first seconds.
if (checkpoint === undefined) await save();
let savedAt = Date.now();
while (!isClosing) {
  const isMore = await logs.read();
  await tell(logs.due());
  hasNews ||= isMore;
  if (forgetting > 0 || (hasNews && Date.now() - savedAt >= CHECKPOINT_EVERY_MS)) {
    hasNews = false;
    await save();
    savedAt = Date.now();
  }
  // Also lets in what the main thread has said meanwhile.
  await (isMore ? turn() : wait(LOOK_EVERY_MS));
}
await save();
logs.close();
port.close();
