// What every token store must do.
import { describe, expect, test } from 'vitest';
import { aToken } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

export function tokenStoreContract(make: MakePlace): void {
  describe('token store', () => {
    const place = new StoreInTest(make);

    test('tokens are there after a restart as they were given', async () => {
      const tokens = [
        aToken({ createdAt: 1 }),
        aToken({ createdAt: 2, organizationId: undefined, expiresAt: 1_795_000_000_000 }),
      ];
      for (const each of tokens) await place.store.tokens.addToken(each);
      expect(await (await place.restart()).tokens.tokens()).toEqual(tokens);
    });

    test('a removed token is gone, and no other', async () => {
      const { tokens } = place.store;
      const [gone, stays] = [aToken(), aToken()];
      for (const each of [gone, stays]) await tokens.addToken(each);
      expect(await tokens.removeToken(gone.id)).toBe(true);
      expect(await tokens.removeToken(gone.id)).toBe(false);
      expect(await tokens.tokens()).toEqual([stays]);
    });

    test('the last use is there after a restart, and changes no other token', async () => {
      const [used, other] = [aToken({ createdAt: 1 }), aToken({ createdAt: 2 })];
      for (const each of [used, other]) await place.store.tokens.addToken(each);
      await place.store.tokens.noteUse(used.id, 1_795_000_000_000);
      const kept = await (await place.restart()).tokens.tokens();
      expect(kept).toEqual([{ ...used, lastUsedAt: 1_795_000_000_000 }, other]);
    });

    test('two tokens cannot have one secret', async () => {
      const { tokens } = place.store;
      const token = aToken();
      await tokens.addToken(token);
      await expect(tokens.addToken(aToken({ secretHash: token.secretHash }))).rejects.toThrow();
      expect(await tokens.tokens()).toEqual([token]);
    });
  });
}
