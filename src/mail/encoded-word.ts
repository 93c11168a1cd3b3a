// The unstructured text of a header field as a person reads it: unfolded (RFC 5322 2.2.3), encoded words decoded (RFC 2047).
import { decodeCharset } from './charset.ts';
import { decodeQ } from './transfer-encoding.ts';

/** Longest value looked at: enough for any decoded value that is kept, whatever its encoding. */
const LONGEST = 8192;

// RFC 2047 2, generous: spaces within the text are met in practice. RFC 2231 5: a language may follow the charset.
const ENCODED_WORD = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([BbQq])\?([^?]*)\?=/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * The decoded value on one line, trimmed: control characters and line ends, folded or encoded, become one space.
 * A word that cannot be decoded stays as it is. Never throws.
 */
export function decodeHeader(value: string): string {
  const unfolded = (value.length > LONGEST ? value.slice(0, LONGEST) : value).replace(/\r?\n(?=[ \t])/g, '');
  const decoded = unfolded.includes('=?') ? decodeWords(unfolded) : unfolded;
  return decoded.replace(CONTROLS, ' ').trim();
}

function decodeWords(text: string): string {
  let out = '';
  let end = 0;
  /** Words that follow each other, of one charset: their bytes are decoded together, for some senders cut characters in two. */
  let charset = '';
  let pending: Buffer[] = [];
  const flush = () => {
    if (pending.length > 0) out += decodeCharset(pending.length === 1 ? pending[0]! : Buffer.concat(pending), charset);
    pending = [];
  };
  for (const match of text.matchAll(ENCODED_WORD)) {
    const between = text.slice(end, match.index);
    // RFC 2047 6.2: white space between two encoded words is not shown.
    const adjacent = end > 0 && between.trim() === '';
    const label = match[1]!.toLowerCase();
    if (!adjacent || label !== charset) flush();
    if (!adjacent) out += between;
    charset = label;
    pending.push(/b/i.test(match[2]!) ? Buffer.from(match[3]!, 'base64') : decodeQ(match[3]!));
    end = match.index + match[0].length;
  }
  flush();
  return out + text.slice(end);
}
