// The SMTP relay's door: listens, lets clients in up to the limits, and closes without losing what is under way.
import { createServer, type Server, type Socket } from 'node:net';
import type { ContentFilter } from '../../content-filter/content-filter.ts';
import type { ContentFilterWord } from '../../content-filter/headers.ts';
import { CordonError } from '../../errors.ts';
import { isLoopback, normalizeIp, type Prefix } from '../../mail/ip-address.ts';
import type { Guard } from '../guard.ts';
import type { Log } from '../log.ts';
import { type Account, Accounts, type VerifyPassword } from './auth.ts';
import { ClientConnection } from './connection.ts';
import type { HopTarget } from './hop-connection.ts';
import { NextHop } from './next-hop.ts';
import { type Peer, type Relay, Session } from './session.ts';
import { TlsAcceptor, type TlsFiles } from './tls-acceptor.ts';
import { isWithin, parsePrefixes } from './xclient.ts';

export interface RelayAddress {
  readonly host: string;
  readonly port: number;
}

export interface SmtpRelayOptions {
  readonly guard: Guard;
  /** Port 0 takes any free one. */
  readonly listen: RelayAddress;
  readonly nextHop: {
    readonly host: string;
    readonly port: number;
    readonly tls: 'none' | 'opportunistic' | 'required';
    /** PEM; without it the authorities that Node comes with. */
    readonly ca?: string | Buffer | undefined;
  };
  /** Without it there is no STARTTLS. */
  readonly tls?: TlsFiles | undefined;
  readonly accounts: readonly Account[];
  readonly verifyPassword: VerifyPassword;
  /** Address blocks of the proxies that may use XCLIENT. */
  readonly xclientHosts: readonly string[];
  readonly hostname: string;
  readonly maxMessageBytes: number;
  /** The word of a filter before us, in the header. Default: none. */
  readonly contentFilter?: ContentFilterWord | undefined;
  /** A filter that is asked about the message itself; its word then counts instead. */
  readonly askedFilter?: ContentFilter | undefined;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly timeouts?: Partial<RelayTimeouts> | undefined;
  readonly limits?: Partial<RelayLimits> | undefined;
}

/** Milliseconds. */
export interface RelayTimeouts {
  /** How long a client may be silent; RFC 5321 4.5.3.2.7: at least five minutes. */
  readonly client: number;
  readonly nextHopConnect: number;
  /** RFC 5321 4.5.3.2: up to five minutes, but the client waits meanwhile, and not longer than that himself. */
  readonly nextHopCommand: number;
  /** RFC 5321 4.5.3.2.6: ten minutes. Whoever gives up earlier sends mail twice. */
  readonly nextHopFinal: number;
  /** How long `close` lets sessions finish their message. */
  readonly close: number;
}

export interface RelayLimits {
  readonly connections: number;
  /** Of one address; not for the proxies of `xclientHosts`. */
  readonly connectionsPerClient: number;
}

export interface SmtpRelay {
  /** With the port that was taken. */
  readonly address: RelayAddress;
  /** Takes nobody in any more, lets the messages under way end, and resolves when all is quiet. */
  close(): Promise<void>;
}

const TIMEOUTS: RelayTimeouts = {
  client: 300_000,
  nextHopConnect: 30_000,
  nextHopCommand: 120_000,
  nextHopFinal: 600_000,
  close: 10_000,
};
const LIMITS: RelayLimits = { connections: 1_000, connectionsPerClient: 100 };

/** Resolves when it listens. Rejects with LISTEN_FAILED, or CONFIG_INVALID for a certificate that cannot be used. */
export async function startSmtpRelay(options: SmtpRelayOptions): Promise<SmtpRelay> {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const target: HopTarget = {
    ...options.nextHop,
    hostname: options.hostname,
    connectTimeout: timeouts.nextHopConnect,
    commandTimeout: timeouts.nextHopCommand,
    finalTimeout: timeouts.nextHopFinal,
  };
  const nextHop = new NextHop(target, options.log);
  const relay: Relay = {
    guard: options.guard,
    nextHop,
    accounts: new Accounts(options.accounts, options.verifyPassword),
    tls: options.tls === undefined ? undefined : new TlsAcceptor(options.tls),
    hostname: options.hostname,
    maxMessageBytes: options.maxMessageBytes,
    contentFilter: options.contentFilter,
    askedFilter: options.askedFilter,
    log: options.log,
    now: options.now,
    nextInstance: countInstances(options.now()),
  };
  const door = new Door(relay, parsePrefixes(options.xclientHosts), { ...LIMITS, ...options.limits }, timeouts.client);
  // A client that has said QUIT and hung up on his side still wants his answers.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => door.enter(socket));
  const address = await listen(server, options.listen);
  return {
    address,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await door.close(timeouts.close, nextHop);
      await closed;
    },
  };
}

/** Names of messages: no other start of the relay gives the same, unless within the same millisecond. */
function countInstances(startedAt: number): () => string {
  const start = startedAt.toString(36);
  let count = 0;
  return () => `${start}-${(++count).toString(36)}`;
}

/** Who is inside. */
class Door {
  readonly #relay: Relay;
  readonly #proxies: readonly Prefix[];
  readonly #limits: RelayLimits;
  readonly #clientTimeout: number;
  readonly #sessions = new Map<Session, Promise<void>>();
  readonly #connections = new Map<string, number>();

  constructor(relay: Relay, proxies: readonly Prefix[], limits: RelayLimits, clientTimeout: number) {
    this.#relay = relay;
    this.#proxies = proxies;
    this.#limits = limits;
    this.#clientTimeout = clientTimeout;
  }

  enter(socket: Socket): void {
    const address = normalizeIp(socket.remoteAddress ?? '') ?? 'unknown';
    const peer: Peer = {
      address,
      port: socket.remotePort ?? 0,
      isLocal: isLoopback(address),
      mayXclient: isWithin(this.#proxies, address),
    };
    const connection = new ClientConnection(socket, this.#clientTimeout);
    const count = this.#connections.get(address) ?? 0;
    const isFull = this.#sessions.size >= this.#limits.connections;
    if (isFull || (count >= this.#limits.connectionsPerClient && !peer.mayXclient)) {
      this.#relay.log.warn({ clientAddress: address, connections: count }, 'too many connections');
      void connection.write('421 4.7.0 Too many connections, try again later\r\n');
      connection.close();
      return;
    }
    this.#connections.set(address, count + 1);
    const session = new Session(this.#relay, connection, peer);
    this.#sessions.set(
      session,
      session.run().then(() => this.#leave(session, address)),
    );
  }

  async close(patience: number, nextHop: NextHop): Promise<void> {
    const sessions = [...this.#sessions.values()];
    for (const session of this.#sessions.keys()) session.close();
    const timer = setTimeout(() => {
      for (const session of this.#sessions.keys()) session.destroy();
      nextHop.close();
    }, patience);
    await Promise.all(sessions);
    clearTimeout(timer);
    nextHop.close();
  }

  #leave(session: Session, address: string): void {
    this.#sessions.delete(session);
    const count = this.#connections.get(address)! - 1;
    if (count === 0) this.#connections.delete(address);
    else this.#connections.set(address, count);
  }
}

function listen(server: Server, { host, port }: RelayAddress): Promise<RelayAddress> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void => {
      reject(new CordonError('LISTEN_FAILED', `The SMTP relay cannot listen on ${host}:${port}`, { cause }));
    };
    server.once('error', fail);
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.off('error', fail);
      const bound = server.address();
      resolve({ host, port: bound !== null && typeof bound === 'object' ? bound.port : port });
    });
  });
}
