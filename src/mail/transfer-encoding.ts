// Content-Transfer-Encoding (RFC 2045 6) undone, for bodies and, in its Q form, for encoded words. Pure, never throws.

const EQUALS = 0x3d;
const UNDERSCORE = 0x5f;
const SPACE = 0x20;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;

/** The bytes that this encoding stands for; an unknown encoding leaves them as they are. The input may be cut anywhere. */
export function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(bytes.toString('latin1'), 'base64');
    case 'quoted-printable':
      return decodeQuotedPrintable(bytes);
    default:
      return bytes;
  }
}

/** RFC 2045 6.7. A '=' that is neither an octet nor a soft line break stays. */
function decodeQuotedPrintable(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === EQUALS) {
      const octet = octetAt(bytes, at + 1);
      if (octet !== -1) {
        out[length++] = octet;
        at += 2;
        continue;
      }
      const lineEnd = softBreakEnd(bytes, at + 1);
      if (lineEnd !== -1) {
        at = lineEnd;
        continue;
      }
    }
    out[length++] = byte;
  }
  return out.subarray(0, length);
}

/** RFC 2047 4.2: as quoted-printable, without line breaks, '_' is a space. */
export function decodeQ(text: string): Buffer {
  const bytes = Buffer.from(text);
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const octet = byte === EQUALS ? octetAt(bytes, at + 1) : -1;
    if (octet !== -1) at += 2;
    out[length++] = octet !== -1 ? octet : byte === UNDERSCORE ? SPACE : byte;
  }
  return out.subarray(0, length);
}

/** The octet of two hexadecimal digits, or -1. */
function octetAt(bytes: Buffer, at: number): number {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The index of the LF that ends a soft line break beginning behind its '='; the end of the input counts as one. -1: none. */
function softBreakEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === CR) at++;
  return bytes[at] === LF || at >= bytes.length ? at : -1;
}
