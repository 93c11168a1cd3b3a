// What a restricted entity has tried since: the messages that its restriction refused, hour by hour.
import type { EntityKind } from '../attribution/entity.ts';
import type { JournalStore } from './journal-store.ts';
import { READING_BOUNDS, readWithin, type Span } from './run-up.ts';

export interface AttemptsQuery {
  readonly organizationId: string;
  readonly entityId: string;
  readonly entityKind: EntityKind;
  /** From the restriction to its end. */
  readonly span: Span;
}

export interface AttemptsSeen {
  readonly messages: number;
  /** As they were asked for. */
  readonly recipients: number;
  /** Undefined: none was seen. */
  readonly lastAt: number | undefined;
  /** Each hour (UTC) with attempts, oldest first. */
  readonly byHour: readonly { readonly at: number; readonly messages: number; readonly recipients: number }[];
  /** There were more than may be read at once: the oldest are missing. */
  readonly isCut: boolean;
}

const HOUR_MS = 3_600_000;

/** Waits until they are read, newest first, as far as the bounds allow. Rejects with STORE_UNAVAILABLE. */
export async function attemptsOf(
  journal: Pick<JournalStore, 'digests'>,
  { organizationId, entityId, entityKind, span }: AttemptsQuery,
  bounds = READING_BOUNDS,
): Promise<AttemptsSeen> {
  const asked = { organizationId, entityId, ...span, outcomes: ['restricted'] } as const;
  const { read, isCut } = await readWithin(journal.digests(asked), bounds);
  // A user's restriction refuses his mail through a connector that is free.
  const refused = read.filter(({ tippedBy }) => tippedBy === undefined || tippedBy === entityKind);
  const hours = Map.groupBy(refused, ({ at }) => Math.floor(at / HOUR_MS) * HOUR_MS);
  const byHour = [...hours]
    .map(([at, some]) => ({ at, messages: some.length, recipients: sum(some) }))
    .sort((a, b) => a.at - b.at);
  const lastAt = refused.reduce<number | undefined>((last, { at }) => Math.max(last ?? at, at), undefined);
  return { messages: refused.length, recipients: sum(refused), lastAt, byHour, isCut };
}

function sum(digests: readonly { readonly recipients: number }[]): number {
  return digests.reduce((all, { recipients }) => all + recipients, 0);
}
