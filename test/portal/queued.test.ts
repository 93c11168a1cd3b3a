// What of an attack still waits in a real Postfix's queue, as its mail log told it, and the command that holds it there.
import { execFileSync } from 'node:child_process';
import type { Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { GuardedRelay } from '../mta/guarded-relay.ts';
import { describeWithPostfix } from '../mta/postfix.ts';
import { openSmtp, transact } from '../mta/smtp-client.ts';
import { until } from '../mta/until.ts';
import { hasChromium, openBrowser } from './browser.ts';
import { lookAt } from './look.ts';
import { expect } from './patient-expect.ts';
import { signUp } from './portal-world.ts';

interface Traced {
  readonly queueId: string;
  readonly recipients: readonly { readonly address: string; readonly fate: { readonly status: string } }[];
}

describe.skipIf(!hasChromium)('the evidence of an incident of which something is still queued', () => {
  describeWithPostfix('by the mail log of a real Postfix', () => {
    let relay: GuardedRelay;
    let browser: Browser;
    beforeAll(async () => {
      const refuse = (recipient: string) => (recipient.includes('.busy') ? '451 4.2.0 greylisted' : undefined);
      relay = await GuardedRelay.start({ blocks: ['policy', 'milter'], followsLog: true, refuse });
      browser = await openBrowser();
    });
    afterAll(async () => {
      await browser?.close();
      await relay?.stop();
    });

    test('says how much it is, and gives the command for it, which holds just that', async () => {
      const entityId = await relay.addConnector({ name: 'branch office', senderIpAddresses: ['192.0.2.0/24'] });
      const client = await openSmtp(relay.postfix.port, { xclient: 'ADDR=192.0.2.10 PORT=4321' });
      for (const name of ['bob', 'joe', 'sue']) {
        const to = [`${name}.busy@far.example`, `${name}@near.example`];
        await transact(client, { from: 'anna@contoso.example', to, text: 'Subject: x\r\n\r\nx\r\n' });
      }
      await client.quit();
      const waiting = await until('the log to tell what became of all', async () => {
        const { items } = await relay.api<{ items: Traced[] }>('GET', `/messages?entityId=${entityId}`);
        const fates = items.flatMap(({ recipients }) => recipients.map(({ fate }) => fate.status));
        return fates.length === 6 && !fates.includes('queued') ? items.map(({ queueId }) => queueId) : undefined;
      });
      const reason = 'sends spam';
      const { incidentId } = await relay.api<{ incidentId: string }>(
        'POST',
        `/restricted-entities/${entityId}/restrict`,
        { reason },
      );

      const url = relay.access.CORDON_URL;
      const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
      const session = await signUp('olivia', ['Global Administrator'], relay.api.bind(relay), url);
      await context.addCookies([{ name: 'cordon-session', value: session, url }]);
      const page = await context.newPage();
      await page.goto(`/restrictedentities/${entityId}/incidents/${incidentId}`);
      const out = page.getByRole('region', { name: 'What got out before the block', exact: true });
      await expect(out).toContainText('3 messages');
      const command = (await out.locator('pre').textContent())!;
      expect(command.split('\n').slice(1, -1).sort()).toEqual(waiting.toSorted());
      await out.scrollIntoViewIfNeeded();
      await lookAt(page, 'evidence-queued');

      execFileSync('/bin/sh', [
        '-c',
        command.replace('postsuper', `/usr/sbin/postsuper -c ${relay.postfix.settingsFolder}`),
      ]);
      expect(relay.postfix.queued('hold').toSorted()).toEqual(waiting.toSorted());
      expect(relay.postfix.queued('deferred')).toEqual([]);
    });
  });
});
