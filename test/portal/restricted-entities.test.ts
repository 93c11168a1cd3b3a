// The articles' procedures on the page Restricted entities, word for word, for who may and for who only reads.
import { readFile } from 'node:fs/promises';
import { expect as expectSoon, type Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { branchOfficeMail, scannerMail, seededRandom } from '../../src/demo/senders.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { PolicyClient } from '../../src/listeners/postfix-policy/policy-client.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

// A busy machine is slow, not wrong.
const expect = expectSoon.configure({ timeout: 20_000 });

const ANNA = 'anna@contoso.example';
const EFFECTIVE = /effective at (\d) of \1 gates after [\d.]+ ms/;

describe.skipIf(!hasChromium)('Restricted entities', () => {
  let world: PortalWorld;
  const random = seededRandom(711);
  beforeAll(async () => {
    world = await aPortalWorld({ fortnight: true });
    await world.api('POST', '/connectors', { name: 'submission', saslUsernames: [ANNA], mode: 'observe' });
  });
  afterAll(() => world.close());

  const administrator = () => world.pageOf('olivia', ['Global Administrator']);
  const reader = () => world.pageOf('rita', ['Security Reader']);
  const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
  const flyout = (page: Page, name: string) => page.getByRole('dialog', { name, exact: true });
  const send = (message: Parameters<typeof deliver>[0]) => deliver(message, world.relayPort, world.clock.now());
  const restrict = async (name: string, kind: 'connectors' | 'users' = 'connectors') => {
    const { items } = await world.api<{ items: { id: string }[] }>('GET', `/${kind}?name=${encodeURIComponent(name)}`);
    const reason = `${name} was tried out`;
    await world.api('POST', `/restricted-entities/${items[0]!.id}/restrict`, { reason });
    return items[0]!.id;
  };
  const unblock = (id: string) => world.api('POST', `/restricted-entities/${id}/unblock`);
  /** As Postfix asks for a recipient of the user's. */
  const answerToAnna = async (): Promise<string> => {
    const client = await PolicyClient.open(world.cordon.postfixPolicy as { host: string; port: number });
    try {
      const attributes = { sasl_username: ANNA, sasl_method: 'PLAIN', sender: ANNA, client_address: '198.51.100.9' };
      return await client.ask(attributes);
    } finally {
      await client.close();
    }
  };

  test('a connector that is blocked shows by itself, with its cause and its evidence in short', async () => {
    const page = await reader();
    await page.goto('/restrictedentities');
    await expect(page.getByText('A restricted entity is an entity that has been blocked')).toBeVisible();
    await expect(page.getByText('There are two types: restricted users and restricted connectors.')).toBeVisible();
    await expect(page.getByText('Nobody is restricted')).toBeVisible();
    await expect(page.getByRole('img', { name: /^Live/ })).toBeVisible();
    const { refusal } = await world.story.attack();
    expect(refusal).toContain('550 5.7.711');
    const blocked = row(page, 'branch-office');
    await expect(blocked).toContainText('Connector');
    await expect(blocked).toContainText('Detection');
    await expect(blocked).toContainText('recipients');
  });

  test('a reader sees why and what got out, cannot unblock, and is told so', async () => {
    const page = await reader();
    await page.goto('/restrictedentities');
    await expect(page.getByText(/You can look, but not unblock.*Permissions/)).toBeVisible();
    await expect(page.getByRole('button', { name: 'Restrict an entity' })).toHaveCount(0);
    await page.getByRole('checkbox', { name: 'Select branch-office' }).check();
    await expect(page.getByRole('button', { name: 'Unblock', exact: true })).toBeDisabled();
    await page.getByRole('button', { name: 'branch-office', exact: true }).click();
    const details = flyout(page, 'branch-office');
    await expect(details.getByText(/Messages accepted: \d+, for \d+ recipients \(/)).toBeVisible();
    await expect(details.getByText(/Sum [\d.]+, threshold [\d.]+/)).toBeVisible();
    await expect(details.getByText('See what was sent')).toBeVisible();
    await expect(details.getByText(/You can look, but not unblock/)).toBeVisible();
    await expect(details.getByRole('button', { name: 'Unblock', exact: true })).toBeDisabled();
    await lookAt(page, 'restricted-entities-details-reader');
    // The address of the other flyout promises no more.
    await page.goto(page.url().replace('entity=', 'unblock='));
    await expect(flyout(page, 'Unblock entity').getByRole('button', { name: 'Unblock', exact: true })).toBeDisabled();
  });

  test('an administrator removes a blocked connector, as in the article, and its mail flows again', async () => {
    const page = await administrator();
    await page.goto('/');
    // Email & collaboration > Review > Restricted entities.
    const navigation = page.getByRole('navigation', { name: 'Navigation' });
    await expect(navigation.getByText('Email & collaboration')).toBeVisible();
    await expect(navigation.getByText('Review')).toBeVisible();
    await navigation.getByRole('link', { name: 'Restricted entities' }).click();
    await expect(page).toHaveURL(/\/restrictedentities$/);
    expect((await send(branchOfficeMail(random))).reply).toContain('550 5.7.711');
    await page.reload();
    await lookAt(page, 'restricted-entities');
    // Find and select the connector by clicking on it; click the Unblock action that appears.
    await page.getByRole('button', { name: 'branch-office', exact: true }).click();
    await expect(page).toHaveURL(/\?entity=[\w-]{36}$/);
    await flyout(page, 'branch-office').getByRole('button', { name: 'Unblock', exact: true }).click();
    // In the Unblock entity flyout that appears, read the details, go through the recommendations.
    const unblocking = flyout(page, 'Unblock entity');
    await expect(unblocking.getByRole('heading', { name: 'Details' })).toBeVisible();
    await expect(unblocking.getByText(/Messages refused: \d+/)).toBeVisible();
    await expect(unblocking.getByText(/Messages accepted: \d+, for \d+ recipients \(/)).toBeVisible();
    await expect(unblocking.getByRole('heading', { name: 'Recommendations' })).toBeVisible();
    await expect(unblocking.getByText("cordon unblock branch-office --reason 'what was done'")).toBeVisible();
    await unblocking.getByRole('checkbox', { name: 'See what was sent' }).check();
    await expect(unblocking.getByText('1 of 7 done')).toBeVisible();
    await unblocking.getByRole('textbox', { name: 'Reason' }).fill('password changed, server cleaned');
    await unblocking.getByRole('radio', { name: '4 hours', exact: true }).check();
    await expect(unblocking.getByText(/For 4 hours it is judged and alerts are raised/)).toBeVisible();
    await lookAt(page, 'unblock-entity');
    // When you're finished, click Unblock.
    await unblocking.getByRole('button', { name: 'Unblock', exact: true }).click();
    await expect(unblocking.getByText('branch-office is unblocked')).toBeVisible();
    await expect(unblocking.getByText(EFFECTIVE)).toBeVisible();
    await expect(unblocking.getByRole('cell', { name: 'SMTP relay' })).toBeVisible();
    await expect(unblocking.getByText('It is in its time of grace')).toBeVisible();
    expect((await send(branchOfficeMail(random))).accepted).toBe(true);
    await lookAt(page, 'unblock-entity-result');
    await unblocking.getByRole('button', { name: 'Close' }).last().click();
    await expect(page.getByText('Nobody is restricted')).toBeVisible();
    const audited = await world.api<{ items: { parameters: unknown }[] }>(
      'GET',
      '/audit-records?operation=Remove-BlockedConnector',
    );
    expect(JSON.stringify(audited.items)).toContain('password changed, server cleaned');
  });

  test('an administrator restricts a user by hand and removes it again, as in the article', async () => {
    const { items } = await world.api<{ items: { id: string }[] }>('GET', '/organizations');
    await world.api('PATCH', `/organizations/${items[0]!.id}`, {
      enableMfaUrl: 'https://id.contoso.example/mfa?login={user}',
      resetPasswordUrl: 'https://id.contoso.example/reset/{user}',
    });
    expect(await answerToAnna()).toContain('action=DUNNO');
    const page = await administrator();
    await page.goto('/restrictedentities');
    await page.getByRole('button', { name: 'Restrict an entity' }).click();
    const restricting = flyout(page, 'Restrict an entity');
    await restricting.getByRole('radio', { name: 'Mailbox' }).check();
    const who = restricting.getByRole('combobox', { name: 'Name' });
    await who.fill('nobody');
    await restricting.getByRole('button', { name: 'Restrict', exact: true }).click();
    await expect(restricting.getByText('There is no such connector or user.')).toBeVisible();
    await who.clear();
    await who.pressSequentially('anna');
    await page.getByRole('option', { name: ANNA }).click();
    await restricting.getByRole('textbox', { name: 'Reason' }).fill('sends invoices that are none');
    await lookAt(page, 'restrict-entity');
    await restricting.getByRole('button', { name: 'Restrict', exact: true }).click();
    await expect(page.getByText(`${ANNA} is restricted.`).first()).toBeVisible();
    expect(await answerToAnna()).toContain('550 5.1.8');
    // Tick the user, Unblock.
    await expect(row(page, ANNA)).toContainText('Mailbox');
    await page.getByRole('checkbox', { name: `Select ${ANNA}` }).check();
    await page.getByRole('button', { name: 'Unblock', exact: true }).click();
    // The page Overview: account details, and the section Recommendations. Next.
    const unblocking = flyout(page, 'Unblock user');
    await expect(unblocking.getByRole('heading', { name: 'Overview' })).toBeVisible();
    await expect(unblocking.getByText('sends invoices that are none')).toBeVisible();
    await expect(unblocking.getByRole('heading', { name: 'Recommendations' })).toBeVisible();
    await lookAt(page, 'unblock-user-overview');
    await unblocking.getByRole('button', { name: 'Next' }).click();
    // The page Unblock user: multi-factor authentication, change password. Submit, Yes.
    await expect(unblocking.getByRole('heading', { name: 'Multi-factor authentication' })).toBeVisible();
    await expect(unblocking.getByRole('link', { name: 'Enable MFA' })).toHaveAttribute(
      'href',
      'https://id.contoso.example/mfa?login=anna%40contoso.example',
    );
    await expect(unblocking.getByRole('heading', { name: 'Change password' })).toBeVisible();
    await expect(unblocking.getByRole('link', { name: "Reset the user's password" })).toHaveAttribute(
      'href',
      'https://id.contoso.example/reset/anna%40contoso.example',
    );
    await lookAt(page, 'unblock-user');
    await unblocking.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Yes' }).click();
    await expect(unblocking.getByText(`${ANNA} is unblocked`)).toBeVisible();
    await expect(unblocking.getByText(EFFECTIVE)).toBeVisible();
    expect(await answerToAnna()).toContain('action=DUNNO');
    await expect(row(page, ANNA)).toHaveCount(0);
  });

  test('where the organization has said nothing of them, no links stand in the flyout of a user', async () => {
    const { items } = await world.api<{ items: { id: string }[] }>('GET', '/organizations');
    const none = { enableMfaUrl: null, resetPasswordUrl: null };
    await world.api('PATCH', `/organizations/${items[0]!.id}`, none);
    const id = await restrict(ANNA, 'users');
    const page = await administrator();
    await page.goto(`/restrictedentities?unblock=${id}`);
    const unblocking = flyout(page, 'Unblock user');
    await unblocking.getByRole('button', { name: 'Next' }).click();
    await expect(unblocking.getByRole('textbox', { name: 'Reason' })).toBeVisible();
    await expect(unblocking.getByText('Multi-factor authentication')).toHaveCount(0);
    await expect(unblocking.getByText('Change password')).toHaveCount(0);
    // What somebody else does shows here as well.
    await unblock(id);
    await expect(unblocking.getByText('It is not restricted any more')).toBeVisible();
  });

  test('several are sorted, searched, filtered, exported, and unblocked at once', async () => {
    for (const name of ['scanner', 'monitoring', 'web-shop']) await restrict(name);
    const anna = await restrict(ANNA, 'users');
    const page = await administrator();
    await page.goto('/restrictedentities');
    const names = () => page.getByRole('row').locator('td:nth-child(2)').allTextContents();
    await expect.poll(names).toEqual([ANNA, 'web-shop', 'monitoring', 'scanner']);
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await expect.poll(names).toEqual([ANNA, 'monitoring', 'scanner', 'web-shop']);
    await expect(page).toHaveURL(/sort=name/);
    await page.getByRole('combobox', { name: 'Entity' }).selectOption('Mailbox');
    await expect.poll(names).toEqual([ANNA]);
    await page.goBack();
    await expect.poll(names).toHaveLength(4);
    await page.getByRole('combobox', { name: 'Cause' }).selectOption('Sending limit');
    await expect(page.getByText('Nothing matches the search and filters')).toBeVisible();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('SCAN');
    await expect.poll(names).toEqual(['scanner']);
    await expect(page.getByText('1 of 4 items')).toBeVisible();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const file = await readFile((await (await waiting).path())!, 'utf8');
    expect(file.split('\r\n')).toEqual([
      'Entity,Name,Restricted on,Until,Cause,Reason,Evidence,Messages since,Recipients since,Last attempt,Incident,ID',
      expect.stringMatching(
        /^Connector,scanner,20[\d-]+T[\d:.]+Z,,Manual,scanner was tried out,scanner was tried out,0,0,,[\w-]{36},[\w-]{36}$/,
      ),
      '',
    ]);
    await page.getByRole('searchbox', { name: 'Search' }).fill('');
    const height = () => row(page, 'scanner').evaluate((element) => element.getBoundingClientRect().height);
    const normal = await height();
    await page.getByRole('button', { name: 'Compact list' }).click();
    await expect.poll(height).toBeLessThan(normal);
    for (const name of ['scanner', 'web-shop']) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await expect(page.getByText('2 selected')).toBeVisible();
    await page.getByRole('button', { name: 'Unblock', exact: true }).click();
    const unblocking = flyout(page, 'Unblock entities');
    await expect(unblocking.getByText('Recommendations for connectors')).toBeVisible();
    await expect(unblocking.getByText('Recommendations for users')).toHaveCount(0);
    await lookAt(page, 'unblock-entities');
    await unblocking.getByRole('button', { name: 'Unblock 2' }).click();
    await expect(unblocking.getByText(EFFECTIVE)).toHaveCount(2);
    expect((await send(scannerMail(random))).accepted).toBe(true);
    await unblocking.getByRole('button', { name: 'Close' }).last().click();
    await expect.poll(names).toEqual(['monitoring', ANNA].sort());
    await unblock(anna);
    await expect.poll(names).toEqual(['monitoring']);
  });

  test('who has no role is told that he may not see it', async () => {
    const page = await world.pageOf('norbert', []);
    await page.goto('/restrictedentities');
    await expect(page.getByText('You may not see this.')).toBeVisible();
    await expect(page.getByText('forbidden')).toBeVisible();
  });

  test('it says that it waits, and what is wrong when it cannot', async () => {
    const page = await administrator();
    let isAway = true;
    await page.route('**/api/v1/restricted-entities?*', async (route) => {
      await (isAway ? route.abort() : route.continue());
    });
    await page.goto('/restrictedentities');
    await expect(page.getByLabel('Loading')).toBeVisible();
    await expect(page.getByText('Cordon did not answer.')).toBeVisible({ timeout: 10_000 });
    isAway = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(row(page, 'monitoring')).toBeVisible();
  });
});
