// Test support: looks at what a page shows. Screenshots in light, dark and on a telephone go into `artifacts/` for people to look at;
// axe looks for what keeps people out.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

const ARTIFACTS = join(import.meta.dirname, 'artifacts');

/**
 * Fluent's own: dummies that hold the focus in a flyout, the place of short notices, which is no landmark, and what a chart draws for
 * each point: axe looks at those for many seconds. The texts of a chart and its name are looked at.
 */
const NOT_OURS = ['[data-tabster-dummy]', '[data-toaster]', 'figure svg line', 'figure svg path'];

/** Nothing but colours is another thing in the dark. */
const IN_THE_DARK = ['color-contrast'];
/** What another layout can break: what is hidden, what scrolls, what has lost its text, where things stand. */
const ON_A_TELEPHONE = [
  'aria-dialog-name',
  'aria-hidden-focus',
  'button-name',
  'landmark-one-main',
  'landmark-unique',
  'link-name',
  'nested-interactive',
  'page-has-heading-one',
  'region',
  'scrollable-region-focusable',
];

/** No violation of axe's rules, in light and dark, and as narrow as a telephone. Leaves the page light and as wide as it was. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!;
  await look(page, `${name}-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await look(page, `${name}-dark`, IN_THE_DARK);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 360, height: 740 });
  await expectNoSidewaysScroll(page, name);
  await look(page, `${name}-360`, ON_A_TELEPHONE);
  await page.setViewportSize(size);
}

/** `rules`: only these of axe's; all of them unless given. */
async function look(page: Page, name: string, rules?: string[]): Promise<void> {
  // Short words at the edge of the page go by themselves.
  await expect(page.locator('.fui-Toast')).toHaveCount(0, { timeout: 15_000 });
  await settled(page);
  mkdirSync(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`) });
  // Legacy mode: there are no frames of other origins, for which the other mode opens a page of its own each time.
  const all = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const axe = NOT_OURS.reduce((builder, selector) => builder.exclude(selector), all);
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  const said = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(said, `axe on ${name}`).toEqual([]);
}

/** Nothing moves any more, and nothing is awaited. */
async function settled(page: Page): Promise<void> {
  // Not `waitForFunction`: it asks again with eval, which the content security policy forbids.
  const isStill = () =>
    page.evaluate<boolean>("document.getAnimations().every(({ playState }) => playState !== 'running')");
  await expect.poll(isStill, { timeout: 20_000 }).toBe(true);
}

/** The page itself: lists and charts may scroll in their own frame. */
async function expectNoSidewaysScroll(page: Page, name: string): Promise<void> {
  const wider = () =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  await expect.poll(wider, { message: `${name} is wider than a telephone` }).toBeLessThanOrEqual(0);
}
