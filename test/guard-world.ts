// A whole guard behind its doors, on a real store in a folder of its own, with a clock that the test holds.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessageRecord } from '../src/activity/record.ts';
import { type ConnectorDraft, EMPTY_DRAFT } from '../src/attribution/connector-draft.ts';
import { Directory } from '../src/attribution/directory.ts';
import { Discovery } from '../src/attribution/discovery.ts';
import type { Connector, Entity, SubjectPrivacy } from '../src/attribution/entity.ts';
import type { Decision } from '../src/decision/decision.ts';
import { DEFAULT_SETTINGS } from '../src/detection/entry.ts';
import type { Verdict } from '../src/detection/verdict.ts';
import { DetectorLog } from '../src/detector-log.ts';
import { RelayGuard } from '../src/guard.ts';
import { SendLimiter } from '../src/limits/send-limiter.ts';
import type { RelayedMessage, RelayRequest } from '../src/mail/relay-request.ts';
import { oneLine } from '../src/mail/reply.ts';
import { RestrictedEntities } from '../src/restrictions/restricted-entities.ts';
import { openSqliteStore, type SqliteStoreOptions } from '../src/store/sqlite/open.ts';
import type { Store } from '../src/store/store.ts';
import { aClient, aMessage, aRequest } from './factories.ts';

export const START = Date.UTC(2026, 10, 2, 8);

export interface GuardWorldOptions {
  readonly directory?: string;
  readonly subjects?: SubjectPrivacy;
  readonly durableWithinMs?: number;
  readonly whenUncertain?: 'accept' | 'defer';
  /** The mail log of every mail server is followed; a test tells what is in it with `guard.tell`. */
  readonly followsLogs?: boolean;
  readonly store?: Partial<SqliteStoreOptions>;
}

/** Timers of the world's rooms: the test lets them go off. */
export class HeldTimers {
  readonly #held: { act: () => void; milliseconds: number }[] = [];

  readonly set = (act: () => void, milliseconds: number): void => {
    this.#held.push({ act, milliseconds });
  };

  /** Lets all those go off that were to wait at most so long. */
  goOff(milliseconds: number): void {
    const due = this.#held.filter((timer) => timer.milliseconds <= milliseconds);
    for (const timer of due) this.#held.splice(this.#held.indexOf(timer), 1);
    for (const timer of due) timer.act();
  }
}

export class GuardWorld {
  time = START;
  readonly timers = new HeldTimers();
  readonly records: MessageRecord[] = [];
  readonly reports: { entity: Entity; verdict: Verdict }[] = [];
  readonly troubles: string[] = [];
  readonly faults: unknown[] = [];
  /** Of each restriction, and of each end of one, whether the service says that it did it by itself. */
  readonly ownActs: boolean[] = [];
  readonly discovery = new Discovery();
  readonly exceeded: string[] = [];
  /** Ids of the entities for whose restriction something was refused. */
  readonly refused: string[] = [];
  dataDirectory = '';
  organizationId = '';
  store!: Store;
  directory!: Directory;
  restricted!: RestrictedEntities;
  limiter!: SendLimiter;
  log!: DetectorLog;
  guard!: RelayGuard;

  static async open(options: GuardWorldOptions = {}): Promise<GuardWorld> {
    const world = new GuardWorld();
    world.dataDirectory = options.directory ?? mkdtempSync(join(tmpdir(), 'cordon-guard-'));
    await world.#start(options);
    return world;
  }

