// The door that Postfix's `check_policy_service` knocks at. Opens the socket, lets only trusted mail servers in, and closes
// so that every question under way is answered and every message under way told to the guard.
import type { Socket } from 'node:net';
import type { Probes } from '../../activity/probes.ts';
import type { Sessions } from '../../activity/sessions.ts';
import type { Guard } from '../guard.ts';
import type { Log } from '../log.ts';
import { type DoorAddress, openMailServerDoor } from '../mail-server-door.ts';
import { type ListenerContext, PolicyConnection, TICK_SECONDS } from './connection.ts';
import { Messages } from './messages.ts';

export interface PostfixPolicyOptions {
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly probes?: Probes | undefined;
  readonly listen: DoorAddress;
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
  readonly address: DoorAddress;
  /** Resolves when all connections are closed and every message is judged or abandoned. */
  close(): Promise<void>;
}

/** Rejects with LISTEN_UNTRUSTED, LISTEN_FAILED, or CONFIG_INVALID for a trusted prefix that is none. */
export async function startPostfixPolicy(options: PostfixPolicyOptions): Promise<PostfixPolicyServer> {
  const { guard, sessions, probes, log, listen, trusted, setTimer = realTimer, idleSeconds = 3_600 } = options;
  const context: ListenerContext = { guard, sessions, probes, log, idleTicks: Math.ceil(idleSeconds / TICK_SECONDS) };
  const connections = new Set<PolicyConnection>();
  const mailServers = new Map<string, Messages>();

  const messagesOf = (mailServer: string): Messages => {
    const messages = mailServers.get(mailServer) ?? new Messages(guard, log);
    mailServers.set(mailServer, messages);
    return messages;
  };

  const admit = (socket: Socket, mailServer: string): void => {
    const connection = new PolicyConnection(context, socket, mailServer, messagesOf(mailServer));
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
  };
  const door = await openMailServerDoor({ name: 'policy listener', listen, trusted, log, admit });

  let stopTicking = setTimer(tick, TICK_SECONDS * 1_000);
  function tick(): void {
    for (const connection of connections) connection.tick();
    stopTicking = setTimer(tick, TICK_SECONDS * 1_000);
  }

  return {
    address: door.address,
    close: async () => {
      stopTicking();
      const closed = door.close();
      await Promise.all([...connections].map((connection) => connection.close()));
      await closed;
      await Promise.all([...mailServers.values()].map((messages) => messages.settled()));
    },
  };
}

function realTimer(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds).unref();
  return () => clearTimeout(timer);
}
