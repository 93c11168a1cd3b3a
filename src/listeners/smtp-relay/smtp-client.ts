// Test support: an SMTP client that says exactly what its test wants, and reads reply by reply.
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect as tlsConnect } from 'node:tls';
import { ReplyReader } from './reply-reader.ts';

export class SmtpClient {
  socket: Socket;
  #replies = new ReplyReader();
  readonly #come: string[] = [];
  readonly #waiting: ((reply: string) => void)[] = [];
  /** Chunks as they came: how many writes the relay's answers took, at least. */
  chunks = 0;
  /** How the connection broke, if it did. */
  error: string | undefined;
  readonly closed: Promise<void>;
  #isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    this.#attach(socket);
  }

  /** Connected, and the greeting read unless it is asked for. */
  static async open(port: number, readsGreeting = true): Promise<SmtpClient> {
    const client = new SmtpClient(connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true }));
    if (readsGreeting) await client.reply();
    return client;
  }

  /** Bytes as they are (latin1), or text in UTF-8. */
  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** A command and its reply. 'closed' where the relay hung up instead. */
  ask(command: string): Promise<string> {
    this.send(`${command}\r\n`);
    return this.reply();
  }

  /** Commands one after the other, the last one's reply. */
  async askAll(...commands: readonly string[]): Promise<string> {
    let reply = '';
    for (const command of commands) reply = await this.ask(command);
    return reply;
  }

  reply(): Promise<string> {
    const come = this.#come.shift();
    if (come !== undefined) return Promise.resolve(come);
    if (this.#isClosed) return Promise.resolve('closed');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Behind the 220 to STARTTLS. */
  async startTls(options: ConnectionOptions): Promise<TLSSocket> {
    this.socket.removeAllListeners('data').removeAllListeners('end');
    const secure = tlsConnect({ socket: this.socket, rejectUnauthorized: false, ...options });
    await new Promise<void>((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
    this.socket = secure;
    this.#attach(secure);
    return secure;
  }

  async quit(): Promise<string> {
    const reply = await this.ask('QUIT');
    this.socket.end();
    await this.closed;
    return reply;
  }

  /** As a client that crashes. */
  async reset(): Promise<void> {
    this.socket.resetAndDestroy();
    await this.closed;
  }

  #attach(socket: Socket): void {
    socket
      .on('data', (bytes: Buffer) => {
        this.chunks++;
        this.#replies.push(bytes.toString('latin1'));
        for (let reply = this.#replies.next(); reply !== undefined; reply = this.#replies.next()) {
          const waiting = this.#waiting.shift();
          if (waiting === undefined) this.#come.push(reply);
          else waiting(reply);
        }
      })
      .on('end', () => socket.end())
      .on('close', () => {
        this.#isClosed = true;
        for (const waiting of this.#waiting.splice(0)) waiting('closed');
      })
      .on('error', (error: NodeJS.ErrnoException) => {
        this.error = error.code;
      });
  }
}
