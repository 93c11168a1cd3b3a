// The way onward: one mail transaction at the next hop, command by command, its answers word for word.
// Connections are kept for the next message of any session, as long as nothing was refused on them.

import type { Log } from '../log.ts';
import { HopConnection, type HopTarget, TLS_FAILED } from './hop-connection.ts';
import type { ReversePath } from './mail-path.ts';
import { codeOf } from './reply-reader.ts';

/** Idle connections that are kept, and for how long: less than any server waits. */
const MOST_IDLE = 50;
const IDLE_MS = 10_000;
/** Many a server counts the messages of a connection. */
const MOST_TRANSACTIONS = 100;

const LOST_BEFORE_END = '451 4.4.2 Connection to the next hop lost';
const LOST_AFTER_END = '451 4.4.2 Connection to the next hop lost after the end of the message, it may arrive twice';
const NONSENSE = '451 4.5.0 Next hop broke the protocol';

/** The mail server behind the relay. */
export class NextHop {
  readonly #target: HopTarget;
  readonly #log: Log;
  /** The one used last is used next, so that the others come to their end. */
  readonly #idle: HopConnection[] = [];
  readonly #open = new Set<HopConnection>();
  #isClosing = false;

  constructor(target: HopTarget, log: Log) {
    this.#target = target;
    this.#log = log;
  }

  /** Connects to nobody yet. `addedBytes` is what we add to the message. */
  begin(path: ReversePath, addedBytes: number): Delivery {
    return new Delivery(this, path, addedBytes);
  }

