// A small world: a recording next hop, the whole guard, and real Postfixes before it that ask the guard as the manual says.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { type Certificates, makeCertificates } from './certificates.ts';
import { documented } from './documented.ts';
import { freePort } from './free-port.ts';
import { type Postfix, startPostfix } from './postfix.ts';
import { type Sink, type SinkOptions, startSink } from './sink.ts';

export interface GuardedRelayOptions {
  /** Blocks of docs/mta/postfix.md, beside those for relaying, certificates and XCLIENT, for a first Postfix. */
  readonly blocks?: readonly string[];
  /** Port of a mail server behind Cordon's own SMTP relay, which is off without one. */
  readonly relayTo?: number;
  /** Milliseconds since 1970, for the guard. */
  readonly now?: () => number;
  /** What the next hop answers to a recipient; undefined takes it. */
  readonly refuse?: SinkOptions['refuse'];
  /** The guard's `contentFilter`, and where a filter in front of it listens in the place of 127.0.0.1:11332. */
  readonly contentFilter?: object;
  readonly filterMilterPort?: number;
  /** Blocks of options or services for the first Postfix's master.cf. */
  readonly master?: readonly string[];
  /** The guard follows the first Postfix's mail log, or this one. */
  readonly followsLog?: true | string;
}

/** What a test chooses of a connector; the rest as the API has it. Armed: restricted on the first day, too. */
export interface NewConnector {
  readonly name: string;
  readonly senderIpAddresses?: readonly string[];
  readonly clientCertificateFingerprints?: readonly string[];
  readonly tlsSenderCertificateName?: string;
  readonly saslUsernames?: readonly string[];
  readonly localSubmission?: boolean;
  readonly type?: 'OnPremises' | 'Partner';
}

/** `contoso.example` is the organization's accepted domain; 127.0.0.0/8 and 192.0.2.0/24 may relay. */
export class GuardedRelay {
  readonly sink: Sink;
  readonly certificates: Certificates;
  readonly #options: GuardedRelayOptions;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cordon-guarded-relay-'));
  readonly #ports: { readonly policy: number; readonly milter: number; readonly notifications: number };
  readonly #postfixes: Postfix[] = [];
  #cordon: Cordon | undefined;

  static async start(options: GuardedRelayOptions): Promise<GuardedRelay> {
    const ports = { policy: await freePort(), milter: await freePort(), notifications: await freePort() };
    const relay = new GuardedRelay(options, await startSink({ refuse: options.refuse }), makeCertificates(), ports);
    try {
      // Which log it is to follow is known when Postfix runs.
      const followsFirst = options.followsLog === true;
      if (!followsFirst) await relay.startGuard();
      if (options.blocks !== undefined) await relay.addPostfix(options.blocks, options.master);
      if (followsFirst) await relay.startGuard();
      return relay;
    } catch (error) {
      await relay.stop();
      throw error;
    }
  }

  private constructor(
    options: GuardedRelayOptions,
    sink: Sink,
    certificates: Certificates,
    ports: { policy: number; milter: number; notifications: number },
  ) {
    this.#options = options;
    this.sink = sink;
    this.certificates = certificates;
    this.#ports = ports;
  }

  get postfix(): Postfix {
    return this.#postfixes[0]!;
  }

  /** One more that asks the same guard, by other blocks of the manual; `master` names blocks of options for master.cf. */
  async addPostfix(blocks: readonly string[], master: readonly string[] = []): Promise<Postfix> {
    const postfix = await startPostfix({
      nextHop: this.sink.port,
      settings: this.#settings(blocks),
      serviceOptions: documented(master, this.#doors),
    });
    this.#postfixes.push(postfix);
    return postfix;
  }

  get #doors(): Record<string, string> {
    return {
      '127.0.0.1:5712': `127.0.0.1:${this.#ports.policy}`,
      '127.0.0.1:5713': `127.0.0.1:${this.#ports.milter}`,
      '127.0.0.1:10587': `127.0.0.1:${this.#ports.notifications}`,
      '/var/lib/cordon': path.join(this.#folder, 'data'),
      '127.0.0.1:11332': `127.0.0.1:${this.#options.filterMilterPort ?? 11_332}`,
    };
  }

  #settings(blocks: readonly string[]): string {
    const { server, authority } = this.certificates;
    const manual = documented(['relay', 'certificates', 'proxy', ...blocks], {
      ...this.#doors,
      '/etc/postfix/relay.pem': server.certFile,
      '/etc/postfix/relay.key': server.keyFile,
      '/etc/postfix/client-ca.pem': authority.certFile,
      '192.0.2.53': '127.0.0.0/8',
    });
    // XCLIENT may name a login only where SASL is switched on.
    return `${manual}smtpd_sasl_auth_enable = yes\n`;
  }

