// Audit: found, read, taken along, and turned off and on.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

describe.skipIf(!hasChromium)('Audit', { timeout: 120_000 }, () => {
  let world: PortalWorld;
  beforeAll(async () => {
    world = await aPortalWorld();
    const { items } = await world.api<{ items: { id: string }[] }>('GET', '/connectors');
    await world.api('PATCH', `/connectors/${items[0]!.id}`, { mode: 'observe' });
    await world.api('POST', '/accepted-domains', { domain: 'new.contoso.example' });
    const [organization] = (await world.api<{ items: { id: string }[] }>('GET', '/organizations')).items;
    const limits = `/organizations/${organization!.id}/sending-limits`;
    await world.api('PUT', limits, await world.api<object>('GET', limits));
  }, 120_000);
  afterAll(() => world.close());

  test('what was changed is found by activity and text, and shows what was before and after', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/audit');
    const list = page.getByRole('table', { name: 'Audit records' });
    await expect(list.getByText('Added an accepted domain')).toBeVisible();
    await expect(list.getByRole('row', { name: 'Changed sending limits' })).toContainText('Contoso');
    await lookAt(page, 'audit');
    await page.getByRole('combobox', { name: 'Activities' }).click();
    await page.getByRole('combobox', { name: 'Activities' }).fill('changed a conn');
    await page.getByRole('menuitemcheckbox', { name: 'Changed a connector' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Search' }).click();
    await expect(page).toHaveURL(/operation=Set-InboundConnector/);
    await expect(list.getByText('Added an accepted domain')).toHaveCount(0);
    await expect(page.getByText('1 record', { exact: true })).toBeVisible();
    await list.getByRole('button').first().click();
    const flyout = page.getByRole('dialog', { name: 'Changed a connector' });
    const changed = flyout
      .getByRole('table', { name: 'Before and after' })
      .getByRole('row')
      .filter({ hasText: 'mode' });
    await expect(changed).toContainText('observe');
    await lookAt(page, 'audit-record');
    await page.goBack();
    await expect(flyout).toHaveCount(0);
    await page.goBack();
    await expect(list.getByText('Added an accepted domain')).toBeVisible();
  });

  test('a time without records says so, and how to find some', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/audit?range=custom&until=2020-01-01T00:00:00.000Z');
    await expect(page.getByText('No record matches')).toBeVisible();
    await expect(page.getByLabel('End')).toHaveValue('2020-01-01T00:00');
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(page.getByRole('table', { name: 'Audit records' })).toBeVisible();
  });

  test('the export has what was searched for', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/audit?operation=New-AcceptedDomain');
    await page.getByRole('button', { name: 'Export' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'CSV file' }).click(),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('new.contoso.example');
  });

  test('a reader searches; that he may not export, nor turn the log off, is said', async () => {
    const page = await world.pageOf('rita', ['Security Reader']);
    await page.goto('/audit');
    await expect(page.getByText('Added an accepted domain')).toBeVisible();
    await expect(page.getByText('The export is not for you')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Export' })).toHaveCount(0);
    await expect(page.getByRole('switch', { name: 'Audit log: On' })).toBeDisabled();
    await expect(page.getByText('Turned on and off by Global Administrator')).toBeVisible();
  });

  test('turning the log off is asked about, then said on every page, and undone with one click', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/audit');
    await page.getByRole('switch', { name: 'Audit log: On' }).click();
    const question = page.getByRole('alertdialog', { name: 'Turn the audit log off?' });
    await expect(question).toContainText('no alerts fire');
    await lookAt(page, 'audit-turn-off');
    await question.getByRole('button', { name: 'Turn off' }).click();
    const banner = page.getByText('No alerts are raised, and changes are not recorded.');
    await expect(banner).toBeVisible();
    await page.goto('/permissions');
    await expect(page.getByText(/The audit log is off: no alerts fire/)).toBeVisible();
    await page.goBack();
    await page.getByRole('switch', { name: 'Audit log: Off' }).click();
    await expect(page.getByRole('switch', { name: 'Audit log: On' })).toBeVisible();
    await expect(banner).toHaveCount(0);
  });
});
