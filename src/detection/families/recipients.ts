// Recipients: has this entity ever written to them?
//
// The abuse: a hijacker brings his own list. People write to people they have written to before; a stolen account writes to
// strangers, one after the other, and does so also where its text is clean and its pace is slow. This is the most faithful of
// the six: it speaks in nearly every attack, and the attacker can only avoid it by writing to the victim's own contacts.
//
// The innocent who looks the same: anything whose trade is strangers. A shop writes to each customer for the first time, a
// mail merge to five hundred addresses out of a table, a new application to everybody. The share of new recipients is learnt
// for each entity: for a shop at 90 % the news of another new customer is worth nothing, for a printer 1.5. Where an operator
// knows it beforehand, the bulk profile says it: "sends to new recipients by nature".
//
// A wrong verdict costs a company its mail merge, which is done on one day and looks like an attack in all respects but the text.
// Together with bulk and volume it is what most false blocks are made of; an exception window is the remedy.
//
// The numbers: a hijacker's recipients are taken to be 97 % new. A message counts as at most 5 recipients and contributes at
// most 1.5 either way, in learning as in judging, so that one message to three hundred people neither blocks nor teaches much.
// The usual share is kept between 8 % and 90 %. Remembered are the last 4 096 to 8 192 recipients: who sends to a million
// strangers a month has a high usual share anyhow. Reads: recipients that got a final answer.
import { BOMBING_FROM } from '../facts.ts';
import { clamp, learnRate, share } from '../rate.ts';
import type { EntityState } from '../state.ts';
import { type Family, percent, shareOf } from './family.ts';

const NEW_WHEN_HIJACKED = 0.97;
const COUNTED_RECIPIENTS = 5;
const MOST_USUAL = 0.9;
const bounds = [-1.5, 1.5] as const;

const usual = (state: EntityState): number =>
  state.settings.bulk ? MOST_USUAL : share(state.newRecipientRate, 0.08, MOST_USUAL);

export const recipients: Family = {
  name: 'recipients',
  bounds,
  term(state, facts) {
    if (facts.isExpected || facts.recipients === 0) return 0;
    const p = usual(state);
    // A thousand times next to nothing is still nothing.
    if (p === MOST_USUAL && facts.newRecipients === facts.recipients) return 0;
    const part = facts.newRecipients / facts.recipients;
    const ratio = part * Math.log(NEW_WHEN_HIJACKED / p) + (1 - part) * Math.log((1 - NEW_WHEN_HIJACKED) / (1 - p));
    return clamp(Math.min(facts.recipients, COUNTED_RECIPIENTS) * ratio, bounds[0], bounds[1]);
  },
  learn(state, lesson) {
    if (lesson.recipients > 0) {
      const counted = Math.min(lesson.recipients, COUNTED_RECIPIENTS);
      const fresh = (counted * lesson.newRecipients) / lesson.recipients;
      learnRate(state.newRecipientRate, fresh, counted - fresh);
    }
    for (const hash of lesson.recipientHashes) state.recipients.add(hash);
  },
  count(facts) {
    return facts.isExpected ? [0, 0] : [facts.newRecipients, facts.recipients];
  },
  words(state, facts, so, of) {
    const often = facts.mostToNewcomer >= BOMBING_FROM ? `; ${facts.mostToNewcomer} messages today to one of them` : '';
    return `new recipients ${shareOf(so, of)} against ${percent(usual(state))} usual${often}`;
  },
};
