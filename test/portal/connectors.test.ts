// Connectors in the portal: found, made, changed and stopped, by an administrator and before the eyes of a reader.
import { expect as expectWithin, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { fromZoned, toZoned } from '../../portal/src/pages/connectors/zoned-time.ts';
import type { DemoMessage } from '../../src/demo/senders.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

// A page that is opened by several at once takes its time on a busy machine.
const expect = expectWithin.configure({ timeout: 20_000 });

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
  recipients: ['customer@far.example', 'another@far.example'],
  subject: 'Your invoice 17',
  text: 'Please find the invoice of November attached.',
};

/** By a short notice, which is there for the eyes and for screen readers. */
const expectTold = (page: Page, words: string) => expect(page.getByText(words).first()).toBeVisible();

describe.skipIf(!hasChromium)('connectors', () => {
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

  test('the list shows who may relay and how each one stands; search and mode narrow it, and the address keeps that', async () => {
    await olivia.goto('/connectors');
    const list = olivia.getByRole('table', { name: 'Connectors' });
    await expect(list.getByRole('row')).toHaveCount(5);
    const branch = list.getByRole('row', { name: /branch-office/ });
    await expect(branch).toContainText('127.1.0.0/16');
    await expect(branch).toContainText('Enforce');
    await expect(branch).toContainText('of 13');
    await lookAt(olivia, 'connectors');
    await olivia.getByRole('searchbox', { name: 'Search' }).fill('second floor');
    await expect(list.getByRole('row')).toHaveCount(2);
    await expect(olivia.getByText('1 of 4 items')).toBeVisible();
    await olivia.reload();
    await expect(list.getByRole('row')).toHaveCount(2);
    await expect(list).toContainText('scanner');
  });

  test('a connector is added: what cannot be right is said at its field, and nothing typed is lost', async () => {
    await olivia.goto('/connectors');
    await olivia.getByRole('button', { name: 'Add a connector' }).click();
    await olivia.getByRole('textbox', { name: 'Name', exact: true }).fill('scanner');
    await olivia.getByLabel('Addresses').fill('198.51.100.7\nnonsense');
    await olivia.getByLabel('Certificate name').fill('*.com');
    await olivia.getByRole('button', { name: 'Create' }).click();
    await expect(olivia.getByText('nonsense cannot be read')).toBeVisible();
    await expect(olivia.getByText('*.com is no DNS name, nor *. before one of two labels')).toBeVisible();
    await expect(olivia.getByLabel('Addresses')).toBeFocused();

    await olivia.getByLabel('Certificate name').fill('');
    await olivia.getByLabel('Addresses').fill('198.0.0.0/8');
    await olivia.getByRole('button', { name: 'Create' }).click();
    await expect(olivia.getByText('198.0.0.0/8 is shorter than /16')).toBeVisible();

    await olivia.getByLabel('Addresses').fill('198.51.100.7\n198.51.100.64/28');
    await olivia.getByRole('button', { name: 'Create' }).click();
    await expect(olivia.getByText('there is a connector named scanner')).toBeVisible();

    await olivia.getByRole('textbox', { name: 'Name', exact: true }).fill('hr-system');
    await olivia.getByRole('spinbutton', { name: 'Recipients in a day' }).fill('500');
    await olivia.getByRole('combobox', { name: 'Beyond it: Recipients in a day' }).click();
    await olivia.getByRole('option', { name: 'Restrict until tomorrow' }).click();
    await olivia.getByRole('button', { name: 'Create' }).click();
    await expect(olivia.getByRole('heading', { level: 1, name: 'hr-system' })).toBeVisible();
    await expect(olivia.getByText('198.51.100.64/28')).toBeVisible();
    expect((await named('hr-system')).sendingLimits).toEqual({
      recipientsPerDay: { most: 500, action: 'restrictUntilTomorrow' },
    });
  });

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
    await olivia.goto('/connectors?tab=limits');
    await olivia.getByRole('button', { name: 'Edit limits: Each connector' }).click();
    await olivia.getByRole('spinbutton', { name: 'Messages in a minute' }).fill('0');
    await olivia.getByRole('button', { name: 'Save' }).click();
    await expect(
      olivia
        .getByRole('alert')
        .or(olivia.getByText(/too small|at least|1 or more|>= ?1/i))
        .first(),
    ).toBeVisible();
    await olivia.getByRole('spinbutton', { name: 'Messages in a minute' }).fill('60');
    await olivia.getByRole('spinbutton', { name: 'External recipients in an hour' }).fill('2000');
    await olivia.getByRole('button', { name: 'Save' }).click();
    const ofAll = olivia.getByRole('table', { name: 'Each connector' });
    await expect(ofAll.getByRole('row', { name: /Messages in a minute/ })).toContainText('60');
    await olivia.getByRole('button', { name: 'Add a login' }).click();
    await olivia.getByRole('textbox', { name: 'Login' }).fill('Newsletter@contoso.example');
    await olivia.getByRole('spinbutton', { name: 'Recipients in a day' }).fill('50000');
    await olivia.getByRole('button', { name: 'Save' }).click();
    await expect(olivia.getByRole('table', { name: 'newsletter@contoso.example' })).toContainText('50,000');
    await lookAt(olivia, 'connectors-limits');

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
    await lookAt(olivia, 'connector-limits');
    await world.api('PATCH', `/connectors/${(await named('branch-office')).id}`, { sendingLimits: {} });
  });

  test('what relays and belongs to nobody is discovered, and one click makes an observed connector of it', async () => {
    const before = await deliver(INVOICES, world.relayPort, world.clock.now());
    expect(before.reply).toContain('550 5.7.64');
    await olivia.goto('/connectors?tab=discovered');
    const row = olivia.getByRole('row', { name: /127\.9\.0\.1/ });
    await expect(row).toContainText('2');
    await lookAt(olivia, 'connectors-discovered');
    await row.getByRole('button', { name: 'Make a connector of it' }).click();
    await expect(olivia.getByLabel('Addresses')).toHaveValue('127.9.0.1');
    await expect(olivia.getByRole('radio', { name: /^Observe/ })).toBeChecked();
    await lookAt(olivia, 'connector-form');
    await olivia.getByRole('textbox', { name: 'Name', exact: true }).fill('billing');
    await olivia.getByRole('button', { name: 'Create' }).click();
    await expect(olivia.getByRole('heading', { level: 1, name: 'billing' })).toBeVisible();
    expect((await deliver(INVOICES, world.relayPort, world.clock.now())).accepted).toBe(true);
    await olivia.goBack();
    await expect(olivia.getByText('Nothing relays unclaimed')).toBeVisible();
  });

  test('restricted by hand: the page says why, leads to the evidence, and it cannot be deleted meanwhile', async () => {
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
    await expect(olivia.getByRole('heading', { level: 1, name: 'Connectors' })).toBeVisible();
    await expect(olivia.getByRole('row', { name: /scanner/ })).toBeVisible();
    await expect(olivia.getByRole('row', { name: /billing/ })).toHaveCount(0);
  });

  test('a reader sees all of it, cannot change it, and is told why', async () => {
    await rita.goto('/connectors');
    await expect(rita.getByText('You can look at connectors, but not change them.')).toBeVisible();
    await expect(rita.getByRole('button', { name: 'Add a connector' })).toBeDisabled();
    await rita.getByRole('button', { name: 'web-shop' }).click();
    await expect(rita.getByRole('heading', { level: 1, name: 'web-shop' })).toBeVisible();
    for (const name of ['Edit', 'Change mode', 'Turn off', 'Restrict', 'Delete']) {
      await expect(rita.getByRole('button', { name, exact: true })).toBeDisabled();
    }
    // An address that somebody else sent opens no form that would be refused.
    await rita.goto(`${new URL(rita.url()).pathname}?open=delete`);
    await expect(rita.getByRole('heading', { level: 1, name: 'web-shop' })).toBeVisible();
    await expect(rita.getByRole('alertdialog')).toHaveCount(0);
  });

  test('a connector that there is not', async () => {
    await olivia.goto('/connectors/00000000-0000-4000-8000-000000000000');
    await expect(olivia.getByText('no connector 00000000-0000-4000-8000-000000000000')).toBeVisible();
  });
});

describe('times on the clocks of a time zone', () => {
  test.each([
    ['2026-07-01T12:00', 'Europe/Zurich', '2026-07-01T10:00:00.000Z'],
    ['2026-12-01T12:00', 'Europe/Zurich', '2026-12-01T11:00:00.000Z'],
    // The clocks go back at 03:00 this night, and forward in March.
    ['2026-10-25T03:30', 'Europe/Zurich', '2026-10-25T02:30:00.000Z'],
    ['2026-03-29T03:30', 'Europe/Zurich', '2026-03-29T01:30:00.000Z'],
    ['2026-06-01T00:15', 'Asia/Kolkata', '2026-05-31T18:45:00.000Z'],
  ])('%s in %s', (text, timeZone, iso) => {
    const at = fromZoned(text, timeZone);
    expect(new Date(at).toISOString()).toBe(iso);
    expect(toZoned(at, timeZone)).toBe(text);
  });

  test('what is no time is none', () => {
    expect(fromZoned('', 'UTC')).toBeNaN();
  });
});
