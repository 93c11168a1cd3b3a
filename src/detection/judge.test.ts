import { expect, it } from 'vitest';
import { isRefusal, judgeBoth, type Tested } from './judge.ts';
import type { Verdict } from './verdict.ts';

const verdict = (action: Verdict['action']): Verdict => ({
  level: action === 'none' ? 'clear' : 'compromised',
  sum: 0,
  threshold: 13,
  action,
  culprit: false,
  alert: false,
  families: [],
});

function judged(
  subject: { connectorId?: string; userId?: string },
  actions: Partial<Record<Tested, Verdict['action']>>,
) {
  const ran: string[] = [];
  const judgement = judgeBoth(
    subject,
    (id, tested) => {
      ran.push(id);
      return verdict(actions[tested] ?? 'none');
    },
    (_, v) => isRefusal(v),
  );
  return { ran, by: judgement.by };
}

const BOTH = { connectorId: 'c', userId: 'u' };

it('runs the connector’s test first, then the user’s', () => {
  expect(judged(BOTH, {})).toEqual({ ran: ['c', 'u'], by: undefined });
  expect(judged(BOTH, { user: 'restrict' })).toEqual({ ran: ['c', 'u'], by: 'user' });
});

it.each(['restrict', 'hold'] as const)(
  'does not run the user’s on what the connector’s did not let pass (%s)',
  (action) => {
    expect(judged(BOTH, { connector: action, user: 'restrict' })).toEqual({ ran: ['c'], by: 'connector' });
  },
);

it('a report lets the message pass', () => {
  expect(judged(BOTH, { connector: 'report' })).toEqual({ ran: ['c', 'u'], by: undefined });
});

it('runs the one there is', () => {
  expect(judged({ userId: 'u' }, {}).ran).toEqual(['u']);
  expect(judged({ connectorId: 'c' }, {}).ran).toEqual(['c']);
  expect(judged({}, {})).toEqual({ ran: [], by: undefined });
});

it('a block falls on the user where the connector’s verdict names him, and not without one', () => {
  const culprit = { ...verdict('restrict'), culprit: true };
  const run = (subject: { connectorId: string; userId?: string }) =>
    judgeBoth(
      subject,
      () => culprit,
      (_, v) => isRefusal(v),
    );
  expect(run(BOTH)).toEqual({ connector: { ...culprit, action: 'none' }, user: culprit, by: 'user' });
  expect(run({ connectorId: 'c' })).toEqual({ connector: culprit, by: 'connector' });
});