  /** On the same ports and the same data as before. */
  async startGuard(): Promise<void> {
    const config = configSchema.parse({
      dataDirectory: path.join(this.#folder, 'data'),
      organization: { name: 'Contoso', acceptedDomains: ['contoso.example'] },
      listeners: {
        postfixPolicy: { listen: `127.0.0.1:${this.#ports.policy}` },
        milter: { listen: `127.0.0.1:${this.#ports.milter}` },
        smtpRelay: this.#smtpRelay(),
      },
      http: { port: 0 },
      notifications: { port: this.#ports.notifications },
      feedback: { postfixLogs: this.#logs() },
      contentFilter: this.#options.contentFilter ?? {},
    });
    const { now = Date.now } = this.#options;
    this.#cordon = await startCordon({ config, now, log: pino({ level: process.env.CORDON_TEST_LOG ?? 'silent' }) });
  }

  #logs(): readonly { readonly file: string }[] {
    const { followsLog } = this.#options;
    if (followsLog === undefined) return [];
    return [{ file: followsLog === true ? this.postfix.logFile : followsLog }];
  }

  #smtpRelay(): object {
    const { relayTo } = this.#options;
    const { server, authority } = this.certificates;
    if (relayTo === undefined) return {};
    return {
      listen: '127.0.0.1:0',
      hostname: 'relay.contoso.example',
      nextHop: { host: '127.0.0.1', port: relayTo, tls: 'none' },
      tls: { certificateFile: server.certFile, keyFile: server.keyFile, clientCaFile: authority.certFile },
    };
  }

  /** Of the service of master.cf that the manual has for notifications. */
  get notificationPort(): number {
    return this.#ports.notifications;
  }

  get smtpRelayPort(): number {
    return (this.#cordon!.smtpRelay as { port: number }).port;
  }

  async stopGuard(): Promise<void> {
    await this.#cordon?.close();
    this.#cordon = undefined;
  }

  /** A request to the REST API with the administrator's token; its JSON. Throws where it is refused. */
  async api<T>(method: 'GET' | 'POST', resource: string, body?: unknown): Promise<T> {
    const { url, adminTokenFile } = this.#cordon!;
    const answer = await fetch(`${url}/api/v1${resource}`, {
      method,
      headers: {
        authorization: `Bearer ${readFileSync(adminTokenFile, 'utf8').trim()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${resource}: ${JSON.stringify(json)}`);
    return json as T;
  }

  /** The JSON of a page that needs no token. */
  async open<T>(resource: string): Promise<T> {
    return (await fetch(`${this.#cordon!.url}${resource}`)).json() as T;
  }

  /** The value of a line of /metrics: `name{label="value"}`. Throws where there is none. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.#cordon!.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    if (line === undefined) throw new Error(`no metric ${name}`);
    return Number(line.slice(name.length));
  }

  /** The guard's address, and the token with which the command line reaches it. */
  get access(): { readonly CORDON_URL: string; readonly CORDON_TOKEN: string } {
    const { url, adminTokenFile } = this.#cordon!;
    return { CORDON_URL: url, CORDON_TOKEN: readFileSync(adminTokenFile, 'utf8').trim() };
  }

  /** Its id. */
  async addConnector(connector: NewConnector): Promise<string> {
    const { id } = await this.api<{ id: string }>('POST', '/connectors', { armed: true, ...connector });
    return id;
  }

  /** The id of a login that has sent something since the guard started. */
  async userId(login: string): Promise<string> {
    const { items } = await this.api<{ items: { id: string }[] }>('GET', `/users?name=${login}`);
    if (items[0] === undefined) throw new Error(`the guard knows no login ${login}`);
    return items[0].id;
  }

  async restrict(id: string): Promise<void> {
    await this.api('POST', `/restricted-entities/${id}/restrict`, { reason: 'test' });
  }

  async unblock(id: string): Promise<void> {
    await this.api('POST', `/restricted-entities/${id}/unblock`, { reason: 'test' });
  }

  async stop(): Promise<void> {
    for (const postfix of this.#postfixes) await postfix.stop();
    await this.stopGuard();
    await this.sink.stop();
    this.certificates.remove();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
