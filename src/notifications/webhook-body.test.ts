import { expect, test } from 'vitest';
import { anEvent } from '../store/samples.ts';
import { webhookBody } from './webhook-body.ts';

const PORTAL = 'https://cordon.ours.example';
const details = { timeZone: 'UTC', recommendations: [] };
const linksOf = (event: ReturnType<typeof anEvent>) => {
  const { url, evidenceUrl } = JSON.parse(webhookBody({ event, details }, PORTAL));
  return { url, evidenceUrl };
};

test('a webhook is led to the alert and to the evidence of the incident', () => {
  const entity = { id: 'e1', kind: 'connector', name: 'branch-office' } as const;
  expect(linksOf(anEvent({ alertId: 'a1', incidentId: 'i1', entity }))).toEqual({
    url: `${PORTAL}/alerts?alert=a1`,
    evidenceUrl: `${PORTAL}/restrictedentities/e1/incidents/i1`,
  });
});

test('an alert about the guard itself has no evidence', () => {
  expect(linksOf(anEvent({ alertId: 'a1', incidentId: undefined, entity: undefined }))).toEqual({
    url: `${PORTAL}/alerts?alert=a1`,
    evidenceUrl: undefined,
  });
});
