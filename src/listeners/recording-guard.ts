// Test support: a guard that says what its test scripted and remembers everything that a listener told it.
import { ACCEPT, type Decision } from '../decision/decision.ts';
import type { RelayedMessage, RelayRequest } from '../mail/relay-request.ts';
import type { Guard, Judged } from './guard.ts';

export interface JudgedMessage {
  readonly message: RelayedMessage;
  /** Every call of `settle`: exactly one, once the message is over. */
  readonly settled: string[];
}

/** How long `until` waits before it says what it waited for. Only a test that fails waits so long. */
const PATIENCE_MS = 5_000;

export class RecordingGuard implements Guard {
  asked: RelayRequest[] = [];
  judged: JudgedMessage[] = [];
  abandoned: RelayedMessage[] = [];
  /** What `now()` says. */
  clock = 1_000;
  /** What a recipient is answered. */
  onAsk: (request: RelayRequest) => Decision | Promise<Decision> = () => ACCEPT;
  /** What a whole message is answered. */
  onJudge: (message: RelayedMessage) => Decision | Promise<Decision> = () => ACCEPT;
  /** Whether a content filter's word would count. */
  onWeighs: (message: Pick<RelayedMessage, 'client' | 'recipients'>) => boolean = () => true;
  readonly #waiting = new Set<() => void>();

  now(): number {
    return this.clock;
  }

  ask(request: RelayRequest): Decision | Promise<Decision> {
    this.asked.push(request);
    this.#tellWaiting();
    return this.onAsk(request);
  }

  judge(message: RelayedMessage): Judged | Promise<Judged> {
    const settled: string[] = [];
    this.judged.push({ message, settled });
    this.#tellWaiting();
    const settle = (reply: string): void => {
      settled.push(reply);
      this.#tellWaiting();
    };
    const decision = this.onJudge(message);
    return decision instanceof Promise ? decision.then((late) => ({ decision: late, settle })) : { decision, settle };
  }

  weighs(message: Pick<RelayedMessage, 'client' | 'recipients'>): boolean {
    return this.onWeighs(message);
  }

  abandon(message: RelayedMessage): void {
    this.abandoned.push(message);
    this.#tellWaiting();
  }

  /** Forgets what it was told; keeps the script. */
  forget(): void {
    this.asked = [];
    this.judged = [];
    this.abandoned = [];
  }

  /** Resolves once `isTrue`; looks whenever the listener says something. Rejects with `what` after five seconds. */
  until(what: string, isTrue: () => boolean): Promise<void> {
    if (isTrue()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!isTrue()) return;
        end();
        resolve();
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error(`waited in vain: ${what}`));
      }, PATIENCE_MS);
      const end = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
    });
  }

  #tellWaiting(): void {
    for (const look of this.#waiting) look();
  }
}
