// What a message's text is remembered by: a MinHash that small changes (a name, a number, a random tag) leave mostly as it is.
// It is made once, when the text is at hand; the text itself goes no further.
import { mix32 } from './hash.ts';

/** Values in a sketch. */
export const SKETCH_SIZE = 16;

/** Two texts are one template from so many equal values on: an estimated half of their word triples in common. */
export const SIMILAR_FROM = 8;

const SEEDS = Int32Array.from({ length: SKETCH_SIZE }, (_, i) => mix32(Math.imul(i + 1, 0x9e3779b9)));

/** How many of the first characters are read: more make no better sketch and cost time. */
const LONGEST_TEXT = 4_096;

/**
 * 16 unsigned 32-bit values: of each of 16 hash functions the smallest value over all triples of neighbouring words, lower case,
 * with each run of digits as one '#'. Undefined for a text of fewer than three words, which says too little to be recognized.
 */
export function sketchText(text: string): number[] | undefined {
  const smallest = new Uint32Array(SKETCH_SIZE).fill(0xffffffff);
  let words = 0;
  let before = 0;
  let last = 0;
  const endWord = (word: number): void => {
    words++;
    if (words >= 3) addTriple(smallest, mix32(Math.imul(mix32(Math.imul(before, 31) + last), 31) + word));
    before = last;
    last = word;
  };

  const lower = (text.length > LONGEST_TEXT ? text.slice(0, LONGEST_TEXT) : text).toLowerCase();
  let word = 0;
  let inDigits = false;
  for (let i = 0; i < lower.length; i++) {
    const c = lower.charCodeAt(i);
    const digit = c >= 48 && c <= 57;
    if (digit && inDigits) continue;
    inDigits = digit;
    if (isWordPart(c)) {
      word = Math.imul((word === 0 ? 0x811c9dc5 : word) ^ (digit ? 35 : c), 0x01000193);
    } else {
      if (word !== 0) endWord(word);
      if (isWordOfItsOwn(c)) endWord(Math.imul(c, 0x9e3779b9));
      word = 0;
    }
  }
  if (word !== 0) endWord(word);
  return words < 3 ? undefined : Array.from(smallest);
}

/** The sketch of a mail: of its subject and the beginning of its text together. */
export function sketchMessage(subject: string, textHead: string): number[] | undefined {
  return sketchText(`${subject} ${textHead}`);
}

/** How many of the 16 values are equal; from SIMILAR_FROM on the two are one template. */
export function similar(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let equal = 0;
  for (let i = 0; i < SKETCH_SIZE; i++) if (a[i] === b[i]) equal++;
  return equal;
}

function addTriple(smallest: Uint32Array, triple: number): void {
  for (let i = 0; i < SKETCH_SIZE; i++) {
    const value = mix32(triple ^ SEEDS[i]!) >>> 0;
    if (value < smallest[i]!) smallest[i] = value;
  }
}

/** Latin letters, digits, apostrophe, and everything beyond ASCII that is neither a space, punctuation nor an ideogram. */
function isWordPart(c: number): boolean {
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 39;
  if (c < 0xc0) return false;
  return !(c >= 0x2000 && c <= 0x206f) && !(c >= 0x3000 && c <= 0x303f) && !isWordOfItsOwn(c);
}

/** Chinese and Japanese are written without spaces: there each character is taken for a word. */
function isWordOfItsOwn(c: number): boolean {
  return c >= 0x3040 && c <= 0x9fff;
}
