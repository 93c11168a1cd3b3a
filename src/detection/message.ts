// An observation as the families read it: addresses as hashes under the guard's key. The same for every entity it concerns.
import { domainOf } from '../mail/address.ts';
import { networkOf, normalizeIp } from '../mail/ip-address.ts';
import type { ObservationEntry } from './entry.ts';
import { hash32 } from './hash.ts';

export interface Message {
  readonly at: number;
  /** Hashes of all recipients but those deferred, which come again and count then. */
  readonly recipients: Uint32Array;
  /** Of these, those whose final answer is known, and those answered 5xx. */
  readonly answered: number;
  readonly refused: number;
  /** Of these, outside the accepted domains. */
  readonly relayed: number;
  readonly sketch: Int32Array | undefined;
  readonly spam: boolean | undefined;
  /** Hashes of the envelope sender, its domain and the client's network. */
  readonly sender: number;
  readonly domain: number;
  readonly network: number;
  /** How the evidence names it. */
  readonly name: string;
}

/** A message identifier may be long, and somebody else chose it. */
const LONGEST_NAME = 200;

export function readMessage(entry: ObservationEntry, key: number): Message {
  const final = entry.recipients.filter((r) => r.code < 400 || r.code >= 500);
  const recipients = new Uint32Array(final.length);
  let answered = 0;
  let refused = 0;
  let relayed = 0;
  for (let i = 0; i < final.length; i++) {
    const recipient = final[i]!;
    recipients[i] = hash32(recipient.address, key);
    if (recipient.code !== 0) answered++;
    if (recipient.code >= 500) refused++;
    if (recipient.relaying !== false) relayed++;
  }
  return {
    at: entry.at,
    recipients,
    answered,
    refused,
    relayed,
    sketch: entry.sketch === undefined ? undefined : Int32Array.from(entry.sketch),
    spam: entry.spam,
    sender: hash32(entry.envelopeSender, key + 1),
    domain: hash32(domainOf(entry.envelopeSender), key + 2),
    network: hash32(networkText(entry.clientAddress), key + 3),
    name: (entry.messageId || entry.queueId).slice(0, LONGEST_NAME),
  };
}

/** The /24 of an IPv4 client, the /48 of an IPv6 one: where a site's or a device's address usually stays. */
function networkText(address: string): string {
  if (!address.includes(':')) return address.slice(0, Math.max(address.lastIndexOf('.'), 0)) || address;
  return normalizeIp(address) === undefined ? address : networkOf(address, 48);
}
