// The next hop of the tests: an SMTP server that keeps what it was handed completely, byte for byte.
import { createServer, type Socket } from 'node:net';
import { until } from './until.ts';

export interface ReceivedMessage {
  readonly envelopeSender: string;
  readonly recipients: readonly string[];
  /** Header and body as sent, without the final dot and the dots that SMTP doubles. */
  readonly bytes: Buffer;
}

export interface SinkOptions {
  /** The answer to a recipient, for example `451 4.2.0 not now`; undefined takes it. */
  readonly refuse?: ((recipient: string) => string | undefined) | undefined;
  /** The answer to a message that was kept. */
  readonly kept?: (() => string) | undefined;
}

export interface Sink {
  readonly port: number;
  /** Only messages whose final dot was answered 250. */
  readonly messages: readonly ReceivedMessage[];
  /** Bytes of message that came in and never got their dot. */
  readonly unfinishedBytes: number;
  /** Waits until this many messages are there; returns them all. */
  received(count: number): Promise<readonly ReceivedMessage[]>;
  /** Waits for a message that this holds of. */
  find(what: string, holds: (message: ReceivedMessage) => boolean): Promise<ReceivedMessage>;
  stop(): Promise<void>;
}

export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const messages: ReceivedMessage[] = [];
  const sessions = new Set<Session>();
  const sockets = new Set<Socket>();
  let lostBytes = 0;
  const server = createServer((socket) => {
    const session = new Session(socket, options, (message) => messages.push(message));
    sessions.add(session);
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      lostBytes += session.unfinishedBytes;
      sessions.delete(session);
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    messages,
    get unfinishedBytes() {
      return lostBytes + [...sessions].reduce((sum, session) => sum + session.unfinishedBytes, 0);
    },
    received: (count) =>
      until(`${count} messages at the next hop`, () => (messages.length >= count ? messages : undefined)),
    find: (what, holds) => until(`${what} at the next hop`, () => messages.find(holds)),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const END_OF_DATA = '\r\n.\r\n';

/** Bytes travel as latin1 text, one character each. */
class Session {
  readonly #socket: Socket;
  readonly #options: SinkOptions;
  readonly #keep: (message: ReceivedMessage) => void;
  #pending = '';
  #inData = false;
  #envelopeSender = '';
  #recipients: string[] = [];

  constructor(socket: Socket, options: SinkOptions, keep: (message: ReceivedMessage) => void) {
    this.#socket = socket;
    this.#options = options;
    this.#keep = keep;
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.#pending += text;
      while (this.#inData ? this.#endMessage() : this.#command());
    });
    this.#say('220 next-hop.example ESMTP');
  }

  get unfinishedBytes(): number {
    return this.#inData ? this.#pending.length : 0;
  }

  #say(line: string): void {
    this.#socket.write(`${line}\r\n`);
  }

  /** True where there was a whole one. */
  #command(): boolean {
    const end = this.#pending.indexOf('\r\n');
    if (end === -1) return false;
    const line = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end + 2);
    const address = /<([^>]*)>/.exec(line)?.[1] ?? '';
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        this.#say('250-next-hop.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES');
        break;
      case 'MAIL':
        this.#envelopeSender = address;
        this.#recipients = [];
        this.#say('250 2.1.0 Ok');
        break;
      case 'RCPT':
        this.#recipient(address);
        break;
      case 'DATA':
        this.#data();
        break;
      case 'QUIT':
        this.#say('221 2.0.0 Bye');
        this.#socket.end();
        break;
      default:
        this.#say('250 2.0.0 Ok');
    }
    return true;
  }

  #recipient(address: string): void {
    const refusal = this.#options.refuse?.(address);
    if (refusal === undefined) this.#recipients.push(address);
    this.#say(refusal ?? '250 2.1.5 Ok');
  }

  #data(): void {
    this.#inData = this.#recipients.length > 0;
    this.#say(this.#inData ? '354 End data with <CR><LF>.<CR><LF>' : '554 5.5.1 No valid recipients');
    // An empty message has no line end of its own before the dot.
    if (this.#inData) this.#pending = `\r\n${this.#pending}`;
  }

  #endMessage(): boolean {
    const end = this.#pending.indexOf(END_OF_DATA);
    if (end === -1) return false;
    const text = this.#pending
      .slice(2, end + 2)
      .replaceAll('\r\n..', '\r\n.')
      .replace(/^\.\./, '.');
    this.#pending = this.#pending.slice(end + END_OF_DATA.length);
    this.#inData = false;
    this.#keep({
      envelopeSender: this.#envelopeSender,
      recipients: this.#recipients,
      bytes: Buffer.from(text, 'latin1'),
    });
    this.#say(this.#options.kept?.() ?? '250 2.0.0 Ok: kept');
    return true;
  }
}
