// The owning side of a database thread: calls go out numbered, answers come back as promises. A thread that dies fails what
// it was asked and is started again at the next call.
import { Worker } from 'node:worker_threads';
import { CordonError } from '../../errors.ts';
import { errorOf } from './failure.ts';
import type { Answer, Call } from './serve.ts';

/** What a writing thread is told when it starts. */
export interface WriterSettings {
  readonly file: string;
  /** For tests of a slow disk: how long each commit takes longer, milliseconds. */
  readonly commitDelayMs?: number | undefined;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class DatabaseThread<Request> {
  readonly #script: URL;
  readonly #settings: object;
  /** Stands before what goes wrong. */
  readonly #name: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastCall = 0;
  #isClosed = false;

  constructor(script: URL, name: string, settings: object) {
    this.#script = script;
    this.#name = name;
    this.#settings = settings;
  }

  /** Rejects with STORE_UNAVAILABLE where the file cannot be opened or the thread dies before it answers. */
  call<Value>(request: Request): Promise<Value> {
    if (this.#isClosed) return Promise.reject(new CordonError('STORE_UNAVAILABLE', 'the store is closed'));
    this.#worker ??= this.#start();
    const id = ++this.#lastCall;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#worker.postMessage({ id, request } satisfies Call);
    return answer as Promise<Value>;
  }

  /** After everything that was asked before. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage('close' satisfies Call);
    await exited;
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { workerData: this.#settings, execArgv: [] });
    let cause: unknown;
    worker.on('message', (answers: readonly Answer[]) => this.#settle(answers));
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => this.#ended(worker, cause));
    return worker;
  }

  #settle(answers: readonly Answer[]): void {
    for (const answer of answers) {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ('failure' in answer) waiting?.reject(errorOf(answer.failure, this.#name));
      else waiting?.resolve(answer.value);
    }
  }

  #ended(worker: Worker, cause: unknown): void {
    if (this.#worker === worker) this.#worker = undefined;
    const words = cause instanceof Error ? cause.message : 'its thread ended';
    const error = new CordonError('STORE_UNAVAILABLE', `${this.#name}: ${words}`, { cause });
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
