// A value of a property as people read it.
import { shown } from '../../terminal.ts';
import { localTime } from '../../times.ts';

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** As Format-List has it, but for times: they are local with their zone. One line, in which nothing steers the terminal. */
export function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `{${value.map(cellOf).join(', ')}}`;
  if (typeof value === 'object') return shown(JSON.stringify(value));
  const text = String(value);
  return TIME.test(text) ? localTime(text) : shown(text);
}
