import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Follower } from './follower.ts';
import { PlainFile, type Position } from './log-file.ts';

let folder: string;
let log: string;
let now = 0;
let gaps = 0;
let written = 0;
const seen: string[] = [];
let follower: Follower | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cordon-follower-'));
  log = path.join(folder, 'mail.log');
  seen.length = 0;
  gaps = written = 0;
});
afterEach(() => {
  follower?.close();
  follower = undefined;
  rmSync(folder, { recursive: true });
});

function follow(positions: readonly Position[] = []): Follower {
  follower = new Follower(
    log,
    existsSync(log) ? statSync(log).size : 0,
    positions,
    () => now,
    () => gaps++,
  );
  return follower;
}

/** Closed and opened again where it stood. */
function restart(): void {
  const { positions } = follower!;
  follower!.close();
  follow(positions);
}

async function readAll(): Promise<void> {
  while (await follower!.read((line) => seen.push(line)).catch(() => false));
}

/** Numbered lines, as long as those of a mail log, so that a file is known by its first ones. */
function write(count: number, file = log): void {
  for (let i = 0; i < count; i++) appendFileSync(file, `line ${++written} ${'x'.repeat(100)} ${Math.random()}\n`);
}

const numbers = () => seen.map((line) => Number(line.split(' ')[1]));
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Keeps the time of the last change, as gzip(1) does. */
function gzip(file: string): void {
  const { atime, mtime } = statSync(file);
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
  utimesSync(`${file}.gz`, atime, mtime);
  rmSync(file);
}

describe('a mail log is followed', () => {
  test('from its end on at the first start, from its beginning where it is made later', async () => {
    write(3);
    follow();
    await readAll();
    expect(seen).toEqual([]);
    write(2);
    await readAll();
    expect(numbers()).toEqual([4, 5]);

    follower!.close();
    rmSync(log);
    follow();
    await expect(follower!.read(() => {})).rejects.toThrow('does not exist');
    write(1);
    await readAll();
    expect(numbers()).toEqual([4, 5, 6]);
  });

  test('in whole lines: half a line waits for its end, also over a restart', async () => {
    writeFileSync(log, '');
    follow();
    appendFileSync(log, 'line 1 abc\nline 2 a');
    await readAll();
    expect(seen).toEqual(['line 1 abc']);
    restart();
    appendFileSync(log, 'bc\n\xfcber\n');
    await readAll();
    expect(seen).toEqual(['line 1 abc', 'line 2 abc', '\xfcber']);
  });

  test('a line that has no end is passed over', async () => {
    writeFileSync(log, '');
    follow();
    appendFileSync(log, `a\n${'x'.repeat(1_000_000)}`);
    await readAll();
    appendFileSync(log, `${'x'.repeat(1_000_000)}\nb\n`);
    await readAll();
    expect(seen).toEqual(['a', 'b']);
  });

  test('through a rename, with lines that still come into the old file', async () => {
    write(2);
    follow();
    write(2);
    renameSync(log, `${log}.1`);
    write(1, `${log}.1`);
    await readAll();
    write(1);
    await readAll();
    write(1, `${log}.1`);
    await readAll();
    expect(numbers()).toEqual(upTo(7, 3));
    now += 61_000;
    await readAll();
    write(1);
    await readAll();
    expect(numbers()).toEqual(upTo(8, 3));
  });

  test('through a copy and truncation, also where it has grown beyond its old length since', async () => {
    writeFileSync(log, '');
    follow();
    write(3);
    await readAll();
    write(2);
    copyFileSync(log, `${log}.1`);
    truncateSync(log);
    write(20);
    await readAll();
    expect(numbers()).toEqual(upTo(25));
    expect(gaps).toBe(0);
  });

  test('while it was not running: renamed twice, the older one compressed', async () => {
    write(3);
    follow();
    write(3);
    await readAll();
    const { positions } = follower!;
    write(3);
    renameSync(log, `${log}.1`);
    write(3);
    renameSync(`${log}.1`, `${log}.2`);
    gzip(`${log}.2`);
    renameSync(log, `${log}.1`);
    write(3);
    follower!.close();
    follow(positions);
    await readAll();
    expect(numbers()).toEqual(upTo(15, 4));
    expect(gaps).toBe(0);
    restart();
    await readAll();
    expect(numbers()).toEqual(upTo(15, 4));
  });

  test('in the middle of a compressed file over another restart', async () => {
    writeFileSync(log, '');
    follow();
    write(5_000);
    renameSync(log, `${log}.1`);
    gzip(`${log}.1`);
    write(2);
    const start: Position[] = [{ inode: 1, offset: 0, head: headOf(`${log}.1.gz`) }];
    follower!.close();
    follow(start);
    for (let i = 0; i < 3; i++) await follower!.read((line) => seen.push(line));
    expect(seen.length).toBeLessThan(5_000);
    restart();
    await readAll();
    expect(numbers()).toEqual(upTo(5_002));
  });

  test('lines that are gone with their file are a gap, said once', async () => {
    writeFileSync(log, '');
    follow();
    write(5);
    await readAll();
    truncateSync(log);
    write(2);
    await readAll();
    expect(numbers()).toEqual(upTo(7));
    expect(gaps).toBe(1);
  });

  test('whatever happens to the file, each line comes once and in order', async () => {
    const event = fc.constantFrom('write', 'write', 'read', 'rename', 'truncate', 'restart', 'compress');
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 40 }), async (events) => {
        follower?.close();
        rmSync(folder, { recursive: true });
        folder = mkdtempSync(path.join(tmpdir(), 'cordon-follower-'));
        log = path.join(folder, 'mail.log');
        writeFileSync(log, '');
        seen.length = written = gaps = 0;
        let rotations = 0;
        follow();
        write(1);
        await readAll();
        for (const each of events) {
          // Two rotations without a look are not told apart from lost lines while it runs.
          if (each === 'write') write(7);
          else if (each === 'restart') restart();
          else if (each === 'compress' && rotations > 0) {
            await readAll();
            const old = `${log}-${20_261_100 + rotations}`;
            try {
              gzip(old);
            } catch {
              // Compressed already.
            }
          } else if (each === 'rename' || each === 'truncate') {
            await readAll();
            write(3);
            const old = `${log}-${20_261_100 + ++rotations}`;
            if (each === 'rename') renameSync(log, old);
            else copyFileSync(log, old);
            if (each === 'truncate') truncateSync(log);
            else writeFileSync(log, '');
            write(2);
          } else await readAll();
        }
        await readAll();
        expect(numbers()).toEqual(upTo(written));
        expect(gaps).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

/** Of the text of a gzip file. */
function headOf(gz: string): Position['head'] {
  const plain = path.join(folder, 'plain');
  writeFileSync(plain, gunzipSync(readFileSync(gz)));
  const file = new PlainFile(plain);
  const { head } = file.position;
  file.close();
  rmSync(plain);
  return head;
}
