// Mailboxes of an address header field (RFC 5322 3.4): From, Reply-To. Pure, never throws.
import parse from 'nodemailer/lib/addressparser';
import { normalizeAddress } from './address.ts';

export interface Mailbox {
  /** The display name, decoded if the value was; '' where there is none. */
  readonly name: string;
  /** Normalized. */
  readonly address: string;
}

/** Longer lists are cut: somebody else wrote them. */
const MOST_MAILBOXES = 16;
/** UTF-16 units of a value that are looked at. */
const LONGEST_VALUE = 2_000;

/** In order, groups opened, at most 16; what has no @ is no mailbox. */
export function mailboxesOf(value: string): readonly Mailbox[] {
  if (!value.includes('@')) return [];
  return parse(value.slice(0, LONGEST_VALUE), { flatten: true })
    .filter(({ address }) => address.includes('@'))
    .slice(0, MOST_MAILBOXES)
    .map(({ name, address }) => ({ name, address: normalizeAddress(address) }));
}
