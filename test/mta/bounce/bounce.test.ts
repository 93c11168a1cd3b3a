// A second real Postfix plays the customer's server: it is refused, and writes the bounce that its user reads.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { type ReceivedMessage, type Sink, startSink } from '../sink.ts';
import { sendMail } from '../smtp-client.ts';

/** Lines that were broken, whole again. */
const readable = (message: ReceivedMessage): string => message.bytes.toString().replace(/\r\n\s+/g, ' ');

describeWithPostfix("the bounce that the customer's user reads", () => {
  let relay: GuardedRelay;
  let mailbox: Sink;
  const customers: Postfix[] = [];

  beforeAll(async () => {
    relay = await GuardedRelay.start({ blocks: ['policy', 'milter'] });
    const id = await relay.addConnector({ name: 'customer', senderIpAddresses: ['127.0.0.9'] });
    await relay.restrict(id);
    mailbox = await startSink();
  });
  afterAll(async () => {
    for (const customer of customers) await customer.stop();
    await mailbox?.stop();
    await relay?.stop();
  });

  /** The customer's server sends everything through the relay but what is for its own users. */
  const bounceBy = async (relayPort: number, user: string): Promise<string> => {
    const settings = `mynetworks = 127.0.0.0/8\ntransport_maps = inline:{customer.example=smtp:[127.0.0.1]:${mailbox.port}}`;
    const hostname = 'mail.customer.example';
    const customer = await startPostfix({ hostname, nextHop: relayPort, sendsFrom: '127.0.0.9', settings });
    customers.push(customer);
    const sent = await sendMail(customer.port, { from: user, to: ['bob@far.example'] });
    expect(sent.end).toMatch(/^250 2\.0\.0 Ok: queued/);
    const bounce = await mailbox.find(`the bounce to ${user}`, (message) => message.recipients.includes(user));
    expect(bounce.envelopeSender).toBe('');
    expect(relay.sink.messages).toEqual([]);
    return readable(bounce);
  };

  test('has the sentence for people and the code, where the milter speaks', async () => {
    const bounce = await bounceBy(relay.postfix.port, 'anna@customer.example');
    expect(bounce).toContain(
      "said: 550-5.7.711 Your message couldn't be delivered. The most common reason for this is that your organization's " +
        "email connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your " +
        'email admin for assistance. 550 5.7.711 Access denied, bad inbound connector. AS(2204). ' +
        '(in reply to RCPT TO command)',
    );
    expect(bounce).toContain('Status: 5.7.711\r\n');
    expect(bounce).toMatch(/Final-Recipient: rfc822; ?bob@far\.example/);
  });

  test('has the code after the words of Postfix, where only the policy server speaks', async () => {
    const policyOnly = await relay.addPostfix(['policy']);
    const bounce = await bounceBy(policyOnly.port, 'ben@customer.example');
    expect(bounce).toContain(
      'said: 550 5.7.711 <bob@far.example>: Recipient address rejected: Access denied, bad inbound connector. AS(2204). ' +
        '(in reply to RCPT TO command)',
    );
    expect(bounce).toContain('Status: 5.7.711\r\n');
  });
});
