// That a change is asked for by a page of ours and not by another site on which the same browser is: cookies come with both.
import type { FastifyRequest } from 'fastify';
import { CordonError } from '../errors.ts';

/**
 * Throws CROSS_SITE unless the browser says that the request is of the same origin (Sec-Fetch-Site), or, where it is too old
 * for that, names our own one (Origin). `mustSay` false: who says neither is no browser, and brings no cookie of a victim.
 */
export function refuseCrossSite(
  { headers, protocol, host }: FastifyRequest,
  publicUrl: string | undefined,
  mustSay: boolean,
): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (site !== undefined) {
    if (site === 'same-origin' || site === 'none') return;
    refuse(`a page of another site (${origin ?? String(site)}) asked for this`.slice(0, 200));
  }
  if (origin === undefined && !mustSay) return;
  const own = [`${protocol}://${host}`, ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin])];
  if (origin === undefined) refuse('the request does not say which page asked for it: it has no Origin');
  if (!own.includes(origin)) refuse(`a page of ${origin.slice(0, 100)} asked for this`);
}

function refuse(message: string): never {
  throw new CordonError('CROSS_SITE', message);
}
