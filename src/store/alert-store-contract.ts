// What every alert store must do.
import { describe, expect, test } from 'vitest';
import { anAlert, ORGANIZATION, OTHER_ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function alertStoreContract(make: MakePlace): void {
  describe('alert store', () => {
    const place = new StoreInTest(make);

    test('alerts are there after a restart as they were given, newest first', async () => {
      const old = anAlert({ at: 1 });
      const aboutTheGuard = anAlert({
        at: 2,
        organizationId: undefined,
        entityId: undefined,
        incidentId: undefined,
        policy: 'Guard degraded',
        severity: 'Medium',
      });
      await place.store.alerts.addAlert(aboutTheGuard);
      await place.store.alerts.addAlert(old);
      expect(await (await place.restart()).alerts.alerts({ limit: 10 })).toEqual([aboutTheGuard, old]);
    });

    test('an organization sees its own alerts only, and at most as many as it asks for', async () => {
      const { alerts } = place.store;
      const ours = [1, 2, 3].map((at) => anAlert({ at }));
      for (const each of ours) await alerts.addAlert(each);
      await alerts.addAlert(anAlert({ organizationId: OTHER_ORGANIZATION }));
      await alerts.addAlert(anAlert({ organizationId: undefined }));
      expect(await alerts.alerts({ organizationId: ORGANIZATION, limit: 2 })).toEqual([ours[2], ours[1]]);
      expect(await alerts.alerts({ limit: 10 })).toHaveLength(5);
    });
  });
}
