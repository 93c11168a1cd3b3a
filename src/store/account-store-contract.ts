// What every store must do for accounts, sessions and failed sign-ins.
import { describe, expect, test } from 'vitest';
import { aGuid, anAccount, aSession, NOON } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function accountStoreContract(make: MakePlace): void {
  describe('account store', () => {
    const place = new StoreInTest(make);

    test('accounts are there after a restart as they were given and replaced, and removed ones are not', async () => {
      const [local, gone] = [anAccount({ createdAt: 1 }), anAccount({ createdAt: 2 })];
      const federated = anAccount({
        createdAt: 3,
        organizationId: undefined,
        mail: undefined,
        roles: ['Global Administrator', 'Provider Administrator'],
        kind: 'federated',
        issuer: 'https://login.example/',
        subject: 'x',
        passwordHash: undefined,
        lastSignInAt: NOON,
      });
      for (const each of [local, gone, federated]) await place.store.accounts.addAccount(each);
      const changed = { ...local, name: 'Änne', enabled: false, totpSecret: 'ABC', totpStep: 57_000_000 };
      await place.store.accounts.replaceAccount(changed);
      await place.store.accounts.removeAccount(gone.id);
      expect(await (await place.restart()).accounts.accounts()).toEqual([changed, federated]);
    });

    test('two accounts cannot have one name, whatever its case', async () => {
      const { accounts } = place.store;
      const anna = anAccount({ name: 'Ånna' });
      await accounts.addAccount(anna);
      await expect(accounts.addAccount(anAccount({ name: 'åNNA' }))).rejects.toThrow();
      expect(await accounts.accounts()).toEqual([anna]);
    });
  });

  describe('session store', () => {
    const place = new StoreInTest(make);

    test('sessions are there after a restart, with when they were seen last, and ended ones are not', async () => {
      const { sessions } = place.store;
      const [stays, ...gone] = Array.from({ length: 2_500 }, (_, i) => aSession({ createdAt: i }));
      await Promise.all([stays!, ...gone].map((each) => sessions.addSession(each)));
      await sessions.noteSeen(stays!.id, NOON + 60_000);
      await sessions.removeSessions(gone.map(({ id }) => id));
      await sessions.removeSessions([]);
      expect(await (await place.restart()).sessions.sessions()).toEqual([{ ...stays, seenAt: NOON + 60_000 }]);
    });

    test('failed sign-ins are there after a restart, each key once with its last count', async () => {
      const { sessions } = place.store;
      const [a, b] = [aGuid(), aGuid()];
      await sessions.writeFailures([{ key: a, kind: 'pair', count: 1, at: 1 }], []);
      await sessions.writeFailures(
        [
          { key: a, kind: 'pair', count: 2, at: 2 },
          { key: b, kind: 'name', count: 1, at: 2 },
        ],
        [],
      );
      await sessions.writeFailures([], []);
      await sessions.writeFailures([{ key: a, kind: 'pair', count: 3, at: 3 }], [b]);
      expect(await (await place.restart()).sessions.failures()).toEqual([{ key: a, kind: 'pair', count: 3, at: 3 }]);
    });
  });
}
