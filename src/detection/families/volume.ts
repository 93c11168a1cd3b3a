// Volume: is this more than the entity sends at this time of day, or in a day?
//
// The abuse: spam is sold by the thousand, so sooner or later a hijacked connector sends more than it ever did, and often at
// three in the morning.
//
// The innocent who looks the same: month-end invoices, the newsletter, a mail storm of the monitoring at the very moment when the
// admin needs it, the Monday after a holiday. A spike is no crime, and most spikes are innocent: benchmarks of anomaly detection
// show even the best far from what an operator would bear. Static limits, the usual remedy, either stop the invoices or are so
// high that an attack fits beneath.
//
// A wrong verdict: therefore this family can only ever second others. One message gives at most 0.8, and only when the last hour
// is far above four times the usual, or the day above four times a usual day, which is where a ramp shows. The reverse, mail at the usual
// pace, gives up to -0.3 a message and helps a busy entity to stay quiet.
//
// The numbers: half the log of the last hour's recipients over four times the usual hour, both moved by a little so that the
// first three mails of a quiet printer are no spike. Usual is the mean of what was learnt at this hour of the day (UTC) and its
// two neighbours, days fading by half in two weeks, at least 0.3 an hour; of a day the same from the third day on, and the larger of the two counts. Silent in
// an exception window, and of answers that a program gives. Reads: recipients and time.
import { clamp } from '../rate.ts';
import type { Family } from './family.ts';

const LEAST_USUAL = 0.3;
const TOLERATED = 4;
const bounds = [-0.3, 0.8] as const;

/** Of a number of recipients where so many are usual. */
function surprise(recipients: number, usual: number): number {
  return clamp(0.5 * Math.log((recipients + 1) / (TOLERATED * usual + TOLERATED)), bounds[0], bounds[1]);
}

export const volume: Family = {
  name: 'volume',
  bounds,
  term(_state, facts) {
    if (facts.isExpected) return 0;
    const { lastHour, usualHour, today, usualDay } = facts;
    const byHour = surprise(lastHour, Math.max(LEAST_USUAL, usualHour));
    return Math.max(byHour, usualDay === undefined ? byHour : surprise(today, usualDay));
  },
  learn(state, lesson) {
    state.traffic.learn(lesson.minute, lesson.recipients);
  },
  count() {
    return [0, 0];
  },
  words(_state, facts) {
    const usual = facts.usualHour;
    const much = usual === 0 ? 'none' : usual >= 10 ? Math.round(usual).toString() : usual.toFixed(1);
    return `${facts.lastHour} recipients in 60 minutes against ${much} usual at this hour of the day`;
  },
};
