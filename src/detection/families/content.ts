// Content: what does the spam filter say?
//
// The abuse: whoever hijacks a connector sends what he is paid for, and a filter recognizes much of it. The filter's yes or no is
// taken against the share of yes that this entity's own mail usually gets: one yes from a printer that never had any weighs 2.2,
// one from a forwarding list with a third of spam next to nothing.
//
// The innocent who looks the same: the newsletter. One issue that the filter dislikes goes out a thousand times, and a test that
// counts a thousand yes blocks the marketing department at the tenth. But a text is one observation however often it is sent. So
// only the first four messages of a template count, and a template that has been around for days counts no more,
// unless there is a new link or Reply-To in it.
//
// A wrong verdict: the filter alone can never block. Four messages of one template give at most 6, two families must agree.
// And a filter's no is worth less than its yes, at most 1: attackers test their texts against filters before they send them.
//
// The numbers: a hijacker's mail is taken to be called spam in 60 % of the cases (plain filters found 61 % of it on the
// development traces). The usual share is kept above 1 %, so that no entity is so clean that one false alarm is a disaster, and
// below 40 %, so that none is so dirty that the family is deaf. Without a text nobody can tell one template from nine hundred
// messages, so a verdict without a text says nothing. A text, link or Reply-To for which another entity of the organization was restricted within
// a day counts as a yes of 2.2, whatever the filter says. Reads: the filter's word, the text's sketch, what others were restricted for.
import type { Facts } from '../facts.ts';
import { clamp, learnRate, share } from '../rate.ts';
import type { EntityState } from '../state.ts';
import { type Family, percent, shareOf } from './family.ts';

const SPAM_WHEN_HIJACKED = 0.6;
const COUNTED_MESSAGES = 4;
const bounds = [-1, 2.2] as const;

const usual = (state: EntityState): number => share(state.spamRate, 0.01, 0.4);

function counts(facts: Facts): boolean {
  const { spam, template, campaign, message } = facts;
  if (spam === undefined && !message.condemned) return false;
  if (template === undefined || campaign === undefined) return false;
  return Math.min(template.known ? Infinity : template.messages, campaign.messages) <= COUNTED_MESSAGES;
}

export const content: Family = {
  name: 'content',
  bounds,
  term(state, facts) {
    if (!counts(facts)) return 0;
    if (facts.message.condemned) return bounds[1];
    const p = usual(state);
    if (facts.spam) return clamp(Math.log(SPAM_WHEN_HIJACKED / p), 0, bounds[1]);
    return clamp(Math.log((1 - SPAM_WHEN_HIJACKED) / (1 - p)), bounds[0], 0);
  },
  learn(state, { spam }) {
    if (spam !== undefined) learnRate(state.spamRate, spam ? 1 : 0, spam ? 0 : 1);
  },
  count(facts) {
    return counts(facts) ? [facts.spam || facts.message.condemned ? 1 : 0, 1] : [0, 0];
  },
  words(state, { message }, so, of) {
    if (message.condemned) return 'a text, link or Reply-To that another entity here was restricted for today';
    if (of === 0) return 'the content filter said nothing of new texts';
    return `new texts that the content filter calls spam ${shareOf(so, of)} against ${percent(usual(state))} usual`;
  },
};
