// What Postfix says while nobody listens at Cordon's doors, with its default and with the documented settings that let mail pass.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix, type Postfix } from '../postfix.ts';
import { sendMail } from '../smtp-client.ts';

interface Away {
  readonly block: string;
  readonly mail: string;
  readonly recipient: string;
  /** The answer to the dot; nothing where no recipient was taken. */
  readonly end: RegExp;
}

const WAYS: readonly Away[] = [
  {
    block: 'policy',
    mail: '250 2.1.0 Ok',
    recipient: '451 4.3.5 <bob@far.example>: Recipient address rejected: Server configuration problem',
    end: /^$/,
  },
  {
    block: 'milter',
    mail: '451 4.7.1 Service unavailable - try again later',
    recipient: '503 5.5.1 Error: need MAIL command',
    end: /^$/,
  },
  { block: 'policy-open', mail: '250 2.1.0 Ok', recipient: '250 2.1.5 Ok', end: /^250 / },
  { block: 'milter-open', mail: '250 2.1.0 Ok', recipient: '250 2.1.5 Ok', end: /^250 / },
];

describeWithPostfix('Cordon is away', () => {
  let relay: GuardedRelay;
  const postfixes = new Map<string, Postfix>();
  beforeAll(async () => {
    relay = await GuardedRelay.start({ blocks: ['policy'] });
    await relay.restrict(await relay.addConnector({ name: 'branch', senderIpAddresses: ['192.0.2.10'] }));
    for (const { block } of WAYS) postfixes.set(block, await relay.addPostfix([block]));
  });
  afterAll(() => relay?.stop());

  const send = (block: string, client: { xclient: string }) =>
    sendMail(postfixes.get(block)!.port, { from: 'anna@contoso.example', to: ['bob@far.example'] }, client);
  const restricted = { xclient: 'ADDR=192.0.2.10' };
  const other = { xclient: 'ADDR=192.0.2.11' };
  const isGuarded = async (block: string): Promise<void> => {
    expect((await send(block, restricted)).recipients[0]).toMatch(/^550.5\.7\.711 /);
    expect((await send(block, other)).end).toMatch(/^250 /);
  };

  test('mail is answered as the manual says, and guarded again, without a word to Postfix, when Cordon is back', async () => {
    for (const { block } of WAYS) await isGuarded(block);
    await relay.stopGuard();
    for (const { block, ...answers } of WAYS) {
      const meanwhile = await send(block, restricted);
      expect({ block, ...meanwhile }).toMatchObject({
        block,
        mail: answers.mail,
        recipients: [answers.recipient],
        end: expect.stringMatching(answers.end),
      });
    }
    await relay.startGuard();
    for (const { block } of WAYS) await isGuarded(block);
  });
});
