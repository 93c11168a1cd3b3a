// Test support: asks as Postfix 3.7 does, every attribute in the captured order.
import { connect, type Socket } from 'node:net';
import type { DoorAddress } from '../mail-server-door.ts';

/** As captured from Postfix 3.7.11 at RCPT, for a client without login and certificate. */
export const POSTFIX_ATTRIBUTES = {
  request: 'smtpd_access_policy',
  protocol_state: 'RCPT',
  protocol_name: 'ESMTP',
  client_address: '192.0.2.7',
  client_name: 'mail.customer.example',
  client_port: '40007',
  reverse_client_name: 'mail.customer.example',
  server_address: '192.0.2.25',
  server_port: '25',
  helo_name: 'mail.customer.example',
  sender: 'juergen@customer.example',
  recipient: 'anna@far.example',
  recipient_count: '0',
  queue_id: '',
  instance: '4096.65f1c2d3.1ab3.0',
  size: '0',
  etrn_domain: '',
  stress: '',
  sasl_method: '',
  sasl_username: '',
  sasl_sender: '',
  ccert_subject: '',
  ccert_issuer: '',
  ccert_fingerprint: '',
  ccert_pubkey_fingerprint: '',
  encryption_protocol: '',
  encryption_cipher: '',
  encryption_keysize: '0',
  policy_context: '',
} as const;

export type Attributes = Partial<Record<keyof typeof POSTFIX_ATTRIBUTES, string>>;

/** The question as it goes over the wire. */
export function question(attributes: Attributes): string {
  const all = Object.entries({ ...POSTFIX_ATTRIBUTES, ...attributes });
  return `${all.map(([name, value]) => `${name}=${value}\n`).join('')}\n`;
}

export class PolicyClient {
  readonly socket: Socket;
  /** Resolves with everything that came and was not taken, once the server has closed. */
  readonly closed: Promise<string>;
  #text = '';
  #isClosed = false;
  #look: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.#text += text;
      this.#look();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#look();
        resolve(this.#text);
      });
    });
  }

  static async open(address: DoorAddress): Promise<PolicyClient> {
    const socket = connect({ ...address, noDelay: true });
    const client = new PolicyClient(socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return client;
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** The next whole answer, with its empty line. Rejects when the server closes before. */
  async answer(): Promise<string> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end !== -1) {
        const answer = this.#text.slice(0, end + 2);
        this.#text = this.#text.slice(end + 2);
        return answer;
      }
      if (this.#isClosed) throw new Error(`closed before an answer; received '${this.#text}'`);
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  ask(attributes: Attributes): Promise<string> {
    this.send(question(attributes));
    return this.answer();
  }

  async close(): Promise<void> {
    this.socket.end();
    await this.closed;
  }
}
