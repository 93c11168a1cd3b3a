import { expect, it } from 'vitest';
import { anObservation, START } from '../log-arbitrary.ts';
import { newState } from '../state.ts';
import { familyContract } from './family-contract.ts';
import { termsOf, wordsOf } from './family-terms.ts';
import { links } from './links.ts';

familyContract({ family: links, actsInWindow: true });

const DAY = 86_400_000;

/** Ten days of mail with a link to the same shop. */
const settled = () => {
  const state = newState(1);
  for (let n = 0; n < 100; n++) {
    termsOf(links, state, [anObservation({ at: START + (n * DAY) / 10, linkHosts: ['shop.example.com'] })]);
  }
  return state;
};
const later = (change: object) => anObservation({ at: START + 11 * DAY, ...change });

it('a new site is worth 1.5 with the first four messages of a day, whatever its host is called', () => {
  const hosts = [1, 2, 3, 4, 5, 6].map((n) => later({ linkHosts: [`a${n}.evil.example.net`] }));
  expect(termsOf(links, settled(), hosts)).toEqual([1.5, 1.5, 1.5, 1.5, 0, 0]);
});

it('another host of a known site, a known site and no link are no news', () => {
  const hosts = [['www.example.com'], ['shop.example.com'], undefined];
  expect(
    termsOf(
      links,
      settled(),
      hosts.map((linkHosts) => later({ linkHosts })),
    ),
  ).toEqual([-0.1, -0.1, 0]);
});

it('a site of a hoster’s customer is a site of its own', () => {
  const state = newState(1);
  for (let n = 0; n < 100; n++) {
    termsOf(links, state, [anObservation({ at: START + (n * DAY) / 10, linkHosts: ['ours.pages.dev'] })]);
  }
  expect(termsOf(links, state, [later({ linkHosts: ['evil.pages.dev'] })])).toEqual([1.5]);
});

it('the way home is no news of its own, also where home is', () => {
  const state = settled();
  expect(termsOf(links, state, [later({ linkHosts: ['www.example.org'] })])).toEqual([-0.1]);
  const stranger = later({ linkHosts: ['www.example.net'], envelopeSender: 'a@example.net' });
  expect(termsOf(links, state, [stranger])).toEqual([-0.1]);
});

it('where each mail links to a new site, another one says nothing', () => {
  const state = newState(1);
  const mails = Array.from({ length: 200 }, (_, n) => anObservation({ linkHosts: [`site${n}.example`] }));
  expect(termsOf(links, state, mails).at(-1)).toBeLessThan(0.05);
});

it('says how many', () => {
  expect(wordsOf(links, settled(), later({ linkHosts: ['evil.example.net'] }))).toMatch(
    /^messages that link to a new site 100 % \(1 of 1\) against \d+(\.\d)? % usual$/,
  );
});
