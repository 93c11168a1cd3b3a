// Links: does it lead people somewhere this entity never led them?
//
// The abuse: whoever wants money or passwords has to get the reader from the mail to a site of his own. The hijacked shop's own order
// confirmation with one changed link, the answer in the middle of a real conversation that says "see the document here": sender, text and
// recipients are all as ever, and only the link is not.
//
// The innocent who looks the same: people link to new sites all day long, each to his own. How often is learnt for each entity, so that for
// an office with a new site in every third mail the news is worth 1, for an application that has linked home for a year 1.5. What is
// rarer is a new site that comes again in another mail of the same day: that is learnt apart. The first issue to be sent by another
// newsletter service, the new web shop: one new site is one observation, however often it is sent.
//
// A wrong verdict: a new site alone weighs 6 at most and needs two other families. Links to the domain that the sender's own
// address belongs to are no news, unless that domain is. What it cannot see: a page on a site that the entity links to every week.
//
// The numbers: a hijacker is taken to link to a new site in 90 % of his mails with links. The usual share is kept between 5 % and
// 90 %. A site counts with the first four messages of a day, until it was seen in quiet mail on three days. Sites are compared, not
// pages or hosts, except where a hoster gives each customer a host. In a known text that contradicts itself in nothing a new site weighs half. Acts in an exception window, too. Reads: hosts of links.
import { clamp, learnRate, share } from '../rate.ts';
import type { EntityState } from '../state.ts';
import { type Family, percent, shareOf } from './family.ts';

const NEW_WHEN_HIJACKED = 0.9;
/** In a text that is known and says what it does a new link is more likely a new service. */
const HONEST_CHANGE = 0.5;
const NOTHING_NEW = -0.1;
const bounds = [NOTHING_NEW, 1.5] as const;

const usual = (state: EntityState): number => share(state.newSiteRate, 0.05, 0.9);
const usualAgain = (state: EntityState): number => share(state.newSiteAgainRate, 0.05, 0.9);
const weight = (usually: number): number => clamp(Math.log(NEW_WHEN_HIJACKED / usually), 0, bounds[1]);

export const links: Family = {
  name: 'links',
  bounds,
  term(state, { hasLinks, newSite, newSiteAgain, strangeSite, isOldText, strangeContradiction }) {
    if (!hasLinks || newSite === undefined) return 0;
    if (!newSite && !newSiteAgain) return strangeSite ? 0 : NOTHING_NEW;
    const said = Math.max(newSite ? weight(usual(state)) : 0, newSiteAgain ? weight(usualAgain(state)) : 0);
    return isOldText && !strangeContradiction ? said * HONEST_CHANGE : said;
  },
  learn(state, { hasLinks, newSite, newSiteAgain }) {
    if (!hasLinks || newSite === undefined) return;
    learnRate(state.newSiteRate, newSite ? 1 : 0, newSite ? 0 : 1);
    learnRate(state.newSiteAgainRate, newSiteAgain ? 1 : 0, newSiteAgain ? 0 : 1);
  },
  count({ hasLinks, newSite, newSiteAgain }) {
    return hasLinks && newSite !== undefined ? [newSite || newSiteAgain ? 1 : 0, 1] : [0, 0];
  },
  words(state, _facts, so, of) {
    if (of === 0) return 'no links to compare';
    const usually = Math.min(1, usual(state) + usualAgain(state));
    return `messages that link to a new site ${shareOf(so, of)} against ${percent(usually)} usual`;
  },
};
