// The list of connectors in the portal, and what belongs to none: by an administrator and before the eyes of a reader.
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { DemoMessage } from '../../src/demo/senders.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

interface Connector {
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

  test('sending limits of an organization: of each connector, and of single logins', async () => {
    await olivia.goto('/connectors?tab=limits');
    await olivia.getByRole('button', { name: 'Edit limits: Each connector' }).click();
    await olivia.getByRole('spinbutton', { name: 'Messages in a minute' }).fill('0');
    await olivia.getByRole('button', { name: 'Save' }).click();
    await expect(olivia.getByRole('spinbutton', { name: 'Messages in a minute' })).toHaveAccessibleDescription(
      'must be at least 1',
    );
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
