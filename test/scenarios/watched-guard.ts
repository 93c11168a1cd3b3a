// Test support: a whole guard with a clock that the test holds, over real SMTP and the real API, whose connector `office` has a past of
// ordinary mail; and the mail server that takes what Cordon tells its administrators.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import { pino } from 'pino';
import { EMPTY_DRAFT } from '../../src/attribution/connector-draft.ts';
import type { Connector } from '../../src/attribution/entity.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { type DemoNextHop, startNextHop } from '../../src/demo/next-hop.ts';
import { attackMail, branchOfficeMail, type DemoMessage, OWN_DOMAIN, seededRandom } from '../../src/demo/senders.ts';
import { type ReceivedMessage, type Sink, startSink } from '../mta/sink.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const DAYS_OF_PAST = 14;
const MAILS_A_DAY = 30;
const MOST_ATTACK_MESSAGES = 60;
export const REFUSAL = '550 5.7.711 Access denied, bad inbound connector. AS(2204).';

export class WatchedGuard {
  /** Noon of a Monday in Zurich. */
  time = Date.parse('2026-11-23T11:00:00Z');
  readonly #random = seededRandom(2204);
  readonly #directory = mkdtempSync(join(tmpdir(), 'cordon-watched-'));
  #nextHop!: DemoNextHop;
  /** Where notifications arrive. */
  mailbox!: Sink;
  cordon!: Cordon;
  office!: Connector;

  static async open(): Promise<WatchedGuard> {
    const guard = new WatchedGuard();
    guard.#nextHop = await startNextHop();
    guard.mailbox = await startSink();
    const config = configSchema.parse({
      dataDirectory: guard.#directory,
      organization: { acceptedDomains: [OWN_DOMAIN] },
      http: { port: 0 },
      listeners: {
        postfixPolicy: { listen: 'off' },
        milter: { listen: 'off' },
        smtpRelay: { listen: '127.0.0.1:0', nextHop: { host: '127.0.0.1', port: guard.#nextHop.port, tls: 'none' } },
      },
      notifications: { host: '127.0.0.1', port: guard.mailbox.port },
    });
    const log = pino({ level: 'silent' });
    const onFirstAdministrator = () => {};
    guard.cordon = await startCordon({ config, log, now: () => guard.time, onFirstAdministrator });
    const [organization] = guard.cordon.directory.organizations();
    guard.office = await guard.cordon.directory.addConnector(organization!.id, {
      ...EMPTY_DRAFT,
      name: 'office',
      senderIpAddresses: ['127.1.0.0/16'],
      armed: true,
    });
    await guard.#ordinaryFortnight();
    return guard;
  }

  async close(): Promise<void> {
    await this.cordon.close();
    await this.#nextHop.close();
    await this.mailbox.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #ordinaryFortnight(): Promise<void> {
    const now = this.time;
    const session = await this.#session('127.1.0.10');
    for (let day = DAYS_OF_PAST; day > 0; day--) {
      for (let n = 0; n < MAILS_A_DAY; n++) {
        this.time = now - day * DAY + (n * 9 * HOUR) / MAILS_A_DAY;
        await session.send(branchOfficeMail(this.#random));
      }
    }
    session.quit();
    this.time = now;
  }

  /** Phish through the office's server until it is refused; the refusal, and how many messages got out. */
  async attack(): Promise<{ readonly reply: string; readonly leaked: number }> {
    const session = await this.#session('127.1.66.6');
    try {
      let leaked = 0;
      for (let count = 1; count <= MOST_ATTACK_MESSAGES; count++) {
        this.time += 5_000;
        const reply = await session.send(attackMail(this.#random, count));
        if (reply.includes('5.7.711')) return { reply: reply.split('\n').at(-1)!.trim(), leaked };
        if (reply.startsWith('250')) leaked++;
      }
      throw new Error(`${MOST_ATTACK_MESSAGES} messages of the attack passed`);
    } finally {
      session.quit();
    }
  }

  /** So many messages of a campaign from an address, over one session; how many got each answer. */
  async campaign(from: string, messages: number): Promise<ReadonlyMap<string, number>> {
    const answers = new Map<string, number>();
    const session = await this.#session(from);
    for (let count = 1; count <= messages; count++) {
      this.time += 1_000;
      const code = (await session.send(attackMail(this.#random, count))).slice(0, 3);
      answers.set(code, (answers.get(code) ?? 0) + 1);
    }
    session.quit();
    return answers;
  }

  /** The last line of the relay's answer to each message. */
  async #session(from: string): Promise<{ send(message: DemoMessage): Promise<string>; quit(): void }> {
    const { port } = this.cordon.smtpRelay as { port: number };
    const connection = new SMTPConnection({
      host: '127.0.0.1',
      port,
      localAddress: from,
      name: 'client',
      ignoreTLS: true,
    });
    connection.on('error', () => {});
    await new Promise<void>((resolve) => connection.connect(() => resolve()));
    const send = (message: DemoMessage) =>
      new Promise<string>((resolve) => {
        connection.send(
          { from: message.envelopeSender, to: [...message.recipients] },
          `From: ${message.headerFrom}\r\nSubject: ${message.subject}\r\n\r\n${message.text}\r\n`,
          (error, info) =>
            error === null
              ? resolve(info.response)
              : connection.reset(() => resolve((error as { response?: string }).response ?? error.message)),
        );
      });
    return { send, quit: () => connection.quit() };
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  async api(method: string, path: string, body?: object, token = this.#localToken): Promise<any> {
    const response = await fetch(`${this.cordon.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  get #localToken(): string {
    return readFileSync(this.cordon.adminTokenFile, 'utf8').trim();
  }

  unblockOffice(): Promise<unknown> {
    return this.api('POST', `/restricted-entities/${this.office.id}/unblock`, { reason: 'cleaned' });
  }
}

/** Whom a notification went to, and its subject. */
export function told({ recipients, bytes }: ReceivedMessage): string {
  const subject = /^Subject: (.*(?:\r\n[ \t].*)*)/im.exec(bytes.toString('latin1'))?.[1] ?? '';
  return `${recipients.join(' ')}: ${subject.replace(/\r\n[ \t]+/g, ' ')}`;
}
