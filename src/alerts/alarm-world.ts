// Test support: an alarm on a real store, with policies, two organizations and a clock that the test holds.
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { User } from '../attribution/entity.ts';
import { aRestriction, ORGANIZATION, OTHER_ORGANIZATION } from '../store/samples.ts';
import { openSqliteStore } from '../store/sqlite/open.ts';
import type { Store } from '../store/store.ts';
import { Alarm, type AlarmOptions } from './alarm.ts';
import type { Alert } from './alert.ts';
import type { AlertDetails } from './alert-store.ts';
import type { NotificationEvent } from './notification-event.ts';
import { AlertPolicies } from './policies.ts';

export const MORNING = Date.parse('2026-11-22T08:00:00Z');
export const HOUR = 3_600_000;

export class AlarmWorld {
  now = MORNING;
  readonly directory: string;
  readonly organizations = new Map([
    [ORGANIZATION, { timeZone: 'UTC', auditLog: true }],
    [OTHER_ORGANIZATION, { timeZone: 'UTC', auditLog: true }],
  ]);
  store!: Store;
  policies!: AlertPolicies;
  alarm!: Alarm;
  /** As the event feed gets them. */
  readonly published: Alert[] = [];
  readonly events: NotificationEvent[] = [];
  readonly failures: { error: unknown; lost: number }[] = [];
  written = 0;
  /** Timers that wait. */
  readonly timers: { act: () => void; milliseconds: number }[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** In a folder of its own, unless one is given. */
  static async open(directory?: string): Promise<AlarmWorld> {
    const world = new AlarmWorld(directory ?? (await aCopyOfAnEmptyPlace()));
    await world.#start();
    return world;
  }

  async #start(over: Partial<AlarmOptions> = {}): Promise<void> {
    this.store = await openSqliteStore({ ...quiet, directory: this.directory });
    this.policies = await AlertPolicies.open({
      store: this.store.alertPolicies,
      organizations: () => [...this.organizations.keys()],
      randomUUID,
    });
    this.alarm = await this.anAlarm(over);
  }

  /** Another one on the same store. */
  anAlarm(over: Partial<AlarmOptions> = {}): Promise<Alarm> {
    return Alarm.open({
      store: this.store.alerts,
      policiesOf: (organizationId) => this.policies.of(organizationId),
      organization: (id) => this.organizations.get(id),
      guardTimeZone: () => 'UTC',
      now: () => this.now,
      randomUUID,
      setTimer: (act, milliseconds) => void this.timers.push({ act, milliseconds }),
      onAlert: (alert) => this.published.push(alert),
      onEvent: (event) => this.events.push(event),
      onFailure: (error, lost) => this.failures.push({ error, lost }),
      onWritten: () => this.written++,
      ...over,
    });
  }

  /** The same data directory, everything else anew. */
  async restart(): Promise<void> {
    await this.alarm.close();
    await this.store.close();
    await this.#start();
  }

  /** Lets all timers go off, and waits for what they began. */
  async goOff(): Promise<void> {
    for (const { act } of this.timers.splice(0)) act();
    await this.alarm.settled();
  }

  /** A restriction of the same connector each time, unless said otherwise; evaluated and written. */
  async block(over: Parameters<typeof aRestriction>[0] = {}) {
    const restriction = aRestriction({ entityId: CONNECTOR, since: this.now, ...over });
    this.alarm.restricted(restriction);
    await this.alarm.settled();
    return restriction;
  }

  /** Newest first. */
  async alerts(organizationId?: string): Promise<readonly Alert[]> {
    await this.alarm.settled();
    return this.store.alerts.alerts({ organizationId, limit: 1_000 });
  }

  async details(id: string): Promise<AlertDetails> {
    return (await this.store.alerts.alert(id))!;
  }

  /** What waits in the outbox, on disk. */
  outbox(): NotificationEvent[] {
    const db = new DatabaseSync(path.join(this.directory, 'cordon.db'), { readOnly: true });
    const rows = db.prepare('select payload from outbox_event order by at, rowid').all();
    db.close();
    return rows.map(({ payload }) => JSON.parse(String(payload)));
  }

  async close(): Promise<void> {
    await this.alarm.close();
    await this.store.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

let emptyPlace: Promise<string> | undefined;

/** To bring a new data directory to its present shape takes longer than most tests. */
async function aCopyOfAnEmptyPlace(): Promise<string> {
  emptyPlace ??= makeEmptyPlace();
  const directory = aFolder();
  cpSync(await emptyPlace, directory, { recursive: true });
  return directory;
}

async function makeEmptyPlace(): Promise<string> {
  const directory = aFolder();
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  await (await openSqliteStore({ ...quiet, directory })).close();
  return directory;
}

const aFolder = () => mkdtempSync(path.join(tmpdir(), 'cordon-alerts-'));
const quiet = { log: { info: () => {} }, onTrouble: () => {}, onRecovered: () => {} };

export const CONNECTOR = '22222222-0000-4000-8000-000000000001';
export const BEN: User = { kind: 'user', id: 'u-ben', organizationId: ORGANIZATION, name: 'ben@ours.example' };
