// The milter's door: listens, lets in trusted mail servers only, and moves packets between their sockets and their sessions.
import { lstat, unlink } from 'node:fs/promises';
import { BlockList, connect, createServer, type Server, type Socket } from 'node:net';
import type { Sessions } from '../../activity/sessions.ts';
import { CordonError } from '../../errors.ts';
import { type ContentFilterWord, none } from '../../mail/content-filter.ts';
import { isLoopback, normalizeIp, parsePrefix } from '../../mail/ip-address.ts';
import type { Guard } from '../guard.ts';
import { PacketReader } from './packet.ts';
import { Session, type SessionContext } from './session.ts';
import { TEMPFAIL } from './write-answer.ts';

/** Where a listener listens. */
export type MilterAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** What is logged: strange things that we survived. A pino logger is one. */
export interface MilterLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface MilterOptions {
  readonly guard: Guard;
  readonly sessions: Sessions;
  /** Port 0 takes any free one. A Unix socket may be used by everybody who may enter its folder. */
  readonly listen: MilterAddress;
  /** Mail servers that may connect from elsewhere than loopback, CIDR. */
  readonly trusted: readonly string[];
  readonly log: MilterLog;
  /** Milliseconds since 1970; makes the ids of messages unlike those of an earlier run. */
  readonly now: () => number;
  /** Default: none. */
  readonly contentFilter?: ContentFilterWord | undefined;
  /** A mail server that is silent for so long is disconnected. Longer than any SMTP client's patience (RFC 5321 4.5.3.2: 10 minutes). */
  readonly idleSeconds: number;
}

export interface RunningMilter {
  /** With the port that was taken. */
  readonly address: MilterAddress;
  /** Takes no further connection, says the answers that the guard still owes, closes. Open messages are abandoned. */
  close(): Promise<void>;
}

/** Rejects with LISTEN_FAILED where the address cannot be had. */
export async function startMilter(options: MilterOptions): Promise<RunningMilter> {
  const context = sessionContext(options);
  const isTrusted = trustRule(options.trusted);
  const connections = new Set<Connection>();
  const server = createServer({ noDelay: true }, (socket) => {
    // A Unix socket's peer has no address.
    const peer = 'path' in options.listen ? '127.0.0.1' : (normalizeIp(socket.remoteAddress ?? '') ?? '');
    if (!isTrusted(peer)) {
      options.log.warn({ peer }, 'milter connection from an untrusted address dropped');
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, isLoopback(peer) ? 'local' : peer, context, options.log);
    connections.add(connection);
    socket.setTimeout(options.idleSeconds * 1000, () => connection.drop('silent for too long'));
    socket.on('close', () => connections.delete(connection));
  });
  const address = await listen(server, options.listen);
  // No free file descriptor, for example: the mail server defers and tries again.
  server.on('error', (error) => options.log.error({ error }, 'milter connection could not be taken'));
  return {
    address,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.finish();
      }),
  };
}

function sessionContext(options: MilterOptions): SessionContext {
  const run = options.now().toString(36);
  let messages = 0;
  return {
    guard: options.guard,
    sessions: options.sessions,
    contentFilter: options.contentFilter ?? none,
    nextInstance: () => `${run}.${(++messages).toString(36)}`,
  };
}

function trustRule(trusted: readonly string[]): (peer: string) => boolean {
  const list = new BlockList();
  for (const text of trusted) {
    const prefix = parsePrefix(text);
    if (prefix !== undefined) list.addSubnet(prefix.network, prefix.length, prefix.family === 4 ? 'ipv4' : 'ipv6');
  }
  return (peer) => isLoopback(peer) || (peer !== '' && list.check(peer, peer.includes(':') ? 'ipv6' : 'ipv4'));
}

/** One mail server's connection: reads, waits for the guard where it must, answers. */
class Connection {
  readonly #socket: Socket;
  readonly #mailServer: string;
  readonly #log: MilterLog;
  readonly #reader = new PacketReader();
  readonly #session: Session;
  /** True while the guard owes an answer: nothing is read meanwhile, so that the order stays and nothing piles up. */
  #isWaiting = false;
  #isFinishing = false;

