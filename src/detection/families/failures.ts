// Failures: how many of the recipients do not exist?
//
// The abuse: bought and harvested lists are old. A quarter to a half of their addresses is gone, and each answers 550. Microsoft,
// Amazon and Google punish senders from 5 % of refusals on; a hijacked connector stands far above that within its first
// messages. The family needs no text and no filter, so it also hears an attack that a content filter likes.
//
// The innocent who looks the same: the monitoring server that still writes to a colleague who left, the yearly mailing to last
// year's addresses, and the typing error. The first is the entity's own usual share and is learnt. The second is a burst that
// the family reports honestly; it needs two others to make a block of it. The third is why one refusal is only worth 2.
//
// A wrong verdict: an admin can see the failed addresses himself, which makes this evidence the easiest to defend. What weakens
// it is silence: mail that is taken now and bounced later gives its answer late. Late answers are entries of their own and are
// added when they come.
//
// The numbers: a hijacker's list is taken to fail for 25 % or for three times what is usual, if that is more. A message counts as
// at most 5 recipients, of which the failures are its share of them and at most 3, and contributes between -0.25 and 2: delivered mail is cheap to produce, and
// nobody may buy himself peace with it. The usual share is kept between 1.5 % and 20 %. Acts in an exception window, too. Reads:
// final answers, 250 and 5xx. A deferred recipient has none yet, and where nobody tells the answers, as through the policy
// protocol, the family is silent: not to know is not to have succeeded.
import { clamp, learnRate, share } from '../rate.ts';
import type { EntityState } from '../state.ts';
import { type Family, percent, shareOf } from './family.ts';

const LEAST_WHEN_HIJACKED = 0.25;
const COUNTED_ANSWERS = 5;
const COUNTED_FAILURES = 3;
const bounds = [-0.25, 2] as const;

const usual = (state: EntityState): number => share(state.refusalRate, 0.015, 0.2);

/** The term of any number of final answers: of a message's recipients, or of late answers. */
export function failureTerm(state: EntityState, answered: number, refused: number): number {
  const p = usual(state);
  const hijacked = Math.max(LEAST_WHEN_HIJACKED, 3 * p);
  const [failed, taken] = counted(answered, refused);
  return clamp(failed * Math.log(hijacked / p) + taken * Math.log((1 - hijacked) / (1 - p)), bounds[0], bounds[1]);
}

/** One dead address among forty subscribers is a fortieth, not one of five. */
function counted(answered: number, refused: number): readonly [failed: number, taken: number] {
  const all = Math.min(answered, COUNTED_ANSWERS);
  const failed = answered === 0 ? 0 : Math.min((all * refused) / answered, COUNTED_FAILURES);
  return [failed, all - failed];
}

export function learnFailures(state: EntityState, answered: number, refused: number): void {
  if (answered === 0) return;
  const [failed, taken] = counted(answered, refused);
  learnRate(state.refusalRate, failed, taken);
}

export const failures: Family = {
  name: 'failures',
  bounds,
  term(state, facts) {
    return failureTerm(state, facts.answered, facts.refused);
  },
  learn(state, lesson) {
    learnFailures(state, lesson.answered, lesson.refused);
  },
  count(facts) {
    return [facts.refused, facts.answered];
  },
  words(state, _facts, so, of) {
    return `recipients refused ${shareOf(so, of)} against ${percent(usual(state))} usual`;
  },
};
