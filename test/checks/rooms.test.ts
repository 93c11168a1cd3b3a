import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { betweenRooms, cycles, forbiddenImports, GUARD, PORTAL, readRoomTable, readSources, roomOf } from './rooms.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const ARCHITECTURE = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');
const table = readRoomTable(ARCHITECTURE);

describe.each([
  ['src', GUARD],
  ['portal/src', PORTAL],
])('the rooms of %s', (folder, heading) => {
  const table = readRoomTable(ARCHITECTURE, heading);
  const sources = readSources(path.join(ROOT, folder));
  const valueImports = sources.flatMap(({ imports }) => imports).filter(({ typesOnly }) => !typesOnly);

  test('import only what the table in ARCHITECTURE.md allows', () => {
    expect(valueImports.length).toBeGreaterThan(50);
    expect(forbiddenImports(table, sources)).toEqual([]);
  });

  test('have no cycle: no file needs itself to run, and no room another one that needs it, be it for types', () => {
    expect(cycles(valueImports)).toEqual([]);
    expect(cycles(betweenRooms(table, sources))).toEqual([]);
  });

  test('are all there: no row of the table speaks of a room that is gone', () => {
    const rooms = new Set(sources.map(({ file }) => roomOf(table, file)));
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
  const complaints = (): string[] => forbiddenImports(table, readSources(src));

  test('a page of the portal that reaches into the guard, or into another page, is found', () => {
    plant('pages/home/home.tsx', "import { A } from '../../../../src/errors.ts';\nimport B from '../audit/audit.tsx';");
    plant('pages/audit/audit.tsx', 'export default 1;');
    expect(forbiddenImports(readRoomTable(ARCHITECTURE, PORTAL), readSources(src))).toEqual([
      expect.stringContaining('may not import ../../src/errors.ts'),
      expect.stringContaining('may not import pages/audit/audit.tsx'),
    ]);
  });

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
    plant('cordon.ts', "import { main } from './main.ts';");
    expect(complaints()).toEqual(['cordon.ts may not import main.ts']);
  });

  test('a room without a row is found', () => {
    plant('utils/strings.ts', 'export const a = 1;');
    expect(complaints()).toEqual(['utils has no row in the table']);
  });

  test('test support is for tests', () => {
    plant('mail/samples.ts', "// Test support: mail.\nimport { a } from '../cordon.ts';");
    plant('mail/a.test.ts', "import { a } from './samples.ts';");
    expect(complaints()).toEqual([]);
    plant('mail/a.ts', "import { a } from './samples.ts';");
    expect(complaints()).toEqual(['mail/a.ts may not import mail/samples.ts']);
  });

  test('a cycle is found', () => {
    plant('mail/a.ts', "import { b } from './b.ts';");
    plant('mail/b.ts', "import type { C } from '../activity/c.ts';");
    plant('activity/c.ts', "import { a } from '../mail/a.ts';");
    plant('mail/d.ts', "import { a } from './a.ts';");
    const sources = readSources(src);
    expect(cycles(sources.flatMap(({ imports }) => imports))).toEqual([
      'activity/c.ts -> mail/a.ts -> mail/b.ts -> activity/c.ts',
      'mail/a.ts -> mail/b.ts -> activity/c.ts -> mail/a.ts',
      'mail/b.ts -> activity/c.ts -> mail/a.ts -> mail/b.ts',
    ]);
    expect(cycles(betweenRooms(table, sources))).toEqual(['activity -> mail -> activity', 'mail -> activity -> mail']);
  });

  test('a document without the table is an error, not a permission', () => {
    expect(() => readRoomTable('# Architecture')).toThrow('no table');
  });
});
