// One SMTP session can come through two doors at once: only the policy protocol carries certificate fingerprints, only the
// milter carries headers and speaks our exact reply. Here the two recognize each other, by mail server and client.
import type { ClientCertificate } from '../mail/relay-request.ts';

/** A milter's session while it is open. */
export interface MilterSession {
  /** What the policy protocol told of the client's certificate, if it spoke of this session. */
  readonly certificate: ClientCertificate | undefined;
  /** The session ended, or stands for another client from now on (XCLIENT): forget it. Twice is harmless. */
  leave(): void;
}

class OpenSession implements MilterSession {
  certificate: ClientCertificate | undefined;
  readonly #leave: (session: OpenSession) => void;

  constructor(leave: (session: OpenSession) => void) {
    this.#leave = leave;
  }

  leave(): void {
    this.#leave(this);
  }
}

/**
 * The open milter sessions by mail server, client address and port.
 * XCLIENT without PORT leaves the port unknown (0): two sessions of one client address can then not be told apart. A certificate
 * is noted only where exactly one session fits, because a wrong one would attribute mail to somebody else.
 */
export class Sessions {
  readonly #open = new Map<string, Set<OpenSession>>();

  enter(mailServer: string, clientAddress: string, clientPort: number): MilterSession {
    const key = `${mailServer} ${clientAddress} ${clientPort}`;
    const session = new OpenSession((gone) => {
      const here = this.#open.get(key);
      if (here?.delete(gone) && here.size === 0) this.#open.delete(key);
    });
    const here = this.#open.get(key);
    if (here === undefined) this.#open.set(key, new Set([session]));
    else here.add(session);
    return session;
  }

  /** True where this session also has a milter, which will then judge the message and refuse in our own words. */
  hasMilter(mailServer: string, clientAddress: string, clientPort: number): boolean {
    return this.#open.has(`${mailServer} ${clientAddress} ${clientPort}`);
  }

  noteCertificate(
    mailServer: string,
    clientAddress: string,
    clientPort: number,
    certificate: ClientCertificate | undefined,
  ): void {
    const here = this.#open.get(`${mailServer} ${clientAddress} ${clientPort}`);
    if (here?.size !== 1) return;
    for (const session of here) session.certificate = certificate;
  }

  get size(): number {
    let count = 0;
    for (const here of this.#open.values()) count += here.size;
    return count;
  }
}
