// The texts of a message, and their first words, so that similar messages can be recognized: MIME structure (RFC 2045, 2046)
// walked as far as the first bytes of the body allow. Pure, never throws.
import { cutText, decodeCharset } from './charset.ts';
import { bodyStart, type HeaderField, headerValue, readHeaders } from './header-reader.ts';
import { htmlText } from './html-text.ts';
import { decodeTransfer } from './transfer-encoding.ts';

/** A part of a message that is text. */
export interface TextPart {
  readonly isHtml: boolean;
  /** Decoded, as written. */
  readonly text: string;
}

/** UTF-16 units. */
export const TEXT_CHARACTERS = 300;

/** Multiparts within each other; each level costs a walk over the same bytes. */
const DEEPEST = 6;
/** Longest Content-Type looked at; RFC 2046 5.1.1 allows a boundary 70 characters. */
const LONGEST_TYPE = 1000;

const LF = 0x0a;
const SPACE = 0x20;
const HYPHEN = 0x2d;

/** The first text parts that are not empty, decoded, in order. `body` is the beginning of the body, cut anywhere. */
export function textParts(headers: readonly HeaderField[], body: Buffer): readonly TextPart[] {
  const parts: TextPart[] = [];
  if (body.length > 0) collect(headers, body, 0, parts);
  return parts;
}

/** At most TEXT_CHARACTERS of the first part whose visible text is not empty, white space as single spaces; '' where there is none. */
export function textHead(parts: readonly TextPart[]): string {
  for (const { isHtml, text } of parts) {
    const head = squeeze(isHtml ? htmlText(text) : text);
    if (head !== '') return head;
  }
  return '';
}

function collect(headers: readonly HeaderField[], body: Buffer, depth: number, parts: TextPart[]): void {
  const contentType = headerValue(headers, 'content-type')?.slice(0, LONGEST_TYPE) ?? '';
  const type = mediaType(contentType);
  if (depth > DEEPEST) return;
  if (type.startsWith('multipart/')) {
    const boundary = parameter(contentType, 'boundary');
    if (boundary !== '') {
      collectParts(body, boundary, depth, parts);
      return;
    }
  } else if (type === 'message/rfc822') {
    collectPart(body, depth, parts);
    return;
  } else if (type.includes('/') && !type.startsWith('text/')) {
    return;
  } // RFC 2045 5.2: what is no type at all counts as text/plain
  const bytes = decodeTransfer(body, headerValue(headers, 'content-transfer-encoding') ?? '');
  const text = decodeCharset(bytes, parameter(contentType, 'charset'));
  if (text !== '') parts.push({ isHtml: type === 'text/html', text });
}

function collectParts(body: Buffer, boundary: string, depth: number, parts: TextPart[]): void {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  let start = behindDelimiter(body, delimiter, 0);
  while (start !== -1) {
    const next = findDelimiter(body, delimiter, start);
    collectPart(body.subarray(start, next === -1 ? body.length : next), depth, parts);
    if (next === -1) return;
    start = behindDelimiter(body, delimiter, next);
  }
}

/** A part: header fields, an empty line, a body. */
function collectPart(part: Buffer, depth: number, parts: TextPart[]): void {
  const at = bodyStart(part);
  if (at === -1 || at >= part.length) return;
  collect(readHeaders(part.subarray(0, at)), part.subarray(at), depth + 1, parts);
}

/** The next delimiter line (RFC 2046 5.1.1), or -1; a longer boundary that begins alike is another one. */
function findDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  for (let at = body.indexOf(delimiter, from); at !== -1; at = body.indexOf(delimiter, at + 1)) {
    const end = at + delimiter.length;
    if ((at === 0 || body[at - 1] === LF) && (isBlankAt(body, end) || isClosing(body, end))) return at;
  }
  return -1;
}

/** Where the part after the next delimiter begins; -1 where none follows. */
function behindDelimiter(body: Buffer, delimiter: Buffer, from: number): number {
  const at = findDelimiter(body, delimiter, from);
  if (at === -1 || isClosing(body, at + delimiter.length)) return -1;
  const lineEnd = body.indexOf(LF, at);
  return lineEnd === -1 ? -1 : lineEnd + 1;
}

function isBlankAt(body: Buffer, at: number): boolean {
  return at >= body.length || body[at]! <= SPACE;
}

/** The last delimiter has two more hyphens. */
function isClosing(body: Buffer, at: number): boolean {
  return body[at] === HYPHEN && body[at + 1] === HYPHEN;
}

function mediaType(contentType: string): string {
  const semicolon = contentType.indexOf(';');
  return (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
}

const PARAMETERS = {
  boundary: /[;\s]boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i,
  charset: /[;\s]charset\s*=\s*(?:"([^"]{1,60})"|([^\s;"]{1,60}))/i,
};

function parameter(contentType: string, name: keyof typeof PARAMETERS): string {
  const match = PARAMETERS[name].exec(contentType);
  return match?.[1] ?? match?.[2] ?? '';
}

/** White space and control characters as single spaces, cut at TEXT_CHARACTERS. No regular expression: this is the hot path. */
function squeeze(text: string): string {
  let out = '';
  let wordStart = -1;
  for (let at = 0; at <= text.length && out.length < TEXT_CHARACTERS; at++) {
    const isWord = at < text.length && !isBlank(text.charCodeAt(at));
    if (isWord && wordStart === -1) wordStart = at;
    // A word longer than all we keep need not be read to its end.
    else if (wordStart !== -1 && (!isWord || at - wordStart > TEXT_CHARACTERS)) {
      out += out === '' ? text.slice(wordStart, at) : ` ${text.slice(wordStart, at)}`;
      wordStart = -1;
    }
  }
  return cutText(out, TEXT_CHARACTERS).trimEnd();
}

function isBlank(code: number): boolean {
  if (code < 0x7f) return code <= 0x20;
  if (code <= 0xa0) return true;
  return (code >= 0x2000 && code <= 0x200b) || code === 0x2028 || code === 0x2029 || code === 0x3000 || code === 0xfeff;
}
