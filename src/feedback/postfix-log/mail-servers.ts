// Which mail server's log tells of a door's mail, and by what name both the journal and the join know that server.
import { isLoopback, normalizeIp } from '../../mail/ip-address.ts';
import type { ListenerName } from '../../mail/relay-request.ts';

/** `local` for this host, the canonical text of another address, and the name in lower case where it is no address. */
export function mailServerName(text: string): string {
  const address = normalizeIp(text);
  if (text === 'local' || text === 'localhost' || (address !== undefined && isLoopback(address))) return 'local';
  return address ?? text.toLowerCase();
}

/**
 * The mail server whose queue takes what comes through this door, where its log is followed: the one that asks, and behind our own
 * relay its next hop.
 */
export function feedbackSources(
  logs: readonly { readonly mailServer: string }[],
  nextHop: string | undefined,
): (listener: ListenerName, mailServer: string) => string | undefined {
  const followed = new Set(logs.map(({ mailServer }) => mailServerName(mailServer)));
  const behindRelay = nextHop === undefined ? '' : mailServerName(nextHop);
  return (listener, mailServer) => {
    const queue = listener === 'smtp-relay' ? behindRelay : mailServer;
    return followed.has(queue) ? queue : undefined;
  };
}
