// Settings of the ways in: API tokens, the second factor, sessions.
import type { Locator } from '@playwright/test';
import readQrCode from 'jsqr';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { fromBase32, hotp } from '../../src/access/totp.ts';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, PASSWORD, type PortalWorld } from './portal-world.ts';

describe.skipIf(!hasChromium)('Settings of the ways in', { timeout: 120_000 }, () => {
  let world: PortalWorld;
  beforeAll(async () => {
    world = await aPortalWorld();
  }, 120_000);
  afterAll(() => world.close());

  test('a token’s secret is shown once and opens the API until it is revoked', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/settings/api-tokens');
    await page.getByRole('button', { name: 'Create token' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('for the dashboard');
    await page.getByRole('checkbox', { name: 'Security Reader' }).check();
    await lookAt(page, 'settings-new-token');
    await page.getByRole('dialog').getByRole('button', { name: 'Create token' }).click();
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
    const ask = () => fetch(`${world.url}/api/v1/session`, { headers: { authorization: `Bearer ${secret}` } });
    expect(await (await ask()).json()).toMatchObject({ name: 'for the dashboard', roles: ['Security Reader'] });
    await page.getByRole('dialog').getByText('Close', { exact: true }).click();
    await lookAt(page, 'settings-api-tokens');
    await page.getByRole('button', { name: 'Revoke for the dashboard' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByRole('button', { name: 'Revoke for the dashboard' })).toHaveCount(0);
    await expect.poll(async () => (await ask()).status).toBe(401);
  });

  test('the second factor is set up, asked for at the next sign-in, and removed', async () => {
    const page = await world.pageOf('ted', ['Security Reader']);
    await page.goto('/settings/sign-in');
    await page.getByRole('button', { name: 'Set up' }).click();
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue();
    await expect(page.getByRole('textbox', { name: 'Address (otpauth)' })).toHaveValue(
      /^otpauth:\/\/totp\/Cordon:ted\?/,
    );
    await lookAt(page, 'settings-second-factor');
    const uri = await page.getByRole('textbox', { name: 'Address (otpauth)' }).inputValue();
    expect(await scanned(page.getByRole('img', { name: 'QR code of the address' }))).toBe(uri);
    // A code counts once, so that of the step before is left for here.
    const codeAt = (step: number) => hotp(fromBase32(secret), Math.floor(Date.now() / 30_000) + step);
    await page.getByRole('textbox', { name: 'Code' }).fill('000000');
    await page.getByLabel('Your password').and(page.locator('input')).fill(PASSWORD);
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByText(/the code is wrong/)).toBeVisible();
    await page.getByRole('textbox', { name: 'Code' }).fill(codeAt(-1));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByText('Set up: signing in needs a code')).toBeVisible();

    const door = await world.page();
    await door.goto('/settings/sign-in');
    await door.getByLabel('Name').fill('ted');
    await door.getByLabel('Password').fill(PASSWORD);
    await door.getByRole('button', { name: 'Sign in' }).click();
    await expect(door.getByLabel('Code of your authenticator app')).toBeFocused();
    await lookAt(door, 'sign-in-second-factor');
    await door.getByLabel('Code of your authenticator app').fill(codeAt(0));
    await door.getByRole('button', { name: 'Sign in' }).click();
    await expect(door.getByRole('heading', { level: 1, name: 'Sign-in' })).toBeVisible();
    await door.getByLabel('Your password').and(door.locator('input')).fill(PASSWORD);
    await door.getByRole('button', { name: 'Remove second factor' }).click();
    await expect(door.getByRole('button', { name: 'Set up' })).toBeVisible();
  });

  test('somebody sees and ends sessions of others where he manages accounts', async () => {
    const other = await world.pageOf('eva', ['Security Reader']);
    await other.goto('/');
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/settings/sessions?whose=all');
    await lookAt(page, 'settings-sessions');
    await page
      .getByRole('button', { name: /^End the session of eva/ })
      .first()
      .click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End' }).click();
    await expect(page.getByRole('button', { name: /^End the session of eva/ })).toHaveCount(0);
    await other.reload();
    await expect(other.getByRole('heading', { name: 'Sign in to Cordon' })).toBeVisible();
  });
});

/** What a telephone reads there: the picture's pixels, by a page that may open pictures. */
async function scanned(picture: Locator): Promise<string | undefined> {
  const png = (await picture.screenshot()).toString('base64');
  const page = await picture.page().context().newPage();
  const { pixels, width, height } = await page.evaluate<{
    pixels: number[];
    width: number;
    height: number;
  }>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const { width, height } = image;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return { pixels: [...canvas.getImageData(0, 0, width, height).data], width, height };
  })()`);
  await page.close();
  return readQrCode.default(Uint8ClampedArray.from(pixels), width, height)?.data;
}
