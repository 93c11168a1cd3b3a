// What others wrote, as one line among our own words: in a header, a table or a sentence.
import { printable } from './address.ts';

/** What turns the order of a text round, or ends a line where nobody sees it. */
const INVISIBLE = /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;

/**
 * The text with control characters and direction marks written out (\x0a, \u202e), at most `most` characters of it; an ellipsis
 * tells that there were more.
 */
export function oneLine(text: string, most = 500): string {
  const start = text.length <= most ? text : `${text.slice(0, most - 1)}…`;
  return printable(start.toWellFormed()).replace(
    INVISIBLE,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
