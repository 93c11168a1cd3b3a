// What every audit store must do.
import { describe, expect, test } from 'vitest';
import { ChainKey, NO_MAC } from '../audit/chain.ts';
import { AUDIT_KEY, anAuditLog } from './audit-log-in-test.ts';
import { aGuid, anAuditRecord, NOON, ORGANIZATION, OTHER_ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

const key = new ChainKey(AUDIT_KEY);

export function auditStoreContract(make: MakePlace): void {
  describe('audit store', () => {
    const place = new StoreInTest(make);
    const log = () => anAuditLog(place.store.audit);

    test('audit records are there after a restart as they were given, newest first', async () => {
      const audit = await log();
      const records = [3, 2, 1].map((at) => anAuditRecord({ at }));
      const failed = anAuditRecord({ at: 0, result: 'Failed', parameters: {}, clientAddress: '' });
      const changed = anAuditRecord({ at: -1, changes: [{ name: 'mode', before: 'observe', after: 'enforce' }] });
      for (const each of [...records, failed, changed].reverse()) await audit.append(each);
      expect(await (await place.restart()).audit.list({ limit: 10 })).toEqual([...records, failed, changed]);
    });

    test('an organization sees its own audit records only, and at most as many as it asks for', async () => {
      const { audit } = place.store;
      const writer = await log();
      const ours = [1, 2, 3].map((at) => anAuditRecord({ at }));
      for (const each of ours) await writer.append(each);
      await writer.append(anAuditRecord({ organizationId: OTHER_ORGANIZATION }));
      expect(await audit.list({ organizationId: ORGANIZATION, limit: 2 })).toEqual([ours[2], ours[1]]);
      expect(await audit.list({ limit: 10 })).toHaveLength(4);
    });

    test('an audit record is never overwritten, nor is its place in the chain', async () => {
      const { audit } = place.store;
      const first = { organizationId: ORGANIZATION, sequence: 0, mac: NO_MAC };
      const record = key.chain(anAuditRecord(), first, 'aa');
      await audit.append([record]);
      await expect(audit.append([{ ...record, sequence: 2, by: 'mallory' }])).rejects.toThrow();
      await expect(audit.append([{ ...record, id: aGuid(), by: 'mallory' }])).rejects.toThrow();
      expect((await audit.list({ limit: 10 })).map(({ id, by }) => [id, by])).toEqual([[record.id, 'anna']]);
    });

    test('of several all are written, or none', async () => {
      const { audit } = place.store;
      const first = key.chain(anAuditRecord(), { organizationId: ORGANIZATION, sequence: 0, mac: NO_MAC }, 'aa');
      const second = key.chain(anAuditRecord(), first, 'aa');
      await expect(audit.append([first, second, second])).rejects.toThrow();
      expect(await audit.list({ limit: 10 })).toEqual([]);
      await audit.append([first, second]);
      expect(await audit.heads()).toEqual([{ organizationId: ORGANIZATION, sequence: 2, mac: second.mac }]);
    });

    test('removing the oldest leaves a base in their place, and the head where it was', async () => {
      const { audit } = place.store;
      const writer = await log();
      for (let i = 0; i < 5; i++) await writer.append(anAuditRecord({ at: NOON + i }));
      const [head] = await audit.heads();
      const third = (await audit.pointUpTo(ORGANIZATION, 3))!;
      expect(await audit.firstSince(ORGANIZATION, NOON + 3)).toBe(4);
      expect(await audit.removeUpTo(key.baseAt(third))).toBe(3);
      expect(await audit.base(ORGANIZATION)).toEqual(key.baseAt(third));
      expect(await audit.pointUpTo(ORGANIZATION, 3)).toBeUndefined();
      expect(await audit.heads()).toEqual([head]);
      await audit.removeUpTo(key.baseAt(head!));
      expect(await (await place.restart()).audit.heads()).toEqual([head]);
    });

    describe('search', () => {
      const pages = async (query: object, chains = [ORGANIZATION, OTHER_ORGANIZATION, '']) => {
        const found: string[] = [];
        let before: { at: number; sequence: number; id: string } | undefined;
        do {
          const page = await place.store.audit.search({ limit: 2, before, ...query }, chains);
          found.push(...page.records.map(({ id }) => id));
          before = page.next;
        } while (before !== undefined);
        return found;
      };

      test('finds by each filter, page by page, newest first', async () => {
        const writer = await log();
        const all = Array.from({ length: 12 }, (_, i) =>
          anAuditRecord({
            at: NOON + Math.floor(i / 3),
            organizationId: i % 4 === 3 ? OTHER_ORGANIZATION : ORGANIZATION,
            operation: ['Set-InboundConnector', 'New-InboundConnector', 'Remove-BlockedConnector'][i % 3]!,
            by: i % 2 === 0 ? 'anna' : 'eve',
            objectId: `object ${i % 5}`,
            clientAddress: `192.0.2.${i % 6}`,
            parameters: { comment: i === 7 ? 'For the "Müller" PRINTER_1' : 'x%' },
            changes: i === 8 ? [{ name: 'mode', before: 'Observe', after: 'enforce' }] : undefined,
          }),
        );
        for (const each of all) await writer.append(each);
        const inOrder = await place.store.audit.list({ limit: 100 });
        const where = (isFound: (record: (typeof all)[number]) => boolean) =>
          inOrder.filter(isFound).map(({ id }) => id);
        const filters: [object, (record: (typeof all)[number]) => boolean][] = [
          [{}, () => true],
          [{ organizationId: ORGANIZATION }, ({ organizationId }) => organizationId === ORGANIZATION],
          [{ from: NOON + 1, until: NOON + 3 }, ({ at }) => at >= NOON + 1 && at < NOON + 3],
          [{ operations: ['Set-InboundConnector'] }, ({ operation }) => operation.startsWith('Set')],
          [
            { operations: ['Set-InboundConnector', 'New-InboundConnector'], organizationId: ORGANIZATION },
            ({ operation, organizationId }) => !operation.startsWith('Rem') && organizationId === ORGANIZATION,
          ],
          [{ users: ['anna'] }, ({ by }) => by === 'anna'],
          [{ users: ['Anna'] }, () => false],
          [{ objectIds: ['object 3'] }, ({ objectId }) => objectId === 'object 3'],
          [{ objectIds: ['object 1', 'object 3'] }, ({ objectId }) => /[13]$/.test(objectId)],
          [{ users: ['anna', 'eve', 'nobody'] }, () => true],
          [{ users: Array.from({ length: 200 }, (_, i) => (i === 150 ? 'eve' : `${i}`)) }, ({ by }) => by === 'eve'],
          [
            {
              users: ['eve', 'anna'],
              operations: ['Set-InboundConnector'],
              clientAddresses: ['192.0.2.0', '192.0.2.3'],
            },
            ({ operation, clientAddress }) => operation.startsWith('Set') && /[03]$/.test(clientAddress),
          ],
          [{ clientAddresses: ['192.0.2.5'], users: ['eve'] }, ({ clientAddress }) => clientAddress === '192.0.2.5'],
          [{ text: '"müller" printer_1' }, ({ id }) => id === all[7]!.id],
          [{ text: 'OBSERVE' }, ({ id }) => id === all[8]!.id],
          [{ text: 'X%' }, ({ id }) => id !== all[7]!.id],
          [{ text: 'set-inbound', users: ['eve'] }, ({ operation, by }) => operation.startsWith('Set') && by === 'eve'],
          [{ text: 'object', objectIds: ['object 3'] }, ({ objectId }) => objectId === 'object 3'],
          [{ text: '_rinter' }, () => false],
        ];
        for (const [filter, isFound] of filters)
          expect(await pages(filter), JSON.stringify(filter)).toEqual(where(isFound));
        expect(await pages({ users: ['eve'] }, [])).toEqual([]);
      });

      test('for a text ends after twenty thousand records, and goes on from there', async () => {
        const writer = await log();
        const needle = anAuditRecord({ at: NOON - 1, by: 'needle' });
        await writer.append(needle);
        await Promise.all(Array.from({ length: 20_500 }, () => writer.append(anAuditRecord())));
        const { audit } = place.store;
        const first = await audit.search({ text: 'needle', limit: 10 }, [ORGANIZATION]);
        expect(first.records).toEqual([]);
        const { records, next } = await audit.search({ text: 'needle', limit: 10, before: first.next! }, [
          ORGANIZATION,
        ]);
        expect([records, next]).toEqual([[needle], undefined]);
        // An address that nearly all have makes it no shorter, one that few have does.
        const [clientAddresses, objectIds] = [[needle.clientAddress], [needle.objectId]];
        const common = await audit.search({ text: 'needle', clientAddresses, limit: 10 }, [ORGANIZATION]);
        expect([common.records, common.next]).toEqual([[], first.next]);
        const rare = await audit.search({ text: 'needle', clientAddresses, objectIds, limit: 10 }, [ORGANIZATION]);
        expect(rare).toEqual({ records: [needle] });
        const byUser = await audit.search({ users: ['needle'], clientAddresses, limit: 10 }, [ORGANIZATION]);
        expect(byUser).toEqual({ records: [needle] });
      }, 60_000);
    });
  });
}
