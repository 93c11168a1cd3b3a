// All mail logs that are followed, and the join that they feed.
import type { DeliveryDraft, DeliveryRecord } from '../../activity/record.ts';
import type { Checkpoint } from './checkpoint.ts';
import { Follower } from './follower.ts';
import { type FollowedMessage, Join, type JoinCounts } from './join.ts';
import { readLogLine } from './log-line.ts';

export interface FollowedLog {
  readonly file: string;
  /** Whose log it is, as `MessageRecord.feedbackFrom` names it. */
  readonly mailServer: string;
  /** Where to begin when there is no checkpoint: what stands before it is of a time before the journal. Bytes. */
  readonly from: number;
}

export interface LogsOptions {
  readonly logs: readonly FollowedLog[];
  readonly checkpoint: Checkpoint | undefined;
  /** Milliseconds; measures how long something is waited for. */
  readonly now: () => number;
  /** The file cannot be read, for a minute or longer. */
  readonly onTrouble: (file: string, words: string) => void;
  readonly onWell: (file: string) => void;
  /** Lines were lost. */
  readonly onGap: (file: string) => void;
}

/** About 200 bytes of heap an event, and 500 a message. */
const LIMITS = { messages: 200_000, strangers: 50_000 };
/** Rotated away, and the daemon has not written to the new one yet: that is no trouble. */
const PATIENCE_MS = 60_000;

interface Log extends FollowedLog {
  follower: Follower | undefined;
  /** Since when it cannot be read. */
  failing: number | undefined;
  isTold: boolean;
}

export class PostfixLogs {
  readonly #options: LogsOptions;
  readonly #join = new Join(LIMITS);
  readonly #logs: Log[];

  constructor(options: LogsOptions) {
    this.#options = options;
    for (const message of options.checkpoint?.messages ?? []) this.#join.restore(message);
    this.#logs = options.logs.map((log) => ({ ...log, follower: undefined, failing: undefined, isTold: false }));
    for (const log of this.#logs) this.#attempt(log, () => this.#follower(log));
  }

  get counts(): JoinCounts {
    return this.#join.counts;
  }

  /** Messages that the mail servers took. */
  put(messages: readonly FollowedMessage[]): void {
    const now = this.#options.now();
    for (const message of messages) this.#join.put(message, now);
  }

  /** Told before a restart. */
  know(deliveries: readonly DeliveryRecord[]): void {
    for (const delivery of deliveries) this.#join.know(delivery);
  }

  forget(address: string, organizationId?: string): void {
    this.#join.forget(address, organizationId);
  }

  /** Reads a slice of each log. True where there may be more at once. */
  async read(): Promise<boolean> {
    let isMore = false;
    for (const log of this.#logs) {
      const onLine = (line: string) => {
        const event = readLogLine(line);
        if (event !== undefined) this.#join.take(log.mailServer, event, this.#options.now());
      };
      const more = await this.#attempt(log, () => this.#follower(log).read(onLine));
      isMore ||= more === true;
    }
    return isMore;
  }

  /** Made at the first try that succeeds: a folder may not be there yet. */
  #follower(log: Log): Follower {
    const { checkpoint, now, onGap } = this.#options;
    log.follower ??= new Follower(log.file, log.from, checkpoint?.positions[log.file] ?? [], now, () =>
      onGap(log.file),
    );
    return log.follower;
  }

  async #attempt<Value>(log: Log, act: () => Value | Promise<Value>): Promise<Value | undefined> {
    const { now, onTrouble, onWell } = this.#options;
    try {
      const value = await act();
      if (log.isTold) onWell(log.file);
      log.failing = undefined;
      log.isTold = false;
      return value;
    } catch (error) {
      log.failing ??= now();
      if (!log.isTold && now() - log.failing >= PATIENCE_MS) {
        log.isTold = true;
        onTrouble(log.file, String(error));
      }
      return undefined;
    }
  }

  /** What is to be told now; with `all`, also what was still being gathered. */
  due(all = false): DeliveryDraft[] {
    return this.#join.due(this.#options.now(), all);
  }

  /** After `due(true)`, once all of it and everything up to `seq` is on disk. */
  checkpoint(seq: number): Checkpoint {
    const positions = this.#logs.map(({ file, follower }): [string, Checkpoint['positions'][string]] => [
      file,
      follower?.positions ?? this.#options.checkpoint?.positions[file] ?? [],
    ]);
    return { seq, positions: Object.fromEntries(positions), messages: this.#join.kept() };
  }

  close(): void {
    for (const { follower } of this.#logs) follower?.close();
  }
}
