// Retention: what is older than its organization keeps it goes, in small steps between which others write.
import type { JournalStore } from '../activity/journal-store.ts';
import type { Directory } from '../attribution/directory.ts';
import type { Keeping } from '../attribution/entity.ts';
import { type AuditLog, PROVIDER_CHAIN } from '../audit/audit-log.ts';
import { SERVICE } from '../audit/audit-record.ts';
import type { PrivacyStore } from './privacy-store.ts';

/** How long everything is kept, and how much of a subject: nothing is left open. */
export type Kept = { readonly [K in keyof Keeping]-?: NonNullable<Keeping[K]> };

/** What the organization has chosen, and of what it has not, cordon.yaml's. */
export function keptOf(chosen: Keeping, installation: Kept): Kept {
  return {
    journalDays: chosen.journalDays ?? installation.journalDays,
    evidenceDays: chosen.evidenceDays ?? installation.evidenceDays,
    auditDays: chosen.auditDays ?? installation.auditDays,
    subjects: chosen.subjects ?? installation.subjects,
  };
}

export interface HousekeepingOptions {
  readonly directory: Directory;
  readonly journal: Pick<JournalStore, 'removeOlderThan'>;
  readonly store: PrivacyStore;
  readonly audit: Pick<AuditLog, 'append' | 'expired' | 'removeUpTo'>;
  /** Of organizations that choose nothing else, and of what belongs to none. */
  readonly installation: Kept;
  readonly now: () => number;
  readonly randomUUID: () => string;
}

const DAY_MS = 86_400_000;

/** One round. Rejects with the store's error; the next round goes on from there. */
export async function keepHouse(options: HousekeepingOptions): Promise<void> {
  const { directory, installation } = options;
  const organizations = directory
    .organizations()
    .map(({ id, keeping }) => ({ id, kept: keptOf(keeping, installation) }));
  await keepJournal(options, organizations);
  for (const { id, kept } of organizations) {
    await options.store.removeEvidence(id, options.now() - kept.evidenceDays * DAY_MS);
    await keepAudit(options, id, kept.auditDays);
  }
  await options.store.removeEvidence(undefined, options.now() - installation.evidenceDays * DAY_MS);
  await keepAudit(options, undefined, installation.auditDays);
}

/** What nobody keeps any more goes in whole blocks; what single organizations keep for a shorter time is taken out of them. */
async function keepJournal(
  { journal, now, installation }: HousekeepingOptions,
  organizations: readonly { readonly id: string; readonly kept: Kept }[],
): Promise<void> {
  const longest = Math.max(...organizations.map(({ kept }) => kept.journalDays), installation.journalDays);
  const before = (days: number) => now() - days * DAY_MS;
  await journal.removeOlderThan(before(longest));
  for (const { id, kept } of organizations) {
    if (kept.journalDays < longest) await journal.removeOlderThan(before(kept.journalDays), id);
  }
}

/**
 * In whole days, so that the record of it, which is kept as long itself, comes at most once a day. It is written first and says up to where the
 * chain is cut: nothing goes without a word.
 */
async function keepAudit(
  { store, audit, now, randomUUID }: HousekeepingOptions,
  organizationId: string | undefined,
  days: number,
): Promise<void> {
  const before = Math.floor(now() / DAY_MS - days) * DAY_MS;
  await store.removeEnded(organizationId, before);
  const expired = await audit.expired(organizationId ?? PROVIDER_CHAIN, before);
  if (expired === undefined) return;
  const { records, sequence, mac } = expired;
  await audit.append({
    id: randomUUID(),
    at: now(),
    organizationId: organizationId ?? PROVIDER_CHAIN,
    operation: 'Remove-ExpiredAuditRecords',
    ...SERVICE,
    objectId: '',
    parameters: { before: new Date(before).toISOString(), auditDays: days, records, sequence, mac },
    result: 'Succeeded',
  });
  await audit.removeUpTo(expired);
}
