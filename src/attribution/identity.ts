// What a client may be known by, and what domain may be somebody's own: the one form in which each is compared, and when one
// holds another. Pure.
import { CordonError } from '../errors.ts';
import { normalizeDomain } from '../mail/address.ts';
import { networkOf, type Prefix, parsePrefix } from '../mail/ip-address.ts';
import type { Connector } from './entity.ts';

export const IDENTITY_KINDS = [
  'addressPrefix',
  'certificateName',
  'certificateFingerprint',
  'saslUsername',
  'acceptedDomain',
] as const;

export type IdentityKind = (typeof IDENTITY_KINDS)[number];

export interface Identity {
  readonly kind: IdentityKind;
  /** Normalized. */
  readonly value: string;
}

const WANTED: Readonly<Record<IdentityKind, string>> = {
  addressPrefix: 'give an address block such as 192.0.2.0/24',
  certificateName: 'give a DNS name, or *. before one of two labels or more',
  certificateFingerprint: 'give a SHA-256: 64 hexadecimal digits',
  saslUsername: 'give a login, or *@example.com for all logins of a domain',
  acceptedDomain: 'give a DNS name such as example.com',
};

/** What the provider types when he assigns one. Throws INVALID_REQUEST (field `value`), PREFIX_TOO_SHORT. */
export function normalizeIdentity(kind: IdentityKind, text: string): Identity {
  const value = NORMALIZE[kind](text);
  if (value === undefined) {
    throw new CordonError('INVALID_REQUEST', `${text} is no ${kind}`, {
      fields: [{ path: 'value', message: WANTED[kind] }],
    });
  }
  if (kind === 'addressPrefix') refuseShortPrefix(value);
  return { kind, value };
}

const NORMALIZE: Readonly<Record<IdentityKind, (text: string) => string | undefined>> = {
  addressPrefix: normalizeCidr,
  certificateName: normalizeCertificateName,
  certificateFingerprint: normalizeFingerprint,
  saslUsername: normalizeAssignedLogin,
  acceptedDomain: normalizeAcceptedDomain,
};

/** Canonical network and length; undefined where it is no prefix and no address. */
export function normalizeCidr(text: string): string | undefined {
  const prefix = parsePrefix(text.trim());
  return prefix === undefined ? undefined : `${prefix.network}/${prefix.length}`;
}

/** Bits of a prefix, at least. */
export const SHORTEST = { 4: 16, 6: 32 } as const;

/**
 * Design section 3: so short a prefix is somebody else's network, too. So is one that holds all of IPv4 as mapped addresses
 * (RFC 4291 2.5.5.2). Throws PREFIX_TOO_SHORT; `cidr` is normalized.
 */
export function refuseShortPrefix(cidr: string): void {
  const { family, network, length } = parsePrefix(cidr)!;
  if (length < SHORTEST[family]) {
    throw new CordonError('PREFIX_TOO_SHORT', `${cidr} is shorter than /${SHORTEST[family]}`);
  }
  if (family === 6 && length < 96 && network === networkOf('::ffff:0:0', length)) {
    throw new CordonError('PREFIX_TOO_SHORT', `${cidr} holds all IPv4 addresses`);
  }
}

/** 64 lower-case hexadecimal digits, with or without colons in the input; undefined where it is no SHA-256. */
export function normalizeFingerprint(text: string): string | undefined {
  const digits = text.trim().replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}

/** An exact DNS name, or `*.` for one label more. "*.com" would make a connector of everybody with a certificate: undefined. */
export function normalizeCertificateName(text: string): string | undefined {
  const name = text.trim();
  const isWildcard = name.startsWith('*.');
  const domain = normalizeDnsName(isWildcard ? name.slice(2) : name);
  if (domain === undefined || (isWildcard && !domain.includes('.'))) return undefined;
  return isWildcard ? `*.${domain}` : domain;
}

/** As the doors give it: lower case. Undefined for what could be none, and for `*@`: a connector lists its logins. */
export function normalizeLogin(text: string): string | undefined {
  const login = text.trim().toLowerCase();
  return login === '' || login.startsWith('*@') || UNPRINTABLE.test(login) ? undefined : login;
}

/** At least two labels, of which the last is no number. */
export function normalizeAcceptedDomain(text: string): string | undefined {
  const domain = normalizeDnsName(text.trim());
  return domain !== undefined && /^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z0-9-]*[a-z-][a-z0-9-]*$/.test(domain)
    ? domain
    : undefined;
}

