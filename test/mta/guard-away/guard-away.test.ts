// What Postfix says while nobody listens at Cordon's doors, with its default and with the documented settings that let mail pass.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix } from '../postfix.ts';
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

for (const away of WAYS) {
  describeWithPostfix(`Cordon is away (${away.block})`, () => {
    let relay: GuardedRelay;
    beforeAll(async () => {
      relay = await GuardedRelay.start({ blocks: [away.block] });
      await relay.restrict(await relay.addConnector({ name: 'branch', senderIpAddresses: ['192.0.2.10'] }));
    }, 60_000);
    afterAll(() => relay?.stop());

    test('mail is answered as the manual says, and is refused again when Cordon is back', async () => {
      const mail = { from: 'anna@contoso.example', to: ['bob@far.example'] };
      const branch = { xclient: 'ADDR=192.0.2.10' };
      const other = { xclient: 'ADDR=192.0.2.11' };
      expect((await sendMail(relay.postfix.port, mail, other)).end).toMatch(/^250 /);

      await relay.stopGuard();
      const meanwhile = await sendMail(relay.postfix.port, mail, branch);
      expect(meanwhile).toMatchObject({ mail: away.mail, recipients: [away.recipient] });
      expect(meanwhile.end).toMatch(away.end);

      await relay.startGuard();
      expect((await sendMail(relay.postfix.port, mail, branch)).recipients[0]).toMatch(/^550.5\.7\.711 /);
      expect((await sendMail(relay.postfix.port, mail, other)).end).toMatch(/^250 /);
    });
  });
}
