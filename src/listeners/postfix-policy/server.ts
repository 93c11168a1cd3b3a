// The door that Postfix's `check_policy_service` knocks at. Opens the socket, lets only trusted mail servers in, and closes
// so that every question under way is answered and every message under way told to the guard.
import { lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Sessions } from '../../activity/sessions.ts';
import { CordonError } from '../../errors.ts';
import type { Guard } from '../guard.ts';
import { type ListenerContext, PolicyConnection, TICK_SECONDS } from './connection.ts';
import type { Log } from './log.ts';
import { Messages } from './messages.ts';
import { TrustedPeers } from './trusted-peers.ts';

export type PolicyAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface PostfixPolicyOptions {
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly listen: PolicyAddress;
  /** Addresses and prefixes of the mail servers that may ask, beside loopback and the Unix socket. */
  readonly trusted: readonly string[];
  readonly log: Log;
  /** Calls back once, later, unless the returned function is called before. */
  readonly setTimer?: ((callback: () => void, milliseconds: number) => () => void) | undefined;
  /** Longer than Postfix keeps an idle connection by itself (300 s), because finding it closed costs it a second. Default 3 600. */
  readonly idleSeconds?: number | undefined;
}

export interface PostfixPolicyServer {
  /** Where it listens, with the real port. */
  readonly address: PolicyAddress;
  /** Resolves when all connections are closed and every message is judged or abandoned. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 2_000;

/** Rejects with LISTEN_UNTRUSTED, LISTEN_FAILED, or CONFIG_INVALID for a trusted prefix that is none. */
export async function startPostfixPolicy(options: PostfixPolicyOptions): Promise<PostfixPolicyServer> {
  const { guard, sessions, log, listen, setTimer = realTimer, idleSeconds = 3_600 } = options;
  const trusted = new TrustedPeers(options.trusted);
  if ('host' in listen) trusted.refuseOpenDoor(listen.host);

  const context: ListenerContext = { guard, sessions, log, idleTicks: Math.ceil(idleSeconds / TICK_SECONDS) };
  const connections = new Set<PolicyConnection>();
  const mailServers = new Map<string, Messages>();

  const messagesOf = (mailServer: string): Messages => {
    const messages = mailServers.get(mailServer) ?? new Messages(guard, log);
    mailServers.set(mailServer, messages);
    return messages;
  };

  const admit = (socket: Socket): void => {
    const { remoteAddress } = socket;
    const mailServer = 'path' in listen ? 'local' : trusted.nameOf(remoteAddress ?? '');
    if (mailServer === undefined) {
      // Without an address it is gone already.
      if (remoteAddress !== undefined) log.warn({ remoteAddress }, 'untrusted policy client dropped');
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = new PolicyConnection(context, socket, mailServer, messagesOf(mailServer));
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
  };

  const server = createServer({ noDelay: true }, admit);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('drop', () => log.warn({ connections: MOST_CONNECTIONS }, 'too many policy connections, one dropped'));
  await open(server, listen);
  server.on('error', (err) => log.error({ err }, 'policy listener failed'));

  let stopTicking = setTimer(tick, TICK_SECONDS * 1_000);
  function tick(): void {
    for (const connection of connections) connection.tick();
    stopTicking = setTimer(tick, TICK_SECONDS * 1_000);
  }

  return {
    address: addressOf(server, listen),
    close: async () => {
      stopTicking();
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all([...connections].map((connection) => connection.close()));
      await closed;
      await Promise.all([...mailServers.values()].map((messages) => messages.settled()));
    },
  };
}

async function open(server: Server, listen: PolicyAddress): Promise<void> {
  if ('path' in listen) await removeStaleSocket(listen.path);
  // Who may enter the socket's folder may ask, as anybody on this host may by loopback; Postfix runs as a user of its own.
  const where = 'path' in listen ? { ...listen, readableAll: true, writableAll: true } : listen;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new CordonError('LISTEN_FAILED', `the policy listener: ${cause.message}`, { cause })),
    );
    server.listen({ ...where, backlog: 1_024 }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

/** Removes the socket that a killed Cordon left behind; not one that somebody answers at. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const isStale = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy();
      resolve(false);
    });
    probe.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
  if (isStale) unlinkSync(path);
}

function addressOf(server: Server, listen: PolicyAddress): PolicyAddress {
  const address = server.address();
  return 'host' in listen && typeof address === 'object' && address !== null
    ? { host: listen.host, port: address.port }
    : listen;
}

function realTimer(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds).unref();
  return () => clearTimeout(timer);
}
