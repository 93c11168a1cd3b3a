// The mail path: the mail that Cordon itself sends, notifications and non-delivery reports, handed to one mail server. A session for
// each message, bounded in all its time, and never between a question of a mail server and its answer.
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import { isAddress } from '../mail/address.ts';
import { oneLine } from '../mail/one-line.ts';
import type { Sent } from './outbox.ts';

export interface MailPathOptions {
  readonly host: string;
  readonly port: number;
  /** required: with a certificate that is valid for the name. */
  readonly tls: 'none' | 'opportunistic' | 'required';
  /** PEM; undefined: those that Node brings. */
  readonly ca?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** What the session calls itself (EHLO). */
  readonly hostName: string;
  /** A session may last so long. */
  readonly longestMs?: number;
}

export interface Submission {
  /** '' is the null reverse-path. */
  readonly envelopeSender: string;
  readonly recipient: string;
  readonly message: Buffer;
}

const LONGEST_MS = 60_000;

/** Hands a finished message to the mail server. Never rejects; `longestMs` at the most. */
export function submit(options: MailPathOptions, { envelopeSender, recipient, message }: Submission): Promise<Sent> {
  if (!isAddress(recipient)) return Promise.resolve({ result: 'void', words: 'this is no mail address' });
  const connection = new SMTPConnection(settingsOf(options));
  return new Promise((resolve) => {
    let isOver = false;
    const end = (sent: Sent): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (sent.result === 'taken') connection.quit();
      else connection.close();
      resolve(sent);
    };
    const failed = (error: Error): void => end({ result: 'failed', words: oneLine(error.message, 300) });
    const { longestMs = LONGEST_MS } = options;
    const timer = setTimeout(() => failed(new Error(`no end within ${longestMs / 1_000} s`)), longestMs);
    const send = (): void => {
      const envelope = { from: envelopeSender === '' ? (false as const) : envelopeSender, to: [recipient] };
      connection.send(envelope, message, (error) => (error ? failed(error) : end({ result: 'taken' })));
    };
    // Also after the end: an error that nobody listens to would end the process.
    connection.on('error', failed);
    connection.on('end', () => failed(new Error('the mail server closed the connection')));
    connection.connect((error) => {
      const { user, password } = options;
      if (error) failed(error);
      else if (user === undefined) send();
      else connection.login({ user, pass: password }, (refused) => (refused ? failed(refused) : send()));
    });
  });
}

function settingsOf({ host, port, tls, ca, hostName, longestMs = LONGEST_MS }: MailPathOptions) {
  return {
    host,
    port,
    name: hostName,
    secure: port === 465 && tls !== 'none',
    ignoreTLS: tls === 'none',
    requireTLS: tls === 'required',
    opportunisticTLS: tls === 'opportunistic',
    tls: {
      rejectUnauthorized: tls === 'required',
      minVersion: 'TLSv1.2' as const,
      ...(ca === undefined ? {} : { ca }),
    },
    connectionTimeout: Math.min(10_000, longestMs),
    greetingTimeout: Math.min(10_000, longestMs),
    dnsTimeout: Math.min(10_000, longestMs),
    socketTimeout: Math.min(30_000, longestMs),
    socketCloseTimeout: 0,
    maxResponseSize: 65_536,
  };
}

const MOST_REPORTS = 1_000;

/** Non-delivery reports, one after another: what cannot be sent is told and not kept, for nobody waits for it. */
export class ReportPath {
  readonly #options: MailPathOptions;
  readonly #onFailure: (error: Error) => void;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: MailPathOptions, onFailure: (error: Error) => void) {
    this.#options = options;
    this.#onFailure = onFailure;
  }

  /** Does not wait. */
  send(envelopeSender: string, recipient: string, message: Buffer): void {
    if (this.#isClosed || this.#waiting >= MOST_REPORTS) {
      this.#onFailure(new Error('too many reports wait'));
      return;
    }
    this.#waiting++;
    this.#last = this.#last.then(async () => {
      const sent = this.#isClosed
        ? ({ result: 'void', words: 'the guard is closing' } as const)
        : await submit(this.#options, { envelopeSender, recipient, message });
      this.#waiting--;
      if (sent.result !== 'taken') this.#onFailure(new Error(sent.words));
    });
  }

  /** Waits for the report under way; the others are not sent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
  }
}
