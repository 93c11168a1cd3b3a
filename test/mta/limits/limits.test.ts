// Sending limits on a real Postfix: exact at the boundary, also with twenty sessions at once, by policy server, by milter, by both.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewConnector } from '../guarded-relay.ts';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix } from '../postfix.ts';
import { openSmtp, transact } from '../smtp-client.ts';

const SESSIONS = 20;

interface LimitedConnector extends NewConnector {
  readonly sendingLimits: Record<string, { most: number; action: string }>;
}

interface Replies {
  readonly refused: (recipient: string) => string;
  readonly restricted: RegExp;
}

const REFUSED = "Your message can't be sent because you've reached your daily limit for message recipients";
const OWN: Replies = { refused: () => `550 5.1.90 ${REFUSED}`, restricted: /^550[- ]5\.7\.711 .*AS\(2204\)\.$/s };
const BY_POSTFIX: Replies = {
  refused: (recipient) => `550 5.1.0 <${recipient}>: Recipient address rejected: ${REFUSED}`,
  restricted: /^550 5\.7\.711 <.*>: Recipient address rejected: Access denied, bad inbound connector\. AS\(2204\)\.$/,
};

function limitsOn(title: string, blocks: readonly string[], replies: Replies): void {
  describeWithPostfix(title, () => {
    let relay: GuardedRelay;
    const addresses: Record<string, string> = {};
    beforeAll(async () => {
      relay = await GuardedRelay.start({ blocks });
      const limited: Record<string, LimitedConnector['sendingLimits']> = {
        parallel: { recipientsPerDay: { most: 50, action: 'refuse' } },
        short: { recipientsPerDay: { most: 2, action: 'refuse' } },
        strict: { recipientsPerDay: { most: 2, action: 'restrictUntilTomorrow' } },
      };
      for (const [i, [name, sendingLimits]] of Object.entries(limited).entries()) {
        addresses[name] = `192.0.2.${10 + i}`;
        const connector: LimitedConnector = { name, senderIpAddresses: [addresses[name]], sendingLimits };
        await relay.addConnector(connector);
      }
    });
    afterAll(() => relay?.stop());

    test('the policy server sees that this Postfix also asks at the end of a message', async () => {
      addresses.nobody = '192.0.2.99';
      const nobody = await client('nobody', 3000);
      expect((await transact(nobody, mail(['a@far.example']))).end).toMatch(/^250 /);
      await nobody.quit();
    });

    const client = (name: string, port: number) =>
      openSmtp(relay.postfix.port, { xclient: `ADDR=${addresses[name]} PORT=${port}` });
    const mail = (to: readonly string[]) => ({ from: 'anna@contoso.example', to, text: 'Subject: x\r\n\r\nHello\r\n' });

    test('twenty sessions at once reach the limit exactly, and what is aborted gives its recipients back', async () => {
      const clients = await Promise.all(Array.from({ length: SESSIONS }, (_, i) => client('parallel', 4000 + i)));
      const ask = async () => {
        const answers = await Promise.all(
          clients.map(async (each, i) => {
            const said = [await each.say('MAIL FROM:<anna@contoso.example>')];
            for (let n = 0; n < 5; n++) said.push(await each.say(`RCPT TO:<r${i}-${n}@far.example>`));
            return said.slice(1);
          }),
        );
        return answers.flat().filter((answer) => answer.startsWith('250 ')).length;
      };
      expect(await ask()).toBe(50);
      // A policy server hears of a RSET by the session's next question: it then gives back what it had reserved.
      await Promise.all(clients.map((each) => each.say('RSET')));
      for (const each of clients) await each.say('MAIL FROM:<anna@contoso.example>');
      if (blocks.includes('policy')) for (const each of clients) await each.say('RCPT TO:<postmaster@contoso.example>');
      await Promise.all(clients.map((each) => each.say('RSET')));
      expect(await ask()).toBe(50);
      await Promise.all(clients.map((each) => each.quit()));
    });

    test('refuse: the recipient beyond it, and the message goes on without him', async () => {
      const short = await client('short', 5000);
      const to = ['a@far.example', 'b@far.example', 'c@far.example'];
      const { recipients, end } = await transact(short, mail(to));
      expect(recipients.slice(0, 2).every((answer) => answer.startsWith('250 '))).toBe(true);
      expect(recipients[2]).toBe(replies.refused('c@far.example'));
      expect(end).toMatch(/^250 /);
      await short.quit();
    });

    test('restrictUntilTomorrow: the connector is restricted in so many words, and listed', async () => {
      const strict = await client('strict', 6000);
      const { recipients } = await transact(strict, mail(['a@far.example', 'b@far.example', 'c@far.example']));
      expect(recipients[2]).toMatch(replies.restricted);
      await strict.quit();
      const { items } = await relay.api<{ items: { name: string; reason: string; cause: string; until: string }[] }>(
        'GET',
        '/restricted-entities',
      );
      expect(items).toMatchObject([
        { name: 'strict', cause: 'limit', reason: 'Sending limit: 3 recipients in a day, limit 2' },
      ]);
      expect(items[0]!.until).toMatch(/T00:00:00\.000Z$/);
    });
  });
}

limitsOn('sending limits (policy and milter)', ['policy', 'milter'], OWN);
limitsOn('sending limits (milter only)', ['milter'], OWN);
limitsOn('sending limits (policy only)', ['policy'], BY_POSTFIX);
