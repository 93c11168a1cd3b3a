// Who may reach the doors: the policy server and the milter believe what they are told, so that only mail servers may tell
// them; the HTTP port carries tokens, so that nobody may listen in.
import { CordonError } from '../errors.ts';
import { isLoopback, normalizeIp } from '../mail/ip-address.ts';
import { parseListenAddress } from './listen-address.ts';
import type { Config } from './schema.ts';

/** Throws LISTEN_UNTRUSTED naming every door that listens off loopback without the setting that makes it safe. */
export function checkListening(config: Config, place: (path: readonly string[]) => string): void {
  const { listeners, http } = config;
  const fields: { path: string; message: string }[] = [];
  for (const door of ['postfixPolicy', 'milter'] as const) {
    const { listen } = listeners[door];
    if (isReachable(listen) && listeners.trustedMailServers.length === 0) {
      fields.push({
        path: place(['listeners', door, 'listen']),
        message: `${listen} is not on loopback: list the mail servers that may ask in listeners.trustedMailServers, or listen on loopback or a Unix socket`,
      });
    }
  }
  if (!isLoopbackName(http.host) && http.tls === undefined && http.trustedProxies.length === 0) {
    fields.push({
      path: place(['http', 'host']),
      message: `${http.host} is not on loopback: set http.tls, or the reverse proxies in front of it in http.trustedProxies`,
    });
  }
  if (fields.length === 0) return;
  const text = fields.map(({ path, message }) => `${path} ${message}`).join('\n  ');
  throw new CordonError('LISTEN_UNTRUSTED', text, { fields });
}

function isReachable(listen: string): boolean {
  const address = parseListenAddress(listen);
  return address !== undefined && 'host' in address && !isLoopback(address.host);
}

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || isLoopback(normalizeIp(host) ?? '');
}
