// The page of a connector in the portal: looked at, changed, stopped and deleted.
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { toZoned } from '../../portal/src/parts/zoned-time.ts';
import type { DemoMessage } from '../../src/demo/senders.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

interface Connector {
  readonly id: string;
  readonly name: string;
  readonly mode: string;
  readonly enabled: boolean;
  readonly sendingLimits: Readonly<Record<string, { readonly most: number; readonly action: string }>>;
}

const INVOICES: DemoMessage = {
  from: '127.9.0.1',
  envelopeSender: 'billing@contoso.example',
  headerFrom: 'Billing <billing@contoso.example>',
  recipients: ['customer@far.example'],
  subject: 'Your invoice 17',
  text: 'Please find the invoice of November attached.',
};

/** By a short notice, which is there for the eyes and for screen readers. */
const expectTold = (page: Page, words: string) => expect(page.getByText(words).first()).toBeVisible();

describe.skipIf(!hasChromium)('the page of a connector', () => {
  let world: PortalWorld;
  let olivia: Page;
  let rita: Page;
  beforeAll(async () => {
    world = await aPortalWorld({ fortnight: true });
    olivia = await world.pageOf('olivia', ['Global Administrator']);
    rita = await world.pageOf('rita', ['Security Reader']);
  });
  afterAll(() => world.close());

  const named = async (name: string): Promise<Connector> => {
    const { items } = await world.api<{ items: Connector[] }>('GET', `/connectors?name=${name}`);
    return items[0]!;
  };
  const openPageOf = async (page: Page, name: string, query = '') => {
    await page.goto(`/connectors/${(await named(name)).id}${query}`);
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  };

  test('the page of a connector: how it is judged, how it is configured', async () => {
    await openPageOf(olivia, 'branch-office');
    await expect(olivia.getByText('Mail server of the branch office')).toBeVisible();
    await expect(olivia.getByText('Nothing speaks against it.')).toBeVisible();
    await expect(olivia.getByText('judged from the first message on')).toBeVisible();
    const chart = olivia.getByRole('figure', { name: 'Recipients in 3 hours' });
    await chart.getByRole('button', { name: 'Show as table' }).click();
    await expect(chart.getByRole('columnheader', { name: 'Usual at this time' })).toBeVisible();
    await expect(chart.getByRole('row')).toHaveCount((7 * 24) / 3 + 1);
    await chart.getByRole('button', { name: 'Show as chart' }).click();
    await lookAt(olivia, 'connector');
    await olivia.getByRole('combobox', { name: 'Time range of the chart' }).click();
    await olivia.getByRole('option', { name: 'Last 30 days' }).click();
    const longer = olivia.getByRole('figure', { name: 'Recipients in 12 hours' });
    await longer.getByRole('button', { name: 'Show as table' }).click();
    await expect(longer.getByRole('row')).toHaveCount((30 * 24) / 12 + 1);
    await expect(olivia).toHaveURL(/days=30/);
  });

  test('an edit changes what was edited and leaves what somebody else changed meanwhile', async () => {
    await openPageOf(olivia, 'monitoring');
    await olivia.getByRole('button', { name: 'Edit', exact: true }).click();
    await expect(olivia.getByLabel('Addresses')).toHaveValue('127.4.0.1/32');
    const { id } = await named('monitoring');
    await world.api('PATCH', `/connectors/${id}`, { ndr: true });
    // The page behind the form knows it already.
    await expect(olivia.getByText('reports refused mail to its senders')).toBeVisible();
    await olivia.getByLabel('Comment').fill('Nagios in the cellar');
    await olivia.getByRole('button', { name: 'Save' }).click();
    await expectTold(olivia, 'monitoring is saved');
    await expect(olivia.getByText('Nagios in the cellar')).toBeVisible();
    expect(await named('monitoring')).toMatchObject({ ndr: true, comment: 'Nagios in the cellar', enabled: true });
  });

  test('turned off, after the question what becomes of its mail; a second page sees it without reload', async () => {
    await rita.goto('/connectors');
    const row = rita.getByRole('row', { name: /monitoring/ });
    await expect(row).toContainText('On');
    await openPageOf(olivia, 'monitoring');
    await olivia.getByRole('button', { name: 'Turn off' }).click();
    await expect(olivia.getByRole('alertdialog')).toContainText('it is not judged and cannot be restricted');
    await olivia.getByRole('alertdialog').getByRole('button', { name: 'Turn off' }).click();
    await expect(olivia.getByRole('button', { name: 'Turn on' })).toBeVisible();
    expect((await named('monitoring')).enabled).toBe(false);
    await expect(row).toContainText('Off');
    await olivia.getByRole('button', { name: 'Turn on' }).click();
    await expectTold(olivia, 'monitoring is on');
    expect((await named('monitoring')).enabled).toBe(true);
  });

  test('observed, an attack passes and is listed as what would have been blocked; then it is enforced', async () => {
    const { id } = await named('branch-office');
    await world.api('PATCH', `/connectors/${id}`, { mode: 'observe' });
    await world.story.attack();
    const letPass = async () =>
      (await world.api<{ items: unknown[] }>('GET', `/connectors/${id}/would-have-been-blocked`)).items.length;
    await expect.poll(letPass).toBeGreaterThan(10);
    await openPageOf(olivia, 'branch-office', '?tab=letPass');
    await expect(olivia.getByText('Over threshold')).toBeVisible();
    const table = olivia.getByRole('table', { name: 'Messages of branch-office that would have been blocked' });
    await expect(table).toContainText('@billing-notice.example');
    await expect(table).toContainText('new recipients');
    await lookAt(olivia, 'connector-would-have-been-blocked');

    await olivia.getByRole('button', { name: 'Change mode' }).click();
    await expect(olivia.getByRole('radio', { name: /^Observe/ })).toBeChecked();
    await olivia.getByRole('radio', { name: /^Enforce/ }).check();
    await olivia.getByRole('button', { name: 'Save' }).click();
    await expectTold(olivia, 'branch-office: Enforce');
    expect((await named('branch-office')).mode).toBe('enforce');
    await olivia.getByRole('tab', { name: 'Recent changes' }).click();
    await expect(olivia.getByRole('listitem').filter({ hasText: 'mode: observe → enforce' })).toContainText('olivia');
  });

  test('an exception window: at most seven days, opened with a reason, and closed', async () => {
    await openPageOf(olivia, 'web-shop', '?tab=windows');
    await olivia.getByRole('button', { name: 'Open a window' }).click();
    await olivia.getByLabel('Until').fill('2099-01-01T12:00');
    await olivia.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(olivia.getByText('say why', { exact: true })).toBeVisible();
    await olivia.getByLabel('Reason').fill('Christmas letter to all customers');
    await olivia.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await expect(olivia.getByText('at most 7 days after from')).toBeVisible();
    await olivia.getByLabel('Until').fill(toZoned(Date.now() + 2 * 86_400_000, 'UTC'));
    await olivia.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    const row = olivia.getByRole('row', { name: /Christmas letter/ });
    await expect(row).toContainText('Open');
    await expect(row).toContainText('olivia');
    await lookAt(olivia, 'connector-windows');
    await row.getByRole('button', { name: /Close/ }).click();
    await expect(olivia.getByText('There is no exception window')).toBeVisible();
    expect(await world.api('GET', '/exception-windows')).toEqual({ items: [] });
  });

  test('sending limits: its own before the organization’s, with what is used of them', async () => {
    const [organization] = (await world.api<{ items: { id: string }[] }>('GET', '/organizations')).items;
    await world.api('PUT', `/organizations/${organization!.id}/sending-limits`, {
      connectors: {
        externalRecipientsPerHour: { most: 2000, action: 'defer' },
        messagesPerMinute: { most: 60, action: 'defer' },
      },
      users: {},
      logins: {},
    });
    await openPageOf(olivia, 'branch-office', '?tab=limits');
    const own = olivia.getByRole('table', { name: 'Sending limits' });
    await expect(own.getByRole('row', { name: /External recipients/ })).toContainText('Organization');
    await olivia.getByRole('button', { name: 'Edit limits' }).click();
    await expect(olivia.getByRole('spinbutton', { name: 'Messages in a minute' })).toHaveAttribute(
      'placeholder',
      'organization: 60',
    );
    await olivia.getByRole('spinbutton', { name: 'Recipients in a day' }).fill('10');
    await olivia.getByRole('button', { name: 'Save' }).click();
    const day = own.getByRole('row', { name: /Recipients in a day/ });
    await expect(day).toContainText('This connector');
    expect((await named('branch-office')).sendingLimits).toEqual({ recipientsPerDay: { most: 10, action: 'defer' } });
    await lookAt(olivia, 'connector-limits');
  });

  test('restricted by hand: the page says why, leads to the evidence, and it cannot be deleted meanwhile', async () => {
    await world.api('POST', '/connectors', { name: 'billing', senderIpAddresses: ['127.9.0.1'], mode: 'observe' });
    await openPageOf(olivia, 'billing');
    await olivia.getByRole('button', { name: 'Restrict', exact: true }).click();
    await olivia.getByLabel('Reason').fill('nobody knows this machine');
    await olivia.getByRole('dialog').getByRole('button', { name: 'Restrict' }).click();
    await expect(olivia.getByText('nobody knows this machine')).toBeVisible();
    await expect(olivia.getByRole('link', { name: 'Evidence' })).toHaveAttribute(
      'href',
      /\/restrictedentities\/.*\/incidents\//,
    );
    expect((await deliver(INVOICES, world.relayPort, world.clock.now())).reply).toContain('550 5.7.711');
    await lookAt(olivia, 'connector-restricted');
    await olivia.getByRole('button', { name: 'Delete' }).click();
    await olivia.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect(olivia.getByText('connector billing is restricted')).toBeVisible();

    await world.api('POST', `/restricted-entities/${(await named('billing')).id}/unblock`, {
      reason: 'found its owner',
    });
    await olivia.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expectTold(olivia, 'billing is deleted');
    await expect(olivia.getByRole('heading', { level: 1, name: 'Connectors' })).toBeVisible();
    await expect(olivia.getByRole('row', { name: /scanner/ })).toBeVisible();
    await expect(olivia.getByRole('row', { name: /billing/ })).toHaveCount(0);
    await expect(olivia).toHaveURL(/\/connectors$/);
  });
});
