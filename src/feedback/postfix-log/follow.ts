// What became of the mail, from Postfix's mail logs, while the guard runs: hands the journal's messages to the thread that follows the logs, and what
// that has joined to the guard. Known to main's files alone; what is kept over a restart is in checkpoint.ts.
//
// Nothing is told twice and nothing is lost over a crash: a checkpoint is written when everything told before is on disk in the journal, and
// after a start the journal's records since the checkpoint are given to the thread before it reads on.
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { JournalStore } from '../../activity/journal-store.ts';
import type { DeliveryDraft, DeliveryRecord, JournalRecord } from '../../activity/record.ts';
import { CordonError } from '../../errors.ts';
import { type FollowedMessage, followedMessage, type JoinCounts } from './join.ts';
import type { FollowedLog } from './logs.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './worker.ts';

export interface FollowOptions extends Omit<WorkerSettings, 'logs'> {
  readonly logs: readonly Omit<FollowedLog, 'from'>[];
  readonly journal: Pick<JournalStore, 'readFrom' | 'flush'>;
  /** The seq of the journal's last record. */
  readonly latestSeq: () => number;
  /** In the order of the logs. To be journaled at once. */
  readonly onDelivery: (draft: DeliveryDraft) => void;
  readonly onTrouble: (part: string, words: string) => void;
  readonly onWell: (part: string) => void;
}

/** The logs being followed. */
export interface PostfixLogFeedback {
  /** Every record of the journal, when it is appended. */
  note(record: JournalRecord): void;
  /** Since the start. */
  readonly counts: JoinCounts;
  /**
   * Waits no more for what becomes of mail to this address, of one organization or of all, and keeps it nowhere. All that was known of it until
   * now has been told when it resolves. Rejects where the thread fails or the disk does not take it.
   */
  forget(address: string, organizationId?: string): Promise<void>;
  /** Tells what was read, and keeps where it stood. Before the journal is closed. */
  close(): Promise<void>;
}

const GATHER_MS = 20;
const RESTART_MS = 5_000;
const NOTHING: JoinCounts = { joined: 0, unjoined: 0, givenUp: 0 };

export function followPostfixLogs(options: FollowOptions): PostfixLogFeedback {
  return new Following(options);
}

class Following implements PostfixLogFeedback {
  counts = NOTHING;
  readonly #options: FollowOptions;
  /** Each with the end that it has now: from here on the journal knows the mail that it tells of. */
  readonly #logs: readonly FollowedLog[];
  #worker: Worker;
  /** Counted by threads that have died. */
  #countedBefore = NOTHING;
  #outbox: FollowedMessage[] = [];
  /** Answered one after another. */
  #forgetting: ((isDone: boolean) => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #restart: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#logs = options.logs.map((log) => ({
      ...log,
      from: statSync(log.file, { throwIfNoEntry: false })?.size ?? 0,
    }));
    this.#worker = this.#start();
  }

  #start(): Worker {
    const { checkpointFile, onTrouble } = this.#options;
    const workerData: WorkerSettings = { logs: this.#logs, checkpointFile };
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData, execArgv: [] });
    worker.on('message', (message: FromWorker) => void this.#hear(message));
    worker.on('error', (error) => onTrouble('mail log', `the thread that follows it failed: ${String(error)}`));
    worker.on('exit', () => {
      for (const end of this.#forgetting.splice(0)) end(false);
      if (this.#isClosing) return;
      this.#countedBefore = this.counts;
      this.#restart = setTimeout(() => {
        this.#worker = this.#start();
      }, RESTART_MS).unref();
    });
    return worker;
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async #hear(message: FromWorker): Promise<void> {
    const { onTrouble, onWell } = this.#options;
    switch (message.kind) {
      case 'ready':
        return this.#tellWhatIsKnown(message.seq);
      case 'deliveries':
        this.#count(message.counts);
        for (const draft of message.drafts) this.#options.onDelivery(draft);
        return this.#say({ kind: 'taken' });
      case 'make-durable':
        return this.#makeDurable();
      case 'forgotten':
        return this.#forgetting.shift()?.(message.isDone);
      case 'trouble':
        return onTrouble(`mail log ${message.file}`, message.words);
      case 'well':
        return onWell(`mail log ${message.file}`);
      case 'gap':
        onTrouble(`lines of ${message.file}`, 'some were lost: the file they stood in is gone or damaged');
        return onWell(`lines of ${message.file}`);
    }
  }

  #count({ joined, unjoined, givenUp }: JoinCounts): void {
    const before = this.#countedBefore;
    this.counts = {
      joined: before.joined + joined,
      unjoined: before.unjoined + unjoined,
      givenUp: before.givenUp + givenUp,
    };
  }

  async #tellWhatIsKnown(seq: number | undefined): Promise<void> {
    const { journal, latestSeq, onTrouble, onWell } = this.#options;
    const until = latestSeq();
    try {
      if (seq !== undefined && seq < until) {
        for await (const records of journal.readFrom(seq)) {
          this.#say({ kind: 'messages', messages: records.map(waitedFor).filter((each) => each !== undefined) });
          this.#say({
            kind: 'known',
            deliveries: records.filter((each): each is DeliveryRecord => each.kind === 'delivery'),
          });
          if (records.at(-1)!.seq >= until) break;
        }
      }
      onWell('mail log');
    } catch (error) {
      onTrouble('mail log', `what was told before the start is not known: ${String(error)}`);
    }
    this.#say({ kind: 'begin' });
  }

  async #makeDurable(): Promise<void> {
    const seq = this.#options.latestSeq();
    this.#flush();
    const isDurable = await this.#options.journal.flush().then(
      () => true,
      () => false,
    );
    this.#say({ kind: 'durable', seq: isDurable ? seq : undefined });
  }

  note(record: JournalRecord): void {
    const message = waitedFor(record);
    if (message === undefined) return;
    this.#outbox.push(message);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS).unref();
  }

  async forget(address: string, organizationId?: string): Promise<void> {
    this.#flush();
    const isDone = await new Promise<boolean>((resolve) => {
      if (this.#worker.threadId === -1) return resolve(false);
      this.#forgetting.push(resolve);
      this.#say({ kind: 'forget', address, organizationId });
    });
    if (!isDone) throw new CordonError('STORE_UNAVAILABLE', `${this.#options.checkpointFile} cannot be written now`);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#outbox.length > 0) this.#say({ kind: 'messages', messages: this.#outbox });
    this.#outbox = [];
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    clearTimeout(this.#restart);
    this.#flush();
    if (this.#worker.threadId === -1) return;
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    this.#say({ kind: 'close' });
    await exited;
  }
}

function waitedFor(record: JournalRecord): FollowedMessage | undefined {
  return record.kind === 'message' ? followedMessage(record) : undefined;
}
