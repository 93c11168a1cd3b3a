// IP addresses and prefixes as the guard compares them. Pure.
import ipaddr from 'ipaddr.js';

/**
 * The canonical text of an address: dotted IPv4 (also for ::ffff:a.b.c.d), RFC 5952 for IPv6 without zone.
 * Undefined where it is no address (Postfix says `unknown`). Never throws.
 */
export function normalizeIp(text: string): string | undefined {
  if (isDottedQuad(text)) return text;
  const bare = text.startsWith('IPv6:') ? text.slice(5) : text;
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined;
  const address = ipaddr.IPv6.parse(bare.split('%')[0]!);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toString();
}

/** 32 bits as an unsigned number, or -1 where the text is not four decimal octets without leading zeros. */
export function parseIpv4(text: string): number {
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (octet === -1 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
    } else if (c >= 48 && c <= 57) {
      if (octet === 0) return -1;
      octet = octet === -1 ? c - 48 : octet * 10 + c - 48;
      if (octet > 255) return -1;
    } else return -1;
  }
  return dots === 3 && octet !== -1 ? value * 256 + octet : -1;
}

function isDottedQuad(text: string): boolean {
  return parseIpv4(text) !== -1;
}

export interface Prefix {
  readonly family: 4 | 6;
  /** Canonical network address, host bits cleared. */
  readonly network: string;
  readonly length: number;
}

/** `192.0.2.0/24`, `2001:db8::/32` or a single address. Undefined where it is none. IPv4-mapped prefixes become IPv4. */
export function parsePrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = normalizeIp(slash === -1 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const family = address.includes(':') ? 6 : 4;
  const bits = family === 4 ? 32 : 128;
  if (slash === -1) return { family, network: address, length: bits };
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  let length = Number(digits);
  if (family === 4 && text.includes(':')) length -= 96;
  if (length < 0 || length > bits) return undefined;
  return { family, network: networkOf(address, length), length };
}

/** The canonical network of `address` (canonical text) at this prefix length. */
export function networkOf(address: string, length: number): string {
  if (!address.includes(':')) {
    const value = parseIpv4(address);
    const masked = length === 0 ? 0 : (value & (-1 << (32 - length))) >>> 0;
    return `${masked >>> 24}.${(masked >>> 16) & 255}.${(masked >>> 8) & 255}.${masked & 255}`;
  }
  const parts = ipaddr.IPv6.parse(address).parts.map((part, i) => {
    const keep = Math.min(16, Math.max(0, length - 16 * i));
    return keep === 0 ? 0 : part & ((0xffff << (16 - keep)) & 0xffff);
  });
  return new ipaddr.IPv6(parts).toString();
}

/** 8 or 32 hexadecimal digits of canonical text: they sort as the addresses do. */
export function hexOf(address: string): string {
  if (!address.includes(':')) return parseIpv4(address).toString(16).padStart(8, '0');
  return ipaddr.IPv6.parse(address)
    .parts.map((part) => part.toString(16).padStart(4, '0'))
    .join('');
}

/** The first and the last address of the network of so many bits that an address lies in, all as `hexOf` has them. */
export function hexRange(hex: string, bits: number): { readonly first: string; readonly last: string } {
  const whole = hex.slice(0, bits >> 2);
  if (whole.length === hex.length) return { first: hex, last: hex };
  const digit = Number.parseInt(hex.charAt(whole.length), 16);
  const mask = 0xf >> (bits & 3);
  const rest = hex.length - whole.length - 1;
  return {
    first: `${whole}${(digit & ~mask).toString(16)}${'0'.repeat(rest)}`,
    last: `${whole}${(digit | mask).toString(16)}${'f'.repeat(rest)}`,
  };
}

/** Loopback (127.0.0.0/8, ::1), given canonical text. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
