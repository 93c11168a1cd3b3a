// Message trace and Explorer: what was sent through the relay is found, by whom it may be seen, and how much there was of it.
import { readFile } from 'node:fs/promises';
import { expect as anyExpect, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

// Several searches and looks on a machine that has other work.
const TIMEOUT_MS = 180_000;
const expect = anyExpect.configure({ timeout: 30_000 });

const PARTNER = 'contact3@partner3.example';

interface AuditRecords {
  readonly items: readonly { readonly operation: string; readonly userId: string }[];
}

describe.skipIf(!hasChromium)('message trace and Explorer', { timeout: TIMEOUT_MS }, () => {
  let world: PortalWorld;
  beforeAll(async () => {
    world = await aPortalWorld({ fortnight: true });
    await world.story.attack();
  }, TIMEOUT_MS);
  afterAll(() => world.close());

  const admin = () => world.pageOf('olivia', ['Global Administrator']);
  const reader = () => world.pageOf('rita', ['Security Reader']);
  const rows = (page: Page) => page.getByRole('table', { name: 'Messages' }).getByRole('row');
  const search = (page: Page) => page.getByRole('button', { name: 'Search', exact: true }).click();
  const choose = async (page: Page, field: string, option: string) => {
    await page.getByRole('combobox', { name: field }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };

  test('mail of the fortnight is found by its recipient, and the flyout tells the way it went', async () => {
    const page = await admin();
    await page.goto('/messagetrace');
    await expect(page.getByRole('heading', { level: 1, name: 'Message trace' })).toBeVisible();
    await expect(page.getByText('Each search is recorded in the audit log')).toBeVisible();
    await choose(page, 'Time range', 'Last 30 days');
    await page.getByLabel('Recipient').fill(PARTNER);
    await search(page);
    await expect(page).toHaveURL(/range=30d.*recipient=contact3/);
    await expect(rows(page).nth(1)).toContainText(PARTNER);
    await expect(rows(page).nth(1)).toContainText('branch-office');
    await expect(rows(page).nth(1)).toContainText('Re: ');
    for (const row of (await rows(page).all()).slice(1)) await expect(row).toContainText(PARTNER);
    await lookAt(page, 'message-trace');
    await rows(page).nth(1).getByRole('button').click();
    await expect(page).toHaveURL(/message=\d+/);
    const flyout = page.getByRole('dialog');
    await expect(flyout.getByText('Address in 127.1.0.0/16')).toBeVisible();
    await expect(flyout.getByText('SMTP relay')).toBeVisible();
    await expect(flyout.getByRole('table', { name: 'Recipients' })).toContainText(`${PARTNER}Outside`);
    await lookAt(page, 'message-flyout');
    await flyout.getByRole('button', { name: 'Close' }).last().click();
    await expect(flyout).toBeHidden();
  });

  test('the address says what is shown: it can be sent to somebody, and the back button undoes a search', async () => {
    const page = await admin();
    await page.goto('/messagetrace?range=7d');
    await expect(rows(page).nth(1)).toBeVisible();
    await choose(page, 'Connector or user', 'scanner');
    await search(page);
    await expect(rows(page).nth(1)).toContainText('scanner@contoso.example');
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Refused: restricted' }).click();
    await page.keyboard.press('Escape');
    await search(page);
    await expect(page.getByText('No messages found')).toBeVisible();
    await page.goBack();
    await expect(rows(page).nth(1)).toContainText('scanner@contoso.example');
    await expect(page.getByRole('combobox', { name: 'Connector or user' })).toHaveValue('scanner');
    const other = await admin();
    await other.goto(page.url());
    await expect(other.getByRole('combobox', { name: 'Connector or user' })).toHaveValue('scanner');
    await expect(rows(other).nth(1)).toContainText('scanner@contoso.example');
    await expect(other.getByRole('combobox', { name: 'Time range' })).toHaveText('Last 7 days');
  });

  test('a link leads to one message, however old it is, by its number or its Message-ID', async () => {
    const { items } = await world.api<{ items: { seq: number; messageId: string; envelopeSender: string }[] }>(
      'GET',
      '/messages?limit=1&sender=monitoring@contoso.example',
    );
    const page = await admin();
    for (const wanted of [String(items[0]!.seq), items[0]!.messageId]) {
      await page.goto(`/messagetrace?range=1h&recipient=nobody@contoso.example&message=${encodeURIComponent(wanted)}`);
      await expect(page.getByRole('dialog')).toContainText('Message from monitoring@contoso.example');
    }
    await page.goto('/messagetrace?message=99999999');
    await expect(page.getByRole('dialog')).toContainText('There is no such message');
  });

  test('more messages are loaded without another record of the search, and all that is shown is exported', async () => {
    const page = await admin();
    const searches = async () => {
      const { items } = await world.api<AuditRecords>('GET', '/audit-records?operation=Get-MessageTrace&limit=1000');
      return items.length;
    };
    const before = await searches();
    await page.goto('/messagetrace?range=30d');
    await expect(page.getByText('The newest 100 messages; there are more')).toBeVisible();
    await page.getByRole('button', { name: 'Load more' }).click();
    await expect(page.getByText('The newest 200 messages; there are more')).toBeVisible();
    expect(await searches()).toBe(before + 1);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(201);
    expect(lines[0]).toMatch(/^Date,Sender,From,Recipients,Subject,Status,/);
    expect(lines[1]).toContain('Your mailbox will be closed today');
  });

  test('a reader traces, but is told that subjects are not shown, and exports nothing', async () => {
    const page = await reader();
    await page.goto('/messagetrace?range=24h');
    await expect(rows(page).nth(1)).toContainText('billing-notice.example');
    await expect(page.getByText('Subjects are not shown, and the list cannot be exported')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Export' })).toHaveCount(0);
    await expect(page.getByRole('columnheader', { name: 'Subject' })).toHaveCount(0);
    await rows(page).nth(1).getByRole('button').click();
    await expect(page.getByRole('dialog')).toContainText('The subject is not shown');
    await expect(page.getByText('Your mailbox will be closed today')).toHaveCount(0);
  });

  test('what is no address is refused in the guard’s words', async () => {
    const page = await admin();
    await page.goto('/messagetrace');
    await page.getByLabel('Client address').fill('the branch office');
    await search(page);
    await expect(page.getByText('clientAddress must be an IP address')).toBeVisible();
    await expect(page.getByText('invalid_request')).toBeVisible();
  });

  test('Explorer shows the attack as a spike: how much of it was accepted, and how much refused', async () => {
    const { items } = await world.api<{ items: { outcome: string; clientAddress: string }[] }>(
      'GET',
      '/messages?clientAddress=127.1.66.6&limit=1000',
    );
    const count = (outcome: string) => items.filter((message) => message.outcome === outcome).length;
    expect(count('accepted')).toBeGreaterThan(0);
    const page = await admin();
    await page.goto('/explorer');
    await choose(page, 'Connector or user', 'branch-office');
    await page.getByLabel('Client address').fill('127.1.66.6');
    await page.getByRole('button', { name: 'Refresh', exact: true }).click();
    const figure = page.getByRole('figure', { name: 'Messages by status' });
    await expect(figure.locator('svg').first()).toBeVisible();
    await lookAt(page, 'explorer');
    await figure.getByRole('button', { name: 'Show as table' }).click();
    expect(await columnSums(figure.getByRole('table'))).toMatchObject({
      Accepted: count('accepted'),
      'Refused: caused block': count('tipped'),
    });
    await page.getByRole('tab', { name: 'Top client addresses' }).click();
    const top = page.getByRole('table', { name: 'Top client addresses' }).getByRole('row').nth(1);
    await expect(top).toContainText('127.1.66.6branch-officeAddress in 127.1.0.0/16');
    await page.getByRole('tab', { name: 'Top senders' }).click();
    await expect(page.getByRole('table', { name: 'Top senders' })).toContainText('billing-notice.example');
  });

  test('Explorer narrows the time to a part of the chart, and the back button widens it again', async () => {
    const page = await admin();
    await page.goto('/explorer?range=7d');
    const bars = page.getByRole('figure', { name: 'Messages by status' });
    await expect(bars.locator('svg').first()).toBeVisible();
    await expect(page.getByRole('combobox', { name: 'Time range' })).toHaveText('Last 7 days');
    await page.getByRole('combobox', { name: 'Narrow to' }).click();
    await page.getByRole('option').last().click();
    await expect(page).toHaveURL(/from=.*until=/);
    await expect(page.getByRole('combobox', { name: 'Time range' })).toHaveText('Custom');
    const from = new URL(page.url()).searchParams.get('from')!;
    const until = new URL(page.url()).searchParams.get('until')!;
    expect(Date.parse(until) - Date.parse(from)).toBe(3 * 3_600_000);
    await expect(rows(page).nth(1)).toContainText('billing-notice.example');
    await page.goBack();
    await expect(page.getByRole('combobox', { name: 'Time range' })).toHaveText('Last 7 days');
    await bars.locator('svg g[aria-label], svg rect[aria-label], svg g[tabindex]').last().click();
    await expect(page).toHaveURL(/from=.*until=/);
  });

  test('in German as well', async () => {
    const page = await world.pageOf('rita', ['Security Reader'], { locale: 'de-DE' });
    await page.goto('/explorer?range=7d');
    await expect(page.getByRole('heading', { name: 'Nachrichten im Zeitverlauf' })).toBeVisible();
    await expect(page.getByText('Betreffzeilen werden nicht gezeigt')).toBeVisible();
  });
});

/** By the column's heading. */
async function columnSums(table: ReturnType<Page['getByRole']>): Promise<Readonly<Record<string, number>>> {
  const cells = async (row: ReturnType<Page['getByRole']>) => row.locator('th, td').allTextContents();
  const [head, ...lines] = await Promise.all((await table.getByRole('row').all()).map(cells));
  return Object.fromEntries(
    head!.map((label, place) => [label, lines.reduce((sum, line) => sum + Number(line[place]), 0)]).slice(1),
  );
}
