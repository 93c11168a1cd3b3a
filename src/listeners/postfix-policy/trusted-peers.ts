// Which mail servers may ask. Whoever may ask can have mail judged, and so an entity restricted.
import { CordonError } from '../../errors.ts';
import { isLoopback, networkOf, normalizeIp, type Prefix, parsePrefix } from '../../mail/ip-address.ts';

export class TrustedPeers {
  readonly #prefixes: readonly Prefix[];

  /** Addresses and prefixes. Throws CONFIG_INVALID for a text that is neither. */
  constructor(trusted: readonly string[]) {
    this.#prefixes = trusted.map((text) => {
      const prefix = parsePrefix(text);
      if (prefix === undefined)
        throw new CordonError('CONFIG_INVALID', `trustedMailServers: '${text}' is no address and no prefix`);
      return prefix;
    });
  }

  /** Throws LISTEN_UNTRUSTED where others than this host could ask and nobody said who may. */
  refuseOpenDoor(host: string): void {
    if (this.#prefixes.length > 0 || host === 'localhost' || isLoopback(normalizeIp(host) ?? '')) return;
    throw new CordonError('LISTEN_UNTRUSTED', `the policy listener may not listen on ${host}`);
  }

  /** 'local' for loopback, the canonical address of a trusted mail server, undefined for everybody else. */
  nameOf(remoteAddress: string): string | undefined {
    const address = normalizeIp(remoteAddress);
    if (address === undefined) return undefined;
    if (isLoopback(address)) return 'local';
    const family = address.includes(':') ? 6 : 4;
    const isTrusted = this.#prefixes.some((p) => p.family === family && networkOf(address, p.length) === p.network);
    return isTrusted ? address : undefined;
  }
}
