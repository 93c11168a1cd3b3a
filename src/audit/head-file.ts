// The heads of all chains beside the database: once a minute each that moved goes into the process log, to whoever is to be told, and into
// audit-heads.json. Whoever cuts records off the end of a chain would have to change these, too, and they are elsewhere.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditLog } from './audit-log.ts';
import { ChainKey, type ChainPoint } from './chain.ts';

export interface WitnessedHeads {
  readonly heads: readonly ChainPoint[];
  /** Heads that the log did not hold any more when the guard started. They stay here, so that nobody forgets it. */
  readonly lost: readonly ChainPoint[];
  /** The chains as they were when a guard found this file missing or forged: nobody knows what was cut off their ends before. */
  readonly unwitnessed: readonly ChainPoint[];
}

export interface HeadsOptions {
  readonly file: string;
  /** Of the audit log. */
  readonly key: Uint8Array;
  readonly audit: Pick<AuditLog, 'heads' | 'holds'>;
  readonly log: { info(fields: object, message: string): void };
  /** Hands a head on; resolves to whether it was taken, and never rejects. One that was not is handed on again the next time. */
  readonly sendHead?: ((head: ChainPoint) => Promise<boolean>) | undefined;
  /** The log is not what it was, or the file is not. */
  readonly onBroken: (what: string) => void;
  /** The file cannot be written. */
  readonly onFailure: (error: unknown) => void;
  readonly onWritten: () => void;
}

export class Heads {
  readonly #options: HeadsOptions;
  /** By organization: the place of the head that the process log has, and of the one that was taken elsewhere. */
  readonly #logged = new Map<string, number>();
  readonly #taken = new Map<string, number>();
  /** By organization: what is on its way. */
  readonly #sending = new Map<string, Promise<void>>();
  #lost: readonly ChainPoint[] = [];
  #unwitnessed: readonly ChainPoint[] = [];
  #written = '';
  #lastWrite: Promise<void> = Promise.resolve();

  private constructor(options: HeadsOptions) {
    this.#options = options;
  }

  /** Compares what the file knows with the log; a file that is missing was taken away. Rejects with the store's error. */
  static async open(options: HeadsOptions): Promise<Heads> {
    const heads = new Heads(options);
    const known = readHeads(options.file, options.key);
    if (known === undefined || known === 'forged') await heads.#beginAgain(known === 'forged');
    else await heads.#compare(known);
    return heads;
  }

  async #beginAgain(isForged: boolean): Promise<void> {
    const { file, audit, onBroken } = this.#options;
    const what = isForged ? 'was not written by this guard' : 'is missing, and records may be missing with it';
    onBroken(`${file} ${what}: run \`cordon audit verify\``);
    this.#unwitnessed = audit.heads();
    await this.tell();
  }

  async #compare({ heads, lost: lostBefore, unwitnessed }: WitnessedHeads): Promise<void> {
    const { audit, onBroken } = this.#options;
    const lost = [];
    for (const head of heads) if (!(await audit.holds(head))) lost.push(head);
    this.#lost = [...lostBefore, ...lost];
    this.#unwitnessed = unwitnessed;
    if (this.#lost.length > 0) {
      onBroken('the audit log does not hold records any more that it held: run `cordon audit verify`');
    }
  }

  /** What moved since the last time. Resolves when the file says so, too, and does not wait for who is sent it; never rejects. */
  tell(): Promise<void> {
    const { audit } = this.#options;
    const heads = [...audit.heads()].sort((a, b) => (a.organizationId < b.organizationId ? -1 : 1));
    for (const head of heads) {
      this.#log(head);
      this.#send(head);
    }
    this.#lastWrite = this.#lastWrite.then(() =>
      this.#write({ heads, lost: this.#lost, unwitnessed: this.#unwitnessed }),
    );
    return this.#lastWrite;
  }

  /** A head that the log does not hold any more. The file says so from its next write on. */
  lose(head: ChainPoint): void {
    this.#lost = [...this.#lost, head];
  }

  #log({ organizationId, sequence, mac }: ChainPoint): void {
    if (this.#logged.get(organizationId) === sequence) return;
    this.#logged.set(organizationId, sequence);
    this.#options.log.info({ organizationId, sequence, mac }, 'audit head');
  }

  /** One of a chain at a time: where it has moved meanwhile, or was not taken, the next round sends it. */
  #send(head: ChainPoint): void {
    const { sendHead } = this.#options;
    const { organizationId, sequence } = head;
    if (sendHead === undefined || this.#taken.get(organizationId) === sequence) return;
    if (this.#sending.has(organizationId)) return;
    const sending = sendHead(head).then((isTaken) => {
      this.#sending.delete(organizationId);
      if (isTaken) this.#taken.set(organizationId, sequence);
    });
    this.#sending.set(organizationId, sending);
  }

  /** Tells the last ones, and waits for who is sent them. Never rejects. */
  async close(): Promise<void> {
    await Promise.all(this.#sending.values());
    await this.tell();
    await Promise.all(this.#sending.values());
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

/** To be written together with the key, before there is anything that could be missing. One of another key stays, and tells of it. */
export function writeFirstHeads(file: string, key: Uint8Array): void {
  if (existsSync(file)) return;
  writeFileSync(file, textOf({ heads: [], lost: [], unwitnessed: [] }, key), { mode: 0o600, flush: true });
}

/** Undefined where there is no such file. Throws what reading it throws. */
export function readHeads(file: string, key: Uint8Array): WitnessedHeads | 'forged' | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    const { heads, lost, unwitnessed } = JSON.parse(text) as WitnessedHeads;
    const known = { heads, lost, unwitnessed };
    return text === textOf(known, key) ? known : 'forged';
  } catch {
    return 'forged';
  }
}

function textOf({ heads, lost, unwitnessed }: WitnessedHeads, key: Uint8Array): string {
  const proof = new ChainKey(key).proofOf('heads', JSON.stringify([heads, lost, unwitnessed]));
  return `${JSON.stringify({ heads, lost, unwitnessed, proof }, null, 2)}\n`;
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
