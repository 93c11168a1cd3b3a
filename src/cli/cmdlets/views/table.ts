// Format-Table: a column for each property, numbers to the right. On a terminal the columns are fitted to its width, and an ellipsis tells
// that there was more; elsewhere nothing is cut.
import { shortened } from '../../terminal.ts';
import type { WireRow } from '../admin-api.ts';
import { cellOf } from './cell.ts';
import type { View } from './view.ts';

interface Column {
  readonly name: string;
  readonly width: number;
  readonly isNumber: boolean;
}

/** The first page decides how wide the columns are. */
export function tableView(width: number | undefined): View {
  let columns: readonly Column[] | undefined;
  const page = (rows: readonly WireRow[]): string => {
    if (rows.length === 0) return '';
    const head = columns === undefined;
    columns ??= fitted(columnsOf(rows), width);
    const lines = rows.map((row) => lineOf(columns!, (name) => cellOf(row[name]), width));
    return `${head ? headOf(columns, width) : ''}${lines.join('')}`;
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

/** The widest gives way first, until all stand side by side or none can give more. */
function fitted(columns: readonly Column[], width: number | undefined): readonly Column[] {
  if (width === undefined) return columns;
  const room = Math.max(columns.length, width - (columns.length - 1));
  const widths = columns.map((column) => Math.min(column.width, room));
  const total = (): number => widths.reduce((sum, one) => sum + one, 0);
  while (total() > room && Math.max(...widths) > 1) widths[widths.indexOf(Math.max(...widths))]! -= 1;
  return columns.map((column, i) => ({ ...column, width: widths[i]! }));
}

function headOf(columns: readonly Column[], width: number | undefined): string {
  const rule = (name: string): string => '-'.repeat(name.length);
  return `\n${lineOf(columns, (name) => name, width)}${lineOf(columns, rule, width, '-')}`;
}

function lineOf(
  columns: readonly Column[],
  textOf: (name: string) => string,
  terminal: number | undefined,
  filler = '…',
): string {
  const cells = columns.map(({ name, width, isNumber }) => {
    const text = textOf(name);
    const cut = terminal === undefined || text.length <= width ? text : cutTo(text, width, filler);
    return isNumber ? cut.padStart(width) : cut.padEnd(width);
  });
  return `${cells.join(' ').trimEnd()}\n`;
}

const cutTo = (text: string, width: number, filler: string): string =>
  filler === '…' ? shortened(text, width) : filler.repeat(width);
