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
  const plain = plainMailbox(value.trim());
  if (plain !== undefined) return [plain];
  return parse(value.slice(0, LONGEST_VALUE), { flatten: true })
    .filter(({ address }) => address.includes('@'))
    .slice(0, MOST_MAILBOXES)
    .map(({ name, address }) => ({ name, address: normalizeAddress(address) }));
}

/** `Name <address>`, which nearly every From is: nothing in it needs a parser. Undefined for anything else. */
function plainMailbox(value: string): Mailbox | undefined {
  const open = value.lastIndexOf('<');
  if (open === -1 || !value.endsWith('>') || value.length > LONGEST_VALUE) return undefined;
  let name = value.slice(0, open).trim();
  if (name.length > 1 && name.startsWith('"') && name.endsWith('"')) name = name.slice(1, -1);
  const address = value.slice(open + 1, -1);
  if (/["\\<>@,;:()]/.test(name) || !/^[^\s"\\<>@,;:()]+@[^\s"\\<>@,;:()]+$/.test(address)) return undefined;
  return { name, address: normalizeAddress(address) };
}
