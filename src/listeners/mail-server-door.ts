// The door that mail servers knock at, with whatever protocol behind it: opens the socket, and lets only trusted peers in.
import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { CordonError } from '../errors.ts';
import type { Log } from './log.ts';
import { TrustedPeers } from './trusted-peers.ts';

/** A Unix socket may be used by everybody who may enter its folder, as loopback may by everybody on this host. */
export type DoorAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface DoorOptions {
  /** For errors and log lines: `milter`, `policy listener`. */
  readonly name: string;
  /** Port 0 takes any free one. */
  readonly listen: DoorAddress;
  /** Addresses and prefixes of the mail servers that may enter, beside loopback and the Unix socket. */
  readonly trusted: readonly string[];
  readonly log: Log;
  /** A trusted peer; `mailServer` is its name in `RelayClient`. */
  readonly admit: (socket: Socket, mailServer: string) => void;
}

export interface OpenDoor {
  /** With the port that was taken. */
  readonly address: DoorAddress;
  /** Takes nobody in any more; resolves when all who are in have left. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 2_000;

/** Rejects with LISTEN_UNTRUSTED, LISTEN_FAILED, or CONFIG_INVALID for a trusted prefix that is none. */
export async function openMailServerDoor(options: DoorOptions): Promise<OpenDoor> {
  const { name, listen, log, admit } = options;
  const trusted = new TrustedPeers(options.trusted);
  if ('host' in listen) trusted.refuseOpenDoor(listen.host, name);
  const server = createServer({ noDelay: true }, (socket) => {
    const { remoteAddress } = socket;
    const mailServer = 'path' in listen ? 'local' : trusted.nameOf(remoteAddress ?? '');
    if (mailServer !== undefined) {
      admit(socket, mailServer);
      return;
    }
    // Without an address it is gone already.
    if (remoteAddress !== undefined) log.warn({ remoteAddress }, `${name}: untrusted client dropped`);
    socket.on('error', () => {});
    socket.destroy();
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('drop', () => log.warn({ connections: MOST_CONNECTIONS }, `${name}: too many connections, one dropped`));
  await open(server, name, listen);
  // No free file descriptor, for example: the mail server defers and comes again.
  server.on('error', (err) => log.error({ err }, `${name} failed`));
  return {
    address: addressOf(server, listen),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function open(server: Server, name: string, listen: DoorAddress): Promise<void> {
  if ('path' in listen && (await isStale(listen.path))) await unlink(listen.path);
  const where = 'path' in listen ? { ...listen, readableAll: true, writableAll: true } : listen;
  await new Promise<void>((resolve, reject) => {
    const refuse = (cause: Error): void =>
      reject(new CordonError('LISTEN_FAILED', `the ${name}: ${cause.message}`, { cause }));
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

function addressOf(server: Server, listen: DoorAddress): DoorAddress {
  const bound = server.address();
  return 'host' in listen && bound !== null && typeof bound === 'object'
    ? { host: listen.host, port: bound.port }
    : listen;
}
