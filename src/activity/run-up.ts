// What led to a restriction, read from the journal: the sum from message to message, where the attack came from and to which domains it got.
import type { EntityKind } from '../attribution/entity.ts';
import type { JournalStore, MessageDigest } from './journal-store.ts';
import type { Outcome, Score } from './record.ts';

/** From, included, and until, not included. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface RunUpQuery {
  readonly organizationId: string;
  readonly entityId: string;
  readonly entityKind: EntityKind;
  /** Of the sums that are shown; like the attack it ends with the restriction. */
  readonly shown: Span;
  readonly attack: Span;
  /** What was sent in these was not the entity's own either: it makes no address an old acquaintance. */
  readonly earlierAttacks: readonly Span[];
}

export interface RunUp {
  /** Oldest first, at most MOST_POINTS. */
  readonly timeline: readonly ScoredMessage[];
  /** So many messages of the timeline were left out to make it short. */
  readonly thinned: number;
  /** Accepted or tipping messages of that time whose records have no sum. */
  readonly withoutScore: number;
  /** Largest first. */
  readonly domains: readonly ReachedDomain[];
  /** Largest first. */
  readonly sources: readonly Source[];
  /** There was more in the journal than may be read at once: the oldest is missing. */
  readonly isCut: boolean;
}

export interface ScoredMessage {
  readonly seq: number;
  readonly at: number;
  readonly outcome: Outcome;
  readonly tippedBy?: EntityKind | undefined;
  readonly recipients: number;
  readonly score: Score;
  /** Whose sum it is: the connector's also for a user whose evidence tipped that. */
  readonly of: EntityKind;
}

export interface ReachedDomain {
  readonly domain: string;
  /** Taken by the mail server, in so many messages. */
  readonly recipients: number;
  readonly messages: number;
}

export interface Source {
  readonly clientAddress: string;
  /** Of its last message; '' where its name is not known. */
  readonly clientName: string;
  /** Accepted, or refused because they tipped the sum; recipients as they were asked for. */
  readonly messages: number;
  readonly recipients: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Was mail of it accepted in the week before the attack? Undefined where none was found and not all of the week was read. */
  readonly usedBefore: boolean | undefined;
}

/** How much may be read for one answer. */
export interface ReadingBounds {
  readonly messages: number;
  readonly milliseconds: number;
}

export const READING_BOUNDS: ReadingBounds = { messages: 20_000, milliseconds: 1_500 };
export const MOST_POINTS = 500;
/** The newest points are all shown. */
const LAST_POINTS = 100;
const MOST_LISTED = 20;
const WEEK_MS = 7 * 24 * 3_600_000;

/** Waits until it is read, newest first, as far as the bounds allow. Rejects with STORE_UNAVAILABLE. */
export async function runUpOf(
  journal: Pick<JournalStore, 'digests'>,
  query: RunUpQuery,
  bounds = READING_BOUNDS,
): Promise<RunUp> {
  const { organizationId, entityId, shown, attack } = query;
  const from = Math.min(shown.from, attack.from - WEEK_MS);
  const { read, isCut } = await readWithin(
    journal.digests({ organizationId, entityId, from, until: attack.until }),
    bounds,
  );
  const inView = read.filter(({ at }) => isWithin(at, shown));
  const points = inView.flatMap((digest) => scoredFor(query.entityKind, digest) ?? []).reverse();
  const timeline = thinnedOut(points);
  return {
    timeline,
    thinned: points.length - timeline.length,
    withoutScore: inView.filter(isEvidence).filter((digest) => scoredFor(query.entityKind, digest) === undefined)
      .length,
    domains: reached(read.filter(({ at }) => isWithin(at, attack))),
    sources: sourcesOf(read, query, isCut),
    isCut,
  };
}

