// The evidence of an incident: what somebody who was woken by it reads, and what a reader with fewer rights is told instead.
import { readFile } from 'node:fs/promises';
import { type Locator, type Page, expect as soon } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { lookAt } from './look.ts';
import { aPortalWorld, type PortalWorld } from './portal-world.ts';

/** The machine may be busy with other suites. */
const expect = soon.configure({ timeout: 20_000 });

interface Restricted {
  readonly id: string;
  readonly name: string;
  readonly incidentId: string;
}

describe.skipIf(!hasChromium)('the evidence of an incident', () => {
  let world: PortalWorld;
  /** Of an administrator, and of a reader. */
  let olivia: Page;
  let rita: Page;
  beforeAll(async () => {
    world = await aPortalWorld({ fortnight: true });
    await world.story.attack();
    await world.story.leaveSomethingToSee();
    olivia = await world.pageOf('olivia', ['Global Administrator']);
    rita = await world.pageOf('rita', ['Security Reader']);
  }, 240_000);
  afterAll(() => world.close());

  const incidentOf = async (name: string) => {
    const { items } = await world.api<{ items: Restricted[] }>('GET', '/restricted-entities?state=all');
    return items.find((entity) => entity.name === name)!;
  };
  const open = async (page: Page, name: string) => {
    const { id, incidentId } = await incidentOf(name);
    await page.goto(`/restrictedentities/${id}/incidents/${incidentId}`);
    await expect(page.getByRole('heading', { level: 1, name: `Evidence: ${name}` })).toBeVisible();
  };
  const section = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

  test('an administrator reads what happened, why, and what got out', { timeout: 60_000 }, async () => {
    const page = olivia;
    await open(page, 'branch-office');
    const happened = section(page, 'What happened');
    await expect(happened).toContainText(/The connector branch-office was restricted on .* the threshold is 13\./);
    await expect(happened).toContainText(/2 messages to 4 recipients got out\. It is still restricted/);
    const why = section(page, 'Why it was restricted');
    await expect(why).toContainText(/new recipients 100 % \(9 of 9\) against \d+ % usual/);
    const kinds = why.getByRole('figure', { name: /^Kinds of evidence in the sum/ });
    await expect(kinds.locator('svg g rect').last()).toBeVisible();
    const lastTick = await middleOf(kinds.locator('g[id^=xAxis] .tick text').last());
    expect(Math.abs(lastTick - (await middleOf(kinds.locator('svg g rect').last())))).toBeLessThan(2);
    await why.getByRole('figure', { name: 'Sum of the evidence over time' }).getByText('Show as table').click();
    const last = why.getByRole('figure', { name: 'Sum of the evidence over time' }).getByRole('row').last();
    const [sum, threshold] = (await last.getByRole('cell').allTextContents()).map(Number);
    expect(sum).toBeGreaterThanOrEqual(threshold!);
    expect(threshold).toBe(13);
    await expect(section(page, 'The message that tipped it')).toContainText('Your mailbox will be closed today');
    const source = section(page, 'Source addresses').getByRole('row').last();
    await expect(source).toContainText('127.1.66.6');
    await expect(source).toContainText('New');
    await expect(section(page, 'What got out before the block')).toContainText(/victims\d+\.example/);
    await expect(section(page, 'Samples').getByRole('row')).toHaveCount(4);
    await expect(section(page, 'Configuration of the connector')).toContainText('127.1.0.0/16');
  });

  test('the recipients whom the attack reached are exported', { timeout: 60_000 }, async () => {
    const page = olivia;
    await open(page, 'branch-office');
    const downloaded = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export recipients' }).click();
    const csv = await readFile(await (await downloaded).path(), 'utf8');
    expect(csv.split('\r\n')[0]).toContain('recipient');
    expect(csv.match(/@victims\d+\.example/g)).toHaveLength(4);
  });

  test('from here it is one step to the form that unblocks', { timeout: 60_000 }, async () => {
    const page = olivia;
    await open(page, 'web-shop');
    await page.getByRole('link', { name: 'Unblock' }).click();
    const { id } = await incidentOf('web-shop');
    await expect(page).toHaveURL(`${world.url}/restrictedentities?entity=${id}`);
  });

  test('a reader is told what he may not see and do', { timeout: 60_000 }, async () => {
    const page = rita;
    await open(page, 'branch-office');
    await expect(page.getByText('Your roles do not include the right to unblock.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Unblock' })).toHaveCount(0);
    const samples = section(page, 'Samples');
    await expect(samples).toContainText('Subjects are not shown');
    await expect(samples.getByRole('columnheader', { name: 'Subject' })).toHaveCount(0);
    await expect(samples.getByRole('row')).toHaveCount(4);
    await expect(page.getByText('Your mailbox will be closed today')).toHaveCount(0);
    await expect(section(page, 'What got out before the block')).toContainText('Exporting the recipients');
    await expect(page.getByRole('link', { name: 'Export recipients' })).toHaveCount(0);
  });

  test('what is tried after the block is counted', { timeout: 60_000 }, async () => {
    const page = rita;
    await open(page, 'web-shop');
    await expect(section(page, 'What happened')).toContainText('4 messages were refused since');
    await expect(section(page, 'Attempts since')).toContainText('4 messages to 16 recipients');
  });

  test('a user over his limit has no evidence, and that is said', { timeout: 60_000 }, async () => {
    const page = rita;
    await open(page, 'carla@contoso.example');
    await expect(section(page, 'What happened')).toContainText('because it exceeded a sending limit');
    await expect(section(page, 'What happened')).toContainText('51 external recipients in an hour, limit 50');
    await expect(section(page, 'Why it was restricted')).toContainText('There is no evidence to show');
  });

  test('it looks right in light, in dark and on a telephone', { timeout: 90_000 }, async () => {
    const page = olivia;
    await open(page, 'web-shop');
    await expect(page.getByRole('figure').first().locator('svg').first()).toBeVisible();
    await lookAt(page, 'evidence');
    await open(page, 'carla@contoso.example');
    await lookAt(page, 'evidence-limit');
  });

  test('when it is unblocked the open page says so by itself', { timeout: 60_000 }, async () => {
    const page = rita;
    await open(page, 'branch-office');
    const { id, incidentId: first } = await incidentOf('branch-office');
    await expect(page.getByRole('img', { name: 'Live: changes show by themselves' })).toBeVisible();
    await world.api('POST', `/restricted-entities/${id}/unblock`, { reason: 'password changed' });
    const happened = section(page, 'What happened');
    await expect(happened).toContainText('It is over: local administrator unblocked it on');
    await expect(happened).toContainText('Reason: password changed');
    await world.api('POST', `/restricted-entities/${id}/restrict`, { reason: 'to be sure' });
    await open(page, 'branch-office');
    await expect(happened).toContainText(/was restricted on .* by local administrator\./);
    await expect(section(page, 'Why it was restricted')).toContainText('It was restricted by hand');
    await section(page, 'Other incidents').getByRole('link').click();
    await expect(page).toHaveURL(new RegExp(`/incidents/${first}$`));
  });

  test('an incident that there is not is refused in the guard’s words', { timeout: 60_000 }, async () => {
    const page = rita;
    const { id } = await incidentOf('web-shop');
    await page.goto(`/restrictedentities/${id}/incidents/00000000-0000-4000-8000-000000000000`);
    await expect(page.getByText('NOT_RESTRICTED')).toBeVisible();
  });
});

/** Pixels from the left. */
async function middleOf(drawn: Locator): Promise<number> {
  const { x, width } = (await drawn.boundingBox())!;
  return x + width / 2;
}
