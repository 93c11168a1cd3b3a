// An observation as the families read it: addresses as hashes under the guard's key. The same for every entity it concerns.
import { domainOf } from '../mail/address.ts';
import { siteOf } from '../mail/links.ts';
import { mailboxesOf } from '../mail/mailboxes.ts';
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
  /** A text, link or Reply-To for which another entity of the organization was restricted in the last day. */
  readonly condemned: boolean;
  /** Messages of others in the last day with the same new text, link or Reply-To. */
  readonly alikeElsewhere: number;
  /** An answer that a program gave to mail that came in: null sender and Auto-Submitted (RFC 3834), or a report (RFC 3464). */
  readonly isAutomaticAnswer: boolean;
  /** It says that it answers another message. */
  readonly isReply: boolean;
  /** Hashes: who it says it is from, and where it came from (the client's address itself, never its neighbourhood). */
  readonly sender: number;
  readonly domain: number;
  readonly client: number;
  /** The login, where the connector is judged; 0 without one. */
  readonly login: number;
  /** The site of the sender's domain, to be found among the links. */
  readonly ownSite: number;
  /** Sites that its links lead to. */
  readonly sites: Uint32Array;
  /** Ways in which the header says one thing and the envelope, a link or an answer another: each way with whom, as one hash. */
  readonly contradictions: Uint32Array;
  /** Of these, addresses elsewhere that answers are to go to. */
  readonly answerTo: Uint32Array;
  /** The display name in From where it is a person's, and any display name with its address; 0 where there is none. */
  readonly displayName: number;
  readonly namedAddress: number;
  /** From and envelope name the same address. */
  readonly isFromSender: boolean;
  /** How the evidence names it. */
  readonly name: string;
}

/** A message identifier may be long, and somebody else chose it. */
const LONGEST_NAME = 200;
const NONE = new Uint32Array(0);

/** A message that reached nobody and says nothing, so that only what is known otherwise speaks: late answers, or the state. */
export function silentMessage(at: number, name: string): Message {
  return {
    at,
    name,
    recipients: NONE,
    answered: 0,
    refused: 0,
    relayed: 0,
    sketch: undefined,
    spam: undefined,
    condemned: false,
    alikeElsewhere: 0,
    isReply: false,
    isAutomaticAnswer: false,
    sender: 1,
    domain: 1,
    client: 1,
    login: 0,
    ownSite: 0,
    sites: NONE,
    contradictions: NONE,
    answerTo: NONE,
    displayName: 0,
    namedAddress: 0,
    isFromSender: false,
  };
}

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
  const domain = domainOf(entry.envelopeSender);
  return {
    at: entry.at,
    recipients,
    answered,
    refused,
    relayed,
    sketch: entry.sketch === undefined ? undefined : Int32Array.from(entry.sketch),
    spam: entry.spam,
    condemned: entry.condemned === true,
    alikeElsewhere: entry.alikeElsewhere ?? 0,
    isReply: entry.isReply === true,
    isAutomaticAnswer: entry.isAutomatic === true && entry.envelopeSender === '',
    sender: hash32(entry.envelopeSender, key + 1),
    domain: hash32(domain, key + 2),
    client: hash32(entry.clientAddress, key + 3),
    login: entry.userId === undefined ? 0 : loginHash(entry.userId, key),
    ownSite: domain === '' ? 0 : siteHash(siteOf(domain), key),
    sites: entry.linkHosts === undefined ? NONE : sitesOf(entry.linkHosts, key),
    ...headerFacts(entry, domain, key),
    name: (entry.messageId || entry.queueId).slice(0, LONGEST_NAME),
  };
}

export const loginHash = (userId: string, key: number): number => hash32(userId, key + 4);

function sitesOf(hosts: readonly string[], key: number): Uint32Array {
  return Uint32Array.from(new Set(hosts.map((host) => siteHash(siteOf(host), key))));
}

const siteHash = (site: string, key: number): number => hash32(site, key + 5);

type HeaderFacts = Pick<Message, 'contradictions' | 'answerTo' | 'displayName' | 'namedAddress' | 'isFromSender'>;
const SILENT_HEADER: HeaderFacts = {
  contradictions: NONE,
  answerTo: NONE,
  displayName: 0,
  namedAddress: 0,
  isFromSender: false,
};

function headerFacts(entry: ObservationEntry, senderDomain: string, key: number): HeaderFacts {
  const from = mailboxesOf(entry.headerFrom)[0];
  if (from === undefined) return SILENT_HEADER;
  const fromDomain = domainOf(from.address);
  const fromSite = siteOf(fromDomain);
  const senderSite = siteOf(senderDomain);
  const seen = (way: string) => hash32(way, key + 6);
  const contradictions: number[] = [];
  if (senderSite !== '' && fromSite !== senderSite) contradictions.push(seen(`from ${fromSite} by ${senderSite}`));
  if (entry.fromProvisioned === false) contradictions.push(seen(`foreign ${fromDomain}`));
  if (entry.senderProvisioned === false) contradictions.push(seen(`foreign ${senderDomain}`));
  if (entry.misleadingLinks)
    for (const host of entry.linkHosts ?? []) contradictions.push(seen(`mask ${siteOf(host)}`));
  const elsewhere = (entry.replyTo ?? []).filter((address) => {
    const site = siteOf(domainOf(address));
    return site !== fromSite && site !== senderSite;
  });
  const answerTo = Uint32Array.from(elsewhere, (address) => seen(`answer to ${address}`));
  const name = from.name.toLowerCase().replace(/\s+/g, ' ').trim();
  const isPersons = /\p{L}{2,} .*\p{L}{2,}/u.test(name);
  return {
    contradictions:
      contradictions.length + answerTo.length === 0 ? NONE : Uint32Array.of(...contradictions, ...answerTo),
    answerTo,
    displayName: isPersons ? seen(`name ${name}`) : 0,
    namedAddress: name === '' ? 0 : seen(`name ${name} ${from.address}`),
    isFromSender: from.address === entry.envelopeSender,
  };
}
