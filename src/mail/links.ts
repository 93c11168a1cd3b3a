// Where the links of a text lead to, and whether they say so. Pure, never throws; bounded whatever the text is.
import { htmlText } from './html-text.ts';
import type { TextPart } from './text-parts.ts';

export interface Links {
  /** Lower case, A-labels, each once, in order of appearance; at most MOST_HOSTS. */
  readonly hosts: readonly string[];
  /** Links whose own text names another site than the one they lead to. */
  readonly misleading: number;
}

export const MOST_HOSTS = 8;
/** So many links of a part are looked at. */
const MOST_LINKS = 32;
const LONGEST_LINK = 2_000;

const WEB_LINK = /\bhttps?:\/\/[^\s<>"]{1,500}/gi;
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;
/** What a reader takes for the name of a site. Not a bare `bank.example`: `report.pdf` looks the same. */
const SHOWN_SITE = /^\s*(?:https?:\/\/|(?=www\.))([\p{L}\p{N}.-]{4,250})/iu;

export function linksOf(parts: readonly TextPart[]): Links {
  const hosts = new Set<string>();
  let misleading = 0;
  for (const part of parts) {
    for (const { target, shown } of part.isHtml ? anchorsOf(part.text) : plainLinksOf(part.text)) {
      const host = hostOf(target);
      if (host === '') continue;
      if (hosts.size < MOST_HOSTS) hosts.add(host);
      if (shown !== undefined && misleads(shown, host)) misleading++;
    }
  }
  return { hosts: [...hosts], misleading: Math.min(misleading, MOST_HOSTS) };
}

interface Link {
  readonly target: string;
  /** What the reader sees of it; undefined where that is the link itself. */
  readonly shown?: string;
}

function* plainLinksOf(text: string): Iterable<Link> {
  let left = MOST_LINKS;
  for (const [target] of text.matchAll(WEB_LINK)) {
    if (left-- === 0) return;
    yield { target };
  }
}

/** `<a href=...>shown</a>`. One whose end the input has cut shows what is there. */
function* anchorsOf(html: string): Iterable<Link> {
  const lower = html.toLowerCase();
  let left = MOST_LINKS;
  for (let at = lower.indexOf('<a'); at !== -1 && left > 0; at = lower.indexOf('<a', at + 2)) {
    if (!/\s/.test(lower[at + 2] ?? '')) continue;
    left--;
    const tagEnd = lower.indexOf('>', at);
    if (tagEnd === -1) return;
    const target = hrefOf(html.slice(at + 2, Math.min(tagEnd, at + LONGEST_LINK)));
    const end = lower.indexOf('</a', tagEnd);
    const shown = html.slice(tagEnd + 1, Math.min(end === -1 ? html.length : end, tagEnd + LONGEST_LINK));
    if (target !== '') yield { target, shown: htmlText(shown) };
  }
}

function hrefOf(tag: string): string {
  const match = HREF.exec(tag);
  return (match?.[1] ?? match?.[2] ?? match?.[3] ?? '').trim().replaceAll('&amp;', '&');
}

/** '' where it is no link to the web. Of `http://bank.example@evil.example/` it is evil.example. */
function hostOf(target: string): string {
  if (!/^https?:/i.test(target)) return '';
  const host = URL.parse(target)?.hostname ?? '';
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function misleads(shown: string, host: string): boolean {
  const site = SHOWN_SITE.exec(shown)?.[1];
  if (site === undefined) return false;
  const shownHost = hostOf(`http://${site}`);
  return shownHost.includes('.') && siteOf(shownHost) !== siteOf(host);
}

/** Hosters who give each customer a host of his own: what stands before the name is somebody else's. */
const HOSTERS: ReadonlySet<string> = new Set([
  'amazonaws.com',
  'appspot.com',
  'azureedge.net',
  'azurewebsites.net',
  'blogspot.com',
  'cloudfront.net',
  'firebaseapp.com',
  'fly.dev',
  'github.io',
  'gitlab.io',
  'glitch.me',
  'herokuapp.com',
  'netlify.app',
  'ngrok.app',
  'ngrok.io',
  'onrender.com',
  'pages.dev',
  'r2.dev',
  'sharepoint.com',
  'trycloudflare.com',
  'vercel.app',
  'web.app',
  'weebly.com',
  'windows.net',
  'wixsite.com',
  'wordpress.com',
  'workers.dev',
]);

/**
 * The part of a host name that belongs to one owner, roughly: two labels, or three where the last two look like a public
 * suffix (example.co.uk), and the whole name at a hoster. Only compared with its like, so a list of all suffixes would change little.
 */
export function siteOf(host: string): string {
  const labels = host.split('.');
  if (labels.length <= 2 || host.startsWith('[') || /^[\d.]+$/.test(host)) return host;
  const [last = '', second = ''] = [labels.at(-1), labels.at(-2)];
  const kept = last.length === 2 && second.length <= 3 ? 3 : 2;
  const site = labels.slice(-kept).join('.');
  return HOSTERS.has(site) ? host : site;
}
