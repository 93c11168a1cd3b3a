// Bytes of a header or a body become text. Pure, never throws: an unknown or wrong charset gives a best effort.
import { isUtf8 } from 'node:buffer';

const UTF8 = new Set(['utf-8', 'utf8', 'unicode-1-1-utf-8']);
/** US-ASCII says nothing about the bytes above 127, and unlabelled text neither. */
const UNLABELLED = new Set(['', 'us-ascii', 'ascii', 'ansi_x3.4-1968', 'unknown-8bit', 'x-unknown', 'default']);

/** Decoders are dear to make (some ten microseconds). Senders choose the labels, hence the bound. */
const decoders = new Map<string, TextDecoder | undefined>();
const MOST_DECODERS = 64;

/** Unlabelled bytes, as in header fields and addresses: UTF-8 (RFC 6532) where they are that, else ISO 8859-1. */
export function decodeBytes(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

/** Bytes in the charset that a MIME label names. They may end in the middle of a character. */
export function decodeCharset(bytes: Buffer, label: string): string {
  const charset = label.trim().toLowerCase();
  if (UTF8.has(charset)) return bytes.toString('utf8');
  if (UNLABELLED.has(charset)) return decodeBytes(withoutBrokenTail(bytes));
  const decoder = decoderFor(charset);
  return decoder === undefined ? decodeBytes(withoutBrokenTail(bytes)) : decoder.decode(bytes);
}

function decoderFor(charset: string): TextDecoder | undefined {
  if (decoders.has(charset)) return decoders.get(charset);
  if (decoders.size >= MOST_DECODERS) decoders.clear();
  const decoder = makeDecoder(charset);
  decoders.set(charset, decoder);
  return decoder;
}

function makeDecoder(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset);
  } catch {
    return undefined; // the Encoding Standard knows no such label
  }
}

/** Without the bytes of a UTF-8 character that the end of the input cut in two. */
function withoutBrokenTail(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return bytes;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}

/** The first `length` UTF-16 units, one less where that would halve a character. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
