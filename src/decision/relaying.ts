// Is this recipient relaying? It is where its domain is not an accepted domain of the organization.
import { domainOf, localPartOf } from '../mail/address.ts';

/** The organization that accepts mail for a normalized domain. */
export type AcceptedBy = (domain: string) => string | undefined;

/** Sender-specified routing (`victim%far.example@ours.example`, `far.example!victim@ours.example`): mail servers still follow it. */
const ROUTED = /[%!@]/;

/**
 * True where the recipient is outside the organization. A bare `postmaster` (RFC 5321 4.5.1) is the mail server's own.
 * A routed local part relays whatever its domain: a restricted connector must not get out through it.
 */
export function isRelaying(recipient: string, organizationId: string, acceptedBy: AcceptedBy): boolean {
  const domain = domainOf(recipient);
  if (domain === '' && !recipient.includes('@')) return ROUTED.test(recipient);
  return acceptedBy(domain) !== organizationId || ROUTED.test(localPartOf(recipient));
}

/** postmaster@ and abuse@ of the organization's accepted domains always pass: somebody must be able to call for help. */
export function isAlwaysAccepted(recipient: string, organizationId: string, acceptedBy: AcceptedBy): boolean {
  const localPart = localPartOf(recipient);
  if (localPart !== 'postmaster' && localPart !== 'abuse') return false;
  return !recipient.includes('@') || acceptedBy(domainOf(recipient)) === organizationId;
}

/** For a client that nobody knows: true where no organization at all accepts the recipient. */
export function relaysForNobody(recipient: string, acceptedBy: AcceptedBy): boolean {
  const owner = acceptedBy(domainOf(recipient)) ?? '';
  return isRelaying(recipient, owner, acceptedBy);
}
