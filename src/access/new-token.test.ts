import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expiryForToken, rolesForToken } from './new-token.ts';
import type { Principal } from './principal.ts';
import { actionsOf, ROLE_NAMES, type RoleName } from './roles.ts';
import type { TokenStore } from './token.ts';
import { Tokens } from './tokens.ts';

const ORGANIZATION = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0001';
const SEVERAL = { organizations: 2 };

function maker(roles: readonly RoleName[], over: Partial<Principal> = {}): Principal {
  const actions = actionsOf(roles);
  return { id: 'anna', kind: 'account', name: 'anna', organizationId: ORGANIZATION, roles, actions, ...over };
}

describe('a new token', () => {
  test("has its maker's roles, or fewer", () => {
    const anna = maker(['Organization Management', 'Security Reader']);
    expect(rolesForToken(anna, { organizationId: ORGANIZATION }, SEVERAL)).toEqual(anna.roles);
    const wish = { organizationId: ORGANIZATION, roles: ['View-Only Organization Management'] } as const;
    expect(rolesForToken(anna, wish, SEVERAL)).toEqual(wish.roles);
  });

  test('that might do more is refused, and the refusal names what', () => {
    const wish = { organizationId: ORGANIZATION, roles: ['Security Administrator'] } as const;
    expect(() => rolesForToken(maker(['Global Reader']), wish, SEVERAL)).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: expect.stringMatching(/might do what anna may not: restrict and unblock .*see subjects and samples/),
      }),
    );
  });

  test('is not made by a token, whatever its roles', () => {
    const token = maker(['Provider Administrator'], { kind: 'token', organizationId: undefined });
    expect(() => rolesForToken(token, { roles: ['Global Reader'] }, SEVERAL)).toThrow(
      'an API token makes no API tokens',
    );
  });

  test("of the provider's role is made by him alone, and not for one organization", () => {
    const provider = maker(['Provider Administrator'], { organizationId: undefined });
    expect(rolesForToken(provider, {}, SEVERAL)).toEqual(['Provider Administrator']);
    const inOne = { organizationId: ORGANIZATION, roles: provider.roles };
    expect(() => rolesForToken(provider, inOne, SEVERAL)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
    expect(() => rolesForToken(maker(['Provider Administrator']), inOne, SEVERAL)).toThrow('only the provider gives');
    expect(() => rolesForToken(maker(['Organization Management']), inOne, { organizations: 1 })).toThrow(
      'only the provider gives',
    );
  });

  test('that the provider makes for one organization is its administrator’s', () => {
    const provider = maker(['Provider Administrator'], { organizationId: undefined });
    expect(rolesForToken(provider, { organizationId: ORGANIZATION }, SEVERAL)).toEqual(['Organization Management']);
  });
});

describe('a new token ends', () => {
  const NOW = Date.parse('2026-11-22T08:00:00Z');
  const DAY = 86_400_000;
  const anna = maker(['Organization Management']);
  const local = maker(['Provider Administrator'], { kind: 'local', organizationId: undefined });

  test.each([anna, local])('after 90 days unless said otherwise, and after 366 at the latest', (who) => {
    expect(expiryForToken(who, undefined, NOW)).toBe(NOW + 90 * DAY);
    for (const wish of [NOW + 1, NOW + 366 * DAY]) expect(expiryForToken(who, wish, NOW)).toBe(wish);
    for (const [wish, message] of [
      [NOW, 'must be in the future'],
      [NOW + 366 * DAY + 1, 'must be at most 366 days ahead'],
    ] as const) {
      expect(() => expiryForToken(who, wish, NOW)).toThrow(
        expect.objectContaining({ code: 'INVALID_REQUEST', fields: [{ path: 'expiresAt', message }] }),
      );
    }
  });

  test('only when it is revoked where the local administrator says so, and nobody else', () => {
    expect(expiryForToken(local, null, NOW)).toBeUndefined();
    for (const who of [anna, maker(['Provider Administrator'], { organizationId: undefined })]) {
      expect(() => expiryForToken(who, null, NOW)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    }
  });
});

test('a token never may more than its maker may at that moment, and nothing when he is gone', async () => {
  const someRoles = fc.subarray([...ROLE_NAMES]);
  const store: TokenStore = {
    tokens: async () => [],
    addToken: async () => {},
    removeToken: async () => true,
    noteUse: async () => {},
  };
  await fc.assert(
    fc.asyncProperty(
      someRoles,
      fc.option(someRoles, { nil: undefined }),
      fc.array(fc.option(someRoles, { nil: undefined }), { maxLength: 4 }),
      fc.constantFrom(undefined, ORGANIZATION),
      fc.constantFrom(1, 2),
      async (had, wished, later, organizationId, organizations) => {
        let has: readonly RoleName[] | undefined = had;
        const rolesOf = () => has;
        const tokens = await Tokens.open({ store, rolesOf, now: () => 0, randomUUID, randomBytes });
        let roles: readonly RoleName[];
        try {
          roles = rolesForToken(maker(had, { organizationId }), { organizationId, roles: wished }, { organizations });
        } catch {
          return;
        }
        const { secret } = await tokens.create({ name: 't', organizationId, roles, madeBy: 'anna' });
        for (has of [had, ...later]) {
          const token = tokens.verify(secret);
          if (has === undefined) expect(token).toBeUndefined();
          else expect(token!.actions.difference(actionsOf(has))).toEqual(new Set());
        }
      },
    ),
    { numRuns: 300 },
  );
});
