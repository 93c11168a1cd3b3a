// An SMTP client that shows every byte of an answer: what the tests assert of replies.
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

export interface SmtpClient {
  /** Sends the line and waits for its answer: all its lines, CRLF between them, none at the end. */
  say(line: string): Promise<string>;
  /** Writes without waiting, for example a message's text. */
  write(text: string): void;
  /** STARTTLS, with a client certificate where `options` has one. Does not say EHLO again. */
  startTls(options?: ConnectionOptions): Promise<void>;
  /** Header and body after DATA's 354, with dots doubled and the final dot; the answer to it. */
  sendText(text: string): Promise<string>;
  /** QUIT and close. */
  quit(): Promise<void>;
  /** Closes without a word. */
  drop(): void;
}

export interface ClientOptions {
  /** `ADDR=192.0.2.10 NAME=host.example PORT=1234 LOGIN=anna`: who the server is to take this client for. */
  readonly xclient?: string;
  readonly helo?: string;
}

/** Connected, greeted, and EHLO said. */
export async function openSmtp(port: number, options: ClientOptions = {}): Promise<SmtpClient> {
  const client = new Client(connect(port, '127.0.0.1'));
  await expectCode(client.answer(), '220');
  const helo = `EHLO ${options.helo ?? 'client.contoso.example'}`;
  await expectCode(client.say(helo), '250');
  if (options.xclient !== undefined) {
    await expectCode(client.say(`XCLIENT ${options.xclient}`), '220');
    await expectCode(client.say(helo), '250');
  }
  return client;
}

async function expectCode(answer: Promise<string>, code: string): Promise<void> {
  const text = await answer;
  if (!text.startsWith(code)) throw new Error(`expected ${code}, got: ${text}`);
}

class Client implements SmtpClient {
  #socket!: Socket;
  #heard = '';
  #ended: Error | undefined;
  #wake = (): void => undefined;

  constructor(socket: Socket) {
    this.#listenTo(socket);
  }

  #listenTo(socket: Socket): void {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.#heard += text;
      this.#wake();
    });
    const end = (error?: Error): void => {
      if (this.#socket !== socket) return;
      this.#ended ??= error ?? new Error('the server closed the connection');
      this.#wake();
    };
    socket.on('error', end);
    socket.on('close', () => end());
  }

  /** The next whole answer. Rejects where the server closes before it. */
  async answer(): Promise<string> {
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\r\n)*\d{3}(?: [^\n]*)?\r\n/.exec(this.#heard)?.[0];
      if (whole !== undefined) {
        this.#heard = this.#heard.slice(whole.length);
        return whole.slice(0, -2);
      }
      if (this.#ended !== undefined) throw this.#ended;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  say(line: string): Promise<string> {
    this.write(`${line}\r\n`);
    return this.answer();
  }

  async startTls(options: ConnectionOptions = {}): Promise<void> {
    await expectCode(this.say('STARTTLS'), '220');
    const plain = this.#socket;
    plain.removeAllListeners('data');
    const secure = connectTls({ rejectUnauthorized: false, ...options, socket: plain });
    this.#listenTo(secure);
    await new Promise<void>((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject));
  }

  sendText(text: string): Promise<string> {
    const dotted = text.replace(/^\./gm, '..');
    this.write(dotted.endsWith('\r\n') ? dotted : `${dotted}\r\n`);
    return this.say('.');
  }

  async quit(): Promise<void> {
    await this.say('QUIT');
    this.#socket.destroy();
  }

  drop(): void {
    this.#socket.destroy();
  }
}

/** What a whole transaction was answered, step by step; stops where nothing more can be said. */
export interface Transaction {
  readonly mail: string;
  readonly recipients: readonly string[];
  /** '' where no recipient was taken. */
  readonly data: string;
  /** The answer to the final dot; '' where there was none. */
  readonly end: string;
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text?: string;
}

const A_MESSAGE =
  'From: anna@contoso.example\r\nSubject: Report\r\nMessage-Id: <1@contoso.example>\r\n\r\nThe report.\r\n';

export async function transact(client: SmtpClient, mail: Mail): Promise<Transaction> {
  const answer = await client.say(`MAIL FROM:<${mail.from}>`);
  const recipients: string[] = [];
  for (const to of mail.to) recipients.push(await client.say(`RCPT TO:<${to}>`));
  if (!recipients.some((each) => each.startsWith('250'))) {
    await client.say('RSET');
    return { mail: answer, recipients, data: '', end: '' };
  }
  const data = await client.say('DATA');
  const end = data.startsWith('354') ? await client.sendText(mail.text ?? A_MESSAGE) : '';
  return { mail: answer, recipients, data, end };
}

/** One session with one message. */
export async function sendMail(port: number, mail: Mail, options: ClientOptions = {}): Promise<Transaction> {
  const client = await openSmtp(port, options);
  try {
    return await transact(client, mail);
  } finally {
    await client.quit().catch(() => client.drop());
  }
}
