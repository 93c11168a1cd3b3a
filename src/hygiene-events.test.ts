import { expect, test } from 'vitest';
import { hygieneEventOf } from './hygiene-events.ts';
import { anEnd, aRestriction, NOON } from './store/samples.ts';

const what = { id: 'x', at: NOON };

test('what the service restricts is listed, and delisted where it ends by itself', () => {
  const restriction = aRestriction();
  expect(hygieneEventOf(restriction, what)).toEqual({
    ...what,
    organizationId: restriction.organizationId,
    operation: 'HygieneTenantEvents',
    userType: 'System',
    userKey: '',
    by: 'Cordon',
    clientAddress: '',
    objectId: restriction.entityId,
    parameters: {
      Event: 'Listed',
      EventId: restriction.incidentId,
      EventValue: 'Branch office',
      Reason: 'sends spam',
      Cause: 'detection',
    },
    result: 'Succeeded',
  });
  const ended = aRestriction({ ended: anEnd({ by: 'Cordon', reason: 'its time is over' }) });
  expect(hygieneEventOf(ended, what)).toMatchObject({ parameters: { Event: 'Delisted', Reason: 'its time is over' } });
});

test('what people do is theirs', () => {
  expect(hygieneEventOf(aRestriction({ restrictedBy: 'anna' }), what)).toBeUndefined();
  expect(hygieneEventOf(aRestriction({ ended: anEnd({ by: 'anna' }) }), what)).toBeUndefined();
});
