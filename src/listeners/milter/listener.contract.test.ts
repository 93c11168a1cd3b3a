import type { Sessions } from '../../activity/sessions.ts';
import type { ContentFilter } from '../../content-filter/content-filter.ts';
import {
  type Answer,
  type ClientFacts,
  type ListenerDriver,
  listenerContract,
  type SmtpSession,
} from '../listener-contract.ts';
import type { RecordingGuard } from '../recording-guard.ts';
import { ALL_STEPS, clientPayload, MailServerSide, type MilterAnswer, strings } from './mail-server-side.ts';
import { SMFIP_NR_CONN, SMFIP_NR_HDR, SMFIP_NR_HELO, SMFIP_NR_MAIL } from './negotiate.ts';
import { type MilterServer, startMilter } from './server.ts';
import { packet } from './write-answer.ts';

const EVERY_ANSWER = ALL_STEPS & ~(SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_HDR);

class MilterDriver implements ListenerDriver {
  readonly cannot = {};
  /** Only the policy protocol carries the fingerprint; the two doors meet in `Sessions` (session.test.ts). */
  readonly certificate = { names: ['connector.customer.example'] };
  #milter: MilterServer | undefined;
  readonly #mailServers: MailServerSide[] = [];

  async start(guard: RecordingGuard, sessions: Sessions, askedFilter?: ContentFilter): Promise<void> {
    this.#milter = await startMilter({
      guard,
      sessions,
      listen: { host: '127.0.0.1', port: 0 },
      trusted: [],
      log: { info: () => {}, warn: () => {}, error: () => {} },
      now: () => 0,
      askedFilter,
      idleSeconds: 60,
    });
  }

  async connect(facts: ClientFacts): Promise<SmtpSession> {
    const mailServer = new MailServerSide(this.#milter!.address);
    this.#mailServers.push(mailServer);
    // A mail server that waits for an answer to each event: then each step has been dealt with when it resolves.
    await mailServer.negotiate(EVERY_ANSWER);
    const family = facts.address.includes(':') ? '6' : '4';
    const payload = clientPayload(facts.name ?? 'unknown', family, facts.port, facts.address);
    await mailServer.event('C', payload, { j: 'relay.example' });
    await mailServer.event('H', strings(facts.helo));
    // The second HELO is the one after STARTTLS.
    if (facts.hasCertificate) {
      await mailServer.event('H', strings(facts.helo), { cert_subject: 'Connector.Customer.example' });
    }
    return new DrivenSession(mailServer, facts.login);
  }

  async close(): Promise<void> {
    await this.#milter?.close();
    await Promise.all(this.#mailServers.map((mailServer) => mailServer.closed));
  }
}

class DrivenSession implements SmtpSession {
  readonly #mailServer: MailServerSide;
  readonly #login: string | undefined;
  #messages = 0;
  #recipients = 0;

  constructor(mailServer: MailServerSide, login: string | undefined) {
    this.#mailServer = mailServer;
    this.#login = login;
  }

  async mail(sender: string): Promise<void> {
    this.#messages++;
    this.#recipients = 0;
    await this.#mailServer.event('M', strings(`<${sender}>`), { auth_authen: this.#login });
  }

  async rcpt(recipient: string): Promise<Answer> {
    // Postfix has no queue id yet at the first recipient: an empty macro.
    const i = this.#recipients++ === 0 ? '' : this.#queueId();
    return answerOf(
      await this.#mailServer.event('R', strings(`<${recipient}>`), { i, rcpt_mailer: 'smtp', rcpt_addr: recipient }),
    );
  }

  async endOfMessage(content: string): Promise<Answer> {
    return answerOf(await this.#mailServer.message(content, { i: this.#queueId() }));
  }

  async rset(): Promise<void> {
    this.#mailServer.send(packet('A', Buffer.alloc(0)));
  }

  async quit(): Promise<void> {
    await this.#mailServer.quit();
  }

  async drop(): Promise<void> {
    this.#mailServer.socket.resetAndDestroy();
    await this.#mailServer.closed;
  }

  #queueId(): string {
    return `4X${this.#messages}`;
  }
}

function answerOf({ letter, text }: MilterAnswer): Answer {
  if (letter === 'c') return { accepted: true, code: 250, lines: [] };
  return { accepted: false, code: Number(text.slice(0, 3)), lines: text.split('\r\n') };
}

listenerContract('The milter', () => new MilterDriver());
