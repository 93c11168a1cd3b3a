// An SMTP session of the doctor's: what it says and hears, line by line. Every wait is bounded.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export interface SmtpAddress {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (port 465). */
  readonly isTls?: boolean | undefined;
}

/** Longer than a hung policy server and milter may keep a client waiting with the documented time-outs. */
const PATIENCE_MS = 30_000;

const WHOLE_REPLY = /^(?:\d{3}-[^\n]*\r?\n)*\d{3}(?: [^\n]*)?\r?\n/;

export class SmtpSession {
  #socket: Socket;
  #heard = '';
  #ended: Error | undefined;
  #wake = (): void => {};

  /** Connected, greeted, EHLO said, and STARTTLS done where it is offered and `wantsTls`. Rejects with why not. */
  static async open(address: SmtpAddress, helo: string, wantsTls: boolean): Promise<SmtpSession> {
    const session = new SmtpSession(await connectTo(address));
    try {
      await session.#expect('2', session.reply());
      const offer = await session.#expect('2', session.say(`EHLO ${helo}`));
      if (wantsTls && address.isTls !== true && /^250[- ]STARTTLS/im.test(offer)) {
        await session.#startTls();
        await session.#expect('2', session.say(`EHLO ${helo}`));
      }
      return session;
    } catch (error) {
      session.drop();
      throw error;
    }
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen(socket);
  }

  /** Of our side: what the mail server calls the client's port. */
  get clientPort(): number {
    return this.#socket.localPort ?? 0;
  }

  /** The whole reply, its lines joined by CRLF. Rejects where there is none within half a minute. */
  say(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  async reply(): Promise<string> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const whole = WHOLE_REPLY.exec(this.#heard)?.[0];
      if (whole !== undefined) {
        this.#heard = this.#heard.slice(whole.length);
        return whole.trimEnd();
      }
      if (this.#ended !== undefined) throw this.#ended;
      await this.#more(end - Date.now());
    }
  }

  #more(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#ended ??= new Error(`no answer within ${PATIENCE_MS / 1_000} s`);
        resolve();
      }, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async quit(): Promise<void> {
    await this.say('QUIT').catch(() => {});
    this.drop();
  }

  drop(): void {
    this.#socket.destroy();
  }

  #listen(socket: Socket): void {
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#heard += text;
      this.#wake();
    });
    const end = (error?: Error): void => {
      if (socket !== this.#socket) return;
      this.#ended ??= error ?? new Error('the server closed the connection');
      this.#wake();
    };
    socket.on('error', end);
    socket.on('close', () => end());
  }

  async #expect(first: string, reply: Promise<string>): Promise<string> {
    const text = await reply;
    if (!text.startsWith(first)) throw new Error(`it answers ${text}`);
    return text;
  }

  /** The certificate is not looked at: nothing secret is said, and whether clients accept it is not the question. */
  async #startTls(): Promise<void> {
    await this.#expect('2', this.say('STARTTLS'));
    const plain = this.#socket;
    plain.removeAllListeners('data');
    this.#socket = connectTls({ socket: plain, rejectUnauthorized: false });
    this.#listen(this.#socket);
    await once(this.#socket, 'secureConnect');
  }
}

async function connectTo({ host, port, isTls = false }: SmtpAddress): Promise<Socket> {
  const socket = isTls ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('no connection')));
  await once(socket, isTls ? 'secureConnect' : 'connect');
  socket.setTimeout(0);
  return socket;
}
