import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cycles, forbiddenImports, type Import, importsUnder, readRoomTable, roomOf, sourcesUnder } from './rooms.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SRC = path.join(ROOT, 'src');
const table = readRoomTable(readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8'));

const betweenRooms = (imports: readonly Import[]) =>
  imports
    .filter((each) => !/(\.test|-contract)\.ts$/.test(each.from))
    .map((each) => ({ from: roomOf(table, each.from), to: roomOf(table, each.to) }))
    .filter((edge) => edge.from !== edge.to);

describe('the rooms of src', () => {
  const files = sourcesUnder(SRC);
  const imports = importsUnder(SRC, files);

  test('import only what the table in ARCHITECTURE.md allows', () => {
    expect(imports.length).toBeGreaterThan(50);
    expect(forbiddenImports(table, files, imports)).toEqual([]);
  });

  test('have no cycle, neither of files nor of rooms', () => {
    expect(cycles(imports)).toEqual([]);
    expect(cycles(betweenRooms(imports))).toEqual([]);
  });

  test('are all there: no row of the table speaks of a room that is gone', () => {
    const rooms = new Set(files.map((file) => roomOf(table, file)));
    const isThere = (row: string): boolean =>
      row === 'every room' ||
      rooms.has(row) ||
      (row.endsWith('/x') && [...rooms].some((room) => room.startsWith(row.slice(0, -1))));
    expect([...table.keys()].filter((row) => !isThere(row))).toEqual([]);
  });
});

describe('the check itself, on planted files', () => {
  let src: string;
  beforeEach(() => {
    src = mkdtempSync(path.join(tmpdir(), 'cordon-rooms-'));
  });
  afterEach(() => rmSync(src, { recursive: true, force: true }));

  const plant = (file: string, text: string): void => {
    mkdirSync(path.join(src, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(src, file), text);
  };
  const complaints = (): string[] => {
    const files = sourcesUnder(src);
    return forbiddenImports(table, files, importsUnder(src, files));
  };

  test.each([
    ['a value', "import { a } from '../store/sqlite/open.ts';"],
    ['several lines', "import {\n  a,\n  b,\n} from '../store/sqlite/open.ts';"],
    ['types', "import type { A } from '../store/sqlite/open.ts';"],
    ['a re-export', "export * from '../store/sqlite/open.ts';"],
    ['nothing but the effect', "import '../store/sqlite/open.ts';"],
    ['a dynamic import', "const a = await import('../store/sqlite/open.ts');"],
    ['a worker', "new Worker(new URL('../store/sqlite/open.ts', import.meta.url));"],
  ])('a room that imports a store is found: %s', (_, text) => {
    plant('store/sqlite/open.ts', 'export const a = 1;');
    plant('decision/decide.ts', text);
    expect(complaints()).toEqual([expect.stringContaining('decision/decide.ts may not import store/sqlite/open.ts')]);
  });

  test('a listener that imports another listener is found', () => {
    plant('listeners/milter/reader.ts', 'export const a = 1;');
    plant('listeners/smtp-relay/server.ts', "import { a } from '../milter/reader.ts';");
    expect(complaints()).toEqual(['listeners/smtp-relay/server.ts may not import listeners/milter/reader.ts']);
  });

  test('where only types are allowed, a value is found and a type is not', () => {
    plant('detection/verdict.ts', 'export const a = 1;');
    plant('alerts/alert.ts', "import type { A } from '../detection/verdict.ts';");
    expect(complaints()).toEqual([]);
    plant('alerts/alert.ts', "import { type A } from '../detection/verdict.ts';");
    expect(complaints()).toEqual(['alerts/alert.ts may not import detection/verdict.ts']);
  });

  test('nobody imports main.ts, and a test may import anything', () => {
    plant('main.ts', "import { a } from './mail/a.ts';");
    plant('mail/a.ts', 'export const a = 1;');
    plant('mail/a.test.ts', "import { main } from '../main.ts';");
    expect(complaints()).toEqual([]);
    plant('guard.ts', "import { main } from './main.ts';");
    expect(complaints()).toEqual(['guard.ts may not import main.ts']);
  });

  test('a room without a row is found', () => {
    plant('utils/strings.ts', 'export const a = 1;');
    expect(complaints()).toEqual(['utils has no row in the table']);
  });

  test('a cycle is found, also one of types', () => {
    plant('mail/a.ts', "import type { B } from './b.ts';");
    plant('mail/b.ts', "import type { C } from './c.ts';");
    plant('mail/c.ts', "import type { A } from './a.ts';");
    plant('mail/d.ts', "import type { A } from './a.ts';");
    expect(cycles(importsUnder(src, sourcesUnder(src)))).toEqual([
      'mail/a.ts -> mail/b.ts -> mail/c.ts -> mail/a.ts',
      'mail/b.ts -> mail/c.ts -> mail/a.ts -> mail/b.ts',
      'mail/c.ts -> mail/a.ts -> mail/b.ts -> mail/c.ts',
    ]);
  });

  test('a document without the table is an error, not a permission', () => {
    expect(() => readRoomTable('# Architecture')).toThrow('no table');
  });
});
