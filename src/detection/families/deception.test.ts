import { expect, it } from 'vitest';
import { anObservation, START } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { deception } from './deception.ts';
import { familyContract } from './family-contract.ts';
import { termsOf, wordsOf } from './family-terms.ts';

familyContract({ family: deception, actsInWindow: true });

const DAY = 86_400_000;

const FROM = { headerFrom: 'Ann Archer <a@example.org>', envelopeSender: 'a@example.org' };
const settled = () => {
  const state = newState(1);
  for (let n = 0; n < 100; n++) {
    const at = START + (n * DAY) / 10;
    const boss = n % 2 === 0 ? { headerFrom: 'Bea Boss <bea@example.org>', envelopeSender: 'bea@example.org' } : {};
    termsOf(deception, state, [anObservation({ at, ...FROM, ...boss })]);
  }
  return state;
};
const later = (change: object) => anObservation({ at: START + 11 * DAY, ...FROM, ...change });

it.each([
  ['a From that is not the envelope’s', { headerFrom: 'Bank <info@bank.example>' }],
  ['a domain that is not the organization’s', { fromProvisioned: false }],
  ['an envelope of a domain that is not the organization’s', { senderProvisioned: false }],
  ['answers that go elsewhere', { replyTo: ['ann.archer@freemail.example'] }],
  ['a link that shows another name', { misleadingLinks: 1, linkHosts: ['evil.example.net'] }],
  ['the boss’s name over another address', { headerFrom: 'Bea Boss <bea.boss@example.org>' }],
  ['a known address under a name that it never had', { headerFrom: 'Your Bank <a@example.org>' }],
])('%s is worth 1.2, with the first four messages of a day', (_, change) => {
  const state = settled();
  expect(
    termsOf(
      deception,
      state,
      [1, 2, 3, 4, 5].map(() => later(change)),
    ),
  ).toEqual([1.2, 1.2, 1.2, 1.2, 0]);
});

it.each([
  ['nothing', {}],
  ['a Reply-To at home', { replyTo: ['help@example.org'] }],
  ['no From', { headerFrom: '' }],
  ['a bounce', { envelopeSender: '', headerFrom: 'MAILER-DAEMON@example.org' }],
])('%s is none', (_, change) => {
  expect(termsOf(deception, settled(), [later(change)])).toEqual([-0.05]);
});

it('the same contradiction each day is nobody’s business from the fourth day on', () => {
  const state = newState(1);
  const form = (n: number) => anObservation({ at: START + (n * DAY) / 10, ...FROM, replyTo: ['desk@crm.example'] });
  const terms = termsOf(
    deception,
    state,
    Array.from({ length: 60 }, (_, n) => form(n)),
  );
  expect(terms.slice(30).every((term) => term <= 0)).toBe(true);
});

it('says how many', () => {
  expect(wordsOf(deception, settled(), later({ fromProvisioned: false }))).toMatch(
    /^From, Reply-To, name or link that contradict each other 100 % \(1 of 1\) against 2 % usual$/,
  );
});
