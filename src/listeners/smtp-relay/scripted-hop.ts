// Test support: a next hop that answers as its test says and remembers every byte. It finds the end of a message by itself, as
// simply as can be, so that it cannot share a mistake with the relay.
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

/** What the next hop says to a command or to the dot. 'hang up' closes without a word, 'say nothing' waits for ever. */
export type HopWord = string;

export interface HopMessage {
  readonly mail: string;
  readonly recipients: readonly string[];
  /** Everything that came behind 354, the dot line included where it came. */
  bytes: string;
  /** The dot came: whoever has this may deliver it. */
  isComplete: boolean;
}

export interface HopScript {
  /** EHLO keywords. */
  extensions?: readonly string[];
  greeting?: HopWord;
  /** Undefined: what a friendly server says. */
  onCommand?: (line: string, connection: number) => HopWord | undefined | Promise<HopWord>;
  onDot?: (message: HopMessage) => HopWord | undefined | Promise<HopWord>;
  /** Takes the first so many bytes of a message and then closes. */
  hangsUpAfterBytes?: number;
  /** Says this in the middle of a message, before its dot. */
  saysInMessage?: string;
  tls?: { readonly key: string; readonly cert: string };
}

const DOT = '\r\n.\r\n';

export class ScriptedHop {
  script: HopScript;
  readonly messages: HopMessage[] = [];
  /** Commands of all connections, in order. */
  readonly commands: string[] = [];
  /** Chunks as they came while a message was read. */
  dataChunks = 0;
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(script: HopScript) {
    this.script = script;
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket, ++this.connections));
  }

  static async start(script: HopScript = {}): Promise<ScriptedHop> {
    const hop = new ScriptedHop(script);
    await new Promise<void>((resolve) => hop.#server.listen(0, '127.0.0.1', resolve));
    return hop;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Messages that the next hop has whole. */
  get delivered(): readonly HopMessage[] {
    return this.messages.filter((message) => message.isComplete);
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Commands that begin with this word. */
  heard(verb: string): readonly string[] {
    return this.commands.filter((line) => line.startsWith(verb));
  }

  /** Closes what is open, as a server does that restarts. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(plain: Socket, connection: number): void {
    let socket: Socket = plain;
    let text = '';
    let isBusy = false;
    let message: HopMessage | undefined;
    let mail = '';
    let recipients: string[] = [];

    const say = (word: HopWord): void => {
      if (word === 'hang up') socket.destroy();
      else if (word !== 'say nothing') socket.write(`${word}\r\n`, 'latin1');
    };
    const friendly = (line: string): HopWord => {
      const verb = line.slice(0, 4).toUpperCase();
      const extensions = this.script.extensions ?? ['PIPELINING', 'SIZE', '8BITMIME', 'SMTPUTF8'];
      const offered = socket === plain && this.script.tls !== undefined ? [...extensions, 'STARTTLS'] : extensions;
      if (verb === 'EHLO')
        return ['hop.example', ...offered].map((w, i, all) => `250${i < all.length - 1 ? '-' : ' '}${w}`).join('\r\n');
      if (verb === 'DATA') return '354 Go ahead';
      if (verb === 'QUIT') return '221 Bye';
      return '250 Ok';
    };
    const obey = async (line: string): Promise<void> => {
      this.commands.push(line);
      const word = (await this.script.onCommand?.(line, connection)) ?? friendly(line);
      if (line === 'STARTTLS' && this.script.tls !== undefined && word.startsWith('250')) return startTls();
      if (/^MAIL/i.test(line) && word.startsWith('250')) {
        mail = line;
        recipients = [];
      }
      if (/^RCPT/i.test(line) && word.startsWith('250')) recipients.push(line);
      if (line === 'DATA' && word.startsWith('354')) {
        message = { mail, recipients, bytes: '', isComplete: false };
        this.messages.push(message);
      }
      say(word);
      if (line === 'QUIT') socket.end();
    };
    const startTls = (): void => {
      plain.removeAllListeners('data').pause();
      plain.write('220 Go ahead\r\n', () => {
        socket = new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(this.script.tls) });
        listen();
      });
    };
    const read = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      for (;;) {
        if (message !== undefined) {
          message.bytes += text;
          text = '';
          const end = `\r\n${message.bytes}`.indexOf(DOT);
          const { hangsUpAfterBytes = Infinity, saysInMessage } = this.script;
          if (message.bytes.length >= hangsUpAfterBytes) socket.destroy();
          if (saysInMessage !== undefined && message.bytes !== '') say(saysInMessage);
          if (end === -1) break;
          text = message.bytes.slice(end + 3);
          message.bytes = message.bytes.slice(0, end + 3);
          message.isComplete = true;
          const whole = message;
          message = undefined;
          say((await this.script.onDot?.(whole)) ?? '250 2.0.0 Ok: queued');
        } else {
          const end = text.indexOf('\r\n');
          if (end === -1) break;
          const line = text.slice(0, end);
          text = text.slice(end + 2);
          await obey(line);
        }
      }
      isBusy = false;
    };
    const listen = (): void => {
      this.#sockets.add(socket);
      const current = socket;
      socket
        .on('data', (bytes: Buffer) => {
          if (message !== undefined) this.dataChunks++;
          text += bytes.toString('latin1');
          void read();
        })
        .on('close', () => this.#sockets.delete(current))
        .on('error', () => {});
    };
    listen();
    say(this.script.greeting ?? '220 hop.example');
  }
}
