// Follows one mail log through its rotations: by rename (a new file under the old name), by copy and truncate, with or without gzip, while
// Cordon runs and while it does not. Each line is given once.
//
// It looks at the file again and again instead of being told of changes: that works on every file system, misses no rename, and a look
// costs two system calls.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { ArchivedFile, fileBeginsWith, type OnLine, PlainFile, type Position } from './log-file.ts';

/** After a rename the daemons go on writing to the old file until they are told to open the new one. */
const DRAIN_MS = 60_000;
const MOST_ARCHIVES = 30;

export class Follower {
  readonly #path: string;
  readonly #now: () => number;
  /** Lines are missing: the file they stood in is not there any more. */
  readonly #onGap: () => void;
  /** Rotated away while nobody followed: oldest first, read before all others. */
  readonly #archives: ArchivedFile[] = [];
  /** Rotated away a moment ago. */
  #draining: { readonly file: PlainFile; readonly until: number } | undefined;
  #live: PlainFile | undefined;

  /** Without positions, from `from` on. */
  constructor(path: string, from: number, positions: readonly Position[], now: () => number, onGap: () => void) {
    this.#path = path;
    this.#now = now;
    this.#onGap = onGap;
    if (positions.length > 0) this.#resume(positions);
    else if (exists(path)) this.#live = new PlainFile(path, Math.min(from, statSync(path).size));
  }

  #resume(positions: readonly Position[]): void {
    for (const older of positions.slice(0, -1)) this.#readRest(older, false);
    const newest = positions.at(-1)!;
    this.#live = this.#stillThere(newest);
    if (this.#live === undefined) this.#readRest(newest, true);
  }

  #stillThere({ inode, offset, head }: Position): PlainFile | undefined {
    if (!exists(this.#path)) return undefined;
    const file = new PlainFile(this.#path, offset);
    if (file.inode === inode && file.size >= offset && file.beginsWith(head)) return file;
    file.close();
    return undefined;
  }

  /** The rest of a file that was rotated away, and where it was the newest, all that came after it. */
  #readRest(position: Position, isNewest: boolean): void {
    const siblings = siblingsOf(this.#path);
    const found = siblings.findIndex((sibling) => readable(() => fileBeginsWith(sibling, position.head)));
    if (found === -1) {
      if (position.offset > 0) this.#onGap();
      return;
    }
    const rest = isNewest ? siblings.slice(found, found + MOST_ARCHIVES) : siblings.slice(found, found + 1);
    for (const [i, sibling] of rest.entries()) {
      const offset = i === 0 ? position.offset : 0;
      // The last one may have been renamed a moment ago, and grow.
      if (isNewest && i === rest.length - 1 && !sibling.endsWith('.gz'))
        this.#drainFrom(new PlainFile(sibling, offset));
      else this.#archive(sibling, offset);
    }
  }

  #archive(file: string, offset: number): void {
    const archive = readable(() => new ArchivedFile(file, offset));
    if (archive === undefined) this.#onGap();
    else this.#archives.push(archive);
  }

  #drainFrom(file: PlainFile): void {
    this.#draining?.file.close();
    this.#draining = { file, until: this.#now() + DRAIN_MS };
  }

  /** Where to go on after a restart; [] where there was never a file. */
  get positions(): readonly Position[] {
    const files = [...this.#archives, this.#draining?.file, this.#live];
    return files.flatMap((file) => (file === undefined ? [] : [file.position]));
  }

  /** Gives the lines of the next slice. True where there may be more at once. Rejects where the file cannot be read. */
  async read(onLine: OnLine): Promise<boolean> {
    const [archive] = this.#archives;
    if (archive !== undefined) {
      if (!(await this.#readArchive(archive, onLine))) this.#archives.shift();
      return true;
    }
    if (this.#drain(onLine)) return true;
    this.#live ??= exists(this.#path) ? new PlainFile(this.#path) : undefined;
    if (this.#live === undefined) throw new Error(`${this.#path} does not exist`);
    if (this.#live.wasReplaced()) return this.#beginAnew(this.#live);
    if (this.#live.read(onLine)) return true;
    return this.#wasRenamed(this.#live);
  }

  async #readArchive(archive: ArchivedFile, onLine: OnLine): Promise<boolean> {
    try {
      return await archive.read(onLine);
    } catch {
      this.#onGap();
      return false;
    }
  }

  #drain(onLine: OnLine): boolean {
    if (this.#draining === undefined) return false;
    const { file, until } = this.#draining;
    if (file.read(onLine)) return true;
    if (this.#now() >= until) {
      file.close();
      this.#draining = undefined;
    }
    return false;
  }

  /** Copied and truncated: what was not read before stands in the copy. */
  #beginAnew(old: PlainFile): true {
    const { position } = old;
    old.close();
    this.#live = undefined;
    this.#readRest(position, false);
    this.#live = exists(this.#path) ? new PlainFile(this.#path) : undefined;
    return true;
  }

  #wasRenamed(old: PlainFile): boolean {
    if (!exists(this.#path) || statSync(this.#path).ino === old.inode) return false;
    this.#drainFrom(old);
    this.#live = new PlainFile(this.#path);
    return true;
  }

  close(): void {
    for (const file of [...this.#archives, this.#draining?.file, this.#live]) file?.close();
  }
}

/** The rotated files beside it, plain or gzip: mail.log.1, mail.log-20261123.gz. Oldest first. */
function siblingsOf(file: string): string[] {
  const folder = path.dirname(file);
  const name = path.basename(file);
  const isSibling = (other: string) =>
    (other.startsWith(`${name}.`) || other.startsWith(`${name}-`)) && !/\.(xz|bz2|zst|lz4)$/.test(other);
  return readdirSync(folder)
    .filter(isSibling)
    .map((other) => path.join(folder, other))
    .map((other) => ({ other, suffix: suffixOf(other), at: readable(() => statSync(other).mtimeMs) }))
    .filter(({ at }) => at !== undefined)
    .sort((a, b) => byAge(a.suffix, b.suffix) ?? a.at! - b.at!)
    .map(({ other }) => other);
}

/** What logrotate counts with: a number that rises with the age, or a date. */
function suffixOf(file: string): { readonly number: number; readonly isDate: boolean } | undefined {
  const digits = /[.-](\d+(?:-\d+)?)(?:\.gz)?$/.exec(file)?.[1]?.replace('-', '');
  return digits === undefined ? undefined : { number: Number(digits), isDate: digits.length >= 6 };
}

/** By name, because compression without a care for times makes an old file look young. Undefined where the names do not say. */
function byAge(a: ReturnType<typeof suffixOf>, b: ReturnType<typeof suffixOf>): number | undefined {
  if (a === undefined || b === undefined || a.isDate !== b.isDate) return undefined;
  return a.isDate ? a.number - b.number : b.number - a.number;
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Undefined where it is gone, damaged or not ours to read. */
function readable<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
