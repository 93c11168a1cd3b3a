// How much JavaScript the browser gets before the first page can be used, compressed as the guard sends it to whoever takes gzip.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { expect } from './patient-expect.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

const DIST = join(import.meta.dirname, '../../portal/dist');
const BUDGET_BYTES = 260_000;

describe.skipIf(!hasChromium)('the first page', { timeout: 60_000 }, () => {
  let world: PortalWorld;
  beforeAll(async () => {
    world = await aPortalWorld();
  }, 60_000);
  afterAll(() => world.close());

  test('Restricted entities needs at most 260 kB of JavaScript', async () => {
    const page = await world.pageOf('olivia', ['Global Administrator']);
    await page.goto('/restrictedentities');
    await expect(page.getByText('Nobody is restricted')).toBeVisible();
    const scripts = await page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith('.js'))`,
    );
    const sizes = scripts.map((script) => [script, gzipSync(readFileSync(join(DIST, script)), { level: 9 }).length]);
    const total = sizes.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    expect(total, JSON.stringify(sizes)).toBeGreaterThan(0);
    expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(BUDGET_BYTES);
  });
});