/** Lower-case A-labels without a final dot; undefined for what is no DNS name (RFC 1035 2.3.4). */
function normalizeDnsName(text: string): string | undefined {
  const name = normalizeDomain(text);
  return name.length <= 253 && /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(name) ? name : undefined;
}

function normalizeAssignedLogin(text: string): string | undefined {
  const login = loginKey(text.trim());
  if (login === '' || UNPRINTABLE.test(login)) return undefined;
  const at = login.lastIndexOf('@');
  if (at !== -1 && normalizeDnsName(login.slice(at + 1)) === undefined) return undefined;
  const isWildcard = at === 1 && login.startsWith('*');
  return login.includes('*') && !isWildcard ? undefined : login;
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const PLAIN_LOGIN = /^[!-~]*$/;

/** The same for logins that look the same: lower case, one form of composed and wide letters, the domain in A-labels. */
export function loginKey(login: string): string {
  const key = PLAIN_LOGIN.test(login)
    ? login.toLowerCase()
    : login.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
  const at = key.lastIndexOf('@');
  if (at === -1) return key;
  const domain = key.slice(at + 1);
  return `${key.slice(0, at)}@${normalizeDomain(domain) || domain}`;
}

/** The normalized domain of a login; '' where it has none. */
export function domainOfLogin(login: string): string {
  const key = loginKey(login);
  const at = key.lastIndexOf('@');
  return at === -1 ? '' : key.slice(at + 1);
}

/** True where whoever is known by `claimed` is also known by `assigned`: never where only a part of it is. */
export function holds(assigned: Identity, claimed: Identity): boolean {
  if (assigned.kind !== claimed.kind) return false;
  if (assigned.kind === 'addressPrefix') return prefixHolds(parsePrefix(assigned.value)!, parsePrefix(claimed.value)!);
  return [...holderKeys(claimed)].includes(keyOf(assigned));
}

/** Equal for what is the same identity. */
export function keyOf({ kind, value }: Identity): string {
  return `${kind} ${kind === 'saslUsername' ? loginKey(value) : value}`;
}

/** The keys of whatever could hold an identity, itself first: a few, however much is assigned. */
export function* holderKeys(identity: Identity): Generator<string> {
  const { kind, value } = identity;
  if (kind === 'addressPrefix') {
    const { family, network, length } = parsePrefix(value)!;
    for (let bits = length; bits >= SHORTEST[family]; bits--) yield `${kind} ${networkOf(network, bits)}/${bits}`;
    return;
  }
  yield keyOf(identity);
  if (kind === 'certificateName') {
    const wildcard = oneLabelUp(value);
    if (wildcard !== undefined) yield `${kind} ${wildcard}`;
  }
  if (kind === 'saslUsername') {
    const domain = domainOfLogin(value);
    if (domain !== '') yield `${kind} *@${domain}`;
  }
}

/** `*.example.com` of `mail.example.com`. */
function oneLabelUp(name: string): string | undefined {
  const dot = name.indexOf('.');
  return dot === -1 || name.startsWith('*.') ? undefined : `*${name.slice(dot)}`;
}

function prefixHolds(outer: Prefix, inner: Prefix): boolean {
  if (outer.family !== inner.family || inner.length < outer.length) return false;
  return networkOf(inner.network, outer.length) === outer.network;
}

export const CONNECTOR_FIELDS = {
  addressPrefix: 'senderIpAddresses',
  certificateName: 'tlsSenderCertificateName',
  certificateFingerprint: 'clientCertificateFingerprints',
  saslUsername: 'saslUsernames',
} as const satisfies Partial<Readonly<Record<IdentityKind, keyof Connector>>>;

type ConnectorIdentities = Pick<Connector, (typeof CONNECTOR_FIELDS)[keyof typeof CONNECTOR_FIELDS]>;

/** What a connector is known by; mail handed in on the mail server itself is beside it. */
export function identitiesOf(connector: ConnectorIdentities): Identity[] {
  const { tlsSenderCertificateName: name } = connector;
  const of = (kind: IdentityKind, values: readonly string[]) => values.map((value): Identity => ({ kind, value }));
  return [
    ...of('addressPrefix', connector.senderIpAddresses),
    ...of('certificateName', name === '' ? [] : [name]),
    ...of('certificateFingerprint', connector.clientCertificateFingerprints),
    ...of('saslUsername', connector.saslUsernames),
  ];
}
