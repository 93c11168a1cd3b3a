// One mail server's connection to the milter: reads packets, hands them to the session in order, waits where the guard has to.
import type { Socket } from 'node:net';
import type { Log } from '../log.ts';
import { PacketReader } from './packet.ts';
import { Session, type SessionContext } from './session.ts';
import { TEMPFAIL } from './write-answer.ts';

export class MilterConnection {
  readonly #socket: Socket;
  readonly #mailServer: string;
  readonly #log: Log;
  readonly #reader = new PacketReader();
  readonly #session: Session;
  /** The guard owes an answer. Nothing is read meanwhile, so that the order stays and nothing piles up. */
  #isWaiting = false;
  /** What still comes is not handled any more. */
  #isClosing = false;

  constructor(socket: Socket, mailServer: string, context: SessionContext, log: Log) {
    this.#socket = socket;
    this.#mailServer = mailServer;
    this.#log = log;
    this.#session = new Session(context, mailServer, (answer) => this.#send(answer));
    socket.on('data', (chunk: Buffer) => {
      if (this.#isClosing) return;
      this.#reader.push(chunk);
      this.#work();
    });
    socket.on('drain', () => this.#work());
    socket.on('error', (error) => this.#warn(error.message));
    socket.on('end', () => {
      if (this.#reader.isInPacket && !this.#isClosing) this.#warn('ended within a packet');
    });
    socket.on('close', () => {
      this.#isClosing = true;
      if (!this.#isWaiting) this.#endSession();
    });
  }

  /** Disconnects, and says why in the log. */
  drop(why: string): void {
    this.#warn(why);
    this.#socket.destroy();
  }

  /** Disconnects when the guard has said what it owes. */
  finish(): void {
    this.#isClosing = true;
    if (!this.#isWaiting) this.#close();
  }

  #work(): void {
    try {
      this.#handlePackets();
    } catch (error) {
      this.#fail(error);
    }
  }

  #handlePackets(): void {
    while (!this.#isWaiting && !this.#isClosing) {
      if (this.#socket.writableNeedDrain) {
        // It sends and does not read our answers: 'drain' goes on.
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
    else if (!this.#isWaiting && !this.#isClosing && this.#socket.isPaused()) this.#socket.resume();
  }

  #wait(answered: Promise<undefined>): void {
    this.#isWaiting = true;
    this.#socket.pause();
    answered
      .catch((error: unknown) => this.#fail(error))
      .then(() => {
        this.#isWaiting = false;
        if (this.#isClosing) this.#close();
        else this.#work();
      });
  }

  /** Our own fault: the event under way is deferred, whatever the mail server does by default when a milter is gone. */
  #fail(error: unknown): void {
    this.#log.error({ mailServer: this.#mailServer, err: error }, 'milter session failed');
    this.#send(TEMPFAIL);
    this.#close();
  }

  #send(answer: Buffer): boolean {
    if (!this.#socket.writable) return false;
    this.#socket.write(answer);
    return true;
  }

  /** Ends the session; what was written still goes out. */
  #close(): void {
    this.#isClosing = true;
    this.#endSession();
    if (this.#socket.writableNeedDrain) this.#socket.destroy();
    else this.#socket.end(() => this.#socket.destroy());
  }

  #endSession(): void {
    try {
      this.#session.end();
    } catch (error) {
      this.#log.error({ mailServer: this.#mailServer, err: error }, 'milter session failed');
    }
  }

  #warn(why: string): void {
    this.#log.warn({ mailServer: this.#mailServer, why }, 'milter connection dropped');
  }
}
