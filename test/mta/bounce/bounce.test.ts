// A second real Postfix plays the customer's server: it is refused, and writes the bounce that its user reads.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { type ReceivedMessage, type Sink, startSink } from '../sink.ts';
import { sendMail } from '../smtp-client.ts';

/** Header and body with the folds of long lines undone, as a person reads it. */
const readable = (message: ReceivedMessage): string => message.bytes.toString().replace(/\r\n\s+/g, ' ');

function bouncesOf(title: string, blocks: readonly string[], says: readonly string[], status: string): void {
  describeWithPostfix(title, () => {
    let relay: GuardedRelay;
    let mailbox: Sink;
    let customer: Postfix;

    beforeAll(async () => {
      relay = await GuardedRelay.start({ blocks });
      const id = await relay.addConnector({ name: 'customer', senderIpAddresses: ['127.0.0.9'] });
      await relay.restrict(id);
      mailbox = await startSink();
      customer = await startPostfix({
        hostname: 'mail.customer.example',
        nextHop: relay.postfix.port,
        sendsFrom: '127.0.0.9',
        settings: `mynetworks = 127.0.0.0/8\ntransport_maps = inline:{customer.example=smtp:[127.0.0.1]:${mailbox.port}}`,
      });
    }, 60_000);
    afterAll(async () => {
      await customer?.stop();
      await mailbox?.stop();
      await relay?.stop();
    });

    test('the bounce tells the user in the words of the refusal', async () => {
      const mail = { from: 'user@customer.example', to: ['bob@far.example'] };
      expect((await sendMail(customer.port, mail)).end).toMatch(/^250 2\.0\.0 Ok: queued/);
      const [bounce] = await mailbox.received(1);
      expect(bounce).toMatchObject({ envelopeSender: '', recipients: ['user@customer.example'] });
      const text = readable(bounce!);
      for (const words of says) expect(text).toContain(words);
      expect(text).toContain(`Status: ${status}`);
      expect(text).toMatch(/Final-Recipient: rfc822; ?bob@far\.example/);
      expect(relay.sink.messages).toEqual([]);
    });
  });
}

bouncesOf(
  'the bounce, where the milter speaks',
  ['policy', 'milter'],
  [
    "Your message couldn't be delivered. The most common reason for this is that your organization's email connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your email admin for assistance.",
    '550 5.7.711 Access denied, bad inbound connector. AS(2204).',
  ],
  '5.7.711',
);

bouncesOf(
  'the bounce, where only the policy server speaks',
  ['policy'],
  ['550 5.7.711 <bob@far.example>: Recipient address rejected: Access denied, bad inbound connector. AS(2204).'],
  '5.7.711',
);