/** Newest first, until there is no more or a bound is reached. */
export async function readWithin(
  batches: AsyncIterable<readonly MessageDigest[]>,
  { messages, milliseconds }: ReadingBounds,
): Promise<{ readonly read: readonly MessageDigest[]; readonly isCut: boolean }> {
  const deadline = performance.now() + milliseconds;
  const read: MessageDigest[] = [];
  for await (const some of batches) {
    read.push(...some.slice(0, messages - read.length + 1));
    if (read.length > messages) return { read: read.slice(0, messages), isCut: true };
    if (performance.now() > deadline) return { read, isCut: true };
  }
  return { read, isCut: false };
}

function scoredFor(kind: EntityKind, { score, ...message }: MessageDigest): ScoredMessage | undefined {
  const { seq, at, outcome, tippedBy, recipients } = message;
  const own = score?.[kind];
  // Its own test did not run where the connector's refused the message on its account.
  const of = own === undefined && kind === 'user' && tippedBy === 'user' ? 'connector' : kind;
  const said = score?.[of];
  return said && { seq, at, outcome, tippedBy, recipients, score: said, of };
}

/** The newest all; of the older ones equal groups, and of each group the one with the highest sum, so that no peak is lost. */
function thinnedOut(points: readonly ScoredMessage[]): readonly ScoredMessage[] {
  const groups = MOST_POINTS - LAST_POINTS;
  const older = points.slice(0, -LAST_POINTS);
  if (older.length <= groups) return points;
  const kept = Array.from({ length: groups }, (_, i) => {
    const group = older.slice(Math.floor((i * older.length) / groups), Math.floor(((i + 1) * older.length) / groups));
    return group.reduce((highest, each) => (each.score.sum > highest.score.sum ? each : highest));
  });
  return [...kept, ...points.slice(-LAST_POINTS)];
}

function reached(attack: readonly MessageDigest[]): readonly ReachedDomain[] {
  const found = new Map<string, { domain: string; recipients: number; messages: number }>();
  for (const { relayedTo } of attack) {
    for (const domain of relayedTo) entryOf(found, domain, () => ({ domain, recipients: 0, messages: 0 })).recipients++;
    for (const domain of new Set(relayedTo)) found.get(domain)!.messages++;
  }
  return [...found.values()].sort((a, b) => b.recipients - a.recipients).slice(0, MOST_LISTED);
}

function sourcesOf(
  read: readonly MessageDigest[],
  { attack, earlierAttacks }: RunUpQuery,
  isCut: boolean,
): readonly Source[] {
  const before = read.filter(({ at, outcome }) => at < attack.from && outcome === 'accepted');
  const known = new Set(
    before
      .filter(({ at }) => !earlierAttacks.some((one) => isWithin(at, one)))
      .map(({ clientAddress }) => clientAddress),
  );
  const found = new Map<string, { -readonly [K in keyof Source]: Source[K] }>();
  for (const digest of read) {
    if (!isWithin(digest.at, attack) || !isEvidence(digest)) continue;
    const { clientAddress, clientName, at, recipients } = digest;
    const source = entryOf(found, clientAddress, () => {
      const usedBefore = known.has(clientAddress) || (isCut ? undefined : false);
      return { clientAddress, clientName, messages: 0, recipients: 0, firstSeen: at, lastSeen: at, usedBefore };
    });
    source.messages++;
    source.recipients += recipients;
    source.firstSeen = Math.min(source.firstSeen, at);
    source.lastSeen = Math.max(source.lastSeen, at);
  }
  return [...found.values()].sort((a, b) => b.messages - a.messages).slice(0, MOST_LISTED);
}

function isEvidence({ outcome }: MessageDigest): boolean {
  return outcome === 'accepted' || outcome === 'tipped';
}

function isWithin(at: number, { from, until }: Span): boolean {
  return at >= from && at < until;
}

function entryOf<T>(entries: Map<string, T>, key: string, make: () => T): T {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const made = make();
  entries.set(key, made);
  return made;
}
