// The detector as the guard holds it: the state of every entity in memory, fed by the journal's records.
//
// The life of a message: `isRepeat`? -> `judge` before its final answer -> `settle` with its journal record after it. A control entry:
// journal it, then `apply` its record. After a start: `restore` each snapshot, then `apply` all records after `replayFrom`. Since
// `settle` feeds the state by `apply` alone, what is recovered is bit for bit what was there before.
import type { ControlRecord, DeliveryDraft, DeliveryRecord, JournalRecord, MessageRecord } from '../activity/record.ts';
import { Campaigns, type Elsewhere, type Strange } from './campaigns.ts';
import { type ControlEntry, DEFAULT_SETTINGS, type DetectionSettings, type Entry } from './entry.ts';
import { strangeIn } from './facts.ts';
import { isRefusal, type Judgement, judgeBoth, type Tested } from './judge.ts';
import { LiveEntity, NEVER_JUDGED } from './live-entity.ts';
import { loginHash, type Message, readMessage } from './message.ts';
import { type JudgedMessage, observationOf } from './observation.ts';
import { Repeats } from './repeats.ts';
import type { Snapshot } from './snapshot-store.ts';
import { type Attempts, DETECTOR_VERSION, decode, encode, newState } from './state.ts';
import { isJudged } from './step.ts';
import { loudSum, type Suspect, suspectOf } from './suspects.ts';
import type { Verdict } from './verdict.ts';
import { standing } from './weighing.ts';

/** A message that was judged and whose final answer is open. */
export interface Ticket {
  readonly judgement: Judgement;
  /** What others sent of the same, as of this moment: belongs into the message's record. */
  readonly elsewhere: Elsewhere;
}

/** What an entity's test says after an entry. */
export interface Finding {
  readonly entityId: string;
  readonly verdict: Verdict;
}

/** How an entity's test stands. */
export interface Standing extends Pick<Verdict, 'level' | 'sum' | 'threshold'> {
  readonly epoch: number;
  readonly isRestricted: boolean;
  /** Refused since it was restricted: tells how strong the attack still is, and when it ended. */
  readonly attempts: Readonly<Attempts>;
}

/** What an entity's test has learnt of how much it sends. */
export interface LearntTraffic {
  /** Judged so far. */
  readonly messages: number;
  /** How many days weigh in what is usual: older ones fade, so that it is 21 at most. */
  readonly days: number;
  /** Recipients in a day; undefined before the third day that it was seen on. */
  readonly usualDay: number | undefined;
  /** Recipients in each hour of the day (UTC), the mean of it and its neighbours; undefined while nothing was learnt. */
  readonly usualHours: readonly number[] | undefined;
}

interface OpenTicket extends Ticket {
  readonly message: Message;
  readonly strange: Strange | undefined;
  readonly ends: ((taken: boolean) => void)[];
}

/** The snapshot that is none of an entity: up to its seq, nothing of the journal is needed any more. */
const HORIZON = 'detector';

export class Detector {
  readonly #key: number;
  readonly #entities = new Map<string, LiveEntity>();
  readonly #repeats = new Repeats();
  readonly #campaigns = new Campaigns();
  /** Entities that changed since their last snapshot, and the first seq that is not in it. */
  readonly #unsaved = new Map<string, number>();
  #lastRead: { readonly subject: JudgedMessage; readonly message: Message } | undefined;
  #lastSeq = 0;
  #horizon = 0;
  #damaged = false;

  /** `key`: 32 bits, the same for as long as the data directory lives; it keeps senders from choosing addresses that collide. */
  constructor(options: { readonly key: number }) {
    this.#key = options.key >>> 0;
  }

  /** The highest seq in any state, also of snapshots: new records must go on above it. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * The entry to journal and `apply` where the settings are not those that the entity's test runs by; undefined where they are.
   * Cheap enough to be asked for every message.
   */
  configure(entityId: string, settings: DetectionSettings, at: number): ControlEntry | undefined {
    const now = this.#entities.get(entityId)?.state.settings;
    if (now === settings || (now !== undefined && sameSettings(now, settings))) return undefined;
    return { kind: 'settings', at, settings };
  }

