// The detector's log while the guard runs: numbers the records, writes them to the journal and lets the detector take them, in one
// order; and after a start brings the detector back to where the journal ends. Known by main's files alone.
import type { JournalStore } from './activity/journal-store.ts';
import type { ControlRecord, DeliveryDraft, DeliveryRecord, MessageRecord } from './activity/record.ts';
import type { Directory } from './attribution/directory.ts';
import type { Connector } from './attribution/entity.ts';
import { Detector, type Finding, type LearntTraffic, type Standing, type Ticket } from './detection/detector.ts';
import { type ControlEntry, DEFAULT_SETTINGS, type DetectionSettings } from './detection/entry.ts';
import type { Tested } from './detection/judge.ts';
import { scoresOf } from './detection/score.ts';
import type { SnapshotStore } from './detection/snapshot-store.ts';
import type { Attempts } from './detection/state.ts';
import { SumSamples, type Suspect } from './detection/suspects.ts';
import type { Verdict } from './detection/verdict.ts';
import type { RestrictedEntities } from './restrictions/restricted-entities.ts';
import type { Restriction, RestrictionEnd } from './restrictions/restriction.ts';

export interface DetectorLogOptions {
  readonly journal: JournalStore;
  readonly snapshots: SnapshotStore;
  readonly directory: Directory;
  readonly restricted: RestrictedEntities;
  readonly now: () => number;
  /** 32 bits, the same for as long as the data directory lives. */
  readonly key: number;
  readonly tuning: Pick<DetectionSettings, 'threshold' | 'halfLifeHours' | 'gate'>;
  /** A snapshot could not be written: the journal is read from further back after the next start. */
  readonly onSnapshotFailure: (error: unknown) => void;
  readonly onSnapshotWritten: () => void;
  /** Each message, when it has got its seq. */
  readonly onAppended?: ((record: MessageRecord) => void) | undefined;
}

/** What the detector says of a message before its final answer; goes back into `settle`. */
export interface Weighed {
  readonly action: Verdict['action'];
  /** Whose verdict it is, and the verdict; the connector's where nothing is to be done. */
  readonly by: Tested;
  readonly verdict: Verdict;
  /** Somebody has to hear of it: once an incident. */
  readonly alert: boolean;
  /** The same mail again: journaled, never judged. */
  readonly isRepeat: boolean;
  readonly ticket: Ticket | undefined;
}

export interface RisingSuspect extends Suspect {
  /** Is the sum higher than an hour ago, or than at the start? Undefined in the first ten minutes. */
  readonly rising: boolean | undefined;
}

const CLEAR: Verdict = {
  level: 'clear',
  sum: 0,
  threshold: 0,
  action: 'none',
  culprit: false,
  alert: false,
  families: [],
};
const REPEAT: Weighed = {
  action: 'none',
  by: 'connector',
  verdict: CLEAR,
  alert: false,
  isRepeat: true,
  ticket: undefined,
};

const SNAPSHOT_EVERY_MS = 60_000;
/** So many states are encoded before others get their turn: about a millisecond. */
const SNAPSHOTS_AT_ONCE = 20;
const MOST_SNAPSHOT_ROUNDS = 2_000;

export class DetectorLog {
  readonly #options: DetectorLogOptions;
  readonly #detector: Detector;
  readonly #settings = new Map<string, DetectionSettings>();
  /** Of a user who comes through no connector. */
  readonly #userSettings: DetectionSettings;
  /** By connector: of the users who come through it. */
  readonly #behind = new Map<string, DetectionSettings>();
  readonly #samples = new SumSamples();
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;
  #snapshotting: Promise<void> = Promise.resolve();

  private constructor(options: DetectorLogOptions) {
    this.#options = options;
    this.#detector = new Detector({ key: options.key });
    this.#userSettings = { ...DEFAULT_SETTINGS, ...options.tuning };
  }

