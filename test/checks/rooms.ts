// The rooms of src/, the imports between them, and the table in ARCHITECTURE.md that says which are allowed.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One import of one file by another; paths relative to `src`. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

/** One file; its path relative to `src`. */
export interface Source {
  readonly file: string;
  /** A test, a contract suite, or a file that calls itself test support in its first line. */
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

interface Row {
  readonly everything: boolean;
  readonly values: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

/** The table: a row for each room (`listeners/x` for each listener), and one for `every room`. */
export type RoomTable = ReadonlyMap<string, Row>;

const EVERY_ROOM = 'every room';
const names = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);

export const GUARD = 'Who may import whom';
export const PORTAL = 'Who may import whom in the portal';

/** Below this heading. Throws where there is no such table: a check that reads nothing would allow everything. */
export function readRoomTable(markdown: string, heading: string = GUARD): RoomTable {
  const section = markdown.split(`\n## ${heading}\n`)[1]?.split(/^## /m)[0] ?? '';
  const rows = [...section.matchAll(/^\| (?:`([^`]+)`|(every room)) \| (.+?) \|$/gm)];
  const table = new Map(rows.map((match) => [(match[1] ?? match[2])!, readCell(match[3]!)]));
  if (!table.has(EVERY_ROOM) || table.size < 3) throw new Error(`no table under "## ${heading}"`);
  return table;
}

function readCell(cell: string): Row {
  const parts = cell.split(',');
  const typesOnly = (part: string): boolean => part.includes('(types)');
  return {
    everything: cell.includes(EVERY_ROOM),
    values: new Set(parts.filter((part) => !typesOnly(part)).flatMap(names)),
    types: new Set(parts.filter(typesOnly).flatMap(names)),
  };
}

/** Which room a file stands in: a folder, `listeners/milter` where the folder's folders are rooms, or a file beside them. */
export function roomOf(table: RoomTable, file: string): string {
  const [first, second, ...rest] = file.split('/');
  const siblings = table.has(`${first}/x`) && rest.length > 0;
  return siblings ? `${first}/${second}` : first!;
}

function rowOf(table: RoomTable, room: string): Row | undefined {
  return table.get(room) ?? table.get(`${room.split('/')[0]}/x`);
}

/**
 * A sentence for each import that the table does not allow, for each room that has no row, and for each import of test support
 * by what is no test.
 */
export function forbiddenImports(table: RoomTable, sources: readonly Source[]): string[] {
  const rooms = new Set(sources.filter(({ isTest }) => !isTest).map(({ file }) => roomOf(table, file)));
  const unknown = [...rooms].filter((room) => rowOf(table, room) === undefined);
  const tests = new Set(sources.filter(({ isTest }) => isTest).map(({ file }) => file));
  const imports = sources.filter(({ isTest }) => !isTest).flatMap((source) => source.imports);
  const forbidden = imports.filter((each) => tests.has(each.to) || !isAllowed(table, each));
  return [
    ...unknown.map((room) => `${room} has no row in the table`),
    ...forbidden.map(
      ({ from, to, typesOnly }) => `${from} may not import ${to}${typesOnly ? ', not even its types' : ''}`,
    ),
  ];
}

function isAllowed(table: RoomTable, each: Import): boolean {
  const target = roomOf(table, each.to);
  const room = roomOf(table, each.from);
  if (target === room) return true;
  const row = rowOf(table, room);
  if (row === undefined) return false;
  const listed = (set: ReadonlySet<string>): boolean => set.has(target) || set.has(each.to);
  if (listed(table.get(EVERY_ROOM)!.values) || listed(row.values)) return true;
  if (each.typesOnly && listed(row.types)) return true;
  // The files that know every room are rooms themselves, but nobody's to import unless named.
  return row.everything && !rowOf(table, target)?.everything;
}

/** The imports of one room by another, tests aside. */
export const betweenRooms = (table: RoomTable, sources: readonly Source[]): { from: string; to: string }[] =>
  sources
    .filter(({ isTest }) => !isTest)
    .flatMap(({ imports }) => imports)
    .map(({ from, to }) => ({ from: roomOf(table, from), to: roomOf(table, to) }))
    .filter(({ from, to }) => from !== to);

/** A sentence for each that can reach itself by way of another. */
export function cycles(edges: readonly { readonly from: string; readonly to: string }[]): string[] {
  const next = Map.groupBy(edges, (edge) => edge.from);
  const wayBack = (start: string): string[] | undefined => {
    const seen = new Set<string>();
    const walk = (at: string, way: readonly string[]): string[] | undefined => {
      for (const { to } of next.get(at) ?? []) {
        if (to === start) return [...way, to];
        if (seen.has(to)) continue;
        seen.add(to);
        const found = walk(to, [...way, to]);
        if (found !== undefined) return found;
      }
      return undefined;
    };
    return walk(start, [start]);
  };
  return [...next.keys()].flatMap((start) => wayBack(start)?.join(' -> ') ?? []);
}

/** The TypeScript files under `src` (of the guard, or of the portal) with every import, export-from, import() and `new URL('./x.ts', import.meta.url)`. */
export const readSources = (src: string): Source[] =>
  globSync('**/*.{ts,tsx}', { cwd: src })
    .sort()
    .map((file) => readSource(file, readFileSync(path.join(src, file), 'utf8')));

const readSource = (file: string, text: string): Source => ({
  file,
  isTest: /(\.test|-contract)\.ts$/.test(file) || text.startsWith('// Test support'),
  imports: specifiers(text).map(({ specifier, typesOnly }) => ({
    from: file,
    to: path.posix.join(path.posix.dirname(file), specifier),
    typesOnly,
  })),
});

const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+\sfrom\s+)?'(\.[^']+)'/gm;
const EXPRESSION = /\bimport\('(\.[^']+)'\)|new URL\('(\.[^']+\.ts)', import\.meta\.url\)/g;

/** `import { type A }` is no import of types only: verbatimModuleSyntax keeps the module's execution. */
function specifiers(text: string): { specifier: string; typesOnly: boolean }[] {
  return [
    ...[...text.matchAll(STATEMENT)].map((match) => ({ specifier: match[2]!, typesOnly: match[1] !== undefined })),
    ...[...text.matchAll(EXPRESSION)].map((match) => ({ specifier: (match[1] ?? match[2])!, typesOnly: false })),
  ];
}
