import { describe, expect, test } from 'vitest';
import { printRoles } from './print-roles.ts';
import { ACTIONS, actionsOf, ROLE_NAMES, type RoleName, roleNamed } from './roles.ts';

test('docs/roles.md is the one that the table gives; `vitest run src/access -u` writes it anew', async () => {
  await expect(printRoles()).toMatchFileSnapshot('../../docs/roles.md');
});

describe('the table in docs/roles.md agrees with the article', () => {
  const lines = printRoles().split('\n');
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());
  const head = cells(lines.find((line) => line.startsWith('| action |'))!);
  const row = (action: string) => cells(lines.find((line) => line.startsWith(`| \`${action}\` |`))!);
  const whoMay = (action: string) => head.filter((role, i) => i > 2 && role !== '' && row(action)[i] === 'yes');

  /** Its words, under "What do you need to know before you begin?". */
  const ARTICLE = {
    removeGroups:
      '_Remove connectors from the Restricted entities portal_: Membership in the **Organization Management** or **Security Administrator** role groups.',
    readGroups:
      '_Read-only access to the Restricted entities portal_: Membership in the **Global Reader**, **Security Reader**, or **View-Only Organization Management** role groups.',
    directory:
      'Membership in the **Global Administrator**, **Security Administrator**, **Global Reader**, or **Security Reader** roles gives users the required permissions',
  };
  const named = (words: string) => [...words.matchAll(/\*\*(.+?)\*\*/g)].map(([, role]) => role!);

  test('on who removes: its role groups, and of the directory roles the administrators', () => {
    const administrators = named(ARTICLE.directory).filter((role) => role.endsWith('Administrator'));
    const wanted = new Set([...named(ARTICLE.removeGroups), ...administrators, 'Provider Administrator']);
    expect(new Set(whoMay('restricted-entities.write'))).toEqual(wanted);
  });

  test('on who only reads: they see the list and every alert, and change nothing', () => {
    const readers = named(ARTICLE.readGroups);
    expect(readers).toHaveLength(3);
    expect(whoMay('restricted-entities.read')).toEqual(expect.arrayContaining(readers));
    for (const right of ACTIONS.filter((action) => /\.(write|configure|erase|assign|content|probe)$/.test(action))) {
      for (const reader of readers)
        expect([right, whoMay(right)]).not.toEqual([right, expect.arrayContaining([reader])]);
    }
  });

  test('on the directory roles: each is a role here', () => {
    for (const role of named(ARTICLE.directory)) expect(ROLE_NAMES).toContain(role);
  });

  test('and the text says who removes and who reads in the same names', () => {
    const text = lines.join('\n');
    expect(text).toMatch(/removes.*Organization Management or Security Administrator\.$/m);
    expect(text).toMatch(/reads.*Global Reader, Security Reader or View-Only Organization Management\.$/m);
    expect(text).toMatch(
      /^- \*\*Directory roles\*\*.*Global Administrator and Security Administrator remove; Global Reader and Security Reader read\.$/m,
    );
  });
});

/** As the issue of accountability puts it: all (R), without the readers (SA), administrators only (OM), the provider's (P). */
const LEAST: Readonly<Record<string, 'R' | 'SA' | 'OM' | 'P'>> = {
  'restricted-entities.read': 'R',
  'restricted-entities.write': 'SA',
  'alerts.read': 'R',
  'alerts.write': 'SA',
  'alert-policies.read': 'R',
  'alert-policies.write': 'SA',
  'connectors.read': 'R',
  'connectors.write': 'OM',
  'audit.read': 'R',
  'audit.configure': 'OM',
  'trace.read': 'R',
  'trace.content': 'SA',
  'organization.read': 'R',
  'organization.write': 'OM',
  'personal-data.erase': 'OM',
  'roles.read': 'R',
  'roles.write': 'OM',
  'tokens.own': 'R',
  'guard.read': 'R',
  'guard.probe': 'P',
  'identities.assign': 'P',
  'organizations.write': 'P',
};
const RANK: Readonly<Record<RoleName, readonly string[]>> = {
  'Global Reader': ['R'],
  'Security Reader': ['R'],
  'View-Only Organization Management': ['R'],
  'Security Administrator': ['R', 'SA'],
  'Organization Management': ['R', 'SA', 'OM'],
  'Global Administrator': ['R', 'SA', 'OM'],
  'Provider Administrator': ['R', 'SA', 'OM', 'P'],
};

describe('a role', () => {
  test.each(ROLE_NAMES)('%s has the rights of its rank, and no other', (role) => {
    const wanted = Object.keys(LEAST).filter((action) => RANK[role].includes(LEAST[action]!));
    expect([...actionsOf([role])].sort()).toEqual(wanted.sort());
  });

  test('that nobody has gives nothing', () => {
    expect(actionsOf([]).size).toBe(0);
    expect(actionsOf(['Exchange Recipient Administrator' as RoleName]).size).toBe(0);
  });

  test('adds to others', () => {
    const both = actionsOf(['Global Reader', 'Security Administrator']);
    expect(both).toEqual(actionsOf(['Security Administrator']));
  });

  test.each([
    ['global reader', 'Global Reader'],
    [' VIEW-ONLY Organization management ', 'View-Only Organization Management'],
    ['Reader', undefined],
    ['', undefined],
  ])('%j is %s, whatever its case', (text, role) => {
    expect(roleNamed(text)).toBe(role);
  });
});
