// Deception: does it say one thing and do another?
//
// The abuse: a From that is not the envelope's, a domain that is not the organization's, answers that go to somebody else, a link that
// shows the bank's name and leads elsewhere, a colleague's name over a stranger's address. Microsoft names the first two among the signs of a
// compromised connector; the others are what phishing consists of.
//
// The innocent who looks the same: every newsletter service (From and envelope differ, links are counted by a tracker), every web form
// (Reply-To is the visitor), forwarding, the second Peter Miller. They contradict themselves in the same way each day: a
// contradiction is remembered with its parties, and after three days it is nobody's business any more. A form whose Reply-To is new in each
// mail has a usual share near one, and the family says nothing.
//
// A wrong verdict: a contradiction alone weighs 6 at most and needs two other families. Five letters in the boss's name do not tip a sum, and
// shall not, because the second address may be his own: there the admin is warned and nothing is stopped.
//
// The numbers: a hijacker's mail is taken to contradict itself in 50 % of the cases. The usual share is kept between 2 % and 50 %. A
// contradiction counts with the first four messages of a day, until it was seen in quiet mail on three days. Acts in an exception
// window, too. Reads: From, Reply-To, links whose text and target differ, envelope sender, accepted domains, display names.
import { clamp, learnRate, share } from '../rate.ts';
import type { EntityState } from '../state.ts';
import { type Family, percent, shareOf } from './family.ts';

const CONTRADICTS_WHEN_HIJACKED = 0.5;
const NOTHING_NEW = -0.05;
const bounds = [NOTHING_NEW, 1.2] as const;

const usual = (state: EntityState): number => share(state.contradictionRate, 0.02, 0.5);

export const deception: Family = {
  name: 'deception',
  bounds,
  term(state, facts) {
    if (facts.newContradiction === undefined) return 0;
    if (!facts.newContradiction) return facts.strangeContradiction ? 0 : NOTHING_NEW;
    return clamp(Math.log(CONTRADICTS_WHEN_HIJACKED / usual(state)), 0, bounds[1]);
  },
  learn(state, lesson) {
    if (lesson.newContradiction === undefined) return;
    learnRate(state.contradictionRate, lesson.newContradiction ? 1 : 0, lesson.newContradiction ? 0 : 1);
  },
  count(facts) {
    return facts.recipients > 0 && facts.newContradiction !== undefined ? [facts.newContradiction ? 1 : 0, 1] : [0, 0];
  },
  words(state, _facts, so, of) {
    return `From, Reply-To, name or link that contradict each other ${shareOf(so, of)} against ${percent(usual(state))} usual`;
  },
};
