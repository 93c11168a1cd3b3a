// What every audit store must do.
import { describe, expect, test } from 'vitest';
import { anAuditRecord, ORGANIZATION, OTHER_ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function auditStoreContract(make: MakePlace): void {
  describe('audit store', () => {
    const place = new StoreInTest(make);

    test('audit records are there after a restart as they were given, newest first', async () => {
      const records = [3, 2, 1].map((at) => anAuditRecord({ at }));
      const failed = anAuditRecord({ at: 0, result: 'Failed', parameters: {}, clientAddress: '' });
      for (const each of [...records, failed].reverse()) await place.store.audit.append(each);
      expect(await (await place.restart()).audit.list({ limit: 10 })).toEqual([...records, failed]);
    });

    test('an organization sees its own audit records only, and at most as many as it asks for', async () => {
      const { audit } = place.store;
      const ours = [1, 2, 3].map((at) => anAuditRecord({ at }));
      for (const each of ours) await audit.append(each);
      await audit.append(anAuditRecord({ organizationId: OTHER_ORGANIZATION }));
      expect(await audit.list({ organizationId: ORGANIZATION, limit: 2 })).toEqual([ours[2], ours[1]]);
      expect(await audit.list({ limit: 10 })).toHaveLength(4);
    });

    test('an audit record is never overwritten', async () => {
      const { audit } = place.store;
      const record = anAuditRecord();
      await audit.append(record);
      await expect(audit.append({ ...record, by: 'mallory' })).rejects.toThrow();
      expect(await audit.list({ limit: 10 })).toEqual([record]);
    });

    test('one that is refused does not take along those that are written at the same moment', async () => {
      const { audit } = place.store;
      const record = anAuditRecord();
      await audit.append(record);
      const others = Array.from({ length: 20 }, () => anAuditRecord());
      const results = await Promise.allSettled([...others, record, anAuditRecord()].map((each) => audit.append(each)));
      expect(results.filter((result) => result.status === 'rejected')).toHaveLength(1);
      expect(await audit.list({ limit: 100 })).toHaveLength(22);
    });
  });
}
