import { expect, it } from 'vitest';
import { Campaigns } from './campaigns.ts';

const TEXT = Int32Array.from({ length: 16 }, (_, n) => n);
const HOUR = 3_600_000;
const text = { sketch: TEXT, leads: [] };
const lead = { sketch: undefined, leads: [7] };

it('counts what others of the organization sent of the same text or lead, not one’s own', () => {
  const campaigns = new Campaigns();
  for (let n = 0; n < 3; n++) campaigns.note('o', { connectorId: 'a' }, { sketch: TEXT, leads: [7] }, n);
  expect(campaigns.elsewhere('o', { connectorId: 'b' }, text, 9)).toEqual({ alikeElsewhere: 3, condemned: undefined });
  expect(campaigns.elsewhere('o', { connectorId: 'b' }, lead, 9)).toMatchObject({ alikeElsewhere: 3 });
  expect(campaigns.elsewhere('o', { connectorId: 'a' }, text, 9)).toEqual({});
  expect(campaigns.elsewhere('other', { connectorId: 'b' }, text, 9)).toEqual({});
  expect(campaigns.elsewhere('o', { connectorId: 'b' }, { sketch: undefined, leads: [8] }, 9)).toEqual({});
});

it('forgets after a day', () => {
  const campaigns = new Campaigns();
  campaigns.note('o', { connectorId: 'a' }, text, 0);
  expect(campaigns.elsewhere('o', { connectorId: 'b' }, text, 25 * HOUR)).toEqual({});
});

it('condemns what a restricted entity sent at least three times, until somebody has looked at it', () => {
  const campaigns = new Campaigns();
  for (let n = 0; n < 3; n++) campaigns.note('o', { connectorId: 'a', userId: 'u' }, text, n);
  campaigns.note('o', { connectorId: 'a', userId: 'u' }, lead, 5);
  campaigns.condemn('o', 'u');
  const other = { connectorId: 'b' };
  expect(campaigns.elsewhere('o', other, text, 9)).toMatchObject({ condemned: true });
  expect(campaigns.elsewhere('o', other, lead, 9).condemned).toBeUndefined();
  campaigns.acquit('o', 'u');
  expect(campaigns.elsewhere('o', other, text, 9)).toEqual({});
});

it('is bounded: what was seen longest ago goes', () => {
  const campaigns = new Campaigns();
  for (let n = 1; n <= 1_000; n++) campaigns.note('o', { connectorId: 'a' }, { sketch: undefined, leads: [n] }, n);
  const seen = (n: number) => campaigns.elsewhere('o', { connectorId: 'b' }, { sketch: undefined, leads: [n] }, 1_000);
  expect(seen(1)).toEqual({});
  expect(seen(1_000)).toMatchObject({ alikeElsewhere: 1 });
});
