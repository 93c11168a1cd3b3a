// What the service does by itself reaches the audit log, also where the disk does not take it at that moment or the guard is killed before it
// does: it waits here and is written again, and the next start records which restrictions and ends of restrictions were not recorded.
import type { AuditLog } from './audit/audit-log.ts';
import type { AuditRecord } from './audit/audit-record.ts';
import { CordonError } from './errors.ts';
import { hygieneEventsOf } from './hygiene-events.ts';
import type { Restriction } from './restrictions/restriction.ts';

export interface OwnActsOptions {
  readonly audit: Pick<AuditLog, 'append' | 'search'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  readonly setTimer: (act: () => void, milliseconds: number) => void;
  readonly trouble: (what: string) => void;
  /** All that waited is on disk. */
  readonly well: () => void;
}

/** Records that wait for the disk. */
export const MOST_WAITING = 10_000;
const AT_ONCE = 200;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** Acts that a start looks for in the audit log, the newest. */
const MOST_LOOKED_FOR = 1_000;
/** No audit record of this age was removed lawfully: 30 days is the shortest that they may be kept. */
const LOOKED_BACK_MS = 29 * 86_400_000;
const LARGEST_PAGE = 1_000;

interface Outcome {
  readonly is: 'written' | 'later' | 'never';
  readonly error?: unknown;
}

export class OwnActs {
  readonly #options: OwnActsOptions;
  #waiting: AuditRecord[] = [];
  /** Until then nothing is tried. */
  #isDelayed = false;
  #delay = FIRST_DELAY_MS;
  #isWriting = false;
  #writing: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: OwnActsOptions) {
    this.#options = options;
  }

  /** Does not wait for the disk. In the order of the calls, each once. */
  record(record: AuditRecord): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#options.trouble(`${MOST_WAITING} acts of the service wait to be recorded: ${record.operation} is lost`);
      return;
    }
    this.#waiting.push(record);
    if (!this.#isDelayed) this.#write();
  }

  /** Records what the service did of these restrictions, in force or ended, and nobody recorded. Never rejects. */
  async recordMissing(restrictions: readonly Restriction[]): Promise<void> {
    const { now, randomUUID, trouble } = this.#options;
    const since = now() - LOOKED_BACK_MS;
    const acts = restrictions
      .flatMap((restriction) => hygieneEventsOf(restriction, randomUUID))
      .filter(({ at }) => at >= since)
      .sort((a, b) => a.at - b.at);
    try {
      for (const act of acts.slice(-MOST_LOOKED_FOR)) if (!(await this.#isRecorded(act))) this.record(act);
    } catch (error) {
      trouble(`what the service did before this start may not be recorded: ${String(error)}`);
    }
  }

  async #isRecorded({ organizationId, operation, objectId, parameters: { Event, EventId } }: AuditRecord) {
    const query = { organizationId, objectIds: [objectId], operations: [operation], limit: LARGEST_PAGE };
    const { records } = await this.#options.audit.search(query);
    return records.some(({ parameters }) => parameters.Event === Event && parameters.EventId === EventId);
  }

  /** Tries once more what waits. What the disk does not take then is lost but for what the next start finds missing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    this.#write();
    await this.#writing;
  }

  #write(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    this.#writing = this.#writeAll();
  }

  /** Never rejects. */
  async #writeAll(): Promise<void> {
    let isTaken = true;
    while (isTaken && this.#waiting.length > 0) isTaken = await this.#writeGroup();
    this.#isWriting = false;
  }

  /** False where the disk did not take it: it waits again. */
  async #writeGroup(): Promise<boolean> {
    const group = this.#waiting.splice(0, AT_ONCE);
    const outcomes = await Promise.all(group.map((record) => this.#outcomeOf(record)));
    this.#sayLost(group, outcomes);
    const again = group.filter((_, i) => outcomes[i]!.is === 'later');
    if (again.length > 0) {
      this.#waiting.unshift(...again);
      this.#tryLater(outcomes.find(({ is }) => is === 'later')?.error);
      return false;
    }
    this.#delay = FIRST_DELAY_MS;
    if (this.#waiting.length === 0 && outcomes.every(({ is }) => is === 'written')) this.#options.well();
    return true;
  }

  #sayLost(group: readonly AuditRecord[], outcomes: readonly Outcome[]): void {
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.is !== 'never') continue;
      this.#options.trouble(`${group[i]!.operation} of the service cannot be recorded: ${String(outcome.error)}`);
    }
  }

  #tryLater(error: unknown): void {
    this.#options.trouble(`${this.#waiting.length} acts of the service wait to be recorded: ${String(error)}`);
    if (this.#isClosed) return;
    this.#isDelayed = true;
    this.#options.setTimer(() => {
      this.#isDelayed = false;
      if (!this.#isClosed) this.#write();
    }, this.#delay);
    this.#delay = Math.min(2 * this.#delay, LONGEST_DELAY_MS);
  }

  async #outcomeOf(record: AuditRecord): Promise<Outcome> {
    try {
      await this.#options.audit.append(record);
      return { is: 'written' };
    } catch (error) {
      if (isUnavailable(error)) return { is: 'later', error };
      return this.#refused(record, error);
    }
  }

  /** Its id is taken where a write that seemed to fail was on disk all the same. */
  async #refused({ id, at, organizationId, operation, objectId }: AuditRecord, error: unknown): Promise<Outcome> {
    const query = {
      organizationId,
      operations: [operation],
      objectIds: [objectId],
      from: at,
      until: at + 1,
      limit: LARGEST_PAGE,
    };
    try {
      const { records } = await this.#options.audit.search(query);
      return records.some((record) => record.id === id) ? { is: 'written' } : { is: 'never', error };
    } catch (unread) {
      return { is: 'later', error: unread };
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof CordonError && error.code === 'STORE_UNAVAILABLE';
}
