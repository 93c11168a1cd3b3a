// `cordon audit verify`: reads the audit log of a data directory by itself, while the guard runs or not. Wired here because the command line may not
// know the store.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { ChainKey, type ChainPoint } from './audit/chain.ts';
import { type ChainBreak, ChainVerifier, type Witnessed } from './audit/chain-verifier.ts';
import { readHeads } from './audit/head-file.ts';
import type { AuditVerification, VerifyAuditOptions } from './cli/command-line.ts';
import { CordonError } from './errors.ts';
import { interruptible } from './interruptible.ts';
import { type AuditFile, openAuditFile } from './store/sqlite/audit-file.ts';

const HEADS_FILE = 'audit-heads.json';
/** Records between which signals are heard and the bar moves. */
const AT_ONCE = 5_000;
const MOST_BREAKS = 1_000;

/** Rejects with INVALID_REQUEST where there is no log or no key, STORE_UNAVAILABLE, STORE_NEWER, INTERRUPTED. What is wrong is a value. */
export function runVerifyAudit(options: VerifyAuditOptions): Promise<AuditVerification> {
  return interruptible((signal) => verify(options, signal));
}

async function verify(
  { dataDirectory, heads: given, onProgress }: VerifyAuditOptions,
  signal: AbortSignal,
): Promise<AuditVerification> {
  const key = readKey(dataDirectory);
  const headsFile = path.join(dataDirectory, HEADS_FILE);
  // Before the log: what comes meanwhile is in the log alone.
  const known = readHeads(headsFile, key);
  const isForged = known === 'forged';
  const fromFile = known === undefined || isForged ? [] : [...known.heads, ...known.lost];
  const heads = [...fromFile.map(witnessedBy(HEADS_FILE)), ...given.map(witnessedBy('--head'))];
  const file = openAuditFile(dataDirectory);
  try {
    const found = await verifyAll(file, new ChainKey(key), heads, onProgress, signal);
    const inDoubt = known === undefined || isForged ? found.chains : known.unwitnessed.filter(isKept(file.bases));
    const unwitnessed = inDoubt
      .map(({ organizationId }) => organizationId)
      .filter((id) => !given.some(({ organizationId }) => organizationId === id))
      .sort();
    return { ...found, unwitnessed, headsFile: isForged ? 'forged' : known === undefined ? 'missing' : 'read' };
  } finally {
    file.close();
  }
}

async function verifyAll(
  file: AuditFile,
  key: ChainKey,
  heads: readonly Witnessed[],
  onProgress: VerifyAuditOptions['onProgress'],
  signal: AbortSignal,
): Promise<Omit<AuditVerification, 'headsFile' | 'unwitnessed'>> {
  const owners = new Set([...file.organizationIds, ...file.bases.keys(), ...heads.map((head) => head.organizationId)]);
  const breaks: ChainBreak[] = [];
  const chains: AuditVerification['chains'][number][] = [];
  const sums = { records: 0, pseudonymised: 0, broken: 0 };
  for (const organizationId of [...owners].sort()) {
    const witnessed = heads.filter((head) => head.organizationId === organizationId);
    const verifier = new ChainVerifier(key, organizationId, file.bases.get(organizationId), witnessed);
    let fed = 0;
    for (const record of file.records(organizationId)) {
      verifier.feed(record);
      if (++fed % AT_ONCE !== 0) continue;
      onProgress(sums.records + fed, file.total);
      await turn();
      signal.throwIfAborted();
    }
    const verdict = verifier.end();
    for (const name of ['records', 'pseudonymised', 'broken'] as const) sums[name] += verdict[name];
    breaks.push(...verdict.breaks.slice(0, MOST_BREAKS - breaks.length));
    chains.push({ ...verdict.head, records: verdict.records });
  }
  for (const { id, operation, at, organizationId } of file.unchained()) {
    sums.broken++;
    if (breaks.length >= MOST_BREAKS) continue;
    const says = 'it has no place in the chain: it was put in';
    breaks.push({ organizationId, sequence: 0, kind: 'inserted', says, record: { id, operation, at } });
  }
  onProgress(file.total, file.total);
  return { ...sums, chains, breaks };
}

/** False where retention took the place: what was cut off there would be gone by now in any case. */
const isKept =
  (bases: AuditFile['bases']) =>
  ({ organizationId, sequence }: ChainPoint): boolean =>
    (bases.get(organizationId)?.sequence ?? 0) < sequence;

const witnessedBy =
  (where: string) =>
  (head: ChainPoint): Witnessed => ({ ...head, where });

function readKey(dataDirectory: string): Buffer {
  const file = path.join(dataDirectory, 'audit.key');
  if (!existsSync(file)) throw new CordonError('INVALID_REQUEST', `${dataDirectory} has no audit.key`);
  try {
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex');
    if (key.length === 32) return key;
  } catch (cause) {
    throw new CordonError('STORE_UNAVAILABLE', `${file}: ${(cause as Error).message}`, { cause });
  }
  throw new CordonError('INVALID_REQUEST', `${file} is no key of Cordon's`);
}
