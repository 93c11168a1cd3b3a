// Cordon's own SMTP relay between two real Postfixes: the customer's server before it, the mail server that it guards behind it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix, type Postfix, type PostfixOptions, startPostfix } from '../postfix.ts';
import { type Sink, startSink } from '../sink.ts';
import { sendMail } from '../smtp-client.ts';

describeWithPostfix('the SMTP relay between two real Postfixes', () => {
  let world: Sink;
  let behind: Postfix;
  let relay: GuardedRelay;
  let mailbox: Sink;
  let customer: Postfix;
  let connector: string;
  const postfixes: Postfix[] = [];

  const start = async (options: PostfixOptions): Promise<Postfix> => {
    const postfix = await startPostfix(options);
    postfixes.push(postfix);
    return postfix;
  };
  const customersServer = (sendsFrom: string, settings = ''): Promise<Postfix> =>
    start({
      hostname: 'mail.customer.example',
      nextHop: relay.smtpRelayPort,
      sendsFrom,
      settings: `mynetworks = 127.0.0.0/8
transport_maps = inline:{customer.example=smtp:[127.0.0.1]:${mailbox.port}}
${settings}`,
    });

  beforeAll(async () => {
    world = await startSink();
    behind = await start({
      nextHop: world.port,
      settings: `mynetworks = 127.0.0.0/8
relay_domains = contoso.example
smtpd_recipient_restrictions = check_recipient_access inline:{{gone@far.example = 550 5.1.1 No such user}}`,
    });
    relay = await GuardedRelay.start({ relayTo: behind.port });
    connector = await relay.addConnector({ name: 'customer', senderIpAddresses: ['127.0.0.9'] });
    mailbox = await startSink();
    customer = await customersServer('127.0.0.9');
  });
  afterAll(async () => {
    for (const postfix of postfixes) await postfix.stop();
    await relay?.stop();
    await world?.stop();
    await mailbox?.stop();
  });

  const send = async (by: Postfix, user: string, to: readonly string[], text = 'Subject: x\r\n\r\nx\r\n') => {
    const sent = await sendMail(by.port, { from: `${user}@customer.example`, to, text });
    expect(sent.end).toMatch(/^250 2\.0\.0 Ok: queued/);
  };
  /** What the user reads: lines that were broken, whole again. */
  const bounceTo = async (user: string): Promise<string> => {
    const address = `${user}@customer.example`;
    const bounce = await mailbox.find(`a bounce to ${user}`, (message) => message.recipients.includes(address));
    return bounce.bytes.toString().replace(/\r\n\s+/g, ' ');
  };

  test('mail passes with every byte of its text', async () => {
    const text = 'Subject: dots\r\n\r\n.\r\n..two\r\nGr\xfc\xdfe\r\n\r\n';
    await send(customer, 'anna', ['bob@far.example', 'al@contoso.example'], text);
    const message = await world.find('the dots', (each) => each.bytes.includes('Subject: dots'));
    expect([...message.recipients].sort()).toEqual(['al@contoso.example', 'bob@far.example']);
    expect(message.bytes.toString('latin1')).toContain('\r\n\r\n.\r\n..two\r\nGr\xfc\xdfe\r\n\r\n');
  });

  test("the next hop's own refusal reaches the user as it was said", async () => {
    await send(customer, 'ben', ['gone@far.example']);
    expect(await bounceTo('ben')).toContain(
      'said: 550 5.1.1 <gone@far.example>: Recipient address rejected: No such user (in reply to RCPT TO command)',
    );
  });

  test('a restricted connector: its user reads the sentence for people and the code', async () => {
    await relay.restrict(connector);
    await send(customer, 'carla', ['bob@far.example', 'help@contoso.example'], 'Subject: refused\r\n\r\nx\r\n');
    const bounce = await bounceTo('carla');
    expect(bounce).toContain(
      "said: 550-5.7.711 Your message couldn't be delivered. The most common reason for this is that your organization's " +
        "email connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your " +
        'email admin for assistance. 550 5.7.711 Access denied, bad inbound connector. AS(2204). ' +
        '(in reply to RCPT TO command)',
    );
    expect(bounce).toContain('Status: 5.7.711\r\n');
    const passed = await world.find('what passed', (message) => message.bytes.includes('Subject: refused'));
    expect(passed.recipients).toEqual(['help@contoso.example']);
    await relay.unblock(connector);
    await send(customer, 'carla', ['bob@far.example'], 'Subject: again\r\n\r\nx\r\n');
    await world.find('mail after the unblock', (message) => message.bytes.includes('Subject: again'));
  });

  test('a server that nobody knows is told that it may not relay', async () => {
    await send(await customersServer('127.0.0.8'), 'dieter', ['bob@far.example']);
    expect(await bounceTo('dieter')).toContain(
      'said: 550 5.7.64 TenantAttribution; Relay Access Denied SMTP (in reply to RCPT TO command)',
    );
  });

  test('and one that proves itself with its client certificate is known wherever it comes from', async () => {
    const { branch } = relay.certificates;
    await relay.addConnector({ name: 'till', clientCertificateFingerprints: [branch.fingerprint] });
    const till = await customersServer(
      '127.0.0.7',
      `smtp_tls_security_level = encrypt\nsmtp_tls_cert_file = ${branch.certFile}\nsmtp_tls_key_file = ${branch.keyFile}`,
    );
    await send(till, 'eva', ['bob@far.example'], 'Subject: by certificate\r\n\r\nx\r\n');
    const message = await world.find('mail by certificate', (each) => each.bytes.includes('Subject: by certificate'));
    expect(message.recipients).toEqual(['bob@far.example']);
  });
});
