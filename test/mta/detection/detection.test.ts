// The whole story on real mail: a connector's ordinary weeks, a stolen password, the refusal, the unblock. The guard's clock runs
// ahead of the mail; everything else is real.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attackMail, branchOfficeMail, type DemoMessage, seededRandom } from '../../../src/demo/senders.ts';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix } from '../postfix.ts';
import { OWN_WORDS, POSTFIX_WORDS, type Refusals } from '../restriction-contract.ts';
import { openSmtp, type SmtpClient, type Transaction, transact } from '../smtp-client.ts';

const HOUR_MS = 3_600_000;
/** As many as an attack may get out before it is stopped, nine times of ten. */
const LEAK = 14;

function detectionOn(title: string, blocks: readonly string[], refusals: Refusals): void {
  describeWithPostfix(title, () => {
    let relay: GuardedRelay;
    let branch: string;
    let now = Date.parse('2026-11-02T08:00:00Z');
    let sent = 0;
    const random = seededRandom(711);

    beforeAll(async () => {
      relay = await GuardedRelay.start({ blocks, now: () => now });
      branch = await relay.addConnector({ name: 'branch office', senderIpAddresses: ['192.0.2.0/24'] });
    });
    afterAll(() => relay?.stop());

    const branchOffice = () => openSmtp(relay.postfix.port, { xclient: 'ADDR=192.0.2.10 PORT=4321' });
    const send = (client: SmtpClient, mail: DemoMessage, to = mail.recipients): Promise<Transaction> => {
      const header = `From: ${mail.headerFrom}\r\nSubject: ${mail.subject}\r\nMessage-Id: <${++sent}@contoso.example>`;
      return transact(client, { from: mail.envelopeSender, to, text: `${header}\r\n\r\n${mail.text}\r\n` });
    };
    const hasPassed = (transaction: Transaction): boolean => transaction.end.startsWith('250 ');

    async function ordinaryWeeks(): Promise<void> {
      const client = await branchOffice();
      for (let message = 0; message < 120; message++) {
        expect(hasPassed(await send(client, branchOfficeMail(random)))).toBe(true);
        now += message % 8 === 7 ? 17 * HOUR_MS : HOUR_MS;
      }
      await client.quit();
    }

    /** How many messages got out, and what the first refused one was answered. */
    async function attack(): Promise<{ passed: number; refused: Transaction }> {
      const client = await branchOffice();
      for (let passed = 0; ; passed++) {
        now += 20_000;
        const transaction = await send(client, attackMail(random, passed));
        if (hasPassed(transaction) && passed < 60) continue;
        await client.quit();
        return { passed, refused: transaction };
      }
    }

    test('an attack is refused with the message that tips the sum, and the connector sends again after an unblock', async () => {
      await ordinaryWeeks();
      const { passed, refused } = await attack();
      expect(refused.end).toBe(refusals.connectorAtEnd);
      expect(passed).toBeLessThanOrEqual(LEAK);
      const tipped = `Message-Id: <${sent}@contoso.example>`;

      const { items } = await relay.api<{ items: unknown[] }>('GET', '/restricted-entities');
      expect(items).toEqual([expect.objectContaining({ id: branch, name: 'branch office', cause: 'detection' })]);

      const client = await branchOffice();
      const mail = branchOfficeMail(random);
      expect((await send(client, mail, ['bob@far.example'])).recipients).toEqual([
        refusals.connectorAtRcpt('bob@far.example'),
      ]);
      expect(hasPassed(await send(client, mail, ['al@contoso.example']))).toBe(true);
      await relay.unblock(branch);
      expect(hasPassed(await send(client, mail, ['bob@far.example']))).toBe(true);
      await client.quit();

      const last = `Message-Id: <${sent}@contoso.example>`;
      await relay.sink.find('the last message', (message) => message.bytes.includes(last));
      expect(relay.sink.messages.some((message) => message.bytes.includes(tipped))).toBe(false);
    });
  });
}

detectionOn('a connector that turns bad (policy and milter)', ['policy', 'milter'], OWN_WORDS);
detectionOn('a connector that turns bad (policy only)', ['policy'], POSTFIX_WORDS);
