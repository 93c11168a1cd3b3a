// Home: what a person on duty needs on one screen, and it changes by itself.
import { type Page, expect as soon } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hackedShopMail, seededRandom } from '../../src/demo/senders.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

/** The machine may be busy with other suites, and some of it is asked for every ten seconds. */
const expect = soon.configure({ timeout: 30_000 });

describe.skipIf(!hasChromium)('home', () => {
  let world: PortalWorld;
  let page: Page;
  beforeAll(async () => {
    world = await aPortalWorld({ fortnight: true });
    page = await world.pageOf('rita', ['Security Reader']);
  }, 240_000);
  afterAll(() => world.close());

  const part = (name: string) => page.getByRole('region', { name, exact: true });

  test('a quiet night is said in a few words', { timeout: 60_000 }, async () => {
    await page.goto('/');
    await expect(part('Restricted now')).toContainText('Nobody is restricted');
    await expect(part('Suspects rising')).toContainText('No suspects');
    await expect(part('Guard health')).toContainText('Works');
    await expect(part('Guard health').getByRole('listitem').filter({ hasText: 'SMTP relay' })).toContainText(
      'Listening',
    );
    await expect(part('Last incidents')).toContainText('No incidents yet');
    await lookAt(page, 'home-quiet');
  });

  test('suspects, the block and refused mail show without a reload, on one screen', { timeout: 90_000 }, async () => {
    await page.goto('/');
    await expect(part('Restricted now')).toContainText('Nobody is restricted');
    await expect(page.getByRole('img', { name: 'Live: changes show by themselves' })).toBeVisible();
    const bad = hackedShopMail(seededRandom(7), 1);
    await deliver(bad, world.relayPort, world.clock.now());
    await expect(part('Suspects rising')).toContainText('web-shop');
    await expect(part('Suspects rising')).toContainText(/of 13/);
    await world.story.attack();
    await expect(part('Restricted now').getByRole('link', { name: 'branch-office' })).toBeVisible();
    await expect(part('Last incidents')).toContainText('branch-office');
    await part('Mail flow').getByText('Show as table').click();
    await expect(part('Mail flow').getByRole('columnheader', { name: 'Refused' })).toBeVisible();
    await expect(part('Mail flow')).toContainText(/, 1 refused/);
    await part('Mail flow').getByText('Show as chart').click();
    await expect(part('Mail flow').locator('svg').first()).toBeVisible();
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(900);
    await lookAt(page, 'home');
    await part('Restricted now').getByRole('link', { name: 'branch-office' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Evidence: branch-office' })).toBeVisible();
  });

  test('in German', { timeout: 60_000 }, async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Account of rita' }).click();
    await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await expect(part('Jetzt eingeschränkt')).toBeVisible();
    await expect(part('Zustand des Wächters')).toContainText('Lauscht');
  });
});
