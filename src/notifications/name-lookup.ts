// The addresses of a name that somebody typed, from the name servers of this host over sockets of its own. The system's own look-up
// (getaddrinfo) waits in one of four threads that the whole process shares: a few names that hang would stop every other look-up.
import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';

const LONGEST_MS = 2_000;
const LOOPBACK: readonly LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

/**
 * Looks names up: `localhost` is 127.0.0.1, all others in full, without search domains and without the hosts file. Rejects with the
 * name server's error (`code`: ENOTFOUND, ETIMEOUT, ECANCELLED and others) after two seconds or when the signal says so.
 * `servers`: `address:port`; default: those of this host.
 */
export function namesLookedUp(
  servers?: readonly string[],
): (name: string, signal: AbortSignal) => Promise<readonly LookupAddress[]> {
  return async (name, signal) => {
    signal.throwIfAborted();
    if (name === 'localhost') return LOOPBACK;
    const resolver = new Resolver({ timeout: LONGEST_MS, tries: 1 });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    signal.removeEventListener('abort', cancel);
    const found = [...addressesOf(four, 4), ...addressesOf(six, 6)];
    if (found.length === 0 && four.status === 'rejected') throw four.reason;
    return found;
  };
}

function addressesOf(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}