  constructor(socket: Socket, mailServer: string, context: SessionContext, log: MilterLog) {
    this.#socket = socket;
    this.#mailServer = mailServer;
    this.#log = log;
    this.#session = new Session(context, mailServer, (answer) => this.#send(answer));
    socket.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk);
      this.#work();
    });
    socket.on('drain', () => this.#work());
    socket.on('error', (error) => this.#warn(error.message));
    socket.on('end', () => {
      if (this.#reader.isInPacket) this.#warn('ended within a packet');
    });
    socket.on('close', () => {
      // A message that the guard is just asked about ends when it has answered.
      if (!this.#isWaiting) this.#endSession();
    });
  }

  /** Disconnects and says why in the log. */
  drop(why: string): void {
    this.#warn(why);
    this.#socket.destroy();
  }

  /** Ends as soon as the guard owes nothing. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isWaiting) this.#close();
  }

  #work(): void {
    try {
      this.#handlePackets();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Our own fault: the event that is under way is deferred, whatever the mail server does by default when a milter is gone. */
  #fail(error: unknown): void {
    this.#log.error({ mailServer: this.#mailServer, error }, 'milter session failed');
    this.#send(TEMPFAIL);
    this.#close();
  }

  #handlePackets(): void {
    while (!this.#isWaiting && !this.#socket.destroyed && !this.#isFinishing) {
      if (this.#socket.writableNeedDrain) {
        // It sends and does not read. 'drain' goes on.
        this.#socket.pause();
        return;
      }
      const packet = this.#reader.next();
      if (packet === undefined) break;
      const outcome = this.#session.handle(packet);
      if (outcome instanceof Promise) this.#wait(outcome);
      else if (outcome !== undefined) {
        if (outcome.why !== undefined) this.#warn(outcome.why);
        this.#close();
      }
    }
    if (this.#reader.malformed !== undefined) this.drop(this.#reader.malformed);
    else if (!this.#isWaiting && this.#socket.isPaused()) this.#socket.resume();
  }

  #wait(answered: Promise<undefined>): void {
    this.#isWaiting = true;
    this.#socket.pause();
    answered
      .catch((error: unknown) => this.#fail(error))
      .then(() => {
        this.#isWaiting = false;
        if (this.#socket.destroyed || this.#isFinishing) this.#close();
        else this.#work();
      });
  }

  #send(answer: Buffer): boolean {
    if (!this.#socket.writable) return false;
    this.#socket.write(answer);
    return true;
  }

  /** Nothing more is handled; what was written still goes out. */
  #close(): void {
    this.#isFinishing = true;
    this.#endSession();
    if (this.#socket.writableNeedDrain) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  #endSession(): void {
    try {
      this.#session.end();
    } catch (error) {
      this.#log.error({ mailServer: this.#mailServer, error }, 'milter session failed');
    }
  }

  #warn(why: string): void {
    this.#log.warn({ mailServer: this.#mailServer, why }, 'milter connection dropped');
  }
}

async function listen(server: Server, wanted: MilterAddress): Promise<MilterAddress> {
  try {
    await bind(server, wanted);
  } catch (error) {
    if (!('path' in wanted) || !(await isAbandoned(wanted.path))) throw listenFailed(wanted, error);
    await unlink(wanted.path);
    await bind(server, wanted).catch((again: unknown) => {
      throw listenFailed(wanted, again);
    });
  }
  const bound = server.address();
  return bound === null || typeof bound === 'string' ? wanted : { host: bound.address, port: bound.port };
}

function bind(server: Server, wanted: MilterAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const options = 'path' in wanted ? { ...wanted, readableAll: true, writableAll: true } : wanted;
    server.listen({ ...options, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** True where a socket lies there that nobody listens on: what a process that was killed leaves behind. */
async function isAbandoned(path: string): Promise<boolean> {
  const isSocket = await lstat(path).then(
    (stat) => stat.isSocket(),
    () => false,
  );
  if (!isSocket) return false;
  return new Promise((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(false);
    });
    probe.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

function listenFailed(wanted: MilterAddress, cause: unknown): CordonError {
  const where = 'path' in wanted ? wanted.path : `${wanted.host}:${wanted.port}`;
  return new CordonError('LISTEN_FAILED', `The milter cannot listen on ${where}`, { cause });
}
