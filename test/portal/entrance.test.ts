// The way in, and what every page is sent with.
import { expect } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

describe.skipIf(!hasChromium)('the way in', () => {
  let world: PortalWorld;
  beforeAll(async () => {
    world = await aPortalWorld();
  });
  afterAll(() => world.close());

  test('the first administrator signs in, chooses a password, and arrives where he wanted to go', async () => {
    const page = await world.page();
    await page.goto('/restrictedentities');
    await expect(page.getByLabel('Name')).toBeVisible();
    await lookAt(page, 'sign-in');
    await page.getByLabel('Name').fill('admin');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('name, password or code is wrong')).toBeVisible();
    await page.getByLabel('Password').fill(world.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('heading', { name: 'Choose your own password' })).toBeVisible();
    await page.getByLabel('One-time password').fill(world.password);
    await page.getByLabel(/^New password\W*$/).fill('a password of my own 1');
    await page.getByLabel('New password, again').fill('a password of my own 1');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Restricted entities' })).toBeVisible();
    await lookAt(page, 'restricted-entities-none');
    await page.getByRole('button', { name: 'Account of admin' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page.getByRole('heading', { name: 'Sign in to Cordon' })).toBeVisible();
  });

  test('a reader chooses German, and it stays', async () => {
    const page = await world.pageOf('rita', ['Security Reader']);
    await page.goto('/restrictedentities');
    await page.getByRole('button', { name: 'Account of rita' }).click();
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Eingeschränkte Entitäten' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: 'Eingeschränkte Entitäten' })).toBeVisible();
  });

  test('an address that there is not says so, with status 404', async () => {
    const page = await world.pageOf('rita', ['Security Reader']);
    const response = await page.goto('/nowhere');
    await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
    expect(response?.status()).toBe(404);
  });
});
