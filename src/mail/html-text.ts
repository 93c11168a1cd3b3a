// The visible text of HTML, roughly: enough to compare what mails say, no renderer. Pure, never throws.

/** Elements that do not part words, so that `V<b></b>alue` stays one word. */
const INLINE = new Set(
  'a abbr b bdi bdo big cite code em font i ins kbd mark q s samp small span strong sub sup tt u var'.split(' '),
);
/** Elements whose content nobody sees. */
const HIDDEN = new Set(['head', 'script', 'style', 'template', 'title']);

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  bull: '•',
  copy: '©',
  euro: '€',
  gt: '>',
  hellip: '…',
  laquo: '«',
  ldquo: '“',
  lsquo: '‘',
  lt: '<',
  mdash: '—',
  nbsp: ' ',
  ndash: '–',
  quot: '"',
  raquo: '»',
  rdquo: '”',
  reg: '®',
  rsquo: '’',
  shy: '',
  zwj: '',
  zwnj: '',
}; // prettier keeps it a table

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
      at = HIDDEN.has(name) ? behindElement(html, name, open) : behind(html, '>', open);
      if (!INLINE.has(name.replace('/', ''))) out += ' ';
    }
  }
}

/** The index behind the next `end`, or the length of the text. */
function behind(html: string, end: string, from: number): number {
  const at = html.indexOf(end, from);
  return at === -1 ? html.length : at + end.length;
}

function behindElement(html: string, name: string, open: number): number {
  const close = html.toLowerCase().indexOf(`</${name}`, open);
  return close === -1 ? html.length : behind(html, '>', close);
}

function resolveEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = decimal !== undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' ';
  });
}
