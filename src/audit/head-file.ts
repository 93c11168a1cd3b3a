// The heads of all chains beside the database: once a minute each that moved goes into the process log, to whoever is to be told, and into
// audit-heads.json. Whoever cuts records off the end of a chain would have to change these, too, and they are elsewhere.
import { existsSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditLog } from './audit-log.ts';
import { ChainKey, type ChainPoint } from './chain.ts';

export interface WitnessedHeads {
  readonly heads: readonly ChainPoint[];
  /** Heads that the log did not hold any more when the guard started. They stay here, so that nobody forgets it. */
  readonly lost: readonly ChainPoint[];
}

export interface HeadsOptions {
  readonly file: string;
  /** Of the audit log. */
  readonly key: Uint8Array;
  readonly audit: Pick<AuditLog, 'heads' | 'holds'>;
  readonly log: { info(fields: object, message: string): void };
  /** Hands a head on. Its failures are its own. */
  readonly sendHead?: ((head: ChainPoint) => void) | undefined;
  /** The log is not what it was, or the file is not. */
  readonly onBroken: (what: string) => void;
  /** The file cannot be written. */
  readonly onFailure: (error: unknown) => void;
  readonly onWritten: () => void;
}

export class Heads {
  readonly #options: HeadsOptions;
  readonly #told = new Map<string, number>();
  #lost: readonly ChainPoint[] = [];
  #written = '';
  #lastWrite: Promise<void> = Promise.resolve();

  private constructor(options: HeadsOptions) {
    this.#options = options;
  }

  /** Compares what the file knows with the log. Rejects with the store's error. */
  static async open(options: HeadsOptions): Promise<Heads> {
    const heads = new Heads(options);
    const { file, key, audit, onBroken } = options;
    const known = readHeads(file, key);
    if (known === 'forged') onBroken(`${file} was not written by this guard: run \`cordon audit verify\``);
    if (known === undefined || known === 'forged') return heads;
    const lost = [];
    for (const head of known.heads) if (!(await audit.holds(head))) lost.push(head);
    heads.#lost = [...known.lost, ...lost];
    if (heads.#lost.length > 0) {
      onBroken('the audit log does not hold records any more that it held: run `cordon audit verify`');
    }
    return heads;
  }

  /** What moved since the last time. Resolves when the file says so, too; never rejects. */
  tell(): Promise<void> {
    const { audit, log, sendHead } = this.#options;
    const heads = [...audit.heads()].sort((a, b) => (a.organizationId < b.organizationId ? -1 : 1));
    for (const head of heads) {
      if (this.#told.get(head.organizationId) === head.sequence) continue;
      this.#told.set(head.organizationId, head.sequence);
      const { organizationId, sequence, mac } = head;
      log.info({ organizationId, sequence, mac }, 'audit head');
      sendHead?.(head);
    }
    this.#lastWrite = this.#lastWrite.then(() => this.#write({ heads, lost: this.#lost }));
    return this.#lastWrite;
  }

  /** A head that the log does not hold any more. The file says so from its next write on. */
  lose(head: ChainPoint): void {
    this.#lost = [...this.#lost, head];
  }

  /** Off the main thread: mail is answered meanwhile. */
  async #write(heads: WitnessedHeads): Promise<void> {
    const { file, key, onFailure, onWritten } = this.#options;
    const text = textOf(heads, key);
    if (text === this.#written) return;
    try {
      await writeDurably(file, text);
      this.#written = text;
      onWritten();
    } catch (error) {
      onFailure(error);
    }
  }
}

/** Undefined where there is no such file. Throws what reading it throws. */
export function readHeads(file: string, key: Uint8Array): WitnessedHeads | 'forged' | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    const { heads, lost } = JSON.parse(text) as WitnessedHeads;
    return text === textOf({ heads, lost }, key) ? { heads, lost } : 'forged';
  } catch {
    return 'forged';
  }
}

function textOf({ heads, lost }: WitnessedHeads, key: Uint8Array): string {
  const proof = new ChainKey(key).proofOf('heads', JSON.stringify([heads, lost]));
  return `${JSON.stringify({ heads, lost, proof }, null, 2)}\n`;
}

/** Whole or not at all, and on disk when it resolves. */
async function writeDurably(file: string, text: string): Promise<void> {
  const draft = await open(`${file}.new`, 'w', 0o600);
  try {
    await draft.writeFile(text);
    await draft.sync();
  } finally {
    await draft.close();
  }
  await rename(`${file}.new`, file);
  const folder = await open(dirname(file), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