  /** `isFresh` tells a new connection from one that may have died while it was idle. A text is the 451 that says why there is none. */
  async take(): Promise<{ readonly connection: HopConnection; readonly isFresh: boolean } | string> {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.lost === undefined && connection.early === undefined) {
        connection.resume();
        return { connection, isFresh: false };
      }
      this.drop(connection);
    }
    return this.#connect(this.#target);
  }

  async #connect(target: HopTarget): Promise<{ readonly connection: HopConnection; readonly isFresh: true } | string> {
    if (this.#isClosing) return LOST_BEFORE_END;
    const connection = new HopConnection(target);
    this.#open.add(connection);
    const problem = await connection.open();
    if (problem === undefined) return { connection, isFresh: true };
    const { host, port } = target;
    this.#log.warn({ host, port, problem, cause: connection.lost }, 'no connection to the next hop');
    this.drop(connection);
    // RFC 7435: better in clear than not at all, where the operator asks for no more than that.
    if (problem === TLS_FAILED && target.tls === 'opportunistic') return this.#connect({ ...target, tls: 'none' });
    return problem;
  }

  /** For the next message; the connection is outside of any transaction. */
  keep(connection: HopConnection): void {
    const isFull = this.#isClosing || this.#idle.length >= MOST_IDLE;
    if (connection.lost !== undefined || connection.early !== undefined) this.drop(connection);
    else if (isFull || connection.transactions >= MOST_TRANSACTIONS) this.quit(connection);
    else {
      connection.rest(IDLE_MS);
      this.#idle.push(connection);
    }
  }

  quit(connection: HopConnection): void {
    this.#open.delete(connection);
    connection.quit();
  }

  drop(connection: HopConnection): void {
    this.#open.delete(connection);
    connection.destroy('dropped');
  }

  /** Whoever is still in a message loses it: close the sessions first. */
  close(): void {
    this.#isClosing = true;
    for (const connection of this.#idle.splice(0)) this.quit(connection);
    for (const connection of this.#open) this.drop(connection);
  }
}

/** One message on its way. Every answer is the next hop's own, or the 451 that stands for its silence. */
export class Delivery {
  readonly #nextHop: NextHop;
  readonly #path: ReversePath;
  readonly #addedBytes: number;
  #connection: HopConnection | undefined;
  /** The answer to everything from now on: MAIL was refused, or the connection is lost. */
  #failure: string | undefined;
  #refusedSomething = false;
  #isInData = false;

  constructor(nextHop: NextHop, path: ReversePath, addedBytes: number) {
    this.#nextHop = nextHop;
    this.#path = path;
    this.#addedBytes = addedBytes;
  }

  /** Why the message can no longer arrive; undefined while it can. */
  get failure(): string | undefined {
    const connection = this.#connection;
    if (this.#failure === undefined && connection !== undefined) {
      if (connection.lost !== undefined) this.#fail(LOST_BEFORE_END);
      else if (connection.early !== undefined) this.#fail(refusalOrNonsense(connection.early));
    }
    return this.#failure;
  }

  /** The first recipient brings the connection and MAIL. */
  async rcpt(recipient: string): Promise<string> {
    if (this.failure !== undefined) return this.failure;
    if (this.#connection === undefined) return this.#begin(recipient);
    return this.#checked(await this.#connection.askOne(`RCPT TO:<${recipient}>`));
  }

  /** DATA; `354 ...` where the message may follow. */
  async data(): Promise<string> {
    if (this.failure !== undefined) return this.failure;
    const reply = await this.#connection!.askOne('DATA');
    if (reply === undefined || codeOf(reply) !== 354) return this.#checked(reply);
    this.#isInData = true;
    this.#connection!.startData();
    return reply;
  }

  /** Waits while the next hop takes no more. */
  write(bytes: Buffer): Promise<void> | undefined {
    return this.failure === undefined ? this.#connection!.write(bytes) : undefined;
  }

  /** The last bytes with the dot, in one write: a dot of its own would wait for a delayed acknowledgement. */
  async finish(bytes: Buffer): Promise<string> {
    if (this.failure !== undefined) return this.failure;
    const connection = this.#connection!;
    const reply = await connection.finish(bytes);
    if (reply === undefined) return this.#fail(LOST_AFTER_END);
    const code = codeOf(reply);
    if (code === 421 || (code >= 300 && code < 400)) return this.#fail(code === 421 ? reply : NONSENSE);
    this.#connection = undefined;
    if (code >= 400 || this.#refusedSomething) this.#nextHop.quit(connection);
    else this.#nextHop.keep(connection);
    return reply;
  }

  /** Ends it before its end. Once DATA was said there is no way to do so but to hang up. */
  abandon(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    if (this.#isInData) this.#nextHop.drop(connection);
    else if (this.#refusedSomething) this.#nextHop.quit(connection);
    else void this.#reset(connection);
  }

  async #reset(connection: HopConnection): Promise<void> {
    const reply = await connection.askOne('RSET');
    if (reply !== undefined && codeOf(reply) === 250) this.#nextHop.keep(connection);
    else this.#nextHop.drop(connection);
  }

  async #begin(recipient: string): Promise<string> {
    for (;;) {
      const taken = await this.#nextHop.take();
      if (typeof taken === 'string') return this.#fail(taken);
      const { connection, isFresh } = taken;
      const cannot = this.#missing(connection);
      if (cannot !== undefined) {
        this.#nextHop.keep(connection);
        return this.#fail(cannot);
      }
      connection.transactions++;
      const [mail, rcpt] = await connection.ask([this.#mailCommand(connection), `RCPT TO:<${recipient}>`]);
      const isGone = mail === undefined || rcpt === undefined || codeOf(mail) === 421;
      if (isGone && !isFresh) {
        // It had been idle for too long, and nothing was promised to anybody yet.
        this.#nextHop.drop(connection);
        continue;
      }
      this.#connection = connection;
      const mailAnswer = this.#checked(mail);
      if (codeOf(mailAnswer) !== 250) return this.#fail(mailAnswer);
      return this.#checked(rcpt);
    }
  }

  #missing(connection: HopConnection): string | undefined {
    // RFC 6152 3: neither may we re-code the message (its signature would break), nor cut its eighth bits off.
    if (this.#path.is8BitMime && !connection.extensions.has('8BITMIME')) {
      return '554 5.6.3 Conversion required, next hop does not offer 8BITMIME';
    }
    if (this.#path.isSmtpUtf8 && !connection.extensions.has('SMTPUTF8')) {
      return '553 5.6.7 Next hop does not offer SMTPUTF8';
    }
    return undefined;
  }

  #mailCommand(connection: HopConnection): string {
    const { sender, size, is8BitMime, isSmtpUtf8 } = this.#path;
    let command = `MAIL FROM:<${sender}>`;
    if (size !== undefined && connection.extensions.has('SIZE')) command += ` SIZE=${size + this.#addedBytes}`;
    if (is8BitMime) command += ' BODY=8BITMIME';
    if (isSmtpUtf8) command += ' SMTPUTF8';
    return command;
  }

  /** An answer as it may be handed on. */
  #checked(reply: string | undefined): string {
    if (reply === undefined) return this.#fail(LOST_BEFORE_END);
    const code = codeOf(reply);
    if (code >= 300 && code < 400) return this.#fail(NONSENSE);
    if (code === 421) return this.#fail(reply);
    if (code >= 400) this.#refusedSomething = true;
    return reply;
  }

  #fail(answer: string): string {
    this.#failure = answer;
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return answer;
    if (this.#isInData) this.#nextHop.drop(connection);
    else this.#nextHop.quit(connection);
    return answer;
  }
}

const refusalOrNonsense = (reply: string): string => (codeOf(reply) >= 400 ? reply : NONSENSE);
