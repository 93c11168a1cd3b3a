import { describe, expect, test } from 'vitest';
import { ROLES } from '../config/schema.ts';
import { assertedRoles, ENTRA_ROLES } from './asserted-roles.ts';
import { ROLE_NAMES } from './roles.ts';

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
const EXCHANGE_ADMINISTRATOR = '29232cdf-9323-42fd-ade2-1d097af3e4de';
const mapping = [
  { value: 'mail-admins', role: 'Organization Management' },
  { value: 'mail-admins', role: 'Security Reader' },
  { value: 'readers', role: 'Global Reader' },
] as const;

test('the configuration knows the very roles that there are', () => {
  expect(ROLES).toEqual(ROLE_NAMES);
});

describe('what a provider asserts', () => {
  test.each([
    [{ roles: ['mail-admins'] }, ['Organization Management', 'Security Reader']],
    [{ groups: ['other', 'readers'] }, ['Global Reader']],
    [{ roles: 'readers' }, ['Global Reader']],
    [{ roles: ['readers'], groups: ['readers'] }, ['Global Reader']],
    [{ wids: [GLOBAL_ADMINISTRATOR, EXCHANGE_ADMINISTRATOR] }, ['Global Administrator']],
    [{ wids: Object.keys(ENTRA_ROLES) }, Object.values(ENTRA_ROLES)],
    [{}, []],
    [{ roles: ['MAIL-ADMINS', 'Global Administrator', '__proto__', 'constructor'] }, []],
    [{ wids: ['__proto__', 'constructor', 'toString'] }, []],
    [{ roles: [GLOBAL_ADMINISTRATOR], groups: [GLOBAL_ADMINISTRATOR] }, []],
    [{ roles: { 0: 'readers' }, groups: null, wids: 5 }, []],
    [{ roles: [['readers'], 5, null] }, []],
    [{ groups: [...Array(1_000).fill('x'), 'mail-admins'] }, []],
    [{ scope: 'mail-admins', role: 'mail-admins' }, []],
  ])('%.70j gives %j', (claims, roles) => {
    expect(assertedRoles(claims, { mapping })).toEqual(roles);
  });

  test('is looked for in the one claim that was configured', () => {
    const claims = { roles: ['mail-admins'], groups: ['readers'], wids: [GLOBAL_ADMINISTRATOR] };
    expect(assertedRoles(claims, { mapping, claim: 'groups' })).toEqual(['Global Reader']);
  });

  test('means what the mapping says of it, also where Entra means something else', () => {
    const own = [{ value: GLOBAL_ADMINISTRATOR, role: 'Security Reader' }] as const;
    expect(assertedRoles({ wids: [GLOBAL_ADMINISTRATOR] }, { mapping: own })).toEqual(['Security Reader']);
  });
});
