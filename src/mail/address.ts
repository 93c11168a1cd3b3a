// Mail addresses and domain names as the guard compares them. Pure.
import { domainToASCII } from 'node:url';

const PLAIN_DOMAIN = /^[a-z0-9._-]*$/;
/** What a URL's host ends at or decodes: `domainToASCII` would make ours.example of ours.example/far.example. */
const NO_DOMAIN = /[/?#\\%]/;

/**
 * The domain as it is compared: lower case, A-labels (RFC 5890), no final dot.
 * '' for none or for a name that IDNA refuses: such a domain equals no configured one.
 */
export function normalizeDomain(domain: string): string {
  let name = domain.toLowerCase();
  if (name.endsWith('.')) name = name.slice(0, -1);
  if (PLAIN_DOMAIN.test(name)) return name;
  if (NO_DOMAIN.test(name)) return '';
  const ascii = domainToASCII(name);
  // The final dot has other forms in other alphabets.
  return ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
}

/** The normalized domain of an address; '' where it has none (null sender, bare `postmaster`). */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1 ? '' : normalizeDomain(address.slice(at + 1));
}

/** The part before the last @, lower case; the whole where there is no @. */
export function localPartOf(address: string): string {
  const at = address.lastIndexOf('@');
  return (at === -1 ? address : address.slice(0, at)).toLowerCase();
}

/** The address as it is compared and remembered: local part in lower case, normalized domain. '' stays '' (null sender). */
export function normalizeAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1
    ? address.toLowerCase()
    : `${address.slice(0, at).toLowerCase()}@${normalizeDomain(address.slice(at + 1))}`;
}

/** One address that means one mailbox and nothing else to SMTP and to a header. */
export function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s<>()[\]\\,;:"@\p{C}]+@[^\s<>()[\]\\,;:"@\p{C}]+$/u.test(text);
}

/** `<a@b>` or `a@b` as a protocol gives it, without brackets and source route (RFC 5321 4.1.2, appendix C). */
export function unbracket(path: string): string {
  let address = path.trim();
  if (address.startsWith('<') && address.endsWith('>')) address = address.slice(1, -1);
  if (address.startsWith('@')) {
    const colon = address.indexOf(':');
    if (colon !== -1) address = address.slice(colon + 1);
  }
  return address;
}

/**
 * xtext (RFC 3461 4) decoded, as Postfix's policy protocol writes certificate names and XCLIENT its values.
 * A '+' that no two upper-case hexadecimal digits follow stays what it is: milter macros are not encoded.
 */
export function decodeXtext(text: string): string {
  if (!text.includes('+')) return text;
  const bytes = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Text for a log line or a terminal: control characters as \xNN, so that nobody can forge a line. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
