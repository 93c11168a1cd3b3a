// Keeps the tables of `render.ts` on disk, in DIRECTORY/postfix. Each is replaced whole, so that Postfix never reads half a table.
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { MAP_NAMES, type MapSubject, renderMaps } from './render.ts';

export interface PostfixMapFilesOptions {
  /** Made where it is missing; Postfix must be able to enter it. */
  readonly directory: string;
  readonly subject: () => MapSubject;
  readonly onFailure: (error: unknown) => void;
  readonly onWritten: () => void;
}

/** Nobody but restrictions and identities stand in them, which Postfix has to read as whoever it runs as. */
const READABLE = 0o644;

export class PostfixMapFiles {
  readonly #options: PostfixMapFilesOptions;
  #writing: Promise<void> = Promise.resolve();
  #isDue = false;
  /** Entities that the tables on disk refuse. Undefined after a write that failed: some may be of another moment than the others. */
  #refused: ReadonlySet<string> | undefined;

  constructor(options: PostfixMapFilesOptions) {
    this.#options = options;
  }

  /** Something that the tables tell has changed. Resolves when they tell it; never rejects. Many changes at once are written once. */
  update(): Promise<void> {
    if (this.#isDue) return this.#writing;
    this.#isDue = true;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  /**
   * Is nothing refused by the tables because of the entity? Waits until what has changed by now is on disk; false where it could not be put there.
   * Never rejects.
   */
  async letPass(entityId: string): Promise<boolean> {
    await this.#writing;
    return this.#refused?.has(entityId) === false;
  }

  async #write(): Promise<void> {
    this.#isDue = false;
    const { directory, subject, onFailure, onWritten } = this.#options;
    try {
      const told = subject();
      const maps = renderMaps(told);
      await mkdir(directory, { recursive: true, mode: 0o755 });
      for (const name of MAP_NAMES) await replace(path.join(directory, name), maps[name]);
      this.#refused = new Set(told.restrictions.map(({ entityId }) => entityId));
      onWritten();
    } catch (error) {
      this.#refused = undefined;
      onFailure(error);
    }
  }
}

/** An unchanged file keeps its time: Postfix reads a table again where that has changed. */
async function replace(file: string, text: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) return;
  const temporary = `${file}.${randomUUID()}`;
  try {
    const handle = await open(temporary, 'wx', READABLE);
    try {
      await handle.chmod(READABLE);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
