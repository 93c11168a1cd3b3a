// Links: does it lead people somewhere this entity never led them?
//
// The abuse: whoever wants money or passwords has to get the reader from the mail to a site of his own. The hijacked shop's own order
// confirmation with one changed link, the answer in the middle of a real conversation that says "see the document here": sender, text and
// recipients are all as ever, and only the link is not.
//
// The innocent who looks the same: people link to new sites all day long. How often is learnt for each entity, so that for an office with a
// new site in every third mail the news is worth 1, for an application that has linked home for a year 1.5. The first issue to be sent by
// another newsletter service, the new web shop: one new site is one observation, however often it is sent.
//
// A wrong verdict: a new site alone weighs 6 at most and needs two other families. Links to the domain that the sender's own
// address belongs to are no news, unless that domain is. What it cannot see: a page on a site that the entity links to every week.
//
// The numbers: a hijacker is taken to link to a new site in 90 % of his mails with links. The usual share is kept between 5 % and
// 90 %. A site counts with the first four messages of a day, until it was seen in quiet mail on three days. Sites are compared, not
// pages or hosts, except where a hoster gives each customer a host. Acts in an exception window, too. Reads: hosts of links.
import { clamp, learnRate, share } from '../rate.ts';
import type { EntityState } from '../state.ts';
import { type Family, percent, shareOf } from './family.ts';

const NEW_WHEN_HIJACKED = 0.9;
const NOTHING_NEW = -0.1;
const bounds = [NOTHING_NEW, 1.5] as const;

const usual = (state: EntityState): number => share(state.newSiteRate, 0.05, 0.9);

export const links: Family = {
  name: 'links',
  bounds,
  term(state, facts) {
    if (!facts.hasLinks) return 0;
    if (!facts.newSite) return NOTHING_NEW;
    return clamp(Math.log(NEW_WHEN_HIJACKED / usual(state)), 0, bounds[1]);
  },
  learn(state, lesson) {
    if (lesson.hasLinks) learnRate(state.newSiteRate, lesson.newSite ? 1 : 0, lesson.newSite ? 0 : 1);
  },
  count(facts) {
    return facts.hasLinks ? [facts.newSite ? 1 : 0, 1] : [0, 0];
  },
  words(state, _facts, so, of) {
    if (of === 0) return 'no links';
    return `messages that link to a new site ${shareOf(so, of)} against ${percent(usual(state))} usual`;
  },
};
