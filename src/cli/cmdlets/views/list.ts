// Format-List: a line for each property, objects apart by an empty line.
import type { WireRow } from '../admin-api.ts';
import { cellOf } from './cell.ts';
import type { View } from './view.ts';

/** Narrower than this a value is not broken into lines. */
const NARROWEST = 20;

/** `width`: of the terminal; long values go on beneath where they begin. Undefined: they are not broken. */
export function listView(width: number | undefined): View {
  let isFirst = true;
  const sheetOf = (row: WireRow): string => {
    const names = Object.keys(row);
    const room = Math.max(0, ...names.map((name) => name.length));
    const lines = names.map((name) => `${name.padEnd(room)} : ${folded(cellOf(row[name]), room + 3, width)}\n`);
    const gap = isFirst ? '\n' : '';
    isFirst = false;
    return `${gap}${lines.join('')}\n`;
  };
  return { page: (rows) => rows.map(sheetOf).join(''), end: () => '' };
}

function folded(text: string, indent: number, width: number | undefined): string {
  const room = width === undefined ? Number.POSITIVE_INFINITY : width - indent;
  if (room < NARROWEST || text.length <= room) return text;
  const pieces = Array.from({ length: Math.ceil(text.length / room) }, (_, i) => text.slice(i * room, (i + 1) * room));
  return pieces.join(`\n${' '.repeat(indent)}`);
}
