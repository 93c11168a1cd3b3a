// Which mail servers may ask: whoever may can say anything about anybody's mail, and so have an entity restricted.
import { BlockList } from 'node:net';
import { CordonError } from '../errors.ts';
import { isLoopback, normalizeIp, parsePrefix } from '../mail/ip-address.ts';

export class TrustedPeers {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /** Addresses and prefixes, beside loopback. Throws CONFIG_INVALID for a text that is neither. */
  constructor(trusted: readonly string[]) {
    this.#isEmpty = trusted.length === 0;
    for (const text of trusted) {
      const prefix = parsePrefix(text);
      if (prefix === undefined) {
        throw new CordonError('CONFIG_INVALID', `trustedMailServers: '${text}' is no address and no prefix`);
      }
      this.#list.addSubnet(prefix.network, prefix.length, prefix.family === 6 ? 'ipv6' : 'ipv4');
    }
  }

  /** Throws LISTEN_UNTRUSTED for an address that others than this host reach, while nobody is trusted. */
  refuseOpenDoor(host: string, name: string): void {
    if (!this.#isEmpty || host === 'localhost' || isLoopback(normalizeIp(host) ?? '')) return;
    throw new CordonError('LISTEN_UNTRUSTED', `the ${name} may not listen on ${host}`);
  }

  /** The mail server's name in `RelayClient.mailServer`: 'local' on loopback, its address where trusted, else undefined. */
  nameOf(remoteAddress: string): string | undefined {
    const address = normalizeIp(remoteAddress);
    if (address === undefined) return undefined;
    if (isLoopback(address)) return 'local';
    return this.#list.check(address, address.includes(':') ? 'ipv6' : 'ipv4') ? address : undefined;
  }
}
