// Whom a non-delivery report may be sent, and how often: backscatter would make a spammer of the guard itself.

import { domainOf, normalizeAddress } from '../mail/address.ts';
import { buildNonDeliveryReport, type NonDelivery } from '../mail/ndr.ts';

const HOUR_MS = 3_600_000;
const REMEMBERED_SENDERS = 10_000;

/** Takes a finished report, and waits for nothing. */
export interface NotificationPath {
  send(envelopeSender: string, recipient: string, message: Buffer): void;
}

export interface NonDeliveryReportsOptions {
  readonly path: NotificationPath;
  readonly hostName: string;
  readonly onFailure: (error: unknown) => void;
  /** The organization that accepts mail for a domain. */
  readonly acceptedBy: (domain: string) => string | undefined;
}

export class NonDeliveryReports {
  readonly #options: NonDeliveryReportsOptions;
  /** Sender -> when it was last told, oldest first. */
  readonly #told = new Map<string, number>();

  constructor(options: NonDeliveryReportsOptions) {
    this.#options = options;
  }

  /**
   * Tells the sender, unless it is the null sender, of a foreign domain, or was told less than an hour ago. Does not wait.
   * True where a report is on its way.
   */
  tell(organizationId: string, refused: Omit<NonDelivery, 'from' | 'reportingMta'>): boolean {
    const sender = normalizeAddress(refused.to);
    const domain = domainOf(sender);
    if (domain === '' || this.#options.acceptedBy(domain) !== organizationId) return false;
    const last = this.#told.get(sender);
    if (last !== undefined && refused.at - last < HOUR_MS) return false;
    this.#remember(sender, refused.at);
    const { path, hostName, onFailure } = this.#options;
    buildNonDeliveryReport({ ...refused, from: `postmaster@${domain}`, reportingMta: hostName })
      .then((message) => path.send('', refused.to, message))
      .catch(onFailure);
    return true;
  }

  #remember(sender: string, at: number): void {
    this.#told.delete(sender);
    if (this.#told.size >= REMEMBERED_SENDERS) this.#told.delete(this.#told.keys().next().value!);
    this.#told.set(sender, at);
  }
}
