// Bulk: is one new text being sent to ever new people?
//
// The abuse: a campaign. Its texts vary, with a name here, a number and a random tag there, so that equal texts will not do;
// alike ones will. Where the third alike message goes to strangers again, somebody is mailing a list.
//
// The innocent who looks the same: every newsletter and every form letter. Two things tell most of them apart. A form letter that
// has been around for three days is known, and each further copy speaks for its sender (-0.5). A newsletter's subscribers
// are recipients of old, so that its new text goes to few new people. What remains is the first issue to a new list, the mail
// merge and the new application.
//
// A wrong verdict: like volume this one is a witness, not a judge. It tells a campaign from conversation, and a campaign may be
// perfectly welcome.
//
// The numbers: nothing for the first message of a text, 0.2 for the second (a reminder, a corrected copy), 0.8 from the third on if
// the text's messages had more than half a new recipient each. Alike means at least 8 of 16 equal values of a MinHash over word
// triples. 64 texts are remembered, the one unused for longest goes first. Without text the family is silent, and so it is in
// an exception window. Reads: the text's sketch, recipients.
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
