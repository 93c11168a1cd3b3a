// Format-Table: a column for each property, numbers to the right. On a terminal the columns are fitted to its width, and an ellipsis tells
// that there was more; elsewhere nothing is cut.
import type { WireRow } from '../admin-api.ts';
import { cellOf } from './cell.ts';
import type { View } from './view.ts';

interface Column {
  readonly name: string;
  readonly width: number;
  readonly isNumber: boolean;
}

/**
 * The first page decides how wide the columns are. `warn` is told, in PowerShell's words, of the last ones where the terminal is too narrow for
 * all.
 */
export function tableView(width: number | undefined, warn: (text: string) => void): View {
  let columns: readonly Column[] | undefined;
  const page = (rows: readonly WireRow[]): string => {
    if (rows.length === 0) return '';
    const isFirst = columns === undefined;
    columns ??= fitted(columnsOf(rows), width, warn);
    const lines = rows.map((row) => lineOf(columns!, (name) => cellOf(row[name])));
    return `${isFirst ? headOf(columns) : ''}${lines.join('')}`;
  };
  return { page, end: () => (columns === undefined ? '' : '\n') };
}

function columnsOf(rows: readonly WireRow[]): Column[] {
  return Object.keys(rows[0]!).map((name) => ({
    name,
    width: Math.max(name.length, ...rows.map((row) => cellOf(row[name]).length)),
    isNumber: rows.every((row) => typeof row[name] === 'number' || row[name] === null),
  }));
}

/** Narrower than this no column is made. */
const NARROWEST = 8;

/** The widest gives way first, until all stand side by side; where that is not enough the last ones go. */
function fitted(all: readonly Column[], width: number | undefined, warn: (text: string) => void): readonly Column[] {
  if (width === undefined) return all;
  const columns = all.slice(0, howManyFit(all, width));
  const gone = all.slice(columns.length);
  if (gone.length === 1) warn(`column "${gone[0]!.name}" does not fit into the display and was removed.`);
  if (gone.length > 1) warn(`${gone.length} columns do not fit into the display and were removed.`);
  const room = width - (columns.length - 1);
  const widths = columns.map((column) => Math.min(column.width, room));
  const total = (): number => widths.reduce((sum, one) => sum + one, 0);
  while (total() > room && Math.max(...widths) > 1) widths[widths.indexOf(Math.max(...widths))]! -= 1;
  return columns.map((column, i) => ({ ...column, width: widths[i]! }));
}

function howManyFit(columns: readonly Column[], width: number): number {
  let used = -1;
  const tooMany = columns.findIndex((column) => {
    used += 1 + Math.min(column.width, NARROWEST);
    return used > width;
  });
  return tooMany === -1 ? columns.length : Math.max(1, tooMany);
}

function headOf(columns: readonly Column[]): string {
  const names = lineOf(columns, (name) => name);
  return `\n${names}${lineOf(columns, (name) => '-'.repeat(name.length), '-')}`;
}

/** `end`: of a cell that is cut. */
function lineOf(columns: readonly Column[], textOf: (name: string) => string, end = '…'): string {
  const cells = columns.map(({ name, width, isNumber }) => {
    const text = textOf(name);
    const cut = text.length <= width ? text : `${text.slice(0, width - 1)}${end}`;
    return isNumber ? cut.padStart(width) : cut.padEnd(width);
  });
  return `${cells.join(' ').trimEnd()}\n`;
}
