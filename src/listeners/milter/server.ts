// The milter's door: opens the socket, lets only trusted mail servers in, and closes so that every answer that is under way is
// given and every message that is under way is told to the guard.
import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Sessions } from '../../activity/sessions.ts';
import { CordonError } from '../../errors.ts';
import { type ContentFilterWord, none } from '../../mail/content-filter.ts';
import type { Guard } from '../guard.ts';
import { MilterConnection } from './connection.ts';
import type { Log } from './log.ts';
import type { SessionContext } from './session.ts';
import { TrustedPeers } from './trusted-peers.ts';

/** Where the milter listens. */
export type MilterAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface MilterOptions {
  readonly guard: Guard;
  readonly sessions: Sessions;
  /** Port 0 takes any free one. A Unix socket may be used by everybody who may enter its folder. */
  readonly listen: MilterAddress;
  /** Addresses and prefixes of the mail servers that may connect, beside loopback and the Unix socket. */
  readonly trusted: readonly string[];
  readonly log: Log;
  /** Milliseconds since 1970; makes the ids of messages unlike those of an earlier run. */
  readonly now: () => number;
  /** Default: none. */
  readonly contentFilter?: ContentFilterWord | undefined;
  /** A mail server silent for so long is disconnected. Longer than SMTP clients may take (RFC 5321 4.5.3.2: 10 minutes). */
  readonly idleSeconds: number;
}

export interface MilterServer {
  /** Where it listens, with the real port. */
  readonly address: MilterAddress;
  /** Resolves when all connections are closed and every message is judged or abandoned. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 2_000;

/** Rejects with LISTEN_UNTRUSTED, LISTEN_FAILED, or CONFIG_INVALID for a trusted prefix that is none. */
export async function startMilter(options: MilterOptions): Promise<MilterServer> {
  const { listen, log, idleSeconds } = options;
  const trusted = new TrustedPeers(options.trusted);
  if ('host' in listen) trusted.refuseOpenDoor(listen.host);
  const context = sessionContext(options);
  const connections = new Set<MilterConnection>();

  const admit = (socket: Socket): void => {
    const { remoteAddress } = socket;
    const mailServer = 'path' in listen ? 'local' : trusted.nameOf(remoteAddress ?? '');
    if (mailServer === undefined) {
      // Without an address it is gone already.
      if (remoteAddress !== undefined) log.warn({ remoteAddress }, 'untrusted milter client dropped');
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = new MilterConnection(socket, mailServer, context, log);
    connections.add(connection);
    socket.setTimeout(idleSeconds * 1_000, () => connection.drop('silent for too long'));
    socket.on('close', () => connections.delete(connection));
  };

  const server = createServer({ noDelay: true }, admit);
  server.maxConnections = MOST_CONNECTIONS;
  server.on('drop', () => log.warn({ connections: MOST_CONNECTIONS }, 'too many milter connections, one dropped'));
  await open(server, listen);
  // No free file descriptor, for example: the mail server defers and comes again.
  server.on('error', (error) => log.error({ error }, 'milter listener failed'));

  return {
    address: addressOf(server, listen),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) connection.finish();
      }),
  };
}

function sessionContext({ guard, sessions, contentFilter = none, now }: MilterOptions): SessionContext {
  const run = now().toString(36);
  let messages = 0;
  return { guard, sessions, contentFilter, nextInstance: () => `${run}.${(++messages).toString(36)}` };
}

async function open(server: Server, listen: MilterAddress): Promise<void> {
  if ('path' in listen && (await isStale(listen.path))) await unlink(listen.path);
  const where = 'path' in listen ? { ...listen, readableAll: true, writableAll: true } : listen;
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error): void =>
      reject(new CordonError('LISTEN_FAILED', `the milter: ${cause.message}`, { cause }));
    server.once('error', refuse);
    server.listen({ ...where, backlog: 1_024 }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}

/** A socket that nobody answers at: what a process that was killed leaves behind. */
async function isStale(path: string): Promise<boolean> {
  const isSocket = await lstat(path).then(
    (found) => found.isSocket(),
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

function addressOf(server: Server, listen: MilterAddress): MilterAddress {
  const bound = server.address();
  return 'host' in listen && bound !== null && typeof bound === 'object'
    ? { host: listen.host, port: bound.port }
    : listen;
}
