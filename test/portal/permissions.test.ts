// Permissions: role groups, members and accounts.

import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

describe.skipIf(!hasChromium)('Permissions', { timeout: 120_000 }, () => {
  let world: PortalWorld;
  beforeAll(async () => {
    world = await aPortalWorld();
  }, 120_000);
  afterAll(() => world.close());

  test('an administrator creates an account, whose one-time password opens the door once', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/permissions?view=accounts');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('nina');
    await page.getByRole('checkbox', { name: 'Security Reader' }).check();
    await lookAt(page, 'permissions-new-account');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const password = await page.getByRole('textbox', { name: 'One-time password' }).inputValue();
    await lookAt(page, 'permissions-one-time-password');
    await page.getByRole('dialog').getByText('Close', { exact: true }).click();
    await expect(page.getByRole('row').filter({ hasText: 'nina' })).toContainText('Security Reader');
    await lookAt(page, 'permissions-accounts');

    const hers = await world.page();
    await hers.goto('/');
    await hers.getByLabel('Name').fill('nina');
    await hers.getByLabel('Password').fill(password);
    await hers.getByRole('button', { name: 'Sign in' }).click();
    await expect(hers.getByRole('heading', { name: 'Choose your own password' })).toBeVisible();
  });

  test('a role group says its rights; a member is added and removed, and the record says who did it', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await world.pageOf('sam', []);
    await page.goto('/permissions');
    await lookAt(page, 'permissions-role-groups');
    await page.getByRole('button', { name: 'Security Administrator' }).click();
    const flyout = page.getByRole('dialog', { name: 'Security Administrator' });
    await expect(flyout.getByText('restrict and unblock connectors and users')).toBeVisible();
    await expect(flyout.getByText('give and take roles')).toHaveCount(0);
    await expect(flyout.getByText('Nobody has this role.')).toBeVisible();
    await flyout.getByRole('combobox', { name: 'Add a member' }).click();
    await page.getByRole('option', { name: 'sam' }).click();
    await flyout.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(flyout.getByRole('button', { name: 'Remove sam' })).toBeVisible();
    await lookAt(page, 'permissions-role-group');
    await flyout.getByRole('button', { name: 'Remove sam' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await expect(flyout.getByText('Nobody has this role.')).toBeVisible();
    const { items } = await world.api<{ items: { operation: string; by: string }[] }>(
      'GET',
      '/audit-records?operation=Add-RoleGroupMember&operation=Remove-RoleGroupMember&user=olivia',
    );
    expect(items.map(({ operation }) => operation)).toEqual(['Remove-RoleGroupMember', 'Add-RoleGroupMember']);
  });

  test('an account is changed, disabled and deleted; the last administrator is protected in the guard’s words', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await world.pageOf('tom', ['Global Reader']);
    await page.goto('/permissions?view=accounts');
    await page.getByRole('button', { name: 'tom', exact: true }).click();
    const flyout = page.getByRole('dialog', { name: 'tom' });
    await flyout.getByRole('textbox', { name: 'Mail address' }).fill('tom@contoso.example');
    await flyout.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Saved', { exact: true }).first()).toBeVisible();
    await lookAt(page, 'permissions-account');
    await flyout.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
    await expect(flyout.getByText('Disabled', { exact: true })).toBeVisible();
    await flyout.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(page.getByRole('row').filter({ hasText: 'tom' })).toHaveCount(0);

    await page.getByRole('button', { name: 'olivia', exact: true }).click();
    const own = page.getByRole('dialog', { name: 'olivia' });
    await own.getByRole('checkbox', { name: 'Global Administrator' }).uncheck();
    await own.getByRole('checkbox', { name: 'Global Reader' }).check();
    await own.getByRole('button', { name: 'Save' }).click();
    await expect(own.getByText('olivia is the last local administrator here')).toBeVisible();
    await expect(own.getByText('last_administrator')).toBeVisible();
  });

  test('a reader sees who may what; that he may not change it is said', async () => {
    const page = await world.pageOf('rita', ['Security Reader']);
    await page.goto('/permissions?view=accounts');
    await expect(page.getByText('You may not change roles and accounts')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Create account' })).toHaveCount(0);
    await page.getByRole('button', { name: 'olivia', exact: true }).click();
    const flyout = page.getByRole('dialog', { name: 'olivia' });
    await expect(flyout).toContainText('Global Administrator');
    await expect(flyout.getByRole('button', { name: 'Delete' })).toHaveCount(0);
    await lookAt(page, 'permissions-reader');
  });
});
