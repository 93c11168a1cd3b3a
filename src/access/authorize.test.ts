import { describe, expect, test } from 'vitest';
import { authorize, may } from './authorize.ts';
import type { Principal } from './principal.ts';
import { ACTIONS, actionsOf, isProviders, type RoleName } from './roles.ts';

const ORGANIZATION = '0f6d4c1e-2f0b-4c50-9d0f-5f5b5c2a0001';
const ALONE = { organizations: 1 };
const SEVERAL = { organizations: 2 };

function a(role: RoleName | undefined, organizationId: string | undefined = ORGANIZATION): Principal {
  const roles = role === undefined ? [] : [role];
  return { id: '', kind: 'account', name: 'anna', organizationId, roles, actions: actionsOf(roles) };
}
const everywhere = (role: RoleName): Principal => ({ ...a(role), organizationId: undefined });

describe('somebody without a role', () => {
  test.each(ACTIONS)('has not the right %s, in no installation', (action) => {
    for (const installation of [ALONE, SEVERAL]) {
      expect(may(a(undefined), action, installation)).toBe(false);
      expect(() => authorize(a(undefined), action, installation)).toThrow(
        expect.objectContaining({ code: 'FORBIDDEN' }),
      );
    }
  });
});

describe("what is the provider's", () => {
  test.each(ACTIONS.filter(isProviders))('%s: needs his role over all organizations', (action) => {
    expect(may(everywhere('Provider Administrator'), action, SEVERAL)).toBe(true);
    expect(may(everywhere('Global Administrator'), action, SEVERAL)).toBe(false);
    expect(may(a('Provider Administrator'), action, SEVERAL)).toBe(false);
    expect(may(a('Organization Management'), action, SEVERAL)).toBe(false);
  });

  test.each([
    ['Organization Management', true],
    ['Global Administrator', true],
    ['Provider Administrator', true],
    ['Security Administrator', false],
    ['Global Reader', false],
  ] as const)('is in the only organization of an installation also for its %s: %s', (role, expected) => {
    for (const principal of [a(role), everywhere(role)]) {
      expect(may(principal, 'identities.assign', ALONE)).toBe(expected);
      expect(may(principal, 'guard.probe', ALONE)).toBe(expected);
    }
  });

  test('includes a second organization, which its administrators do not make', () => {
    expect(may(a('Organization Management'), 'organizations.write', ALONE)).toBe(false);
    expect(may(everywhere('Provider Administrator'), 'organizations.write', ALONE)).toBe(true);
  });

  test('is not for a token that may less than its maker, an administrator', () => {
    const token = { ...a('Organization Management'), actions: actionsOf(['Security Administrator']) };
    expect(may(token, 'identities.assign', ALONE)).toBe(false);
  });
});

describe('a refusal', () => {
  test('names who may', () => {
    expect(() => authorize(a('Global Reader'), 'restricted-entities.write', SEVERAL)).toThrow(
      'anna may not restrict and unblock connectors and users: ' +
        'this needs Global Administrator, Organization Management, Provider Administrator or Security Administrator',
    );
    expect(() => authorize(a('Provider Administrator'), 'organizations.write', SEVERAL)).toThrow(
      'anna may not create or rename organizations: this needs Provider Administrator over all organizations',
    );
  });
});
