// The worker's side of a database thread: takes everything that waits, runs it, answers all of it at once.
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { type Failure, failureOf } from './failure.ts';

/** From the owning thread: a request with its number, or the word to close. */
export type Call = { readonly id: number; readonly request: unknown } | 'close';

export type Outcome = { readonly value: unknown } | { readonly failure: Failure };
export type Answer = Outcome & { readonly id: number };

export interface ThreadWork<Request> {
  /** One outcome for each request, in order. What it throws fails them all. */
  run(requests: readonly Request[]): readonly Outcome[];
  close(): void;
}

/** Serves until told to close. Runs in a worker only. */
export function serve<Request>(work: ThreadWork<Request>): void {
  const port = parentPort!;
  port.on('message', (first: Call) => {
    const calls = [first];
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
      calls.push(next.message as Call);
    }
    const asked = calls.filter((call) => call !== 'close');
    if (asked.length > 0) port.postMessage(answersTo(asked, work));
    if (asked.length === calls.length) return;
    work.close();
    port.close();
  });
}

function answersTo<Request>(asked: readonly Exclude<Call, 'close'>[], work: ThreadWork<Request>): Answer[] {
  let outcomes: readonly Outcome[];
  try {
    outcomes = work.run(asked.map((call) => call.request as Request));
  } catch (error) {
    outcomes = asked.map(() => ({ failure: failureOf(error) }));
  }
  return asked.map((call, i) => ({ ...outcomes[i]!, id: call.id }));
}

/** The outcome of one piece of work by itself. */
export function attempt(work: () => unknown): Outcome {
  try {
    return { value: work() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
