// Test support: the mail server's side of the milter protocol, as Postfix speaks it.
import { connect, type Socket } from 'node:net';
import type { DoorAddress } from '../mail-server-door.ts';
import { SMFIP_NOEOH, SMFIP_NR_BODY, SMFIP_NR_CONN, SMFIP_NR_HDR, SMFIP_NR_HELO, SMFIP_NR_MAIL } from './negotiate.ts';
import { type Packet, PacketReader } from './packet.ts';
import { packet } from './write-answer.ts';

/** What Postfix 3.7 offers. */
export const ALL_ACTIONS = 0x1ff;
export const ALL_STEPS = 0x1fffff;

/** Events that may go unanswered. */
const NO_REPLY: Readonly<Record<string, number>> = {
  C: SMFIP_NR_CONN,
  H: SMFIP_NR_HELO,
  M: SMFIP_NR_MAIL,
  L: SMFIP_NR_HDR,
  B: SMFIP_NR_BODY,
};

export function offer(version = 6, actions = ALL_ACTIONS, steps = ALL_STEPS): Buffer {
  const payload = Buffer.alloc(12);
  payload.writeUInt32BE(version, 0);
  payload.writeUInt32BE(actions, 4);
  payload.writeUInt32BE(steps, 8);
  return packet('O', payload);
}

/** NUL-terminated strings. */
export const strings = (...texts: string[]): Buffer => Buffer.from(texts.map((text) => `${text}\0`).join(''));

export function clientPayload(name: string, family: string, port: number, address: string): Buffer {
  if (family === 'U') return Buffer.from(`${name}\0U`);
  return Buffer.concat([Buffer.from(`${name}\0${family}`), Buffer.from([port >> 8, port & 255]), strings(address)]);
}

/** A long name is in braces, as on the wire. */
export function macros(event: string, values: Readonly<Record<string, string | undefined>>): Buffer {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [name.length > 1 ? `{${name}}` : name, value],
  );
  return packet('D', Buffer.concat([Buffer.from(event), strings(...given)]));
}

/** An answer: its letter, and the text of a reply. */
export interface MilterAnswer {
  readonly letter: string;
  readonly text: string;
}

export class MailServerSide {
  readonly socket: Socket;
  /** What was agreed on. */
  steps = 0;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
  readonly #reader = new PacketReader();
  readonly #answers: Packet[] = [];
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(address: DoorAddress) {
    this.socket = 'path' in address ? connect(address.path) : connect({ ...address, noDelay: true });
    this.socket.on('error', () => {}); // seen as closed
    this.socket.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk);
      for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) {
        this.#answers.push({ command: next.command, payload: Buffer.from(next.payload) });
      }
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  send(...packets: Buffer[]): void {
    this.socket.write(Buffer.concat(packets));
  }

  /** The next answer; undefined where the connection was closed instead. */
  async read(): Promise<Packet | undefined> {
    while (this.#answers.length === 0) {
      if (this.#isClosed) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#answers.shift();
  }

  async negotiate(steps = ALL_STEPS, actions = ALL_ACTIONS): Promise<Buffer> {
    this.send(offer(6, actions, steps));
    const answer = await this.read();
    if (answer?.command !== 0x4f) throw new Error('no answer to the negotiation');
    this.steps = answer.payload.readUInt32BE(8);
    return answer.payload;
  }

  /** Sends an event with its macros and waits for the answer where one was agreed on; `c` where none was. */
  async event(
    letter: string,
    payload: Buffer,
    values: Readonly<Record<string, string | undefined>> = {},
  ): Promise<MilterAnswer> {
    if (letter === 'N' && (this.steps & SMFIP_NOEOH) !== 0) return { letter: 'c', text: '' };
    this.send(macros(letter, values), packet(letter, payload));
    if ((this.steps & (NO_REPLY[letter] ?? 0)) !== 0) return { letter: 'c', text: '' };
    const answer = await this.read();
    if (answer === undefined) throw new Error(`connection closed after ${letter}`);
    return { letter: String.fromCharCode(answer.command), text: answer.payload.toString().replace(/\0$/, '') };
  }

  /** Header fields and body as Postfix sends them, then the end. */
  async message(content: string, values: Readonly<Record<string, string | undefined>>): Promise<MilterAnswer> {
    const gap = content.indexOf('\r\n\r\n');
    for (const field of content.slice(0, gap).split(/\r\n(?![ \t])/)) {
      const colon = field.indexOf(':');
      await this.event(
        'L',
        strings(
          field.slice(0, colon),
          field
            .slice(colon + 1)
            .trimStart()
            .replaceAll('\r\n', '\n'),
        ),
      );
    }
    const body = Buffer.from(content.slice(gap + 4));
    for (let at = 0; at < body.length; at += 65_535) {
      const answer = await this.event('B', body.subarray(at, at + 65_535));
      if (answer.letter === 's') break;
    }
    return this.event('E', Buffer.alloc(0), values);
  }

  quit(): Promise<void> {
    this.send(packet('Q', Buffer.alloc(0)));
    return this.closed;
  }
}