  /** True where this mail was evidence already (the rule: repeats.ts): journal it as `repeated`, do not judge it. */
  isRepeat(message: JudgedMessage): boolean {
    return this.#repeats.isRepeat(message, this.#read(message));
  }

  /**
   * Is this record to be journaled as `neverJudged`? To be asked when it gets its seq: in recovery its user's state may be of a later moment
   * than the record, and his connector's sum must be what it was.
   */
  isNeverJudged(record: MessageRecord | DeliveryDraft): boolean {
    return (record.kind === 'delivery' || isEvidence(record)) && this.#isOver(record);
  }

  /**
   * Before the final answer: may the message pass? Takes all others into account that are under way, and from now on counts
   * itself among them. Changes no state. Every ticket must end in `settle` or `withdraw`.
   */
  judge(subject: JudgedMessage): Ticket {
    const read = this.#read(subject);
    const strange = this.#strangeIn(subject, read);
    const elsewhere =
      strange === undefined ? {} : this.#campaigns.elsewhere(subject.organizationId, subject, strange, subject.at);
    const { alikeElsewhere = 0, condemned = false } = elsewhere;
    const message = alikeElsewhere === 0 ? read : { ...read, alikeElsewhere, condemned };
    const dated = this.#isOver(subject) ? { ...subject, neverJudged: true as const } : subject;
    const judgement = judgeBoth(
      subject,
      (id, tested) => this.#spare(subject, this.#entity(id).weigh(message, epochOf(dated, tested))),
      (_, verdict) => isRefusal(verdict),
    );
    const ticket: OpenTicket = { judgement, elsewhere, message, strange, ends: [] };
    for (const [id, tested] of testsOf(subject)) {
      const verdict = judgement[tested];
      // A held message is no evidence: it comes again.
      if (verdict === undefined || verdict.action === 'hold') continue;
      ticket.ends.push(this.#entity(id).begin(message, epochOf(dated, tested)));
    }
    return ticket;
  }

  /**
   * The message got its final answer, and `record` says it: the same message with the same `at`, its seq and outcome. Set `tippedBy` to
   * `judgement.by` for `tipped` and for `held`. Where a finding asks for `restrict` though the message has passed (other evidence came in
   * between), restrict the entity now.
   */
  settle(ticket: Ticket, record: MessageRecord): readonly Finding[] {
    const { message, strange, ends } = ticket as OpenTicket;
    const findings = this.#applyMessage(record, { message, strange });
    end(ends, isEvidence(record));
    return findings;
  }

  /** The message never got an answer that is worth a record: it was no evidence. Harmless after `settle`. */
  withdraw(ticket: Ticket): void {
    end((ticket as OpenTicket).ends, false);
  }

  /**
   * Takes a record of the journal, in the order of `seq`: of a message that was never judged (refused at RCPT, aborted), a control
   * entry, or in recovery each of them. An entity that already holds the record is left as it is. A late answer can tip the sum: see
   * the findings.
   */
  apply(record: JournalRecord): readonly Finding[] {
    if (record.kind === 'control') return this.#applyControl(record);
    return record.kind === 'delivery' ? this.#applyDelivery(record) : this.#applyMessage(record, undefined);
  }

  /** As of the entity's last message, or of `at`; undefined where nothing was seen of it. */
  standing(entityId: string, at?: number): Standing | undefined {
    const entity = this.#entities.get(entityId);
    if (entity === undefined || entity.seq === 0) return undefined;
    const { state } = entity;
    const { epoch, restrictedSince, attempts } = state;
    return { ...standing(state, at ?? state.at), epoch, isRestricted: restrictedSince !== undefined, attempts };
  }

  /** Refused since the entity was restricted; undefined where it is not. */
  attempts(entityId: string): Readonly<Attempts> | undefined {
    const state = this.#entities.get(entityId)?.state;
    return state?.restrictedSince === undefined ? undefined : state.attempts;
  }

  /** Recipients that the entity usually has in a day; undefined before the third day that it was seen on. */
  usualDay(entityId: string, at: number): number | undefined {
    return this.#entities.get(entityId)?.state.traffic.usualDay(Math.floor(at / 60_000));
  }

  /** Undefined where nothing was seen of it. */
  learntTraffic(entityId: string, at: number): LearntTraffic | undefined {
    const entity = this.#entities.get(entityId);
    if (entity === undefined || entity.seq === 0) return undefined;
    const { traffic, messages } = entity.state;
    const minute = Math.floor(at / 60_000);
    const days = traffic.days(minute);
    const midnight = minute - (minute % (24 * 60));
    const usualHours = Array.from({ length: 24 }, (_, hour) => traffic.usual(midnight + hour * 60));
    const usualDay = traffic.usualDay(minute);
    return { messages, days, usualDay, usualHours: days === 0 ? undefined : usualHours };
  }

  /** The entities that are to be looked at, in no order, with their sums at `at`. Looks at all that there are: a millisecond for 10 000. */
  loudSums(at: number): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const [id, { state }] of this.#entities) {
      const sum = loudSum(state, at);
      if (sum !== undefined) sums.set(id, sum);
    }
    return sums;
  }

  /** Of an entity that there is. */
  suspect(entityId: string, at: number): Suspect {
    return suspectOf(entityId, this.#entities.get(entityId)!.state, at);
  }

  /** The entity is no more. */
  forget(entityId: string): void {
    this.#entities.delete(entityId);
    this.#unsaved.delete(entityId);
  }

  /**
   * Up to `most` snapshots of entities that changed, those first that waited longest, and one that says from where on the journal
   * is needed. Store all of them in one transaction, then tell `saved`. Empty where nothing changed.
   */
  snapshots(most = Number.POSITIVE_INFINITY): Snapshot[] {
    const snapshots: Snapshot[] = [];
    let horizon = this.#lastSeq;
    for (const [id, since] of this.#unsaved) {
      if (snapshots.length < most) snapshots.push(this.#snapshot(id));
      else horizon = Math.min(horizon, since - 1);
    }
    if (snapshots.length > 0) snapshots.push(snapshotOf(HORIZON, horizon, new Uint8Array(0)));
    return snapshots;
  }

  /** These snapshots are on disk. */
  saved(snapshots: readonly Snapshot[]): void {
    for (const { entityId, seq } of snapshots) {
      if (!this.#unsaved.delete(entityId)) continue;
      if (this.#entities.get(entityId)!.seq > seq) this.#unsaved.set(entityId, seq + 1);
    }
  }

  /** Before the first record. False where the snapshot is of another version or key, or damaged: then the journal is replayed instead. */
  restore(snapshot: Snapshot): boolean {
    if (snapshot.detectorVersion !== DETECTOR_VERSION) return false;
    if (snapshot.entityId === HORIZON) {
      this.#horizon = snapshot.seq;
      this.#lastSeq = Math.max(this.#lastSeq, snapshot.seq);
      return true;
    }
    const state = decoded(snapshot.state);
    if (state === undefined || state.key !== this.#key) {
      this.#damaged = true;
      return false;
    }
    this.#entities.set(snapshot.entityId, new LiveEntity(state, snapshot.seq));
    this.#lastSeq = Math.max(this.#lastSeq, snapshot.seq);
    return true;
  }

  /** After all snapshots were restored: `apply` the journal's records with a greater seq. */
  get replayFrom(): number {
    return this.#damaged ? 0 : this.#horizon;
  }

  #applyControl({ organizationId, entityId, entry, seq }: ControlRecord): readonly Finding[] {
    const { kind } = entry as Entry;
    if (kind === 'restricted') this.#campaigns.condemn(organizationId, entityId);
    if (kind === 'unblocked') this.#campaigns.acquit(organizationId, entityId);
    if (kind !== 'settings') this.#discount(entityId);
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    return [{ entityId, verdict: this.#applyEntry(entityId, entry as Entry, seq) }];
  }

  #applyDelivery(record: DeliveryRecord): readonly Finding[] {
    this.#lastSeq = Math.max(this.#lastSeq, record.seq);
    const { at, accepted, refused, messageId, queueId, seq } = record;
    if (accepted + refused === 0) return [];
    return testsOf(record).flatMap(([entityId, tested]) => {
      const epoch = epochOf(record, tested);
      const name = messageId || queueId;
      const userId = tested === 'connector' ? record.userId : undefined;
      const entry: Entry = { kind: 'late-answer', at, epoch, accepted, refused, messageId: name, userId };
      const verdict = this.#applyEntry(entityId, entry, seq);
      return this.#isSpared(record, verdict) ? [] : { entityId: fallsOn(record, entityId, verdict), verdict };
    });
  }

  #applyMessage(record: MessageRecord, read: Pick<OpenTicket, 'message' | 'strange'> | undefined): readonly Finding[] {
    this.#lastSeq = Math.max(this.#lastSeq, record.seq);
    if (isEvidence(record)) {
      const message = read?.message ?? this.#read(record);
      return this.#take(record, message, read === undefined ? this.#strangeIn(record, message) : read.strange);
    }
    if (record.outcome === 'restricted') this.#countAttempt(record);
    if (record.outcome === 'held' && record.tippedBy !== undefined) {
      const id = record.tippedBy === 'connector' ? record.connectorId : record.userId;
      if (id !== undefined) this.#applyEntry(id, { kind: 'held', at: record.at }, record.seq);
    }
    return [];
  }

  #take(record: MessageRecord, message: Message, strange: Strange | undefined): readonly Finding[] {
    this.#repeats.remember(record, message);
    if (strange !== undefined) this.#campaigns.note(record.organizationId, record, strange, record.at);
    const { seq } = record;
    const findings: Finding[] = [];
    judgeBoth(
      record,
      (entityId, tested) => {
        const epoch = epochOf(record, tested);
        const verdict = this.#change(entityId, seq, (entity) => entity.take(message, epoch, seq));
        if (!this.#isSpared(record, verdict)) findings.push({ entityId: fallsOn(record, entityId, verdict), verdict });
        return verdict;
      },
      (tested) => record.outcome === 'tipped' && record.tippedBy === tested,
    );
    return findings;
  }

  /** Its user is restricted, or was unblocked since MAIL FROM: his own test does not judge it, and his connector does not answer for it. */
  #isOver({ userId, userEpoch }: Pick<JudgedMessage, 'userId' | 'userEpoch'>): boolean {
    const state = userId === undefined ? undefined : this.#entities.get(userId)?.state;
    return state !== undefined && !isJudged(state, userEpoch);
  }

  /** What is under way of a user who was restricted or unblocked now is no evidence any more. */
  #discount(userId: string): void {
    const login = loginHash(userId, this.#key);
    for (const entity of this.#entities.values()) entity.discount(login);
  }

  /** What is spared must not look like a refusal to whoever reads the judgement. */
  #spare(subject: JudgedMessage, verdict: Verdict): Verdict {
    return this.#isSpared(subject, verdict) ? { ...verdict, action: 'none', alert: false } : verdict;
  }

  /** An admin gave the culprit some hours of grace: then they are his connector's, too. */
  #isSpared({ userId, at }: Pick<JudgedMessage, 'userId' | 'at'>, { culprit }: Verdict): boolean {
    return culprit && userId !== undefined && (this.#entities.get(userId)?.state.graceUntil ?? 0) > at;
  }

  /**
   * It counts for the one whose restriction refused it, as the record says. Not as the states say: in recovery the other one's may
   * be of a later moment than the record.
   */
  #countAttempt(record: MessageRecord): void {
    const { at, recipients, seq, connectorId, userId } = record;
    const by = record.tippedBy ?? (connectorId === undefined ? 'user' : 'connector');
    const entityId = by === 'connector' ? connectorId : userId;
    if (entityId !== undefined) this.#applyEntry(entityId, { kind: 'attempt', at, recipients: recipients.length }, seq);
  }

  #applyEntry(entityId: string, entry: Entry, seq: number): Verdict {
    return this.#change(entityId, seq, (entity) => entity.apply(entry, seq));
  }

  /** Lets the entity change unless it holds this record already. */
  #change(entityId: string, seq: number, change: (entity: LiveEntity) => Verdict): Verdict {
    const entity = this.#entity(entityId);
    if (entity.seq >= seq) return NO_NEWS;
    if (!this.#unsaved.has(entityId)) this.#unsaved.set(entityId, seq);
    return change(entity);
  }

  #entity(id: string): LiveEntity {
    let entity = this.#entities.get(id);
    if (entity === undefined) {
      entity = new LiveEntity(newState(this.#key), 0);
      this.#entities.set(id, entity);
    }
    return entity;
  }

  #snapshot(entityId: string): Snapshot {
    const { state, seq } = this.#entities.get(entityId)!;
    return snapshotOf(entityId, seq, encode(state));
  }

  #strangeIn({ connectorId, userId }: JudgedMessage, message: Message): Strange | undefined {
    const state = this.#entities.get(connectorId ?? userId ?? '')?.state;
    return state && strangeIn(state, message);
  }

  /** Twice in a row the same one: by `isRepeat` and by `judge`. */
  #read(subject: JudgedMessage): Message {
    if (this.#lastRead?.subject !== subject) {
      this.#lastRead = { subject, message: readMessage(observationOf(subject), this.#key) };
    }
    return this.#lastRead.message;
  }
}

