// The milter's door: opens the socket, lets only trusted mail servers in, and closes so that every answer that is under way is
// given and every message that is under way is told to the guard.
import type { Socket } from 'node:net';
import type { Probes } from '../../activity/probes.ts';
import type { Sessions } from '../../activity/sessions.ts';
import type { ContentFilter } from '../../content-filter/content-filter.ts';
import type { ContentFilterWord } from '../../content-filter/headers.ts';
import type { Guard } from '../guard.ts';
import type { Log } from '../log.ts';
import { type DoorAddress, openMailServerDoor } from '../mail-server-door.ts';
import { MilterConnection } from './connection.ts';
import type { SessionContext } from './session.ts';

export interface MilterOptions {
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly probes?: Probes | undefined;
  /** Port 0 takes any free one. A Unix socket may be used by everybody who may enter its folder. */
  readonly listen: DoorAddress;
  /** Addresses and prefixes of the mail servers that may connect, beside loopback and the Unix socket. */
  readonly trusted: readonly string[];
  readonly log: Log;
  /** Milliseconds since 1970; makes the ids of messages unlike those of an earlier run. */
  readonly now: () => number;
  /** The word of a filter before us, in the header. Default: none. */
  readonly contentFilter?: ContentFilterWord | undefined;
  /** A filter that is asked about the message itself; its word then counts instead. */
  readonly askedFilter?: ContentFilter | undefined;
  /** A mail server silent for so long is disconnected. Longer than SMTP clients may take (RFC 5321 4.5.3.2: 10 minutes). */
  readonly idleSeconds: number;
}

export interface MilterServer {
  /** Where it listens, with the real port. */
  readonly address: DoorAddress;
  /** Resolves when all connections are closed and every message is judged or abandoned. */
  close(): Promise<void>;
}

/** Rejects with LISTEN_UNTRUSTED, LISTEN_FAILED, or CONFIG_INVALID for a trusted prefix that is none. */
export async function startMilter(options: MilterOptions): Promise<MilterServer> {
  const { listen, trusted, log, idleSeconds } = options;
  const context = sessionContext(options);
  const connections = new Set<MilterConnection>();
  const admit = (socket: Socket, mailServer: string): void => {
    const connection = new MilterConnection(socket, mailServer, context, log);
    connections.add(connection);
    socket.setTimeout(idleSeconds * 1_000, () => connection.drop('silent for too long'));
    socket.on('close', () => connections.delete(connection));
  };
  const door = await openMailServerDoor({ name: 'milter', listen, trusted, log, admit });
  return {
    address: door.address,
    close: () => {
      const closed = door.close();
      for (const connection of connections) connection.finish();
      return closed;
    },
  };
}

function sessionContext(options: MilterOptions): SessionContext {
  const { guard, sessions, probes, contentFilter = () => undefined, askedFilter } = options;
  const run = options.now().toString(36);
  let messages = 0;
  const nextInstance = () => `${run}.${(++messages).toString(36)}`;
  return { guard, sessions, probes, contentFilter, askedFilter, nextInstance };
}
