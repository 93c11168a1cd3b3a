// A line of CSV for each object, beneath the names of the properties; a list is one cell, its elements apart by "; ".
import { csvCell } from '../../../mail/csv.ts';
import { shown } from '../../terminal.ts';
import type { View } from './view.ts';

/** `names`: of the properties, also where there is no object. */
export function csvView(names: readonly string[]): View {
  let isFirst = true;
  const head = (): string => {
    if (!isFirst) return '';
    isFirst = false;
    return lineOf(names);
  };
  return {
    page: (rows) => head() + rows.map((row) => lineOf(names.map((name) => textOf(row[name])))).join(''),
    end: head,
  };
}

const lineOf = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(textOf).join('; ');
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return shown(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
