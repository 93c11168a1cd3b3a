// One JSON array of the objects, times as ISO 8601.
import type { WireRow } from '../admin-api.ts';
import type { View } from './view.ts';

/** JSON.stringify escapes the others; a terminal may be where it goes. */
const STEERING = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export function jsonView(): View {
  let isFirst = true;
  const written = (row: WireRow): string => {
    const before = isFirst ? '[\n' : ',\n';
    isFirst = false;
    const text = JSON.stringify(row, null, 2).replace(STEERING, escaped);
    return `${before}${text.replaceAll(/^/gm, '  ')}`;
  };
  return { page: (rows) => rows.map(written).join(''), end: () => (isFirst ? '[]\n' : '\n]\n') };
}

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
