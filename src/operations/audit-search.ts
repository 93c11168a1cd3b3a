// Searching the audit log of an organization, at once or in sessions: whoever gives a session's id again gets what comes next. Searching leaves no
// record.
import type { Principal } from '../access/principal.ts';
import type { AuditRecord } from '../audit/audit-record.ts';
import type { AuditFilter, AuditPage, AuditPosition } from '../audit/audit-store.ts';
import { operationsOf, type RecordType, recordTypeOf } from '../audit/common-schema.ts';
import type { AuditSession, Place } from './audit-sessions.ts';
import type { OperationPorts } from './ports.ts';
import { scopeOf } from './scope.ts';

export interface AuditLogSearch {
  readonly organizationId: string;
  readonly filter: AuditFilter;
  readonly recordType?: RecordType | undefined;
  /** Records that it gives at once. */
  readonly size: number;
  /** Records that all calls of a session give together. */
  readonly most: number;
  readonly room: Room;
  /** What whoever searches calls the session; undefined: it gives one page only. */
  readonly sessionId?: string | undefined;
}

/** How large an answer is at most. One record is given however large it is. */
export interface Room {
  readonly bytes: number;
  bytesOf(record: AuditRecord): number;
}

export interface AuditLogPage {
  /** Newest first. */
  readonly records: readonly AuditRecord[];
  /** How many were given before these. */
  readonly given: number;
  /** How many there are for the whole session, at most `most`. */
  readonly count: number;
  /** There is more than that. */
  readonly isCut: boolean;
  /** There was no room for as many as were asked for. */
  readonly isFull: boolean;
}

type SearchPorts = Pick<OperationPorts, 'audit' | 'auditSessions' | 'directory'>;

const LARGEST_PAGE = 1_000;
/** What a page of the store is to have at most. Others are answered between two pages. */
const PAGE_BYTES = 1_000_000;
/** How many times as many records as the page before a page has at most: nobody knows how large they are. */
const GROWTH = 16;
/** Pages of the store that one call looks at: of a text each is some twenty thousand records. */
const MOST_PAGES = 63;
const NONE: AuditLogPage = { records: [], given: 0, count: 0, isCut: false, isFull: false };

/**
 * NOT_FOUND for another organization, STORE_UNAVAILABLE. The same session with another filter begins anew, as does one that gave nothing any more,
 * or of which nobody heard for an hour.
 */
export async function searchAuditLog(
  { audit, auditSessions, directory }: SearchPorts,
  principal: Principal,
  { organizationId, sessionId, size, most, room, ...search }: AuditLogSearch,
): Promise<AuditLogPage> {
  const scope = scopeOf(principal, organizationId, directory);
  const filter = narrowed(search.filter, search.recordType);
  const { from, until, operations } = filter;
  if (operations?.length === 0 || (from !== undefined && until !== undefined && from >= until)) return NONE;
  return auditSessions.inTurn(principal.id, async () => {
    const log = new Log(search.recordType, (before, limit) =>
      audit.search({ ...filter, organizationId: scope, before, limit }),
    );
    const key = sessionId === undefined ? undefined : `${organizationId} ${sessionId}`;
    const what = JSON.stringify([filter, search.recordType, most]);
    const begun = key === undefined ? undefined : auditSessions.find(principal.id, key, what);
    const page = begun === undefined ? await begin(log, { size, most, room }) : await goOn(log, { size, room }, begun);
    if (key !== undefined)
      auditSessions.keep(principal.id, key, page.records.length === 0 ? undefined : sessionOf(page, what));
    return page;
  });
}

/** What was found, a page of the store at a time. */
class Log {
  readonly #type: RecordType | undefined;
  readonly #search: (before: AuditPosition | undefined, limit: number) => Promise<AuditPage>;
  /** Records that a page shall have. */
  #good = GROWTH;

  constructor(
    type: RecordType | undefined,
    search: (before: AuditPosition | undefined, limit: number) => Promise<AuditPage>,
  ) {
    this.#type = type;
    this.#search = search;
  }

