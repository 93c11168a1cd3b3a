// Header fields as bytes (RFC 5322 2.2) become names and values. Pure, never throws; truncated and broken input is normal.
import { decodeBytes } from './charset.ts';

/** Name as written; value as written after the colon, still folded and encoded. */
export type HeaderField = readonly [name: string, value: string];

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;

const FIELD_NAME = /^[!-9;-~]+$/;

/**
 * Where the header ends: the index of the first byte of the body, or -1 while no empty line is there.
 * Lines may end in CRLF or LF. `from` is the beginning of a line.
 */
export function bodyStart(bytes: Buffer, from = 0): number {
  let line = from;
  for (;;) {
    if (bytes[line] === LF) return line + 1;
    if (bytes[line] === CR && bytes[line + 1] === LF) return line + 2;
    const end = bytes.indexOf(LF, line);
    if (end === -1) return -1;
    line = end + 1;
  }
}

/** The fields of a header block, in order. Lines that are no field are left out; a last line without its end counts. */
export function readHeaders(bytes: Buffer): HeaderField[] {
  const fields: HeaderField[] = [];
  let colon = -1;
  for (let start = 0; start < bytes.length; ) {
    const end = fieldEnd(bytes, start);
    // Found once, however many lines lie before it.
    if (colon < start) colon = bytes.indexOf(COLON, start);
    if (colon === -1) break;
    // RFC 5322 3.6.8; white space before the colon is obsolete (4.5) and met.
    const name = colon < end ? bytes.toString('latin1', start, colon).trimEnd() : '';
    if (FIELD_NAME.test(name)) {
      fields.push([name, decodeBytes(bytes.subarray(colon + 1, withoutLineEnd(bytes, end)))]);
    }
    start = end;
  }
  return fields;
}

/** Behind the line end of the field that begins at `start`, its continuation lines (RFC 5322 2.2.3) included. */
function fieldEnd(bytes: Buffer, start: number): number {
  let at = start;
  do {
    const end = bytes.indexOf(LF, at);
    if (end === -1) return bytes.length;
    at = end + 1;
  } while (bytes[at] === SPACE || bytes[at] === TAB);
  return at;
}

function withoutLineEnd(bytes: Buffer, end: number): number {
  let at = end;
  if (bytes[at - 1] === LF) at--;
  if (bytes[at - 1] === CR) at--;
  return at;
}

/** The value of the first field of this name (given in lower case); undefined where there is none. */
export function headerValue(headers: readonly HeaderField[], name: string): string | undefined {
  for (const [key, value] of headers) {
    if (key.length === name.length && key.toLowerCase() === name) return value;
  }
  return undefined;
}
