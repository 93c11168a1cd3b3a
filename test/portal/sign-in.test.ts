// Sign-in at a provider, in a browser: with a role, and without one. A real OpenID provider in this process.
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { freePort } from '../mta/free-port.ts';
import { aProvider, CLIENT, type TestProvider } from '../sign-in/provider.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, PASSWORD, type PortalWorld } from './portal-world.ts';

/** The provider's own page wants a font from there; it gets none. */
const FONTS = 'https://fonts.googleapis.com';

describe.skipIf(!hasChromium)('sign-in at a provider', { timeout: 120_000 }, () => {
  let provider: TestProvider;
  let world: PortalWorld;
  beforeAll(async () => {
    const port = await freePort();
    provider = await aProvider(['contoso'], true, `http://127.0.0.1:${port}`);
    provider.people.set('anna', { roles: ['mail-readers'], preferred_username: 'anna@contoso.example' });
    provider.people.set('guest', { roles: ['visitors'], preferred_username: 'guest@contoso.example' });
    world = await aPortalWorld({
      elsewhere: [provider.issuer, FONTS],
      configure: (config) => {
        config.http.port = port;
        config.signIn.oidc = [
          {
            ...CLIENT,
            name: 'contoso',
            issuer: provider.issuer,
            scope: 'openid profile email',
            organization: 'Contoso',
            mapping: [{ value: 'mail-readers', role: 'Security Reader' }],
          },
        ];
      },
    });
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await provider.close();
  });

  /** To the provider and back, as `login`. */
  const enter = async (page: Page, login: string) => {
    await page.route(`${FONTS}/**`, (route) => route.abort());
    await page.getByRole('link', { name: 'Sign in with contoso' }).click();
    await page.getByPlaceholder('Enter any login').fill(login);
    await page.getByPlaceholder('and password').fill('x');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
  };

  test('somebody with a role arrives at the page that he wanted, with its filters', async () => {
    const page = await world.page();
    await page.goto('/audit?range=month&user=olivia');
    await expect(page.getByRole('link', { name: 'Sign in with contoso' })).toBeVisible();
    await lookAt(page, 'sign-in-ways');
    await enter(page, 'anna');
    await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();
    await expect(page).toHaveURL(`${world.url}/audit?range=month&user=olivia`);
    await page.goto('/settings/sign-in');
    await expect(page.getByText('You sign in at a provider')).toBeVisible();
    await page.goto('/permissions?view=accounts');
    await expect(page.getByRole('row').filter({ hasText: 'anna@contoso.example' })).toContainText('At a provider');
  });

  test('somebody without a role is back at the page of sign-in, which says why, once, and still leads to the wanted page', async () => {
    const page = await world.page();
    await page.goto('/audit?range=month');
    await enter(page, 'guest');
    await expect(page.getByText('You are not signed in.')).toBeVisible();
    await expect(page.getByText('gives you no role here')).toBeVisible();
    await expect(page).toHaveURL(`${world.url}/audit?range=month`);
    await lookAt(page, 'sign-in-no-role');
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Sign in to Cordon' })).toBeVisible();
    await expect(page.getByText('gives you no role here')).toHaveCount(0);

    await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/?sign-in-problem=no_role');
    await page.getByLabel('Name').fill('olivia');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();
    await expect(page).toHaveURL(`${world.url}/audit?range=month`);
  });

  test('what somebody wrote into the address is not said as if it were ours', async () => {
    const page = await world.page();
    await page.goto('/?sign-in-problem=Call%200900-123');
    await expect(page.getByText('Something went wrong on the way')).toBeVisible();
    await expect(page.getByText('0900-123')).toHaveCount(0);
  });
});
