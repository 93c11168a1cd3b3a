// Whose requests are counted together: an IPv4 address, or the /64 that one household or server gets of IPv6.
import { networkOf, normalizeIp } from '../mail/ip-address.ts';

/** What is no address stands for itself. */
export function clientNetwork(clientAddress: string): string {
  const address = normalizeIp(clientAddress);
  if (address === undefined) return clientAddress;
  return address.includes(':') ? networkOf(address, 64) : address;
}
