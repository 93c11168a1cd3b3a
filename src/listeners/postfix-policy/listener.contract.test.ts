import type { Sessions } from '../../activity/sessions.ts';
import {
  type Answer,
  type ClientFacts,
  type ListenerDriver,
  listenerContract,
  type SmtpSession,
} from '../listener-contract.ts';
import type { RecordingGuard } from '../recording-guard.ts';
import { type Attributes, PolicyClient } from './policy-client.ts';
import { type PostfixPolicyServer, startPostfixPolicy } from './server.ts';

const FINGERPRINT = 'AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89';
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

function readAnswer(bytes: string): Answer {
  const action = bytes.replace(/^action=/, '').replace(/\n\n$/, '');
  if (action === 'DUNNO') return { accepted: true, code: 250, lines: [] };
  return { accepted: false, code: Number(action.slice(0, 3)), lines: [action] };
}

/** Speaks as smtpd does: one connection, one question under way, an instance for each message. */
class PolicySession implements SmtpSession {
  readonly #client: PolicyClient;
  readonly #facts: Attributes;
  #messages = 0;
  #sender = '';
  #recipients: string[] = [];

  constructor(client: PolicyClient, facts: Attributes) {
    this.#client = client;
    this.#facts = facts;
  }

  async mail(sender: string): Promise<void> {
    this.#messages++;
    this.#sender = sender;
    this.#recipients = [];
  }

  async rcpt(recipient: string): Promise<Answer> {
    const answer = await this.#ask({ protocol_state: 'RCPT', recipient });
    if (answer.accepted) this.#recipients.push(recipient);
    return answer;
  }

  endOfMessage(content: string): Promise<Answer> {
    return this.#ask({
      protocol_state: 'END-OF-MESSAGE',
      recipient: this.#recipients.length === 1 ? this.#recipients[0]! : '',
      recipient_count: String(this.#recipients.length),
      size: String(content.length),
    });
  }

  async #ask(attributes: Attributes): Promise<Answer> {
    const instance = `${this.#client.socket.localPort?.toString(16)}.65f1c2d3.1ab3.${this.#messages}`;
    return readAnswer(await this.#client.ask({ ...this.#facts, sender: this.#sender, instance, ...attributes }));
  }

  async rset(): Promise<void> {}

  quit(): Promise<void> {
    return this.#client.close();
  }

  async drop(): Promise<void> {
    this.#client.socket.destroy();
  }
}

function makeDriver(): ListenerDriver {
  let server: PostfixPolicyServer;
  const clients: PolicyClient[] = [];
  return {
    cannot: {
      content: 'the policy protocol carries neither headers nor body',
      humanSentence: 'an action is one line, and Postfix puts its own words before it',
      mail: 'Postfix asks from RCPT on (smtpd_delay_reject)',
    },
    certificate: { fingerprint: FINGERPRINT.replaceAll(':', '').toLowerCase(), names: ['drucker+7.büro.example'] },

    async start(guard: RecordingGuard, sessions: Sessions) {
      server = await startPostfixPolicy({
        guard,
        sessions,
        listen: { host: '127.0.0.1', port: 0 },
        trusted: [],
        log: SILENT,
      });
      // Cordon learns that this mail server asks at END-OF-MESSAGE by seeing it once.
      const client = await PolicyClient.open(server.address);
      await client.ask({ protocol_state: 'END-OF-MESSAGE', instance: 'first' });
      await client.close();
      guard.forget();
    },

    async connect(facts: ClientFacts) {
      const client = await PolicyClient.open(server.address);
      clients.push(client);
      return new PolicySession(client, {
        client_address: facts.address,
        client_port: String(facts.port),
        client_name: facts.name ?? 'unknown',
        reverse_client_name: facts.name ?? 'unknown',
        helo_name: facts.helo,
        sasl_method: facts.login === undefined ? '' : 'PLAIN',
        sasl_username: facts.login ?? '',
        ccert_fingerprint: facts.hasCertificate === true ? FINGERPRINT : '',
        ccert_subject: facts.hasCertificate === true ? 'Drucker+2B7.B+C3+BCro.example' : '',
      });
    },

    async close() {
      for (const client of clients) client.socket.destroy();
      await server.close();
    },
  };
}

listenerContract('postfix-policy', makeDriver);
