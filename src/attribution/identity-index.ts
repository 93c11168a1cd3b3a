// From what a client has proved to the connector that owns it. Built anew at every change of the connectors, read for every
// request: each look-up is a handful of hash look-ups, however many connectors there are.
import { networkOf, parseIpv4, parsePrefix } from '../mail/ip-address.ts';
import type { RelayClient } from '../mail/relay-request.ts';
import type { Basis } from './attribution.ts';
import type { Connector } from './entity.ts';

export interface IdentityMatch {
  readonly connector: Connector;
  readonly basis: Basis;
}

/** IPv6 look-ups mask text; their results are kept for so many addresses. */
const REMEMBERED_ADDRESSES = 20_000;

export class IdentityIndex {
  readonly #byLogin = new Map<string, IdentityMatch>();
  readonly #byFingerprint = new Map<string, IdentityMatch>();
  readonly #byCertificateName = new Map<string, IdentityMatch>();
  /** `*.example.com` under `example.com`. */
  readonly #byWildcardName = new Map<string, IdentityMatch>();
  /** Whose the mail is that is handed in on the mail server itself. */
  readonly localSubmission: IdentityMatch | undefined;
  /** Longest prefix first; the key is the network as a number. */
  readonly #ipv4: { mask: number; networks: Map<number, IdentityMatch> }[] = [];
  readonly #ipv6: { length: number; networks: Map<string, IdentityMatch> }[] = [];
  readonly #ipv6Seen = new Map<string, IdentityMatch | null>();

  /** Disabled connectors own their identities, but nobody is recognized as them. */
  constructor(connectors: Iterable<Connector>) {
    const ipv4 = new Map<number, Map<number, IdentityMatch>>();
    const ipv6 = new Map<number, Map<string, IdentityMatch>>();
    for (const connector of connectors) {
      if (!connector.enabled) continue;
      this.#addNames(connector);
      if (connector.localSubmission) this.localSubmission = { connector, basis: { by: 'localSubmission' } };
      for (const cidr of connector.senderIpAddresses) {
        const prefix = parsePrefix(cidr);
        if (prefix === undefined) continue;
        const match: IdentityMatch = { connector, basis: { by: 'clientAddress', value: cidr } };
        if (prefix.family === 4) mapAt(ipv4, prefix.length).set(parseIpv4(prefix.network), match);
        else mapAt(ipv6, prefix.length).set(prefix.network, match);
      }
    }
    for (const length of longestFirst(ipv4)) {
      this.#ipv4.push({ mask: length === 0 ? 0 : -1 << (32 - length), networks: ipv4.get(length)! });
    }
    for (const length of longestFirst(ipv6)) this.#ipv6.push({ length, networks: ipv6.get(length)! });
  }

  #addNames(connector: Connector): void {
    for (const login of connector.saslUsernames) {
      this.#byLogin.set(login, { connector, basis: { by: 'saslUsername', value: login } });
    }
    for (const fingerprint of connector.clientCertificateFingerprints) {
      this.#byFingerprint.set(fingerprint, { connector, basis: { by: 'certificateFingerprint', value: fingerprint } });
    }
    const name = connector.tlsSenderCertificateName;
    if (name === '') return;
    const match: IdentityMatch = { connector, basis: { by: 'certificateName', value: name } };
    if (name.startsWith('*.')) this.#byWildcardName.set(name.slice(2), match);
    else this.#byCertificateName.set(name, match);
  }

  byLogin(login: string): IdentityMatch | undefined {
    return this.#byLogin.get(login);
  }

  /** Fingerprint before name; an exact name before a wildcard. */
  byCertificate(client: RelayClient): IdentityMatch | undefined {
    const certificate = client.certificate;
    if (certificate === undefined) return undefined;
    const byFingerprint =
      certificate.fingerprint === undefined ? undefined : this.#byFingerprint.get(certificate.fingerprint);
    if (byFingerprint !== undefined) return byFingerprint;
    for (const name of certificate.names) {
      const exact = this.#byCertificateName.get(name);
      if (exact !== undefined) return exact;
    }
    for (const name of certificate.names) {
      const dot = name.indexOf('.');
      const wildcard = dot === -1 ? undefined : this.#byWildcardName.get(name.slice(dot + 1));
      if (wildcard !== undefined) return wildcard;
    }
    return undefined;
  }

  /** The longest prefix that holds the address. */
  byAddress(address: string): IdentityMatch | undefined {
    const value = parseIpv4(address);
    if (value !== -1) {
      for (const { mask, networks } of this.#ipv4) {
        const match = networks.get((value & mask) >>> 0);
        if (match !== undefined) return match;
      }
      return undefined;
    }
    if (this.#ipv6.length === 0 || !address.includes(':')) return undefined;
    const seen = this.#ipv6Seen.get(address);
    if (seen !== undefined) return seen ?? undefined;
    const match = this.#longestIpv6(address);
    if (this.#ipv6Seen.size >= REMEMBERED_ADDRESSES) this.#ipv6Seen.clear();
    this.#ipv6Seen.set(address, match ?? null);
    return match;
  }

  #longestIpv6(address: string): IdentityMatch | undefined {
    for (const { length, networks } of this.#ipv6) {
      const match = networks.get(networkOf(address, length));
      if (match !== undefined) return match;
    }
    return undefined;
  }
}

function mapAt<K>(maps: Map<number, Map<K, IdentityMatch>>, length: number): Map<K, IdentityMatch> {
  let map = maps.get(length);
  if (map === undefined) {
    map = new Map();
    maps.set(length, map);
  }
  return map;
}

function longestFirst(maps: Map<number, unknown>): number[] {
  return [...maps.keys()].sort((a, b) => b - a);
}
