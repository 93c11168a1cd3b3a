// Addresses as the trace is asked for them: whole, or with * for anything.

/** Any case. Time linear in address and pattern for each *, so that no pattern is dear. */
export function addressMatcher(patterns: readonly string[]): (address: string) => boolean {
  const parts = patterns.map((pattern) => pattern.trim().toLowerCase().split('*'));
  return (address) => {
    const lowered = address.toLowerCase();
    return parts.some((one) => holdsInOrder(lowered, one));
  };
}

/** `parts`: what stands between the stars; the first one begins the text, the last one ends it. */
function holdsInOrder(text: string, parts: readonly string[]): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
