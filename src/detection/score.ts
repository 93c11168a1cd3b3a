// What people may read of a judgement long after it was made. It goes into the message's record; the detector never reads it again.
import type { Score, Scores } from '../activity/record.ts';
import type { Judgement } from './judge.ts';
import type { Verdict } from './verdict.ts';

/** Undefined where no test judged the message. A culprit is refused by his connector's test: then his own has not run and has no score. */
export function scoresOf({ connector, user }: Judgement): Scores | undefined {
  const ofConnector = connector && scoreOf(connector);
  const ofUser = user?.culprit === true ? undefined : user && scoreOf(user);
  if (ofConnector === undefined && ofUser === undefined) return undefined;
  return { connector: ofConnector, user: ofUser };
}

function scoreOf({ sum, threshold, level, sums }: Verdict): Score | undefined {
  if (sums === undefined) return undefined;
  const terms = Array.from(sums, rounded);
  return {
    sum: rounded(sum),
    threshold,
    level: level === 'clear' ? undefined : level,
    terms: terms.some((term) => term !== 0) ? terms : undefined,
  };
}

/** To hundredths, and -0 as it comes back from JSON. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
