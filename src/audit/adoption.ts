// Records of before there were chains get their places in them, some at a time: there may be a hundred thousand. Where the guard is stopped
// meanwhile, the next start goes on. Only what was there at the first start is taken in: a mark, made with the key, says whose it is.
import { type AuditRecord, SERVICE } from './audit-record.ts';
import type { AuditPosition, AuditStore } from './audit-store.ts';
import { type ChainedRecord, type ChainKey, type ChainPoint, NO_MAC } from './chain.ts';

export interface AdoptionOptions {
  readonly store: AuditStore;
  readonly key: ChainKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUUID: () => string;
  readonly salt: () => string;
}

/** Says how many were taken in, and that there are no more. */
const STARTED = 'Start-AuditChain';
/** One write, and what of them is in memory. */
const PART = 1_000;

/** Nothing where all is in its chain. Rejects with the store's error; what was taken in until then stays. */
export async function adoptUnchained(options: AdoptionOptions): Promise<void> {
  const { store, key } = options;
  // Later nothing is taken in any more: it would be somebody else's.
  if ((await store.heads()).length === 0) {
    const owners = await store.unchainedOwners();
    const marks = owners.map((organizationId) => key.baseAt({ organizationId, sequence: 0, mac: NO_MAC }));
    await store.beginAdoptions(marks);
  }
  for (const mark of await store.adoptions()) if (key.isBase(mark)) await adoptChain(options, mark);
}

async function adoptChain(options: AdoptionOptions, { organizationId, ...first }: ChainPoint): Promise<void> {
  const { store, key, salt } = options;
  // Then somebody put the mark back.
  if (await isStarted(store, organizationId)) return;
  let head = (await store.pointUpTo(organizationId, Number.MAX_SAFE_INTEGER)) ?? { organizationId, ...first };
  let after: AuditPosition | undefined;
  for (let isLast = false; !isLast; ) {
    const page = await store.unchained({ organizationId, after, limit: PART });
    const adopted: ChainedRecord[] = [];
    for (const record of page) {
      const linked = key.link({ ...record, salt: salt() }, head);
      adopted.push(linked);
      head = linked;
    }
    isLast = page.length < PART;
    const last = page.at(-1);
    if (last !== undefined) after = { at: last.at, sequence: 0, id: last.id };
    await store.adopt(adopted, isLast ? key.chain(startOf(options, head), head, salt()) : undefined);
  }
}

async function isStarted(store: AuditStore, organizationId: string): Promise<boolean> {
  const { records } = await store.search({ organizationId, operations: [STARTED], limit: 1 }, [organizationId]);
  return records.length > 0;
}

function startOf({ now, randomUUID }: AdoptionOptions, { organizationId, sequence }: ChainPoint): AuditRecord {
  const what = { id: randomUUID(), at: now(), organizationId, operation: STARTED, objectId: '' };
  return { ...what, ...SERVICE, parameters: { records: sequence }, result: 'Succeeded' };
}
