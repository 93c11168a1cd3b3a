// Fields of a message as people read them.
import type { Strings } from '../../strings/strings.tsx';
import type { Message } from './message-filter.ts';

type TraceStrings = Strings['messageTrace'];

/** The connector or the user that it came through; undefined where it was nobody's. */
export function entityOf({ connectorId, connectorName, userId, saslUsername }: Message, strings: TraceStrings) {
  if (connectorId !== undefined) return connectorName ?? strings.deletedConnector;
  return userId === undefined ? undefined : saslUsername;
}

/** The null sender of reports has no address. */
export function senderOf({ envelopeSender }: Message, strings: TraceStrings): string {
  return envelopeSender === '' ? strings.nullSender : envelopeSender;
}

/** What it was recognized by: "clientAddress in 192.0.2.0/24" in words. */
export function basisOf({ basis }: Message, strings: TraceStrings): string {
  const [by = '', value = ''] = basis.replace(' in ', ' ').split(/ (.*)/s);
  return strings.bases[by]?.(value) ?? (basis === '' ? strings.noBasis : basis);
}

/** The domain of an address, or the address itself where it has none. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
