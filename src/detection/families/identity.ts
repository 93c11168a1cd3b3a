// Identity: does it call itself something new, or come from somewhere new?
//
// The abuse: Microsoft names it among the symptoms, mail from a sender or a domain that this connector never used. A stolen password
// is used from another machine, which may stand next door; a relay that is open to a botnet sends under forty names.
//
// The innocent who looks the same: a new colleague, a notebook in a hotel, a provider that hands out another address, the first day
// of any connector. Some connectors, such as a forwarding list that keeps the original sender, show new names all day. How often
// something new appears is learnt for each entity, and where it is often, it says nothing.
//
// A wrong verdict: one new name is worth at most 1.2 a message and 4.8 a day, and each message under known names takes 0.05 of it
// back. An office that moves to another subnet is forty new clients, which fill this family and no other. The attacker who sends in
// the victim's own name from the victim's own machine is not seen here: that is what the others are for.
//
// The numbers: new is the envelope sender, its domain, or the client's address, one of them is enough. The address itself: the block that it lies
// in says nothing. A hijacker is taken to show something new in half of his messages. The usual share is kept between 2 % and 50 %. A new
// thing counts with the first four messages of a day, until it was seen in quiet mail on three days; so a test message makes nobody known. Silent while
// the entity itself is new, and of answers that a program gives (null sender, Auto-Submitted). Acts in an exception window, too. Reads:
// envelope sender, client address.
import { clamp, learnRate, share } from '../rate.ts';
import type { EntityState } from '../state.ts';
import { type Family, percent, shareOf } from './family.ts';

const NEW_WHEN_HIJACKED = 0.5;
const NOTHING_NEW = -0.05;
const bounds = [NOTHING_NEW, 1.2] as const;

const usual = (state: EntityState): number => share(state.newIdentityRate, 0.02, 0.5);

export const identity: Family = {
  name: 'identity',
  bounds,
  term(state, facts) {
    if (facts.message.isAutomaticAnswer) return 0;
    if (facts.newIdentity === undefined) return 0;
    if (!facts.newIdentity) return facts.strangeIdentity ? 0 : NOTHING_NEW;
    return clamp(Math.log(NEW_WHEN_HIJACKED / usual(state)), 0, bounds[1]);
  },
  learn(state, lesson) {
    if (lesson.newIdentity === undefined) return;
    learnRate(state.newIdentityRate, lesson.newIdentity ? 1 : 0, lesson.newIdentity ? 0 : 1);
  },
  count(facts) {
    return facts.recipients > 0 && facts.newIdentity !== undefined ? [facts.newIdentity ? 1 : 0, 1] : [0, 0];
  },
  words(state, _facts, so, of) {
    return `messages with a new sender, domain or client ${shareOf(so, of)} against ${percent(usual(state))} usual`;
  },
};
