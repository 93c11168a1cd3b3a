// Bulk: is one new text, or one new link, being sent to ever new people?
//
// The abuse: a campaign. Its texts vary, with a name here, a number and a random tag there, so that equal texts will not do;
// alike ones will. Where no two are alike, they still lead to the same site or ask for answers to the same mailbox: that is a
// campaign, too, and one into other people's conversations where each mail is a reply. A careful one alternates over several connectors.
//
// The innocent who looks the same: every newsletter and every form letter. Two things tell most of them apart. A form letter that
// has been around for three days is known, and each further copy speaks for its sender (-0.5). A newsletter's subscribers
// are recipients of old, so that its new text goes to few new people. What remains is the first issue to a new list, the mail
// merge and the new application.
//
// A wrong verdict: like volume this one is a witness, not a judge. It tells a campaign from conversation, and a campaign may be
// perfectly welcome.
//
// The numbers: nothing for the first message, 0.2 for the second and 0.8 from the third on, if the campaign's messages of the day (a text's: of
// all time) had more than half a new recipient each; 0.8 without new recipients, too, where replies bring the same new link. 1.5 where others of the
// organization sent three alike within a day. Alike texts have at least 8 of 16 equal values of a MinHash over word triples; 64 are remembered, the
// one unused for longest goes first. A text that goes to strangers, where that is not the entity's way, is known after ten days instead of three; with a
// new link a known text is none. Without text or new link the family is silent, in an exception window too, and of answers that a program gives.
// Reads: the text's sketch, links, Reply-To, recipients, what others sent.
import { type Facts, MAILING_FROM, MAILING_NEW } from '../facts.ts';
import type { Family } from './family.ts';

const SECOND_COPY = 0.2;
const CAMPAIGN = 0.8;
const ELSEWHERE_TOO = 1.5;
const KNOWN = -0.5;
const bounds = [KNOWN, ELSEWHERE_TOO] as const;

const speaks = (facts: Facts): boolean => (facts.isKnownText || facts.campaign !== undefined) && !facts.isExpected;

/** Into conversations, with the same new link or Reply-To in each. */
function isLed({ message, campaign, template }: Facts): boolean {
  return message.isReply && campaign!.messages > (template?.messages ?? 0);
}

export const bulk: Family = {
  name: 'bulk',
  bounds,
  term(_state, facts) {
    if (!speaks(facts)) return 0;
    if (facts.isKnownText) return KNOWN;
    const { messages, newPerMessage } = facts.campaign!;
    if (newPerMessage <= MAILING_NEW) return isLed(facts) && messages >= MAILING_FROM ? CAMPAIGN : 0;
    if (facts.message.alikeElsewhere >= MAILING_FROM) return ELSEWHERE_TOO;
    if (messages >= MAILING_FROM) return CAMPAIGN;
    return messages === 2 ? SECOND_COPY : 0;
  },
  // What it needs to know is in the clusters, which count every message, quiet or not.
  learn() {},
  count() {
    return [0, 0];
  },
  words(_state, facts) {
    if (!speaks(facts)) return 'no text to compare';
    if (facts.isKnownText) return 'a text known for days';
    const { messages, newPerMessage } = facts.campaign!;
    const { alikeElsewhere } = facts.message;
    const others = alikeElsewhere > 0 ? `, ${alikeElsewhere} more from others here` : '';
    if (messages === 1) return `a text not seen before${others}`;
    const what = messages > (facts.template?.messages ?? 0) ? 'link or Reply-To' : 'text';
    return `one new ${what} in ${messages} messages, ${newPerMessage.toFixed(1)} new recipients each${others}`;
  },
};
