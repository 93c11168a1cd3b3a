// What `cordon doctor` asks to be told: which door was asked about a recipient that it named, and of which session and message.
// Only this proves that a mail server asks, and that both doors hear of one and the same message.
import { normalizeAddress } from '../mail/address.ts';
import type { ListenerName, RelayClient, Stage } from '../mail/relay-request.ts';

/** One question about the recipient. */
export interface Sighting {
  readonly listener: ListenerName;
  readonly stage: Stage;
  readonly client: RelayClient;
  readonly envelopeSender: string;
  /** '' where it is not known yet: Postfix tells none at the first recipient. */
  readonly queueId: string;
  /** Of the header; '' before the end of the message and through the policy protocol. */
  readonly messageId: string;
}

export interface Probe {
  readonly id: string;
  /** Normalized. */
  readonly recipient: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  readonly sightings: readonly Sighting[];
}

const LASTS_MS = 120_000;
const MOST_PROBES = 50;
const MOST_SIGHTINGS = 100;

/** The probes under way, in memory. Without one, a question costs a comparison. */
export class Probes {
  readonly #now: () => number;
  readonly #open = new Map<string, Probe & { readonly sightings: Sighting[] }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lasts two minutes. When there are too many, the oldest makes room. */
  begin(id: string, recipient: string): Probe {
    this.#forgetOld();
    if (this.#open.size >= MOST_PROBES) this.#open.delete(this.#open.keys().next().value!);
    const probe = { id, recipient: normalizeAddress(recipient), until: this.#now() + LASTS_MS, sightings: [] };
    this.#open.set(id, probe);
    return probe;
  }

  get(id: string): Probe | undefined {
    this.#forgetOld();
    return this.#open.get(id);
  }

  /** `sighting` is made only where somebody asked for it. */
  note(recipient: string, sighting: () => Sighting): void {
    if (this.#open.size === 0) return;
    this.#forgetOld();
    const address = normalizeAddress(recipient);
    for (const probe of this.#open.values()) {
      if (probe.recipient === address && probe.sightings.length < MOST_SIGHTINGS) probe.sightings.push(sighting());
    }
  }

  #forgetOld(): void {
    for (const { id, until } of this.#open.values()) if (until <= this.#now()) this.#open.delete(id);
  }
}
