// One connection to the next hop: bytes out, replies in, in order. Opened up to the EHLO; TLS as configured.
import { isIP, type Socket, connect as tcpConnect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { codeOf, ReplyReader } from './reply-reader.ts';

export interface HopTarget {
  readonly host: string;
  readonly port: number;
  /**
   * STARTTLS. opportunistic: where offered, with any certificate. required: with one that is valid for `host`, or the mail is
   * deferred.
   */
  readonly tls: 'none' | 'opportunistic' | 'required';
  /** PEM; without it the authorities that Node comes with. */
  readonly ca?: string | Buffer | undefined;
  /** What we call ourselves. */
  readonly hostname: string;
  /** Milliseconds: until connected, until a command is answered or bytes are taken, until the dot is answered. */
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly finalTimeout: number;
}

export const TLS_FAILED = '451 4.7.5 TLS with the next hop failed';
const QUIT_TIMEOUT_MS = 5_000;

export class HopConnection {
  /** What the next hop offers: EHLO keywords in upper case. */
  extensions: ReadonlySet<string> = new Set();
  /** Transactions that were begun on it. */
  transactions = 0;
  /** Why it can be used no more. */
  lost: string | undefined;
  /** A final word that came in the middle of a message. Whatever is sent then is heard by nobody. */
  early: string | undefined;
  #socket: Socket;
  #replies = new ReplyReader();
  readonly #waiting: ((reply: string | undefined) => void)[] = [];
  readonly #target: HopTarget;

  constructor(target: HopTarget) {
    this.#target = target;
    this.#socket = tcpConnect({ host: target.host, port: target.port, noDelay: true });
    this.#attach(this.#socket);
  }

  /** Up to where it takes MAIL; or the 451 that says why it does not. */
  async open(): Promise<string | undefined> {
    this.#socket.setTimeout(this.#target.connectTimeout);
    const greeting = await this.#nextReply();
    this.#socket.setTimeout(this.#target.commandTimeout);
    if (greeting === undefined) return `451 4.4.1 Next hop not reached: ${this.lost}`;
    // RFC 5321 3.1 allows 554 here. It concerns the connection, not the mail, so that it is no reason to lose it.
    if (codeOf(greeting) !== 220) return '451 4.4.1 Next hop does not take mail now';
    const problem = await this.#hello();
    if (problem !== undefined || this.#target.tls === 'none') return problem;
    if (this.extensions.has('STARTTLS')) return (await this.#startTls()) ?? this.#hello();
    return this.#target.tls === 'required' ? '451 4.7.4 Next hop does not offer TLS' : undefined;
  }

  /** Sends commands and gives as many replies; undefined for those that did not come before the connection was lost. */
  async ask(commands: readonly string[]): Promise<readonly (string | undefined)[]> {
    if (this.extensions.has('PIPELINING')) return Promise.all(this.#send(commands));
    const replies: (string | undefined)[] = [];
    for (const command of commands) replies.push(await this.#send([command])[0]);
    return replies;
  }

  async askOne(command: string): Promise<string | undefined> {
    return this.#send([command])[0];
  }

  /** The message follows, as slowly as its client sends it: only the next hop's own patience counts from now on. */
  startData(): void {
    this.#socket.setTimeout(this.#target.finalTimeout);
  }

  /** Bytes of a message. Waits while the next hop takes no more. Bytes to a lost connection go nowhere. */
  write(bytes: Buffer): Promise<void> | undefined {
    if (this.lost !== undefined || this.early !== undefined || this.#socket.write(bytes)) return undefined;
    const socket = this.#socket;
    return new Promise((resolve) => {
      const go = (): void => {
        socket.off('drain', go).off('close', go);
        resolve();
      };
      socket.on('drain', go).on('close', go);
    });
  }

  /** The last bytes of a message, with its dot. The final reply, or undefined where the connection was lost before it. */
  async finish(bytes: Buffer): Promise<string | undefined> {
    if (this.lost !== undefined) return undefined;
    const reply = this.#nextReply();
    this.#socket.write(bytes);
    const answer = await reply;
    this.#socket.setTimeout(this.#target.commandTimeout);
    return answer;
  }

  /** Is idle from now on; closed after so many milliseconds. */
  rest(milliseconds: number): void {
    this.#socket.setTimeout(milliseconds);
  }

  /** Is used again. */
  resume(): void {
    this.#socket.setTimeout(this.#target.commandTimeout);
  }

  quit(): void {
    if (this.lost !== undefined) return;
    this.#socket.end('QUIT\r\n');
    this.#lose('closed');
    // Whoever does not hang up is hung up on.
    this.#socket.setTimeout(QUIT_TIMEOUT_MS).unref();
  }

  destroy(why: string): void {
    this.#lose(why);
    this.#socket.destroy();
  }

  async #hello(): Promise<string | undefined> {
    const reply = await this.askOne(`EHLO ${this.#target.hostname}`);
    if (reply === undefined) return `451 4.4.2 Next hop lost: ${this.lost}`;
    this.extensions = new Set();
    if (codeOf(reply) === 250) {
      const lines = reply.split('\r\n').slice(1);
      this.extensions = new Set(lines.map((line) => line.slice(4).split(' ')[0]!.toUpperCase()));
      return undefined;
    }
    const hello = await this.askOne(`HELO ${this.#target.hostname}`);
    return hello !== undefined && codeOf(hello) === 250 ? undefined : '451 4.4.1 Next hop does not take mail now';
  }

  async #startTls(): Promise<string | undefined> {
    const reply = await this.askOne('STARTTLS');
    if (reply === undefined || codeOf(reply) !== 220) return TLS_FAILED;
    // What came in clear behind the 220 would be believed to come through TLS (RFC 3207 6).
    if (this.early !== undefined || !this.#replies.isEmpty) return TLS_FAILED;
    const { host, ca, tls } = this.#target;
    const plain = this.#socket.setTimeout(0);
    const secure = tlsConnect({
      socket: plain,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca }),
      rejectUnauthorized: tls === 'required',
    });
    const outcome = new Promise<string | undefined>((resolve) => {
      secure.once('secureConnect', () => resolve(undefined)).once('close', () => resolve(TLS_FAILED));
    });
    this.#socket = secure;
    this.#attach(secure);
    secure.setTimeout(this.#target.commandTimeout);
    return outcome;
  }

  #attach(socket: Socket): void {
    socket
      .on('data', (bytes: Buffer) => this.#receive(bytes.toString('latin1')))
      .on('timeout', () => this.destroy('timeout'))
      .on('error', (error: NodeJS.ErrnoException) => this.destroy(error.code ?? error.message))
      .on('end', () => this.destroy('closed by the next hop'))
      .on('close', () => this.#lose('closed by the next hop'));
  }

  #send(commands: readonly string[]): Promise<string | undefined>[] {
    const replies = commands.map(() => this.#nextReply());
    if (this.lost === undefined) this.#socket.write(`${commands.join('\r\n')}\r\n`);
    return replies;
  }

  #nextReply(): Promise<string | undefined> {
    if (this.lost !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #receive(text: string): void {
    this.#replies.push(text);
    for (let reply = this.#replies.next(); reply !== undefined; reply = this.#replies.next()) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.early ??= reply;
      else waiting(reply);
    }
    if (this.#replies.malformed !== undefined) this.destroy(this.#replies.malformed);
  }

  #lose(why: string): void {
    this.lost ??= why;
    for (const waiting of this.#waiting.splice(0)) waiting(undefined);
  }
}
