// One SMTP session with a client (RFC 5321): a method for each verb, which checks in the order of the RFC and gives the answer.
// An answer is the text of a reply, its lines with CRLF between them and none at the end.
import type { ContentFilter } from '../../content-filter/content-filter.ts';
import type { ContentFilterWord } from '../../content-filter/headers.ts';
import type { RelayClient } from '../../mail/relay-request.ts';
import type { Guard } from '../guard.ts';
import type { Log } from '../log.ts';
import { type Accounts, authenticate } from './auth.ts';
import { CommandReader, LONGEST_AUTH_LINE, LONGEST_COMMAND } from './command-reader.ts';
import type { ClientConnection } from './connection.ts';
import { type DataFault, DataStream } from './data-stream.ts';
import { readForwardPath, readReversePath } from './mail-path.ts';
import type { NextHop } from './next-hop.ts';
import { receivedLine } from './received.ts';
import { codeOf } from './reply-reader.ts';
import type { TlsAcceptor } from './tls-acceptor.ts';
import { Transaction } from './transaction.ts';
import { readXclient, XCLIENT_ATTRIBUTES } from './xclient.ts';

/** What all sessions of a relay share. */
export interface Relay {
  readonly guard: Guard;
  readonly nextHop: NextHop;
  readonly accounts: Accounts;
  /** Undefined: no STARTTLS. */
  readonly tls: TlsAcceptor | undefined;
  readonly hostname: string;
  readonly maxMessageBytes: number;
  readonly contentFilter: ContentFilterWord | undefined;
  readonly askedFilter: ContentFilter | undefined;
  readonly log: Log;
  readonly now: () => number;
  /** A name for a message that no other has, nor had before. */
  readonly nextInstance: () => string;
}

/** Who connected. */
export interface Peer {
  /** Canonical, or 'unknown'. */
  readonly address: string;
  readonly port: number;
  /** This host itself, over loopback: a password cannot be overheard. */
  readonly isLocal: boolean;
  readonly mayXclient: boolean;
}

/** RFC 5321 4.5.3.1.8: at least 100. */
const MOST_RECIPIENTS = 1_000;
/** Commands that could not be obeyed. */
const MOST_ERRORS = 20;
const MOST_AUTH_FAILURES = 3;
/** Answers of one batch go out together, unless one command of it takes so long. */
const HOLD_ANSWERS_MS = 1_000;

const OK = '250 2.0.0 Ok';
const FAULTS: Record<DataFault, string> = {
  'bare-cr': '521 5.5.2 Carriage return without line feed in the message, see RFC 5321 2.3.8',
  'bare-lf': '521 5.5.2 Line feed without carriage return in the message, see RFC 5321 2.3.8',
  nul: '550 5.6.0 NUL byte in the message',
  'too-large': '552 5.3.4 Message size exceeds the limit',
};

export class Session {
  readonly #relay: Relay;
  readonly #connection: ClientConnection;
  readonly #peer: Peer;
  readonly #reader = new CommandReader();
  /** Answers that were not sent yet. */
  #unsent = '';
  #unsentSince = 0;
  #isAwaitingCommand = false;
  #isClosing = false;
  /** The last answer was the last one. */
  #isEnding = false;
  #errors = 0;
  #authFailures = 0;

  // What is known of the client. XCLIENT puts somebody else in the place of the peer.
  #clientAddress: string;
  #clientPort: number;
  #clientName: string | undefined;
  #heloName: string | undefined;
  #isExtended = false;
  #saslUsername: string | undefined;
  /** The certificate of this TLS session is the proxy's, who speaks for somebody else. */
  #isProxied = false;
  #transaction: Transaction | undefined;

  constructor(relay: Relay, connection: ClientConnection, peer: Peer) {
    this.#relay = relay;
    this.#connection = connection;
    this.#peer = peer;
    this.#clientAddress = peer.address;
    this.#clientPort = peer.port;
  }

  /** From the greeting to the end of the connection. Never rejects. */
  async run(): Promise<void> {
    try {
      this.#say(this.#greeting);
      while (!this.#isEnding) {
        const line = await this.#nextLine(LONGEST_COMMAND);
        if (line === undefined) break;
        const answer = await this.#obey(line);
        if (answer === undefined) break;
        this.#say(answer);
      }
    } catch (error) {
      this.#relay.log.error({ err: error, clientAddress: this.#clientAddress }, 'session failed');
      this.#say('421 4.3.0 Internal error');
    }
    this.#endTransaction();
    await this.#flush();
    this.#connection.close();
  }

