// What every connector store must do.
import { describe, expect, test } from 'vitest';
import type { Organization } from '../attribution/entity.ts';
import { aConnector, anAssignment, aWindow, ORGANIZATION, OTHER_ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function connectorStoreContract(make: MakePlace): void {
  describe('connector store', () => {
    const place = new StoreInTest(make);

    test('organizations are there after a restart', async () => {
      const nothing = { users: {}, connectors: {}, logins: {} };
      const organizations: { -readonly [K in keyof Organization]: Organization[K] }[] = [
        {
          id: ORGANIZATION,
          name: 'Ours',
          sendingLimits: nothing,
          keeping: {},
          timeZone: 'UTC',
          auditLog: true,
          links: {},
        },
        {
          id: OTHER_ORGANIZATION,
          name: 'Ørsted & søn',
          sendingLimits: nothing,
          keeping: {},
          timeZone: 'Europe/Copenhagen',
          auditLog: false,
          links: { resetPasswordUrl: 'https://id.theirs.example/reset?user={user}' },
        },
      ];
      for (const each of organizations) await place.store.connectors.putOrganization(each);
      const limited = { most: 5, action: 'refuse' } as const;
      organizations[1]!.keeping = { journalDays: 15, subjects: 'off' };
      organizations[1]!.sendingLimits = { users: {}, connectors: { recipientsPerDay: limited }, logins: { anna: {} } };
      await place.store.connectors.putOrganization(organizations[1]!);
      expect(await (await place.restart()).connectors.organizations()).toEqual(organizations);
    });

    test('a connector is there after a restart as it was given', async () => {
      const connectors = [
        aConnector(),
        aConnector({
          enabled: false,
          type: 'Partner',
          senderIpAddresses: [],
          tlsSenderCertificateName: '',
          clientCertificateFingerprints: [],
          saslUsernames: [],
          localSubmission: true,
          associatedAcceptedDomains: ['ours.example', 'xn--bcher-kva.example'],
          comment: "Robert'); drop table connector; --",
          mode: 'observe',
          bulk: true,
          armed: false,
          ndr: true,
          sendingLimits: { messagesPerMinute: { most: 30, action: 'defer' } },
        }),
      ];
      for (const each of connectors) await place.store.connectors.putConnector(each);
      expect(await (await place.restart()).connectors.connectors()).toEqual(connectors);
    });

    test('a connector with the same id is replaced, and no other', async () => {
      const { connectors } = place.store;
      const [first, second] = [aConnector(), aConnector()];
      await connectors.putConnector(first);
      await connectors.putConnector(second);
      const changed = {
        ...first,
        name: 'Another name',
        mode: 'exempt',
        senderIpAddresses: ['198.51.100.1/32'],
      } as const;
      await connectors.putConnector(changed);
      expect(await connectors.connectors()).toEqual([changed, second]);
    });

    test('a removed connector is gone with its exception windows, and no other', async () => {
      const { connectors } = place.store;
      const [gone, stays] = [aConnector(), aConnector()];
      const window = aWindow({ connectorId: stays.id });
      for (const each of [gone, stays]) await connectors.putConnector(each);
      await connectors.addExceptionWindow(aWindow({ connectorId: gone.id }));
      await connectors.addExceptionWindow(window);
      expect(await connectors.removeConnector(gone.id)).toBe(true);
      expect(await connectors.removeConnector(gone.id)).toBe(false);
      expect(await connectors.connectors()).toEqual([stays]);
      expect(await connectors.exceptionWindows()).toEqual([window]);
    });

    test('an accepted domain belongs to one organization; to add it twice is harmless', async () => {
      const { connectors } = place.store;
      const ours = { organizationId: ORGANIZATION, domain: 'ours.example' };
      await connectors.addAcceptedDomain(ours);
      await connectors.addAcceptedDomain(ours);
      await expect(
        connectors.addAcceptedDomain({ organizationId: OTHER_ORGANIZATION, domain: 'ours.example' }),
      ).rejects.toMatchObject({ code: 'IDENTITY_TAKEN' });
      expect(await (await place.restart()).connectors.acceptedDomains()).toEqual([ours]);
    });

    test('an organization removes only its own accepted domain', async () => {
      const { connectors } = place.store;
      await connectors.addAcceptedDomain({ organizationId: ORGANIZATION, domain: 'ours.example' });
      expect(await connectors.removeAcceptedDomain(OTHER_ORGANIZATION, 'ours.example')).toBe(false);
      expect(await connectors.acceptedDomains()).toHaveLength(1);
      expect(await connectors.removeAcceptedDomain(ORGANIZATION, 'ours.example')).toBe(true);
      expect(await connectors.removeAcceptedDomain(ORGANIZATION, 'ours.example')).toBe(false);
      expect(await connectors.acceptedDomains()).toEqual([]);
    });

    test('exception windows are there after a restart until they are removed', async () => {
      const [first, second] = [aWindow({ from: 1, until: 2 }), aWindow({ from: 2, until: 3 })];
      await place.store.connectors.addExceptionWindow(second);
      await place.store.connectors.addExceptionWindow(first);
      const { connectors } = await place.restart();
      expect(await connectors.exceptionWindows()).toEqual([first, second]);
      expect(await connectors.removeExceptionWindow(first.id)).toBe(true);
      expect(await connectors.removeExceptionWindow(first.id)).toBe(false);
      expect(await connectors.exceptionWindows()).toEqual([second]);
    });

    test('an identity is assigned once, and is there after a restart until it is taken away', async () => {
      const first = anAssignment();
      const others = [
        anAssignment({ kind: 'saslUsername', value: '*@xn--bcher-kva.example', organizationId: OTHER_ORGANIZATION }),
        // Of another kind it is another identity.
        anAssignment({ kind: 'acceptedDomain', value: first.value }),
      ];
      for (const each of [first, ...others]) await place.store.connectors.addIdentityAssignment(each);
      for (const organizationId of [ORGANIZATION, OTHER_ORGANIZATION]) {
        const again = place.store.connectors.addIdentityAssignment({ ...first, id: anAssignment().id, organizationId });
        await expect(again).rejects.toMatchObject({ code: 'IDENTITY_TAKEN' });
      }
      const { connectors } = await place.restart();
      expect(await connectors.identityAssignments()).toEqual([first, ...others]);
      expect(await connectors.removeIdentityAssignment(first.id)).toBe(true);
      expect(await connectors.removeIdentityAssignment(first.id)).toBe(false);
      expect(await connectors.identityAssignments()).toEqual(others);
    });
  });
}