const NO_NEWS: Verdict = {
  level: 'clear',
  sum: 0,
  threshold: DEFAULT_SETTINGS.threshold,
  families: [],
  action: 'none',
  culprit: false,
  alert: false,
};

/**
 * Accepted, or refused because it tipped the sum. Also a message that came to nothing because every recipient was refused for good:
 * a harvested list shows in just those.
 */
function isEvidence({ outcome, recipients }: MessageRecord): boolean {
  if (outcome === 'accepted' || outcome === 'tipped') return true;
  return outcome === 'rejected' && recipients.every(({ code }) => code >= 500);
}

function fallsOn({ userId }: Pick<JudgedMessage, 'userId'>, entityId: string, { culprit }: Verdict): string {
  return culprit && userId !== undefined ? userId : entityId;
}

function end(ends: ((taken: boolean) => void)[], taken: boolean): void {
  for (const ended of ends.splice(0)) ended(taken);
}

/** The epoch that the message carries into a test. */
function epochOf(
  { connectorEpoch, userEpoch, neverJudged }: Pick<MessageRecord, 'connectorEpoch' | 'userEpoch' | 'neverJudged'>,
  tested: Tested,
): number {
  if (tested === 'user') return userEpoch;
  return neverJudged === true ? NEVER_JUDGED : connectorEpoch;
}

function testsOf({
  connectorId,
  userId,
}: Pick<JudgedMessage, 'connectorId' | 'userId'>): [id: string, tested: Tested][] {
  const tests: [string, Tested][] = [];
  if (connectorId !== undefined) tests.push([connectorId, 'connector']);
  if (userId !== undefined) tests.push([userId, 'user']);
  return tests;
}

function snapshotOf(entityId: string, seq: number, state: Uint8Array): Snapshot {
  return { entityId, seq, detectorVersion: DETECTOR_VERSION, state };
}

function decoded(bytes: Uint8Array) {
  try {
    return decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function sameSettings(a: DetectionSettings, b: DetectionSettings): boolean {
  return (
    a.mode === b.mode &&
    a.bulk === b.bulk &&
    a.armed === b.armed &&
    a.createdAt === b.createdAt &&
    a.threshold === b.threshold &&
    a.halfLifeHours === b.halfLifeHours &&
    a.gate === b.gate &&
    a.window?.from === b.window?.from &&
    a.window?.until === b.window?.until
  );
}