  /**
   * From a place on, of `size` records at most. `first` is where it begins: asked for again from there, it is the same one. `next` is undefined where
   * there is none.
   */
  async page({ before, skip, limit: known }: Place, size: number) {
    const limit = known ?? this.#limit(before, size);
    const { records, next } = await this.#search(before, limit);
    this.#measure(records);
    const found = records.filter(({ operation }) => this.#type === undefined || recordTypeOf(operation) === this.#type);
    const first: Place = { before, skip, limit };
    return { found: found.slice(skip), first, next: next && { before: next, skip: 0 } };
  }

  /** The very first one would not be the same again, since what comes meanwhile stands before it: it is of one record, of which nothing is left over. */
  #limit(before: AuditPosition | undefined, size: number): number {
    if (before === undefined) return 1;
    return Math.min(this.#good, LARGEST_PAGE, this.#type === undefined ? size : LARGEST_PAGE);
  }

  #measure(records: readonly AuditRecord[]): void {
    if (records.length === 0) return;
    const bytes = records.reduce((sum, { parameters, changes }) => sum + lengthOf(parameters) + lengthOf(changes), 0);
    const fitting = Math.floor((PAGE_BYTES * records.length) / (bytes + 1));
    this.#good = Math.max(1, Math.min(fitting, records.length * GROWTH));
  }
}

function lengthOf(value: unknown): number {
  return (JSON.stringify(value) ?? '').length;
}

type Reached = AuditLogPage & { readonly place: Place | undefined };

const START: Place = { before: undefined, skip: 0 };

interface Wanted {
  readonly size: number;
  readonly room: Room;
}

async function begin(log: Log, { size, most, room }: Wanted & { readonly most: number }): Promise<Reached> {
  const { records, place, isFull } = await take(log, START, { size: Math.min(size, most), room });
  const { count, isCut } = await countFrom(log, place, most - records.length);
  return { records, place, given: 0, count: records.length + count, isCut, isFull };
}

async function goOn(log: Log, { size, room }: Wanted, { place: from, ...session }: AuditSession): Promise<Reached> {
  const { given, count, isCut } = session;
  const { records, place, isFull } = await take(log, from, { size: Math.min(size, count - given), room });
  return { records, place, given, count, isCut, isFull };
}

/** As many, or all that there are, or what there is room for, or what so many pages have. */
async function take(log: Log, from: Place | undefined, { size, room }: Wanted) {
  const records: AuditRecord[] = [];
  let place = from;
  let left = room.bytes;
  for (let pages = 0; place !== undefined && records.length < size && pages < MOST_PAGES; pages++) {
    const { found, first, next }: Awaited<ReturnType<Log['page']>> = await log.page(place, size - records.length);
    let taken = 0;
    for (const record of found.slice(0, size - records.length)) {
      left -= room.bytesOf(record);
      if (left < 0 && records.length > 0)
        return { records, place: { ...first, skip: first.skip + taken }, isFull: true };
      records.push(record);
      taken++;
    }
    place = found.length > taken ? { ...first, skip: first.skip + taken } : next;
  }
  return { records, place, isFull: false };
}

/** `isCut` also where so many pages do not reach the end. */
async function countFrom(log: Log, from: Place | undefined, most: number) {
  let count = 0;
  let place = from;
  for (let pages = 0; place !== undefined && count <= most && pages < MOST_PAGES; pages++) {
    const page = await log.page(place, LARGEST_PAGE);
    count += page.found.length;
    place = page.next;
  }
  return { count: Math.min(count, most), isCut: count > most || place !== undefined };
}

function sessionOf({ records, place, given, count, isCut }: Reached, what: string): AuditSession {
  return { what, place, given: given + records.length, count, isCut };
}

/** A type is a few operations where these can be named; else it is looked at record by record. */
function narrowed(filter: AuditFilter, type: RecordType | undefined): AuditFilter {
  if (type === undefined) return filter;
  const operations = filter.operations?.filter((operation) => recordTypeOf(operation) === type) ?? operationsOf(type);
  return { ...filter, operations };
}