  /** Ends the session as soon as it is between two commands. */
  close(): void {
    this.#isClosing = true;
    if (this.#isAwaitingCommand) this.#connection.interrupt();
  }

  destroy(): void {
    this.#connection.destroy();
  }

  get #greeting(): string {
    return `220 ${this.#relay.hostname} ESMTP Cordon`;
  }

  /** The answer; undefined where nobody is left to hear one. */
  #obey(line: string): string | undefined | Promise<string | undefined> {
    const space = line.indexOf(' ');
    const verb = (space === -1 ? line : line.slice(0, space)).toUpperCase();
    const argument = space === -1 ? '' : line.slice(space + 1).trim();
    switch (verb) {
      case 'EHLO':
        return this.EHLO(argument);
      case 'HELO':
        return this.HELO(argument);
      case 'MAIL':
        return this.MAIL(argument);
      case 'RCPT':
        return this.RCPT(argument);
      case 'DATA':
        return this.DATA(argument);
      case 'RSET':
        return this.RSET();
      case 'NOOP':
        return OK;
      case 'VRFY':
        return this.VRFY(argument);
      case 'HELP':
        return '214 2.0.0 This is a relay: EHLO MAIL RCPT DATA RSET NOOP QUIT';
      case 'QUIT':
        return this.QUIT();
      case 'STARTTLS':
        return this.STARTTLS(argument);
      case 'AUTH':
        return this.AUTH(argument);
      case 'XCLIENT':
        return this.XCLIENT(argument);
      case 'EXPN':
      case 'ETRN':
      case 'BDAT':
      case 'TURN':
        return this.#error('502 5.5.1 Command not implemented');
      // A browser that somebody's web page made to come here.
      case 'GET':
      case 'POST':
      case 'CONNECT':
        this.#isEnding = true;
        return '421 4.7.0 This is no web server';
      default:
        return this.#error('500 5.5.2 Command not recognized');
    }
  }

  EHLO(argument: string): string {
    if (!isName(argument)) return this.#error('501 5.5.4 Syntax: EHLO hostname');
    this.#hello(argument, true);
    const { hostname, maxMessageBytes, tls } = this.#relay;
    const lines = [hostname, 'PIPELINING', `SIZE ${maxMessageBytes}`];
    if (tls !== undefined && !this.#connection.isEncrypted) lines.push('STARTTLS');
    if (this.#offersAuth) lines.push('AUTH PLAIN LOGIN');
    if (this.#peer.mayXclient) lines.push(`XCLIENT ${XCLIENT_ATTRIBUTES}`);
    lines.push('ENHANCEDSTATUSCODES', '8BITMIME', 'SMTPUTF8');
    return lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}`).join('\r\n');
  }

  HELO(argument: string): string {
    if (!isName(argument)) return this.#error('501 5.5.4 Syntax: HELO hostname');
    this.#hello(argument, false);
    return `250 ${this.#relay.hostname}`;
  }

  MAIL(argument: string): string {
    if (this.#heloName === undefined) return this.#error('503 5.5.1 Say EHLO first');
    if (this.#transaction !== undefined) return this.#error('503 5.5.1 MAIL was given already');
    const { maxMessageBytes, guard, contentFilter, askedFilter, nextHop, nextInstance } = this.#relay;
    const path = readReversePath(argument, { maxMessageBytes, offersAuth: this.#offersAuth });
    if (typeof path === 'string') return this.#error(path);
    const instance = nextInstance();
    const client = this.#client;
    const trace = Buffer.from(
      receivedLine({
        client,
        hostname: this.#relay.hostname,
        isExtended: this.#isExtended,
        isEncrypted: this.#connection.isEncrypted,
        isSmtpUtf8: path.isSmtpUtf8,
        id: instance,
        at: this.#relay.now(),
      }),
    );
    const delivery = nextHop.begin(path, trace.length);
    this.#transaction = new Transaction({ guard, contentFilter, askedFilter, client, path, instance, delivery, trace });
    return '250 2.1.0 Ok';
  }

  RCPT(argument: string): string | Promise<string> {
    const transaction = this.#transaction;
    if (transaction === undefined) return this.#error('503 5.5.1 Say MAIL first');
    const path = readForwardPath(argument, transaction.isSmtpUtf8);
    if (typeof path === 'string') return this.#error(path);
    if (transaction.recipientCount >= MOST_RECIPIENTS) return '452 4.5.3 Too many recipients';
    return transaction.rcpt(path.recipient);
  }

  async DATA(argument: string): Promise<string | undefined> {
    const transaction = this.#transaction;
    if (argument !== '') return this.#error('501 5.5.4 Syntax: DATA');
    if (transaction === undefined || transaction.recipientCount === 0) return this.#error('503 5.5.1 Say RCPT first');
    if (!transaction.hasRecipients) return '554 5.5.1 No valid recipients';
    const answer = await transaction.data();
    if (codeOf(answer) !== 354) {
      this.#endTransaction();
      return answer;
    }
    this.#say('354 End data with <CR><LF>.<CR><LF>');
    const last = await this.#receive(transaction);
    this.#endTransaction();
    return last;
  }

  RSET(): string {
    this.#endTransaction();
    return OK;
  }

  VRFY(argument: string): string {
    if (argument === '') return this.#error('501 5.5.4 Syntax: VRFY address');
    return '252 2.0.0 Cannot verify, but will take mail and try';
  }

  QUIT(): string {
    this.#isEnding = true;
    return '221 2.0.0 Bye';
  }

  async STARTTLS(argument: string): Promise<string | undefined> {
    const { tls, log } = this.#relay;
    if (tls === undefined) return this.#error('502 5.5.1 TLS is not offered');
    if (argument !== '') return this.#error('501 5.5.4 Syntax: STARTTLS');
    if (this.#connection.isEncrypted) return this.#error('503 5.5.1 TLS is active already');
    this.#endTransaction();
    // What came behind it in clear must not be taken for something that came through TLS.
    this.#reader.take();
    const goAhead = `${this.#unsent}220 2.0.0 Ready to start TLS\r\n`;
    this.#unsent = '';
    if (!(await this.#connection.startTls(tls, goAhead))) {
      log.info({ clientAddress: this.#clientAddress }, 'TLS handshake failed');
      return undefined;
    }
    // RFC 3207 4.2: forget what the client said. What a proxy said of its address stays: that is the client's place now.
    this.#heloName = undefined;
    this.#isExtended = false;
    this.#saslUsername = undefined;
    this.#isProxied = false;
    return '';
  }

  async AUTH(argument: string): Promise<string | undefined> {
    if (!this.#relay.accounts.isEmpty && !this.#offersAuth) return this.#error('538 5.7.11 Say STARTTLS first');
    if (!this.#offersAuth) return this.#error('502 5.5.1 Authentication is not offered');
    if (!this.#isExtended) return this.#error('503 5.5.1 Say EHLO first');
    if (this.#saslUsername !== undefined) return this.#error('503 5.5.1 Already authenticated');
    if (this.#transaction !== undefined) return this.#error('503 5.5.1 Not during a mail transaction');
    const result = await authenticate(argument, this.#relay.accounts, (challenge) => {
      this.#say(`334 ${Buffer.from(challenge).toString('base64')}`);
      return this.#nextLine(LONGEST_AUTH_LINE);
    });
    if (result === undefined) return undefined;
    this.#saslUsername = result.saslUsername;
    if (codeOf(result.answer) !== 535) return result.answer;
    this.#relay.log.warn({ clientAddress: this.#clientAddress }, 'authentication failed');
    if (++this.#authFailures < MOST_AUTH_FAILURES) return result.answer;
    this.#isEnding = true;
    return '421 4.7.0 Too many failed logins';
  }

  XCLIENT(argument: string): string {
    if (!this.#peer.mayXclient) return this.#error('550 5.7.0 XCLIENT is for trusted proxies only');
    if (this.#transaction !== undefined) return this.#error('503 5.5.1 Not during a mail transaction');
    const facts = readXclient(argument);
    if (typeof facts === 'string') return this.#error(facts);
    if (facts.clientAddress !== undefined) {
      this.#clientAddress = facts.clientAddress;
      this.#clientPort = facts.clientPort;
      this.#clientName = undefined;
    }
    this.#clientName = facts.clientName ?? this.#clientName;
    this.#heloName = facts.heloName;
    this.#isExtended = facts.isExtended && facts.heloName !== undefined;
    this.#saslUsername = facts.saslUsername;
    this.#isProxied = true;
    return this.#greeting;
  }

  get #offersAuth(): boolean {
    return !this.#relay.accounts.isEmpty && (this.#connection.isEncrypted || this.#peer.isLocal);
  }

  /** RFC 5321 4.1.4: a greeting ends what was begun. */
  #hello(name: string, isExtended: boolean): void {
    this.#endTransaction();
    this.#heloName = name;
    this.#isExtended = isExtended;
  }

  get #client(): RelayClient {
    return {
      mailServer: 'local',
      clientAddress: this.#clientAddress,
      clientPort: this.#clientPort,
      clientName: this.#clientName,
      heloName: this.#heloName,
      saslUsername: this.#saslUsername,
      certificate: this.#isProxied ? undefined : this.#connection.certificate,
    };
  }

  #endTransaction(): void {
    this.#transaction?.abandon();
    this.#transaction = undefined;
  }

  /** The message behind 354. The answer to its dot; undefined where the client went away before it. */
  async #receive(transaction: Transaction): Promise<string | undefined> {
    const data = new DataStream(this.#relay.maxMessageBytes);
    let bytes: Buffer | undefined = this.#reader.take();
    await this.#flush();
    for (;;) {
      for (const passing of data.push(bytes)) {
        const taken = transaction.write(passing);
        if (taken !== undefined) await taken;
      }
      // At once, not at the end of what may be much more: the next hop need not wait for it.
      if (data.fault !== undefined) transaction.abandon();
      if (data.isOver) break;
      bytes = await this.#connection.read();
      if (bytes === undefined) return this.#silence(transaction);
    }
    this.#reader.push(data.rest);
    const answer = await this.#answerToDot(transaction, data);
    this.#relay.log.info(
      {
        instance: transaction.instance,
        clientAddress: this.#clientAddress,
        saslUsername: this.#saslUsername,
        recipients: transaction.recipientCount,
        messageBytes: data.messageBytes,
        reply: answer,
      },
      'message',
    );
    return answer === '' ? undefined : answer;
  }

  async #answerToDot(transaction: Transaction, data: DataStream): Promise<string> {
    if (data.fault === undefined) {
      return transaction.finish(data.end, data.messageBytes, () => this.#connection.isGone);
    }
    // After a bare line end the rest may be a message that he wants to smuggle through.
    if (data.fault === 'bare-cr' || data.fault === 'bare-lf') this.#isEnding = true;
    return FAULTS[data.fault];
  }

  #silence(transaction: Transaction): string | undefined {
    this.#relay.log.info(
      { instance: transaction.instance, clientAddress: this.#clientAddress, isTimedOut: this.#connection.isTimedOut },
      'client lost in DATA',
    );
    this.#isEnding = true;
    return this.#connection.isTimedOut ? '421 4.4.2 Timeout' : undefined;
  }

  /** The next command; undefined at the end of the session, which was said already. */
  async #nextLine(longest: number): Promise<string | undefined> {
    for (;;) {
      const line = this.#reader.next(longest);
      if (line !== undefined) return line;
      if (this.#reader.malformed !== undefined) {
        this.#relay.log.warn({ clientAddress: this.#clientAddress, problem: this.#reader.malformed }, 'client dropped');
        this.#say(`521 5.5.2 Cannot read ${this.#reader.malformed}`);
        return undefined;
      }
      await this.#flush();
      this.#isAwaitingCommand = true;
      const bytes = this.#isClosing ? undefined : await this.#connection.read();
      this.#isAwaitingCommand = false;
      if (bytes === undefined) {
        if (this.#isClosing) this.#say(`421 4.3.2 ${this.#relay.hostname} is closing`);
        else if (this.#connection.isTimedOut) this.#say('421 4.4.2 Timeout');
        return undefined;
      }
      this.#reader.push(bytes);
    }
  }

  /** A command that could not be obeyed; too many of them end the session. */
  #error(answer: string): string {
    if (++this.#errors < MOST_ERRORS) return answer;
    this.#isEnding = true;
    return '421 4.7.0 Too many errors';
  }

  /** RFC 2920: the answers of one batch go out together. */
  #say(answer: string): void {
    if (answer === '') return;
    const now = this.#relay.now();
    if (this.#unsent === '') this.#unsentSince = now;
    this.#unsent += `${answer}\r\n`;
    if (codeOf(answer) === 421) this.#isEnding = true;
    if (now - this.#unsentSince > HOLD_ANSWERS_MS) void this.#flush();
  }

  #flush(): Promise<void> | undefined {
    const text = this.#unsent;
    this.#unsent = '';
    return text === '' ? undefined : this.#connection.write(text);
  }
}

/** A host name or an address literal, or whatever stands in their place. RFC 5321 4.1.4: it must not be a reason to refuse. */
const isName = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);
