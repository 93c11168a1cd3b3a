// Where an organization sends its administrators to regain control of a user: pages of its own sign-in, which the guard only points to.
import { CordonError } from '../errors.ts';
import { isLoopback, normalizeIp } from '../mail/ip-address.ts';

/** `{user}` in them stands for the login, which whoever opens one puts in percent-encoded. */
export interface OrganizationLinks {
  readonly enableMfaUrl?: string | undefined;
  readonly resetPasswordUrl?: string | undefined;
}

const LONGEST_LINK = 2_000;
/** Without what URL forgives (white space, control characters, missing slashes), and with no login in the name of the host. */
const HTTP = /^https?:\/\/[^\s\p{Cc}\\{}/?#]+([/?#][^\s\p{Cc}\\]*)?$/iu;

/** INVALID_REQUEST, naming the field, for what is no https: address (or http: on loopback) of at most 2 000 characters. */
export function checkLinks(links: OrganizationLinks): OrganizationLinks {
  const wrong = Object.entries(links).filter(([, link]) => link !== undefined && !isLink(link));
  if (wrong.length === 0) return links;
  const message = `must be an https: address of at most ${LONGEST_LINK} characters (http: only on this host)`;
  throw new CordonError('INVALID_REQUEST', wrong.map(([path]) => `${path} ${message}`).join('; '), {
    fields: wrong.map(([path]) => ({ path, message })),
  });
}

function isLink(link: string): boolean {
  if (link.length > LONGEST_LINK || !HTTP.test(link)) return false;
  const url = URL.parse(link);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || isThisHost(url.hostname);
}

function isThisHost(hostname: string): boolean {
  return hostname === 'localhost' || isLoopback(normalizeIp(hostname.replace(/^\[|\]$/g, '')) ?? '');
}
