// Values as they are written in PowerShell, as far as a shell leaves them: $true, $false, $null, and lists with commas.

export type Literal = string | boolean | null;

/** `$true`, `$false` and `$null` in any case; everything else is text. */
export function literalOf(text: string): Literal {
  const literal = /^\$(true|false|null)$/i.exec(text)?.[1]?.toLowerCase();
  if (literal === undefined) return text;
  return literal === 'null' ? null : literal === 'true';
}

/** An element in quotes, in which a quote is doubled, or without; what ends it; spaces around. */
const ELEMENT = /\s*(?:'((?:[^']|'')*)'|"((?:[^"]|"")*)"|([^,]*?))\s*(,|$)/y;

/** `a,b` and `a, 'b,c'`: a comma in quotes separates nothing. Undefined where an element is missing, as in `a,`. */
export function listOf(text: string): readonly Literal[] | undefined {
  const elements: Literal[] = [];
  let at = 0;
  while (true) {
    ELEMENT.lastIndex = at;
    const [whole, single, double, bare = '', end] = ELEMENT.exec(text)!;
    const quoted = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"');
    const isMissing = quoted === undefined && bare === '' && (end === ',' || elements.length > 0);
    if (isMissing) return undefined;
    elements.push(quoted ?? literalOf(bare));
    if (end !== ',') return elements;
    at += whole.length;
  }
}
