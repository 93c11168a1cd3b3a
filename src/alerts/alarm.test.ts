import { expect, test } from 'vitest';
import type { User } from '../attribution/entity.ts';
import type { FamilyName, Verdict } from '../detection/verdict.ts';
import { Alarm } from './alarm.ts';
import type { Alert } from './alert.ts';

const ben: User = { kind: 'user', id: 'u', organizationId: 'o', name: 'ben@ours.example' };

function raised(verdict: Partial<Verdict>): Alert {
  const alerts: Alert[] = [];
  const alarm = new Alarm({
    store: { addAlert: async () => {}, alerts: async () => [] },
    now: () => 1,
    randomUUID: () => 'id',
    onAlert: (alert) => alerts.push(alert),
    onFailure: () => {},
  });
  const usual: Verdict = {
    level: 'suspect',
    sum: 8.04,
    threshold: 13,
    families: [],
    action: 'warn',
    culprit: false,
    alert: true,
  };
  alarm.reported(ben, { ...usual, ...verdict });
  expect(alerts).toHaveLength(1);
  return alerts[0]!;
}

const family = (name: FamilyName, sum: number, words: string) => ({ family: name, sum, words, messages: [] });

test('what is suspect is a Medium alert that says why, loudest first, and that nothing was stopped', () => {
  const families = [
    family('links', 1.5, 'a new site'),
    family('volume', 0.9, 'much'),
    family('recipients', 5, 'all new'),
  ];
  expect(raised({ families })).toMatchObject({
    policy: 'Suspicious email sending patterns detected',
    severity: 'Medium',
    entityId: 'u',
    summary:
      'user ben@ours.example sends unusual mail (sum 8.0 of 13): all new; a new site. Nothing was stopped; look at its message trace.',
  });
});

test('where no family is loud the warning is of one recipient’s mailbox', () => {
  const families = [family('recipients', -4, 'none new; 20 messages today to one of them')];
  expect(raised({ families }).summary).toContain('20 messages today to one of them');
});

test('what would have been restricted is another alert', () => {
  expect(raised({ action: 'report', level: 'compromised' }).policy).toBe('Suspicious connector activity');
  expect(raised({ action: 'hold', level: 'compromised' })).toMatchObject({
    policy: 'Suspicious activity of a new connector',
    severity: 'High',
  });
});
