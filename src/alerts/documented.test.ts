import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { KEPT_ACTIVITIES } from './alert.ts';
import { CONDITION_PROPERTIES, MOST_RECIPIENTS, SYSTEM_POLICIES } from './alert-policy.ts';
import { MOST_CUSTOM_POLICIES } from './policies.ts';

const text = await readFile(new URL('../../docs/alerts.md', import.meta.url), 'utf8');

test('docs/alerts.md lists every system policy as the code has it, and no other', () => {
  const documented = [...text.matchAll(/^\| \*(.+)\* \| (\w+) \| (.+) \| `(\w+)` \|$/gm)].map(([, ...cells]) => cells);
  const own = SYSTEM_POLICIES.map(({ name, severity, comment, activity }) => [name, severity, comment, activity]);
  expect(documented).toEqual(own);
});

test('docs/alerts.md names every property of a condition, and the bounds as they are', () => {
  for (const property of CONDITION_PROPERTIES) expect(text).toContain(`\`${property}\``);
  expect(text).toContain(`up to ${MOST_RECIPIENTS} mail addresses`);
  expect(text).toContain(`Up to ${MOST_CUSTOM_POLICIES} in an organization`);
  expect(text).toContain(`list of activities (the last ${KEPT_ACTIVITIES})`);
});