  /** Recovers from snapshots and journal, then follows the directory. Rejects with the store's error. */
  static async open(options: DetectorLogOptions): Promise<DetectorLog> {
    const log = new DetectorLog(options);
    await log.#recover();
    await log.#catchUp();
    for (const connector of options.directory.connectors()) log.#configureConnector(connector);
    options.directory.subscribe((change) => {
      if (change.kind === 'domain' || change.kind === 'organization') return;
      const id = change.kind === 'connector' ? change.connector.id : change.connectorId;
      const connector = options.directory.connector(id);
      if (connector === undefined) log.#detector.forget(id);
      else log.#configureConnector(connector);
    });
    log.#sample();
    log.#timer = setInterval(() => {
      log.#sample();
      void log.snapshot();
    }, SNAPSHOT_EVERY_MS);
    log.#timer.unref();
    return log;
  }

  async #recover(): Promise<void> {
    const { snapshots, journal } = this.#options;
    for await (const batch of snapshots.snapshots()) for (const snapshot of batch) this.#detector.restore(snapshot);
    for await (const batch of journal.readFrom(this.#detector.replayFrom)) {
      for (const record of batch) this.#detector.apply(record);
    }
    this.#seq = Math.max(await journal.lastSeq(), this.#detector.lastSeq);
  }

  /** Control data is durable at once, the journal within a second: a crash can leave the log behind what is restricted. */
  async #catchUp(): Promise<void> {
    const { active } = this.#options.restricted;
    for (const [entityId, epoch] of active.epochs()) {
      if (epoch <= (this.#detector.standing(entityId)?.epoch ?? 0)) continue;
      const [last] = await this.#options.restricted.list({ entityId, active: false, limit: 1 });
      if (last?.ended !== undefined) this.unblocked({ ...last, ended: last.ended }, epoch);
    }
    for (const { restriction } of active.values()) {
      if (this.#detector.standing(restriction.entityId)?.isRestricted !== true) this.restricted(restriction);
    }
  }

  /** Of the last record. */
  get seq(): number {
    return this.#seq;
  }

  // Messages.

  /** May the message pass? Changes nothing but that it counts as under way until `settle`. */
  weigh(message: MessageRecord): Weighed {
    if (message.userId !== undefined) {
      const settings = this.#behind.get(message.connectorId ?? '') ?? this.#userSettings;
      this.#configure(message.userId, message.organizationId, settings);
    }
    if (this.#detector.isRepeat(message)) return REPEAT;
    const ticket = this.#detector.judge(message);
    const { connector, user, by } = ticket.judgement;
    const speaking =
      by ?? (user === undefined || (connector !== undefined && connector.action !== 'none') ? 'connector' : 'user');
    const verdict = ticket.judgement[speaking] ?? CLEAR;
    return { action: verdict.action, by: speaking, verdict, alert: verdict.alert, isRepeat: false, ticket };
  }

  /**
   * The message with its outcome: into the journal, and where it is evidence into the log. The findings that ask for `restrict` although
   * the message has passed: other evidence came in between.
   */
  settle(weighed: Weighed, message: MessageRecord): readonly Finding[] {
    const { ticket } = weighed;
    if (ticket === undefined) return this.#detector.apply(this.#numbered(message));
    const record = this.#numbered({ ...message, ...ticket.elsewhere, score: scoresOf(ticket.judgement) });
    const findings = this.#detector.settle(ticket, record);
    this.#detector.withdraw(ticket);
    return findings;
  }

  /** A message that was never weighed: refused at RCPT, aborted. */
  append(message: MessageRecord): readonly Finding[] {
    return this.#detector.apply(this.#numbered(message));
  }

  #numbered(message: MessageRecord): MessageRecord {
    const record = this.#dated({ ...message, seq: ++this.#seq });
    this.#options.journal.append(record);
    this.#options.onAppended?.(record);
    return record;
  }

  #dated<R extends MessageRecord | DeliveryRecord>(record: R): R {
    return this.#detector.isNeverJudged(record) ? { ...record, neverJudged: true } : record;
  }

  /** What became of recipients later. A finding that asks for `restrict`: their answers have tipped the sum. */
  tell(delivery: DeliveryDraft): readonly Finding[] {
    const record: DeliveryRecord = this.#dated({ ...delivery, seq: ++this.#seq });
    this.#options.journal.append(record);
    return this.#detector.apply(record);
  }

  // Control entries.

  restricted({ entityId, organizationId, since }: Restriction): void {
    this.#control(entityId, organizationId, { kind: 'restricted', at: since });
  }

  unblocked(restriction: Restriction & { readonly ended: RestrictionEnd }, epoch: number): void {
    const { entityId, organizationId, ended } = restriction;
    const { at, graceHours, learn } = ended;
    this.#control(entityId, organizationId, { kind: 'unblocked', at, epoch, graceHours, learn });
  }

  #control(entityId: string, organizationId: string, entry: ControlEntry): void {
    const record: ControlRecord = { kind: 'control', seq: ++this.#seq, at: entry.at, organizationId, entityId, entry };
    this.#options.journal.append(record);
    this.#detector.apply(record);
  }

  #configureConnector(connector: Connector): void {
    const { mode, bulk, armed, createdAt } = connector;
    const window = this.#options.directory.windowOf(connector.id);
    const settings: DetectionSettings = {
      ...DEFAULT_SETTINGS,
      ...this.#options.tuning,
      mode,
      bulk,
      armed,
      createdAt,
      window: window && { from: window.from, until: window.until },
    };
    this.#configure(connector.id, connector.organizationId, settings);
    this.#behind.set(connector.id, usersBehind(settings));
  }

  #configure(entityId: string, organizationId: string, settings: DetectionSettings): void {
    if (this.#settings.get(entityId) === settings) return;
    this.#settings.set(entityId, settings);
    const entry = this.#detector.configure(entityId, settings, this.#options.now());
    if (entry !== undefined) this.#control(entityId, organizationId, entry);
  }

  /** How the sequential test stands for a connector or user; undefined where it has seen nothing of it. */
  standingOf(entityId: string): Standing | undefined {
    return this.#detector.standing(entityId);
  }

  /** Refused of a connector or user since it was restricted; undefined where it is not. */
  attemptsOf(entityId: string): Readonly<Attempts> | undefined {
    return this.#detector.attempts(entityId);
  }

  /** Recipients that the entity usually has in a day; undefined before the third day that it was seen on. */
  usualDay(entityId: string): number | undefined {
    return this.#detector.usualDay(entityId, this.#options.now());
  }

  learntTraffic(entityId: string): LearntTraffic | undefined {
    return this.#detector.learntTraffic(entityId, this.#options.now());
  }

  /** Entities with much against them that are not restricted, highest sum first. From memory. */
  suspects(): readonly RisingSuspect[] {
    const now = this.#options.now();
    this.#sample();
    return [...this.#detector.loudSums(now)]
      .sort(([, a], [, b]) => b - a)
      .map(([id, sum]) => {
        return { ...this.#detector.suspect(id, now), rising: this.#samples.isRising(id, sum, now) };
      });
  }

  #sample(): void {
    const now = this.#options.now();
    this.#samples.note(now, () => this.#detector.loudSums(now));
  }

  // Snapshots.

  /** Writes the states that changed, a few at a time so that no question waits. Never rejects. */
  snapshot(): Promise<void> {
    this.#snapshotting = this.#snapshotting.then(() => this.#writeSnapshots());
    return this.#snapshotting;
  }

  async #writeSnapshots(): Promise<void> {
    try {
      for (let round = 0; round < MOST_SNAPSHOT_ROUNDS; round++) {
        const some = this.#detector.snapshots(SNAPSHOTS_AT_ONCE);
        if (some.length === 0) break;
        await this.#options.snapshots.putSnapshots(some);
        this.#detector.saved(some);
        if (some.length <= SNAPSHOTS_AT_ONCE) break;
      }
      this.#options.onSnapshotWritten();
    } catch (error) {
      this.#options.onSnapshotFailure(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.snapshot();
  }
}

/**
 * What a connector sends by nature, and its exception windows, hold for the users who come through it; one that is only observed gets
 * none of them blocked. Of an `exempt` connector they are judged by themselves, and they are armed: a login is no new way in.
 */
function usersBehind({ mode, createdAt: _, ...settings }: DetectionSettings): DetectionSettings {
  return { ...settings, mode: mode === 'observe' ? 'observe' : 'enforce', armed: true, createdAt: 0 };
}
