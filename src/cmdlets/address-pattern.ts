// Addresses as the trace is asked for them: whole, or with * for anything.

/** What stands between the stars: the first part begins the text, the last one ends it. */
interface Pattern {
  readonly first: string;
  readonly middle: readonly string[];
  readonly last: string;
  /** Of the shortest text that it matches. */
  readonly length: number;
}

/**
 * Any case. All whole addresses together are one look-up; each pattern with stars takes time linear in the address, however many stars and
 * however long it is.
 */
export function addressMatcher(patterns: readonly string[]): (address: string) => boolean {
  const written = new Set(patterns.map((pattern) => pattern.trim().toLowerCase()));
  const whole = new Set([...written].filter((pattern) => !pattern.includes('*')));
  const withStars = [...written].filter((pattern) => !whole.has(pattern)).map(patternOf);
  return (address) => {
    const lowered = address.toLowerCase();
    return whole.has(lowered) || withStars.some((pattern) => isMatch(lowered, pattern));
  };
}

function patternOf(written: string): Pattern {
  const [first = '', ...middle] = written.split('*');
  const last = middle.pop()!;
  // Stars side by side are one.
  const parts = middle.filter((part) => part !== '');
  const length = first.length + last.length + parts.reduce((sum, part) => sum + part.length, 0);
  return { first, middle: parts, last, length };
}

/** Takes each part where it comes first: what is found so leaves the most for the parts after it, so that nothing is tried twice. */
function isMatch(text: string, { first, middle, last, length }: Pattern): boolean {
  if (text.length < length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of middle) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
