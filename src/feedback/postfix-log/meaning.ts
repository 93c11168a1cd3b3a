// What an answer of the mail log says of the recipient, and with that of the list he was taken from.
//
// The failures family asks how many of the recipients do not exist: that is what a bought or harvested list shows in. A later answer
// counts as refused only where it says just that. It does not where it speaks of something else:
//
//   5.7.x             the receiver does not want mail from us (blocklist, SPF, DMARC, policy). A sign of abuse, or of a DNS record that
//                     somebody forgot; either way it comes for good and bad recipients alike, for the innocent connector beside the
//                     hijacked one too, and for days after the incident.
//   5.2.2, 5.2.3, 5.3.4, 5.6.x   a full mailbox, a message that is too big or cannot be converted: the recipient is there.
//   5.4.6, 5.4.7, 5.5.x   loops, time-outs and protocol errors are between two servers.
//   4.4.7             it waited in the queue until its time was over: a dead domain, or a receiver that was away. Nobody has refused
//                     anybody, and five days later the attack is over.
//
// A 5xx without an enhanced code is read as Postfix logs it, 5.0.0, and counts, unless its words are those of a policy. Old servers and
// some large ones still say no more than `550 User unknown`.
import type { LogEvent } from './log-line.ts';

type Delivery = Extract<LogEvent, { kind: 'delivery' }>;

/**
 * RFC 3463 and its registry: 5.1.x is about the address (5.1.7 and 5.1.8 about the sender's); 5.2.1 is a mailbox that takes nothing any more; Exchange
 * Online refuses unknown recipients with 5.4.1; 5.4.4 is a domain that does not exist; 5.4.310 the same in Exchange's words.
 */
const NO_SUCH_RECIPIENT = /^5\.(1\.(?!7$|8$)\d+|2\.1|4\.1|4\.4|4\.310)$/;
const SAYS_LITTLE = /^5\.[04]\.0$|^5\.0\.\d+$|^5\.3\.0$/;
const WORDS_OF_A_POLICY =
  /spam|block|black|deny|denied|polic|reputation|\bspf\b|dkim|dmarc|\brbl\b|dnsbl|listed|virus|quota|full|too (large|big)|size|rate|limit|auth|relay/i;

/** How the detector counts this answer: undefined where it says nothing of whether the recipient exists. */
export function meaningOf({
  status,
  dsn,
  text,
}: Pick<Delivery, 'status' | 'dsn' | 'text'>): 'accepted' | 'refused' | undefined {
  if (status === 'sent') return 'accepted';
  if (status !== 'bounced') return undefined;
  if (NO_SUCH_RECIPIENT.test(dsn)) return 'refused';
  return SAYS_LITTLE.test(dsn) && !WORDS_OF_A_POLICY.test(text) ? 'refused' : undefined;
}
