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
import { codeOf } from './reply-reader.ts';
import { ScriptedHop } from './scripted-hop.ts';
import { type SmtpRelay, startSmtpRelay } from './server.ts';
import { SmtpClient } from './smtp-client.ts';
import { makeCertificates } from './test-certificates.ts';

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const certificates = makeCertificates();

function readAnswer(reply: string): Answer {
  const accepted = codeOf(reply) < 300;
  return { accepted, code: codeOf(reply), lines: accepted ? [] : reply.split('\r\n') };
}

class RelaySession implements SmtpSession {
  readonly #client: SmtpClient;

  constructor(client: SmtpClient) {
    this.#client = client;
  }

  async mail(sender: string): Promise<void> {
    // RFC 6531 3.4: with this parameter the recipients may be beyond ASCII, too.
    await this.#client.ask(`MAIL FROM:<${sender}> SMTPUTF8`);
  }

  async rcpt(recipient: string): Promise<Answer> {
    return readAnswer(await this.#client.ask(`RCPT TO:<${recipient}>`));
  }

  async endOfMessage(content: string): Promise<Answer> {
    const reply = await this.#client.ask('DATA');
    if (codeOf(reply) !== 354) return readAnswer(reply);
    return readAnswer(await this.#client.ask(`${content.replace(/^\./gm, '..')}.`));
  }

  async rset(): Promise<void> {
    await this.#client.ask('RSET');
  }

  async quit(): Promise<void> {
    await this.#client.quit();
  }

  async drop(): Promise<void> {
    await this.#client.reset();
  }
}

function makeDriver(): ListenerDriver {
  let relay: SmtpRelay;
  let hop: ScriptedHop;
  const clients: SmtpClient[] = [];
  return {
    cannot: certificates === undefined ? { certificate: 'there is no openssl to make one with' } : {},
    certificate: {
      fingerprint: certificates?.client.fingerprint,
      names: ['printer-7.customer.example', '*.print.customer.example'],
    },

    async start(guard: RecordingGuard, _: Sessions, askedFilter?: ContentFilter) {
      hop = await ScriptedHop.start();
      relay = await startSmtpRelay({
        guard,
        listen: { host: '127.0.0.1', port: 0 },
        nextHop: { host: '127.0.0.1', port: hop.port, tls: 'none' },
        tls: certificates && { ...certificates.server, clientCa: certificates.ca },
        accounts: [],
        verifyPassword: async () => false,
        xclientHosts: ['127.0.0.0/8'],
        hostname: 'relay.example',
        maxMessageBytes: 1_000_000,
        log: SILENT,
        now: Date.now,
        askedFilter,
      });
    },

    async connect(facts: ClientFacts) {
      const client = await SmtpClient.open(relay.address.port);
      clients.push(client);
      const address = facts.address.includes(':') ? `IPV6:${facts.address}` : facts.address;
      const login = facts.login ?? '[UNAVAILABLE]';
      await client.ask(
        `XCLIENT ADDR=${address} PORT=${facts.port} NAME=${facts.name ?? '[UNAVAILABLE]'} LOGIN=${login}`,
      );
      if (facts.hasCertificate === true && certificates !== undefined) {
        await client.ask('STARTTLS');
        await client.startTls({ key: certificates.client.key, cert: certificates.client.cert });
      }
      await client.ask(`EHLO ${facts.helo}`);
      return new RelaySession(client);
    },

    async close() {
      await relay.close();
      for (const client of clients) client.socket.destroy();
      await hop.close();
    },
  };
}

listenerContract('smtp-relay', makeDriver);
