import { expect, test } from 'vitest';
import { hygieneEventOf } from './hygiene-events.ts';
import { anEnd, aRestriction, NOON } from './store/samples.ts';

const what = { id: 'x', at: NOON };

test('what the service restricts is listed, and delisted where it ends by itself', () => {
  const restriction = aRestriction();
  expect(hygieneEventOf({ restriction, isOwn: true }, what)).toEqual({
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
  const unblocked = { restriction: ended, isOwn: true } as const;
  expect(hygieneEventOf(unblocked, what)).toMatchObject({
    parameters: { Event: 'Delisted', Reason: 'its time is over' },
  });
});

test('what people do is theirs, also of one who is called Cordon', () => {
  for (const by of ['anna', 'Cordon']) {
    const [restriction, ended] = [aRestriction({ restrictedBy: by }), aRestriction({ ended: anEnd({ by }) })];
    expect(hygieneEventOf({ restriction, isOwn: false }, what)).toBeUndefined();
    expect(hygieneEventOf({ restriction: ended, isOwn: false }, what)).toBeUndefined();
  }
});
