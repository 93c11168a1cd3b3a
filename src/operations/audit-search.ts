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
  /** What whoever searches calls the session; undefined: it gives one page only. */
  readonly sessionId?: string | undefined;
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
}

type SearchPorts = Pick<OperationPorts, 'audit' | 'auditSessions' | 'directory'>;

const LARGEST_PAGE = 1_000;
/** Pages of the store that one call looks at: of a text each is some twenty thousand records. */
const MOST_PAGES = 60;
const NONE: AuditLogPage = { records: [], given: 0, count: 0, isCut: false };

/**
 * NOT_FOUND for another organization, STORE_UNAVAILABLE. The same session with another filter begins anew, as does one that gave nothing any more,
 * or of which nobody heard for an hour.
 */
export async function searchAuditLog(
  { audit, auditSessions, directory }: SearchPorts,
  principal: Principal,
  { organizationId, sessionId, size, most, ...search }: AuditLogSearch,
): Promise<AuditLogPage> {
  const scope = scopeOf(principal, organizationId, directory);
  const filter = narrowed(search.filter, search.recordType);
  const { from, until, operations } = filter;
  if (operations?.length === 0 || (from !== undefined && until !== undefined && from >= until)) return NONE;
  const log = new Log(search.recordType, (before, limit) =>
    audit.search({ ...filter, organizationId: scope, before, limit }),
  );
  const key = sessionId === undefined ? undefined : `${organizationId} ${sessionId}`;
  const what = JSON.stringify([filter, search.recordType, most]);
  const begun = key === undefined ? undefined : auditSessions.find(principal.id, key, what);
  const page = begun === undefined ? await begin(log, size, most) : await goOn(log, size, begun);
  if (key !== undefined)
    auditSessions.keep(principal.id, key, page.records.length === 0 ? undefined : sessionOf(page, what));
  return page;
}

/** What was found, a page of the store at a time. */
class Log {
  readonly #type: RecordType | undefined;
  readonly #search: (before: AuditPosition | undefined, limit: number) => Promise<AuditPage>;

  constructor(
    type: RecordType | undefined,
    search: (before: AuditPosition | undefined, limit: number) => Promise<AuditPage>,
  ) {
    this.#type = type;
    this.#search = search;
  }

  /** From a place on; `place` is where the next page begins, undefined where there is none. */
  async page({ before, skip }: Place, size: number) {
    const limit = this.#type === undefined ? Math.min(size, LARGEST_PAGE) : pageOfType(before);
    const { records, next } = await this.#search(before, limit);
    const found = records.filter(({ operation }) => this.#type === undefined || recordTypeOf(operation) === this.#type);
    return { found: found.slice(skip), place: next && { before: next, skip: 0 } };
  }
}

/**
 * Of a type few of a page may be: it is as large as there is, and the same one where it is asked for again. The first one would not be the same, since
 * what comes meanwhile stands before it: it is of one record, of which nothing is left over.
 */
const pageOfType = (before: AuditPosition | undefined): number => (before === undefined ? 1 : LARGEST_PAGE);

type Reached = AuditLogPage & { readonly place: Place | undefined };

const START: Place = { before: undefined, skip: 0 };

async function begin(log: Log, size: number, most: number): Promise<Reached> {
  const { records, place } = await take(log, START, Math.min(size, most));
  const { count, isCut } = await countFrom(log, place, most - records.length);
  return { records, place, given: 0, count: records.length + count, isCut };
}

async function goOn(log: Log, size: number, { place: from, given, count, isCut }: AuditSession): Promise<Reached> {
  const { records, place } = await take(log, from, Math.min(size, count - given));
  return { records, place, given, count, isCut };
}

/** As many, or all that there are, or what so many pages have. */
async function take(log: Log, from: Place | undefined, size: number) {
  const records: AuditRecord[] = [];
  let place = from;
  for (let pages = 0; place !== undefined && records.length < size && pages < MOST_PAGES; pages++) {
    const wanted = size - records.length;
    const page = await log.page(place, wanted);
    records.push(...page.found.slice(0, wanted));
    place = page.found.length > wanted ? { ...place, skip: place.skip + wanted } : page.place;
  }
  return { records, place };
}

/** `isCut` also where so many pages do not reach the end. */
async function countFrom(log: Log, from: Place | undefined, most: number) {
  let count = 0;
  let place = from;
  for (let pages = 0; place !== undefined && count <= most && pages < MOST_PAGES; pages++) {
    const page = await log.page(place, LARGEST_PAGE);
    count += page.found.length;
    place = page.place;
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
