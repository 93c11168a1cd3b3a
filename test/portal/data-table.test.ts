// The list that the pages share, as its row is opened in a flyout: by keyboard, in the dark, and back.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

describe.skipIf(!hasChromium)('a list whose rows open', () => {
  let world: PortalWorld;
  let olivia: Page;
  beforeAll(async () => {
    world = await aPortalWorld();
    olivia = await world.pageOf('olivia', ['Global Administrator'], { colorScheme: 'dark' });
  });
  afterAll(() => world.close());

  const NAME = 'Suspicious connector activity';
  const row = () => olivia.getByRole('row', { name: new RegExp(NAME) });
  const contrast = async () => {
    const { violations } = await new AxeBuilder({ page: olivia })
      .include('table')
      .withRules('color-contrast')
      .analyze();
    return violations.flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${html}: ${failureSummary}`));
  };

  test('a flyout that closes gives the focus back to the row it was opened from', async () => {
    await olivia.goto('/alertpolicies');
    const link = row().getByRole('button', { name: NAME });
    for (const close of ['Escape', 'the cross'] as const) {
      await link.focus();
      await olivia.keyboard.press('Enter');
      await expect(olivia.getByRole('dialog', { name: NAME })).toBeVisible();
      if (close === 'Escape') await olivia.keyboard.press('Escape');
      else await olivia.getByRole('dialog', { name: NAME }).getByRole('button', { name: 'Close' }).first().click();
      await expect(olivia.getByRole('dialog')).toHaveCount(0);
      await expect(link).toBeFocused();
    }
  });

  test('its link is readable in the dark, also below the mouse', async () => {
    await olivia.goto('/alertpolicies');
    await row().getByRole('cell').last().hover();
    expect(await contrast()).toEqual([]);
  });

  test('the open row is marked, by a colour on which its link is as readable', async () => {
    await olivia.goto('/alertpolicies');
    const line = olivia.locator('tr', { hasText: NAME });
    const BLUE = 'rgb(8, 35, 56)';
    await expect(line).not.toHaveCSS('background-color', BLUE);
    await row().getByRole('button', { name: NAME }).click();
    await expect(olivia.getByRole('dialog', { name: NAME })).toBeVisible();
    await expect(line).toHaveCSS('background-color', BLUE);
  });
});
