// Which addresses a webhook may be at: those of the public internet. Everything else is somebody's inner network, this host, or the
// metadata of a cloud, and a request from the guard must not be the way in there. Pure.
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';
import { normalizeIp, parsePrefix } from '../mail/ip-address.ts';

/** IANA's special-purpose registry (RFC 6890) without what is global, in plain words. */
const NOT_PUBLIC: readonly (readonly [prefix: string, words: string])[] = [
  ['0.0.0.0/8', 'an unspecified address'],
  ['10.0.0.0/8', 'a private address'],
  ['100.64.0.0/10', "an address inside a provider's network (CGNAT)"],
  ['127.0.0.0/8', 'a loopback address'],
  ['169.254.169.254/32', 'the metadata service of a cloud'],
  ['169.254.0.0/16', 'a link-local address'],
  ['172.16.0.0/12', 'a private address'],
  ['192.0.0.0/24', 'an address for protocols'],
  ['192.0.2.0/24', 'an address for documentation'],
  ['192.88.99.0/24', 'a 6to4 relay'],
  ['192.168.0.0/16', 'a private address'],
  ['198.18.0.0/15', 'an address for benchmarks'],
  ['198.51.100.0/24', 'an address for documentation'],
  ['203.0.113.0/24', 'an address for documentation'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved or broadcast address'],
  ['::/128', 'an unspecified address'],
  ['::1/128', 'a loopback address'],
  ['fd00:ec2::254/128', 'the metadata service of a cloud'],
  ['fc00::/7', 'a private address'],
  ['fe80::/10', 'a link-local address'],
  ['ff00::/8', 'a multicast address'],
  ['2001:db8::/32', 'an address for documentation'],
  ['3fff::/20', 'an address for documentation'],
  ['2001::/23', 'an address for protocols (Teredo and others)'],
];

const RULES = NOT_PUBLIC.map(([prefix, words]) => ({ list: listOf([prefix]), words }));
/** All that IANA has given out so far, and NAT64, by which a network without IPv4 reaches public IPv4. */
const GLOBAL_IPV6 = listOf(['2000::/3', '64:ff9b::/96']);

export interface AddressRules {
  /** CIDR: what the provider allows all the same. */
  readonly allowed: readonly string[];
  /** Of this host; a public one of its own leads to the services that trust it, too. */
  readonly own: readonly string[];
}

/** Why there may be no webhook at this address, in words that end "... is _"; undefined where there may. */
export function whyNotPublic(address: string, { allowed, own }: AddressRules): string | undefined {
  const canonical = normalizeIp(address);
  if (canonical === undefined) return 'no address';
  if (isIn(listOf(allowed), canonical)) return undefined;
  const carried = carriedIpv4(canonical);
  const why = carried === undefined ? undefined : whyNotPublic(carried, { allowed: [], own });
  if (why !== undefined) return `${why} in another form`;
  if (own.some((each) => normalizeIp(each) === canonical)) return 'an address of this host';
  const rule = RULES.find(({ list }) => isIn(list, canonical));
  if (rule !== undefined) return rule.words;
  return !canonical.includes(':') || isIn(GLOBAL_IPV6, canonical) ? undefined : 'a reserved or local address';
}

/** The IPv4 address inside 6to4 (RFC 3056) and NAT64 (RFC 6052) addresses. */
function carriedIpv4(address: string): string | undefined {
  if (!address.includes(':')) return undefined;
  const { parts } = ipaddr.IPv6.parse(address);
  const quad = (high: number, low: number) => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  if (parts[0] === 0x2002) return quad(parts[1]!, parts[2]!);
  const isNat64 = parts[0] === 0x64 && parts[1] === 0xff9b;
  return isNat64 ? quad(parts[6]!, parts[7]!) : undefined;
}

/** The addresses of this host's interfaces, as they are now. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((interface_ = []) => interface_.map(({ address }) => address));
}

function listOf(prefixes: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of prefixes) {
    const prefix = parsePrefix(text);
    if (prefix !== undefined) list.addSubnet(prefix.network, prefix.length, prefix.family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

function isIn(list: BlockList, canonical: string): boolean {
  return list.check(canonical, canonical.includes(':') ? 'ipv6' : 'ipv4');
}
