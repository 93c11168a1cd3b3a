// What every store of alert policies must do.
import { describe, expect, test } from 'vitest';
import { anAlertPolicy } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function alertPolicyStoreContract(make: MakePlace): void {
  describe('alert policy store', () => {
    const place = new StoreInTest(make);

    test('policies are there after a restart as they were given, those of no organization too', async () => {
      const { alertPolicies } = place.store;
      const own = anAlertPolicy();
      const guards = anAlertPolicy({
        organizationId: undefined,
        type: 'System',
        enabled: false,
        notify: false,
        recipients: [],
        conditions: [],
        dailyLimit: 0,
        threshold: 7,
        windowMinutes: 90,
      });
      for (const each of [own, guards]) await alertPolicies.putAlertPolicy(each);
      expect(await (await place.restart()).alertPolicies.alertPolicies()).toEqual([own, guards]);
    });

    test('one that is put again is replaced, one that is removed is gone', async () => {
      const { alertPolicies } = place.store;
      const policy = anAlertPolicy();
      await alertPolicies.putAlertPolicy(policy);
      const changed = { ...policy, name: 'Scanners', enabled: false, recipients: [] };
      await alertPolicies.putAlertPolicy(changed);
      expect(await alertPolicies.alertPolicies()).toEqual([changed]);
      expect(await alertPolicies.removeAlertPolicy(policy.id)).toBe(true);
      expect(await alertPolicies.removeAlertPolicy(policy.id)).toBe(false);
      expect(await alertPolicies.alertPolicies()).toEqual([]);
    });
  });
}
