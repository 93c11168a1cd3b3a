// Values as they are written in PowerShell, as far as a shell leaves them: $true, $false, $null, lists with commas, and @{Add="a"; Remove="b"}.

export type Literal = string | boolean | null;

/** `$true`, `$false` and `$null` in any case; everything else is text. */
export function literalOf(text: string): Literal {
  const literal = /^\$(true|false|null)$/i.exec(text)?.[1]?.toLowerCase();
  if (literal === undefined) return text;
  return literal === 'null' ? null : literal === 'true';
}

/** As PowerShell makes a text of it. */
export function wordOf(literal: Literal): string {
  if (typeof literal === 'boolean') return literal ? 'True' : 'False';
  return literal ?? '';
}

/** In quotes, in which a quote is doubled; between spaces. */
const QUOTED = String.raw`\s*(?:'(?<single>(?:[^']|'')*)'|"(?<double>(?:[^"]|"")*)"`;
const ELEMENT = new RegExp(String.raw`${QUOTED}|(?<bare>[^,]*?))\s*(?<end>,|$)`, 'y');

/** `a,b` and `a, 'b,c'`: a comma in quotes separates nothing. Undefined where an element is missing, as in `a,`. */
export function listOf(text: string): readonly string[] | undefined {
  const elements: string[] = [];
  let at = 0;
  while (true) {
    ELEMENT.lastIndex = at;
    const match = ELEMENT.exec(text)!;
    const { single, double, bare = '', end } = match.groups!;
    const quoted = single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"');
    if (quoted === undefined && bare === '' && (end === ',' || elements.length > 0)) return undefined;
    elements.push(quoted ?? wordOf(literalOf(bare)));
    if (end !== ',') return elements;
    at += match[0].length;
  }
}

/** What stands between semicolons or line ends that are not in quotes. */
const ENTRY = /(?:'(?:[^']|'')*'|"(?:[^"]|"")*"|[^;\n])+/g;

/** `@{Add="a","b"; Remove="c"}`: a list for each key. Undefined for what does not begin like one; empty for what is none. */
export function hashtableOf(text: string): Readonly<Record<string, readonly string[]>> | undefined {
  if (!text.trimStart().startsWith('@{')) return undefined;
  const inside = /^\s*@\{(.*)\}\s*$/s.exec(text)?.[1] ?? '';
  const entries = (inside.match(ENTRY) ?? []).filter((entry) => entry.trim() !== '');
  const pairs = entries.map((entry) => {
    const [, key, value = ''] = /^\s*(\w+)\s*=\s*(.*)$/s.exec(entry) ?? [];
    const list = value.trim() === '' ? undefined : listOf(value);
    return key === undefined || list === undefined ? undefined : ([key, list] as const);
  });
  return pairs.includes(undefined) ? {} : Object.fromEntries(pairs as [string, readonly string[]][]);
}
