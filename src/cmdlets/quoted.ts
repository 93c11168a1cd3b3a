// Text as PowerShell takes it literally: what others chose must not become a part of a command.
import { printable } from '../mail/address.ts';

/** PowerShell takes the typographic ones for the plain one: each ends the text, and twice is itself. */
const SINGLE_QUOTES = /['\u2018\u2019\u201a\u201b]/g;
/** Beside the control characters: what breaks a line, or makes people read it in another order than it has. */
const UNSEEN = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** In single quotes, on one line. Control characters and direction marks are written out as \xNN and \uNNNN. */
export function quoted(text: string): string {
  const seen = printable(text).replace(UNSEEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `'${seen.replace(SINGLE_QUOTES, '$&$&')}'`;
}
