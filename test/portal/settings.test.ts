// Settings of an organization, section by section, for whoever may change them and for a reader.
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

describe.skipIf(!hasChromium)('Settings', { timeout: 120_000 }, () => {
  let world: PortalWorld;
  beforeAll(async () => {
    world = await aPortalWorld();
  }, 120_000);
  afterAll(() => world.close());

  const settingsOf = async (section: string): Promise<Page> => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto(`/settings/${section}`);
    return page;
  };

  test('the organization’s time zone is found by typing, and times follow it; data are kept as long as is said', async () => {
    const page = await settingsOf('organization');
    await expect(page.getByLabel('Enable MFA')).toBeVisible();
    await lookAt(page, 'settings-organization');
    await page.getByRole('combobox', { name: 'Time zone' }).click();
    await page.getByRole('combobox', { name: 'Time zone' }).fill('zuri');
    await page.getByRole('option', { name: 'Europe/Zurich' }).click();
    await page.getByRole('button', { name: 'Save' }).first().click();
    await expect(page.getByText('Saved', { exact: true }).first()).toBeVisible();
    await page.getByLabel('Journal (message trace), days').fill('20');
    await page.getByRole('button', { name: 'Save' }).nth(1).click();
    await page.getByLabel('Enable MFA').fill('https://login.example/mfa?user={user}');
    await page.getByRole('button', { name: 'Save' }).nth(2).click();
    const organization = async () =>
      (await world.api<{ items: Record<string, unknown>[] }>('GET', '/organizations')).items[0];
    await expect.poll(organization).toMatchObject({
      timeZone: 'Europe/Zurich',
      journalDays: 20,
      enableMfaUrl: 'https://login.example/mfa?user={user}',
    });
    await page.goto('/audit?range=custom');
    await expect(page.getByText('In Europe/Zurich.').first()).toBeVisible();
  });

  test('an accepted domain is added and removed; what is none is refused in words', async () => {
    const page = await settingsOf('accepted-domains');
    await page.getByRole('textbox', { name: 'Domain' }).fill('not a domain');
    await page.getByRole('button', { name: 'Add domain' }).click();
    await expect(page.getByText('This was not saved.')).toBeVisible();
    await lookAt(page, 'settings-accepted-domains');
    await page.getByRole('textbox', { name: 'Domain' }).fill('more.contoso.example');
    await page.getByRole('button', { name: 'Add domain' }).click();
    const row = page.getByRole('row').filter({ hasText: 'more.contoso.example' });
    await expect(row).toBeVisible();
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    // Beneath the question no row is there for screen readers, and so for `getByRole`.
    await expect(page.getByRole('alertdialog')).toHaveCount(0);
    await expect(row).toHaveCount(0);
  });

  test('an identity is assigned and taken back', async () => {
    const page = await settingsOf('identity-pool');
    await expect(page.getByText('Nothing is assigned')).toBeVisible();
    await page.getByRole('textbox', { name: 'Value' }).fill('198.51.100.0/24');
    await page.getByRole('button', { name: 'Assign' }).click();
    const row = page.getByRole('row').filter({ hasText: '198.51.100.0/24' });
    await expect(row).toContainText('Address block');
    await lookAt(page, 'settings-identity-pool');
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByText('Nothing is assigned')).toBeVisible();
  });

  test('who is told is said; a test arrives; a webhook’s secret is shown once', async () => {
    const page = await settingsOf('notifications');
    await expect(page.getByText('TenantAdmins: the Global Administrators')).toBeVisible();
    await page.getByRole('textbox', { name: 'To' }).fill('ops@contoso.example');
    await page.getByRole('button', { name: 'Send a test' }).click();
    const results = page.getByRole('table', { name: 'What came of the test' });
    await expect(results.getByRole('row').filter({ hasText: 'ops@contoso.example' })).toContainText('Taken');
    await page.getByRole('textbox', { name: 'Address' }).fill('https://127.0.0.1/hook');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await expect(page.getByText('This was not saved.')).toBeVisible();
    await page.getByRole('textbox', { name: 'Address' }).fill('https://hooks.contoso.example/cordon');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await expect(page.getByRole('textbox', { name: 'Secret' })).not.toHaveValue('');
    await lookAt(page, 'settings-notifications');
    await page.getByRole('button', { name: /^Delete https:/ }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText('No webhook.')).toBeVisible();
  });

  test('an address is counted before it is forgotten', async () => {
    const page = await settingsOf('privacy');
    await page.getByRole('textbox', { name: 'Mail address' }).fill('nobody@contoso.example');
    await page.getByRole('button', { name: 'Count', exact: true }).click();
    await expect(page.getByText('Messages in the journal')).toBeVisible();
    await lookAt(page, 'settings-privacy');
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Erase', exact: true }).click();
    await expect(page.getByText('Erased', { exact: true })).toBeVisible();
  });

  test('a reader sees the settings; what he may not change or see is said', async () => {
    const page = await world.pageOf('rita', ['Security Reader']);
    const said = {
      organization: 'You may not change these settings',
      'accepted-domains': 'You may not change accepted domains',
      'identity-pool': 'You may not assign identities',
      organizations: 'You may not create organizations',
      sessions: 'The sessions of others are not shown',
      'api-tokens': 'You see your own tokens',
      notifications: 'You may not change who is told',
      privacy: 'You may not forget addresses',
    };
    await page.goto('/settings');
    for (const [section, words] of Object.entries(said)) {
      await page.locator(`a[href="/settings/${section}"]`).click();
      await expect(page.getByText(words)).toBeVisible();
    }
    await page.goto('/settings/organization');
    await expect(page.getByLabel('Journal (message trace), days')).toBeDisabled();
    await lookAt(page, 'settings-reader');
  });
});
