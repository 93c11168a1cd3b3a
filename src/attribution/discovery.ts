// Relaying that no connector claims: on day one nobody knows his connectors. Counted by address, certificate and login,
// so that one action makes a connector of what was found.
import type { RelayClient } from '../mail/relay-request.ts';

export interface Discovered {
  readonly clientAddress: string;
  readonly clientName: string;
  readonly certificateFingerprint: string;
  readonly certificateName: string;
  readonly saslUsername: string;
  /** Handed in on the mail server itself. */
  readonly localSubmission: boolean;
  readonly recipients: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
}

/** Bounded: when full, the one not seen for the longest time makes room. */
const MOST_DISCOVERED = 10_000;

/** In memory, since the guard started. */
export class Discovery {
  readonly #found = new Map<string, { -readonly [K in keyof Discovered]: Discovered[K] }>();

  /** `at` in milliseconds since 1970. */
  note(client: RelayClient, recipients: number, at: number): void {
    const fingerprint = client.certificate?.fingerprint ?? '';
    const localSubmission = client.isLocalSubmission === true;
    const key = `${client.clientAddress} ${localSubmission} ${fingerprint} ${client.saslUsername ?? ''}`;
    const known = this.#found.get(key);
    if (known !== undefined) {
      known.recipients += recipients;
      known.lastSeen = at;
      this.#found.delete(key);
      this.#found.set(key, known);
      return;
    }
    if (this.#found.size >= MOST_DISCOVERED) this.#found.delete(this.#found.keys().next().value!);
    this.#found.set(key, {
      clientAddress: client.clientAddress,
      clientName: client.clientName ?? '',
      certificateFingerprint: fingerprint,
      certificateName: client.certificate?.names[0] ?? '',
      saslUsername: client.saslUsername ?? '',
      localSubmission,
      recipients,
      firstSeen: at,
      lastSeen: at,
    });
  }

  /** What came with this login is not remembered any more. */
  forget(login: string): void {
    for (const [key, found] of this.#found) if (found.saslUsername.toLowerCase() === login) this.#found.delete(key);
  }

  /** What now belongs to a connector is left out: it has been dealt with. Largest volume first. */
  list(isClaimed: (found: Discovered) => boolean): Discovered[] {
    return [...this.#found.values()].filter((found) => !isClaimed(found)).sort((a, b) => b.recipients - a.recipients);
  }
}
