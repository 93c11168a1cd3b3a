// The visible text of HTML, roughly: enough to compare what mails say, no renderer. Pure, never throws.

/** Elements that do not part words, so that `V<b></b>alue` stays one word. */
const INLINE = new Set(
  'a abbr b bdi bdo big cite code em font i ins kbd mark q s samp small span strong sub sup tt u var'.split(' '),
);
/** Elements whose content nobody sees, and where they end. */
const HIDDEN = new Map(
  ['head', 'script', 'style', 'template', 'title'].map((name) => [name, new RegExp(`</${name}`, 'gi')] as const),
);

/** Those that every HTML writer uses. Others stay as they are, which does not matter where texts are compared. */
const ENTITIES = new Map([
  ['amp', '&'],
  ['apos', "'"],
  ['gt', '>'],
  ['lt', '<'],
  ['nbsp', ' '],
  ['quot', '"'],
  ['shy', ''],
  ['zwnj', ''],
]);

/** HTML without tags, comments and hidden elements; entities resolved. A tag that the input cut is left out. */
export function htmlText(html: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const open = html.indexOf('<', at);
    if (open === -1) return resolveEntities(out + html.slice(at));
    out += html.slice(at, open);
    if (html.startsWith('<!--', open)) {
      at = behind(html, '-->', open + 4);
    } else {
      const name = /^\/?[a-z][a-z0-9]*/i.exec(html.slice(open + 1, open + 20))?.[0].toLowerCase() ?? '';
      const hiddenEnd = HIDDEN.get(name);
      at = behind(html, '>', hiddenEnd === undefined ? open : indexOf(html, hiddenEnd, open));
      if (!INLINE.has(name.replace('/', ''))) out += ' ';
    }
  }
}

/** The index behind the next `end`, or the length of the text. */
function behind(html: string, end: string, from: number): number {
  const at = html.indexOf(end, from);
  return at === -1 ? html.length : at + end.length;
}

function indexOf(html: string, pattern: RegExp, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(html)?.index ?? html.length;
}

function resolveEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES.get(name.toLowerCase()) ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
  });
}
