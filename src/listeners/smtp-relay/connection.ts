// The socket of one SMTP client: bytes in when they are asked for, answers out, TLS in between, and an end that lets the client
// read our last word.
import type { Socket } from 'node:net';
import type { ClientCertificate } from '../../mail/relay-request.ts';
import type { TlsAcceptor } from './tls-acceptor.ts';

/** How long a client may take to hang up after our last word. */
const LINGER_MS = 5_000;

export class ClientConnection {
  isEncrypted = false;
  /** What the client showed in the handshake. */
  certificate: ClientCertificate | undefined;
  /** The client said nothing for too long. */
  isTimedOut = false;
  #socket: Socket;
  #unread: Buffer[] = [];
  #reading: ((bytes: Buffer | undefined) => void) | undefined;
  /** No more will come. */
  #isOver = false;
  #isClosed = false;
  readonly #timeout: number;

  /** `timeout`: milliseconds that the client may be silent while we wait for him. */
  constructor(socket: Socket, timeout: number) {
    this.#timeout = timeout;
    this.#socket = socket;
    this.#attach(socket);
  }

  /** Nobody is there any more to hear an answer. (A client that only ended his side still listens.) */
  get isGone(): boolean {
    return this.#isClosed;
  }

  /** The next bytes; undefined where the client is gone, silent for too long, or `interrupt` was called. */
  read(): Promise<Buffer | undefined> {
    const unread = this.#unread.shift();
    if (unread !== undefined) return Promise.resolve(unread);
    if (this.#isOver) return Promise.resolve(undefined);
    if (this.#socket.isPaused()) this.#socket.resume();
    return new Promise((resolve) => {
      this.#reading = resolve;
    });
  }

  /** Ends a `read` that is waiting. */
  interrupt(): void {
    this.#giveBytes(undefined);
  }

  /** Waits only where the client takes no answers. */
  write(text: string): Promise<void> | undefined {
    if (this.#isClosed || this.#socket.write(text, 'latin1')) return undefined;
    const socket = this.#socket;
    return new Promise((resolve) => {
      const go = (): void => {
        socket.off('drain', go).off('close', go).off('timeout', cut);
        resolve();
      };
      const cut = (): void => {
        socket.destroy();
      };
      socket.on('drain', go).on('close', go).on('timeout', cut);
    });
  }

  /**
   * Says `goAhead` and speaks TLS from then on; false where the handshake failed, and the client is gone then. What the client had
   * sent before it in clear is dropped (RFC 3207 6).
   */
  async startTls(acceptor: TlsAcceptor, goAhead: string): Promise<boolean> {
    const plain = this.#socket;
    plain.pause();
    plain.setTimeout(0);
    this.#detach(plain);
    this.#unread = [];
    await new Promise<void>((resolve) => plain.write(goAhead, 'latin1', () => resolve()));
    const accepted = await acceptor.accept(plain);
    if (accepted === undefined) {
      plain.destroy();
      this.#onClose();
      return false;
    }
    this.#socket = accepted.socket;
    this.isEncrypted = true;
    this.certificate = accepted.certificate;
    this.#attach(accepted.socket);
    return true;
  }

  /** Sends what is still to be sent and hangs up, once the client has or after LINGER_MS: a reset would take our last word away. */
  close(): void {
    const socket = this.#socket;
    this.#isOver = true;
    this.#unread = [];
    if (this.#isClosed) return;
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.off('data', this.#onData).once('close', () => clearTimeout(timer));
    socket.end();
    socket.resume();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #attach(socket: Socket): void {
    socket.setTimeout(this.#timeout);
    socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('close', this.#onClose)
      .on('timeout', this.#onTimeout)
      // `close` follows.
      .on('error', () => {});
  }

  #detach(socket: Socket): void {
    socket
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('close', this.#onClose)
      .off('timeout', this.#onTimeout);
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#reading !== undefined) this.#giveBytes(bytes);
    else {
      this.#unread.push(bytes);
      this.#socket.pause();
    }
  };

  readonly #onEnd = (): void => {
    this.#isOver = true;
    this.#giveBytes(undefined);
  };

  readonly #onClose = (): void => {
    this.#isClosed = true;
    this.#onEnd();
  };

  readonly #onTimeout = (): void => {
    if (this.#reading === undefined) return;
    this.isTimedOut = true;
    this.#isOver = true;
    this.#giveBytes(undefined);
  };

  #giveBytes(bytes: Buffer | undefined): void {
    const reading = this.#reading;
    this.#reading = undefined;
    reading?.(bytes);
  }
}
