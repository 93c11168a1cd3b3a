// Alert policy and Alerts: the article's procedure word for word, for who may change and who may only read, and alerts that two people
// look after at once.
import { expect as expectSoon, type Page } from '@playwright/test';
import { afterAll, beforeAll, beforeEach, describe, test, vi } from 'vitest';
import type { Alert } from '../../src/alerts/alert.ts';
import type { AlertPolicy } from '../../src/alerts/alert-policy.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

/** Machines that do much else are slow. */
const expect = expectSoon.configure({ timeout: 15_000 });
vi.setConfig({ testTimeout: 150_000, hookTimeout: 150_000 });

const POLICY = 'Suspicious connector activity';
const ADMIN_MAIL = 'admin@contoso.example';

describe.skipIf(!hasChromium)('alert policies and alerts', () => {
  let world: PortalWorld;
  let olivia: Page;
  let rita: Page;

  beforeAll(async () => {
    world = await aPortalWorld({ fortnight: true });
    await world.story.attack();
    const [organization] = (await world.api<{ items: { id: string }[] }>('GET', '/organizations')).items;
    await world.api('POST', '/accounts', {
      name: 'weber',
      mail: 'anna@contoso.example',
      roles: [],
      organizationId: organization!.id,
    });
    olivia = await world.pageOf('olivia', ['Global Administrator']);
    rita = await world.pageOf('rita', ['Security Reader']);
  });
  afterAll(() => world.close());

  beforeEach(async () => {
    const { id } = (await policyOf())!;
    await world.api('PATCH', `/alert-policies/${id}`, {
      enabled: true,
      notify: true,
      recipients: ['TenantAdmins'],
      dailyLimit: 3,
    });
  });

  async function policyOf(name = POLICY): Promise<AlertPolicy | undefined> {
    const { items } = await world.api<{ items: AlertPolicy[] }>('GET', '/alert-policies');
    return items.find((policy) => policy.name === name);
  }

  async function alertOf(policy: string): Promise<Alert> {
    const { items } = await world.api<{ items: Alert[] }>('GET', `/alerts?policy=${encodeURIComponent(policy)}`);
    return items[0]!;
  }

  const flyout = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });

  /** In the recipient box. */
  const chosen = (page: Page, name?: string | RegExp) =>
    page.getByRole('listbox', { name: 'Chosen recipients' }).getByRole('option', name === undefined ? {} : { name });
  /** In the list under it. */
  const offered = (page: Page, name?: string | RegExp) =>
    page
      .getByRole('listbox', { name: 'Recipients to choose from' })
      .getByRole('option', name === undefined ? {} : { name });

  async function openRecipients(page: Page): Promise<void> {
    const policy = await policyOf();
    await page.goto(`/alertpolicies?policy=${policy!.id}`);
    await flyout(page, POLICY).getByRole('button', { name: 'Edit', exact: true }).click();
    await expect(flyout(page, 'Edit recipients')).toBeVisible();
  }

  describe('verify the alert settings for restricted connectors', () => {
    test('an administrator goes through the article, and what he saved is there', async () => {
      const page = olivia;
      // 1. Go to Email & collaboration > Policies & rules > Alert policy.
      await page.goto('/alerts');
      await page.getByRole('navigation').getByRole('link', { name: 'Alert policy' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Alert policy' })).toBeVisible();
      await expect(page.getByText('Policies & rules').last()).toBeVisible();
      // 2. Sort the policies by name, or use the Search box; select the alert.
      const names = page.getByRole('table').getByRole('row').nth(1);
      await expect(names).toContainText('Connector changed');
      await page.getByRole('button', { name: 'Name', exact: true }).click();
      await expect(names).toContainText('User restricted from sending email');
      await lookAt(page, 'alert-policies');
      await page.getByRole('searchbox', { name: 'Search box' }).fill('connector act');
      await expect(page.getByRole('table').getByRole('row')).toHaveCount(2);
      await expect(names).toContainText('System');
      await page.getByRole('button', { name: POLICY }).click();
      // 3. Status is on; Email recipients: Edit.
      const policy = flyout(page, POLICY);
      await expect(policy.getByRole('switch', { name: 'Status' })).toBeChecked();
      await expect(policy.getByText(ADMIN_MAIL)).toBeVisible();
      await lookAt(page, 'alert-policy');
      await policy.getByRole('button', { name: 'Edit', exact: true }).click();
      const edit = flyout(page, 'Edit recipients');
      await expect(edit.getByRole('switch', { name: 'Send email notifications' })).toBeChecked();
      await expect(chosen(page)).toHaveText(['TenantAdmins']);
      await expect(edit.getByRole('combobox', { name: 'Daily notification limit' })).toHaveText('3 (default)');
      await expect(edit.getByText('No more than 3 notifications per connector per day.')).toBeVisible();
      await lookAt(page, 'edit-recipients');
      // A click on a blank area of the box; typing filters; × removes.
      const box = edit.getByRole('combobox', { name: 'Email recipients' });
      const place = (await box.boundingBox())!;
      await page.mouse.click(place.x + place.width - 8, place.y + place.height / 2);
      await expect(offered(page, /anna@contoso.example/)).toBeVisible();
      await page.keyboard.type('weber');
      await expect(offered(page)).toHaveCount(1);
      await offered(page, /anna@contoso.example/).click();
      await chosen(page, 'TenantAdmins').locator('svg').click();
      await expect(chosen(page)).toHaveText(['anna@contoso.example']);
      await edit.getByRole('combobox', { name: 'Daily notification limit' }).click();
      await page.getByRole('option', { name: '2', exact: true }).click();
      await edit.getByRole('button', { name: 'Save' }).click();
      await expect(edit).toHaveCount(0);
      // 4. Back on the flyout: Close.
      await expect(policy.getByText('2 per connector or user and day')).toBeVisible();
      await expect(policy.getByRole('listitem')).toHaveText(['anna@contoso.example']);
      await policy.getByRole('button', { name: 'Close' }).last().click();
      await expect(policy).toHaveCount(0);
      expect(await policyOf()).toMatchObject({ notify: true, recipients: ['anna@contoso.example'], dailyLimit: 2 });
    });

    test('a reader sees all of it, changes nothing, and is told why', async () => {
      const policy = await policyOf();
      await rita.goto('/alertpolicies');
      await expect(rita.getByText('You see all policies and may not make or change them')).toBeVisible();
      await expect(rita.getByRole('button', { name: 'New alert policy' })).toHaveCount(0);
      await rita.getByRole('button', { name: POLICY }).click();
      const shown = flyout(rita, POLICY);
      await expect(shown.getByRole('switch', { name: 'Status' })).toBeDisabled();
      await expect(shown.getByRole('switch', { name: 'Status' })).toBeChecked();
      await expect(shown.getByRole('button', { name: 'Edit', exact: true })).toBeDisabled();
      await expect(shown.getByText('You see all settings of this policy and may not change them')).toBeVisible();
      await expect(shown.getByText(ADMIN_MAIL)).toBeVisible();
      await expect(shown.getByRole('button', { name: 'Send a test' })).toHaveCount(0);
      await lookAt(rita, 'alert-policy-reader');
      // Not even by the address.
      await rita.goto(`/alertpolicies?policy=${policy!.id}&form=recipients`);
      await expect(flyout(rita, POLICY)).toBeVisible();
      await expect(flyout(rita, 'Edit recipients')).toHaveCount(0);
    });

    test('off and on again, at once; and who would be told says so', async () => {
      const policy = await policyOf();
      await olivia.goto(`/alertpolicies?policy=${policy!.id}`);
      const shown = flyout(olivia, POLICY);
      await shown.getByRole('switch', { name: 'Status' }).click();
      await expect(shown.getByText('Nobody: the policy is off and raises no alert.')).toBeVisible();
      expect((await policyOf())!.enabled).toBe(false);
      await shown.getByRole('switch', { name: 'Status' }).click();
      await expect(shown.getByText('Nobody: the policy is off and raises no alert.')).toHaveCount(0);
      expect((await policyOf())!.enabled).toBe(true);
    });
  });

  describe('the recipient box', () => {
    test('by keyboard alone: opens, filters, takes any address, and removes', async () => {
      await openRecipients(olivia);
      const edit = flyout(olivia, 'Edit recipients');
      const box = edit.getByRole('combobox', { name: 'Email recipients' });
      await box.focus();
      await olivia.keyboard.press('ArrowDown');
      await expect(offered(olivia, /anna@contoso.example/)).toBeVisible();
      await olivia.keyboard.type('anna');
      await expect(offered(olivia)).toHaveCount(1);
      await olivia.keyboard.press('Enter');
      await expect(chosen(olivia)).toHaveText(['TenantAdmins', 'anna@contoso.example']);
      await olivia.keyboard.type('night.shift@partner.example');
      await olivia.keyboard.press('Enter');
      await expect(chosen(olivia, 'night.shift@partner.example')).toBeVisible();
      await olivia.keyboard.type('nobody at all');
      await olivia.keyboard.press('Enter');
      await expect(edit.getByText('nobody at all is no mail address.')).toBeVisible();
      await box.fill('');
      await olivia.keyboard.press('Backspace');
      await expect(chosen(olivia, 'night.shift@partner.example')).toBeFocused();
      await olivia.keyboard.press('ArrowLeft');
      await expect(chosen(olivia, 'anna@contoso.example')).toBeFocused();
      await olivia.keyboard.press('Delete');
      await expect(chosen(olivia)).toHaveText(['TenantAdmins', 'night.shift@partner.example']);
      await expect(box).toHaveValue('');
      await edit.getByRole('button', { name: 'Save' }).focus();
      await olivia.keyboard.press('Enter');
      await expect(edit).toHaveCount(0);
      expect((await policyOf())!.recipients).toEqual(['TenantAdmins', 'night.shift@partner.example']);
    });

    test('Escape closes the list, then the flyout, then the policy; nothing is saved', async () => {
      await openRecipients(olivia);
      const before = await policyOf();
      const edit = flyout(olivia, 'Edit recipients');
      await chosen(olivia, 'TenantAdmins').locator('svg').click();
      await edit.getByRole('combobox', { name: 'Email recipients' }).click();
      await expect(offered(olivia).first()).toBeVisible();
      await olivia.keyboard.press('Escape');
      await expect(offered(olivia)).toHaveCount(0);
      await olivia.keyboard.press('Escape');
      await expect(edit).toHaveCount(0);
      await expect(flyout(olivia, POLICY)).toBeVisible();
      await flyout(olivia, POLICY).getByRole('button', { name: 'Edit', exact: true }).focus();
      await olivia.keyboard.press('Escape');
      await expect(flyout(olivia, POLICY)).toHaveCount(0);
      expect(await policyOf()).toEqual(before);
    });

    test('a test says what came of each', async () => {
      const policy = await policyOf();
      await olivia.goto(`/alertpolicies?policy=${policy!.id}`);
      await flyout(olivia, POLICY).getByRole('button', { name: 'Send a test' }).click();
      await expect(flyout(olivia, POLICY).getByText(`${ADMIN_MAIL}: Arrived at the mail server`)).toBeVisible();
    });
  });

  test('a policy of one’s own is made, changed and deleted', async () => {
    await olivia.goto('/alertpolicies');
    await olivia.getByRole('button', { name: 'New alert policy' }).click();
    const form = flyout(olivia, 'New alert policy');
    await expect(form.getByRole('button', { name: 'Create' })).toBeDisabled();
    await form.getByRole('textbox', { name: 'Name' }).fill('Scanner restricted');
    await form.getByRole('combobox', { name: 'Severity' }).click();
    await olivia.getByRole('option', { name: 'Medium' }).click();
    await form.getByRole('button', { name: 'Add condition' }).click();
    await form.getByRole('textbox', { name: 'Value' }).fill('scanner*');
    await form.getByRole('combobox', { name: 'Operator' }).click();
    await olivia.getByRole('option', { name: 'is like' }).click();
    await form.getByRole('spinbutton', { name: 'Threshold' }).fill('3');
    await lookAt(olivia, 'alert-policy-form');
    await form.getByRole('button', { name: 'Create' }).click();
    await expect(form).toHaveCount(0);
    expect(await policyOf('Scanner restricted')).toMatchObject({
      type: 'Custom',
      activity: 'ConnectorRestricted',
      severity: 'Medium',
      conditions: [{ property: 'EntityName', operator: 'like', value: 'scanner*' }],
      threshold: 3,
      windowMinutes: 60,
      recipients: ['TenantAdmins'],
    });
    await olivia.getByRole('button', { name: 'Scanner restricted' }).click();
    await expect(flyout(olivia, 'Scanner restricted').getByText('3 times within 60 minutes')).toBeVisible();
    await olivia.getByRole('button', { name: 'Edit policy' }).click();
    await flyout(olivia, 'Edit policy').getByRole('textbox', { name: 'Name' }).fill(POLICY);
    await olivia.getByRole('button', { name: 'Save' }).click();
    await expect(flyout(olivia, 'Edit policy').getByText('name_taken')).toBeVisible();
    await flyout(olivia, 'Edit policy').getByRole('textbox', { name: 'Name' }).fill('Scanner blocked');
    await olivia.getByRole('button', { name: 'Save' }).click();
    await expect(flyout(olivia, 'Scanner blocked')).toBeVisible();
    await flyout(olivia, 'Scanner blocked').getByRole('button', { name: 'Delete' }).click();
    await olivia.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect(olivia.getByRole('alertdialog')).toHaveCount(0);
    await expect(olivia.getByRole('dialog')).toHaveCount(0);
    await expect(olivia.getByRole('table').getByText('Scanner blocked')).toHaveCount(0);
    await expect.poll(() => policyOf('Scanner blocked')).toBeUndefined();
  });

  describe('alerts', () => {
    test('the alert says what happened and leads to the policy, the connector, the evidence and Restricted entities', async () => {
      const { id, incidentId, entityId } = await alertOf(POLICY);
      await olivia.goto('/alerts');
      await expect(olivia.getByRole('row', { name: POLICY })).toContainText('branch-office');
      await lookAt(olivia, 'alerts');
      await olivia.getByRole('row', { name: POLICY }).getByText('branch-office').click();
      const shown = flyout(olivia, POLICY);
      await expect(shown.getByText('connector branch-office was restricted.')).toBeVisible();
      expect(new URL(olivia.url()).searchParams.get('alert')).toBe(id);
      const linkTo = (name: string) => shown.getByRole('link', { name, exact: true });
      await expect(linkTo('Evidence of the incident')).toHaveAttribute(
        'href',
        `/restrictedentities/${entityId}/incidents/${incidentId}`,
      );
      await expect(linkTo('Restricted entities')).toHaveAttribute('href', `/restrictedentities?entity=${entityId}`);
      await expect(linkTo('branch-office')).toHaveAttribute('href', `/connectors/${entityId}`);
      const activity = shown.getByRole('table', { name: 'Activity list' }).getByRole('row').nth(1);
      await expect(activity).toContainText('Restrict-Connector');
      await expect(activity).toContainText('branch-office');
      await lookAt(olivia, 'alert');
      await linkTo(POLICY).click();
      await expect(flyout(olivia, POLICY).getByRole('switch', { name: 'Status' })).toBeVisible();
      // The back button leads back, and then closes.
      await olivia.goBack();
      await expect(flyout(olivia, POLICY).getByText('Activity list')).toBeVisible();
      await olivia.goBack();
      await expect(olivia.getByRole('dialog')).toHaveCount(0);
    });

    test('two people look after it: what one does, the other sees', async () => {
      const { id } = await alertOf(POLICY);
      const sam = await world.pageOf('sam', ['Security Administrator']);
      await Promise.all([olivia, sam].map((page) => page.goto(`/alerts?alert=${id}`)));
      const [hers, his] = [flyout(olivia, POLICY), flyout(sam, POLICY)];
      await expect(his.getByRole('combobox', { name: 'Status' })).toHaveText('New');
      await hers.getByRole('button', { name: 'Assign to me' }).click();
      await expect(his.getByRole('combobox', { name: 'Assigned to' })).toHaveText('olivia');
      await his.getByRole('combobox', { name: 'Status' }).click();
      await sam.getByRole('option', { name: 'In progress' }).click();
      await expect(hers.getByRole('combobox', { name: 'Status' })).toHaveText('In progress');
      await hers.getByRole('combobox', { name: 'Classification' }).click();
      await olivia.getByRole('option', { name: 'True positive' }).click();
      await hers.getByRole('textbox', { name: 'Comment' }).fill('Password of the branch office was stolen.');
      await hers.getByRole('button', { name: 'Add comment' }).click();
      await expect(his.getByText('Password of the branch office was stolen.')).toBeVisible();
      await expect(his.getByRole('combobox', { name: 'Classification' })).toHaveText('True positive');
      expect(await alertOf(POLICY)).toMatchObject({
        status: 'InProgress',
        assignee: 'olivia',
        classification: 'TruePositive',
      });
    });

    test('a reader sees it, changes nothing, and is told why', async () => {
      const { id } = await alertOf(POLICY);
      await rita.goto(`/alerts?alert=${id}`);
      const shown = flyout(rita, POLICY);
      await expect(shown.getByText('You see the alert and may not change it')).toBeVisible();
      for (const name of ['Status', 'Assigned to', 'Classification'])
        await expect(shown.getByRole('combobox', { name })).toBeDisabled();
      await expect(shown.getByText('Password of the branch office was stolen.')).toBeVisible();
      await expect(shown.getByRole('textbox', { name: 'Comment' })).toHaveCount(0);
      await lookAt(rita, 'alert-reader');
    });

    test('filters are in the address, and the guard applies them', async () => {
      await olivia.goto('/alerts');
      const rows = olivia.getByRole('table').getByRole('row');
      await olivia.getByRole('combobox', { name: 'Assigned to' }).click();
      await olivia.getByRole('option', { name: 'Assigned to me' }).click();
      await expect(rows).toHaveCount(2);
      await expect(rows.nth(1)).toContainText('In progress');
      await olivia.getByRole('combobox', { name: 'Status' }).click();
      await olivia.getByRole('option', { name: 'Resolved' }).click();
      await expect(olivia.getByText('No alert matches these filters')).toBeVisible();
      expect(olivia.url()).toMatch(/assignee=olivia/);
      await olivia.reload();
      await expect(olivia.getByText('No alert matches these filters')).toBeVisible();
      await olivia.getByRole('button', { name: 'Clear filters' }).click();
      await expect(rows.filter({ hasText: 'Connector changed' })).toHaveCount(4);
      await olivia.getByRole('combobox', { name: 'Time range' }).click();
      await olivia.getByRole('option', { name: 'Last 24 hours' }).click();
      // The connectors were made two weeks ago.
      await expect(rows.filter({ hasText: 'Connector changed' })).toHaveCount(0);
      await expect(rows.filter({ hasText: POLICY })).toHaveCount(1);
    });

    test('one that there is not is said to be gone', async () => {
      await olivia.goto('/alerts?alert=159eb7c4-75d7-43e2-95fe-ced44b3e0a56');
      await expect(flyout(olivia, 'There is no such alert')).toBeVisible();
    });

    test('more than a page: the newest hundred, and more on demand', async () => {
      const changed = (await policyOf('Connector changed'))!;
      await world.api('PATCH', `/alert-policies/${changed.id}`, { notify: false });
      for (let i = 0; i < 100; i++)
        await world.api('POST', '/connectors', { name: `printer-${i}`, saslUsernames: [`printer-${i}`] });
      await olivia.goto('/alerts?policy=Connector+changed');
      await expect(olivia.getByText('The newest 100')).toBeVisible();
      await olivia.getByRole('button', { name: 'Load more' }).click();
      await expect(olivia.getByText('104 items')).toBeVisible();
      await expect(olivia.getByRole('button', { name: 'Load more' })).toHaveCount(0);
    });
  });

  describe('while the audit log is off', () => {
    test('it is said wherever alerts are, with the switch for whoever may', async () => {
      const may = 'Start recording user and admin activity';
      await rita.goto('/alerts');
      await expect(rita.getByText('The audit log is off', { exact: true })).toHaveCount(0);
      await world.api('PUT', '/admin-audit-log-config', { unifiedAuditLogIngestionEnabled: false });
      await olivia.goto('/alertpolicies');
      await expect(olivia.getByText('The audit log is off', { exact: true })).toBeVisible();
      // It comes by itself on a page that is open.
      await expect(rita.getByText('The audit log is off', { exact: true })).toBeVisible();
      await expect(rita.getByText('Organization Management and Provider Administrator may turn it on.')).toBeVisible();
      await expect(rita.getByRole('button', { name: may })).toHaveCount(0);
      await lookAt(rita, 'alerts-audit-off');
      await olivia.getByRole('button', { name: may }).click();
      await expect(olivia.getByText('The audit log is off', { exact: true })).toHaveCount(0);
      await expect(rita.getByText('The audit log is off', { exact: true })).toHaveCount(0);
      const { unifiedAuditLogIngestionEnabled } = await world.api<{ unifiedAuditLogIngestionEnabled: boolean }>(
        'GET',
        '/admin-audit-log-config',
      );
      expect(unifiedAuditLogIngestionEnabled).toBe(true);
    });
  });
});