  async #start(options: GuardWorldOptions): Promise<void> {
    const now = () => this.time;
    this.store = await openSqliteStore({
      directory: this.dataDirectory,
      log: { info: () => {} },
      onTrouble: ({ error }) => this.troubles.push(error.message),
      onRecovered: () => this.troubles.push('recovered'),
      batchMs: 20,
      ...options.store,
    });
    this.directory = await Directory.open({ store: this.store.connectors, now, randomUUID });
    const [first = await this.directory.addOrganization('Ours')] = this.directory.organizations();
    this.organizationId = first.id;
    await this.directory.addAcceptedDomain(first.id, 'ours.example');
    this.restricted = await RestrictedEntities.open({
      store: this.store.restrictions,
      now,
      randomUUID,
      setTimer: this.timers.set,
      durableWithinMs: options.durableWithinMs ?? 50,
    });
    this.limiter = new SendLimiter((organizationId) => this.directory.limitPolicyOf(organizationId));
    this.log = await DetectorLog.open({
      journal: this.store.journal,
      snapshots: this.store.snapshots,
      directory: this.directory,
      restricted: this.restricted,
      now,
      key: 7,
      tuning: DEFAULT_SETTINGS,
      onSnapshotFailure: (error) => this.troubles.push(String(error)),
      onSnapshotWritten: () => {},
    });
    this.restricted.events.onRestricted = (restriction, isOwn) => {
      this.ownActs.push(isOwn);
      this.log.restricted(restriction);
    };
    this.restricted.events.onUnblocked = (restriction, epoch, isOwn) => {
      this.ownActs.push(isOwn);
      this.limiter.reset(restriction.entityId);
      this.log.unblocked(restriction, epoch);
    };
    this.restricted.events.onNotDurable = (_, error) => this.troubles.push(String(error));
    this.guard = new RelayGuard({
      directory: this.directory,
      discovery: this.discovery,
      restricted: this.restricted,
      log: this.log,
      limiter: this.limiter,
      now,
      subjects: () => options.subjects ?? 'full',
      appendix: () => '',
      feedbackFrom: (_, mailServer) => (options.followsLogs === true ? mailServer : undefined),
      whenUncertain: options.whenUncertain ?? 'accept',
      onFault: (error) => this.faults.push(error),
      onMessage: (record) => this.records.push(record),
      onDecision: () => {},
      onReport: (entity, verdict) => this.reports.push({ entity, verdict }),
      onRefused: ({ entityId }) => this.refused.push(entityId),
      onExceeded: (entity, words) => this.exceeded.push(`${entity.name}: ${words}`),
    });
    await this.guard.restoreLimits(this.store.journal);
  }

  /** The same data directory, everything else anew. */
  async restart(options: GuardWorldOptions = {}): Promise<void> {
    await this.log.close();
    await this.store.close();
    await this.#start(options);
  }

  addConnector(draft: Partial<ConnectorDraft> = {}): Promise<Connector> {
    const name = draft.name ?? 'branch-office';
    return this.directory.addConnector(this.organizationId, {
      ...EMPTY_DRAFT,
      armed: true,
      senderIpAddresses: ['192.0.2.0/24'],
      ...draft,
      name,
    });
  }

  /** The words of the answer, or 'accept'. */
  async ask(over: Partial<RelayRequest> = {}): Promise<string> {
    return words(await this.guard.ask(aRequest({ since: this.guard.now(), ...over })));
  }

  /** Judges a message and settles it with the given final reply where it may pass. */
  async judge(over: Partial<RelayedMessage> = {}, reply = '250 2.0.0 Ok'): Promise<string> {
    const judged = await this.guard.judge(aMessage({ since: this.guard.now(), ...over }));
    const said = words(judged.decision);
    judged.settle(said === 'accept' ? reply : said);
    return said;
  }

  /** A week of quiet mail to ten known people: what an attack stands out against. */
  async quietWeek(clientAddress = '192.0.2.10', saslUsername?: string): Promise<void> {
    for (let i = 0; i < 140; i++) {
      this.time += 72 * 60_000;
      const said = await this.judge({
        client: aClient({ clientAddress, saslUsername }),
        recipients: [{ address: `friend${i % 10}@partner.example`, code: 250 }],
        queueId: `Q${i}`,
        instance: `quiet.${i}`,
        content: quietContent(i),
      });
      if (said !== 'accept') throw new Error(`quiet mail was answered ${said}`);
    }
  }

  /** Message `i` of an attack: new recipients, some refused, one text, foreign senders, from a new network of the connector. */
  attackMessage(i: number, over: Partial<RelayedMessage> = {}): Partial<RelayedMessage> {
    return {
      client: aClient({ clientAddress: '192.0.2.200' }),
      envelopeSender: `ceo${i}@notice.example`,
      recipients: Array.from({ length: 4 }, (_, k) => ({
        address: `victim${i}-${k}@far${i}.example`,
        code: k === 3 ? 550 : 250,
      })),
      queueId: `A${i}`,
      instance: `attack.${i}`,
      content: {
        headerFrom: 'Bank <no-reply@notice.example>',
        subject: 'Verify your account',
        messageId: `<a${i}@notice.example>`,
        textHead: `Dear customer ${i}, your account will be closed today unless you verify your password at once on our secure page.`,
        spam: true,
      },
      ...over,
    };
  }

  /** Attacks until the first refusal; how many messages passed before it, and its words. */
  async attack(most = 40, over: Partial<RelayedMessage> = {}): Promise<{ leaked: number; said: string }> {
    for (let i = 0; i < most; i++) {
      this.time += 20_000;
      const said = await this.judge(this.attackMessage(i, over));
      if (said !== 'accept') return { leaked: i, said };
    }
    return { leaked: most, said: 'accept' };
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.store.close();
    rmSync(this.dataDirectory, { recursive: true, force: true });
  }
}

export function words(decision: Decision): string {
  return decision.action === 'accept' ? 'accept' : oneLine(decision.reply);
}

function quietContent(i: number): RelayedMessage['content'] {
  const topics = [
    'the pumps',
    'the drawings',
    'the offer',
    'the meeting',
    'the contract',
    'the delivery',
    'the invoice',
  ];
  return {
    headerFrom: 'Anna <anna@ours.example>',
    subject: `Re: ${topics[i % 7]}`,
    messageId: `<q${i}@ours.example>`,
    textHead: `Hello, thank you for your mail about ${topics[i % 7]}. I will look into ${topics[(i * 3) % 7]} and ${topics[(i * 5 + 1) % 7]} and write back to you on day ${i}. Kind regards`,
    spam: false,
  };
}
