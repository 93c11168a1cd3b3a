// Mail that is handed in on the mail server itself, with sendmail(1): cron jobs, web applications, a shell that somebody broke into.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix, type Postfix } from '../postfix.ts';
import { sendMail } from '../smtp-client.ts';
import { until } from '../until.ts';

interface Traced {
  readonly subject: string;
  readonly basis: string;
  readonly connectorName?: string;
  readonly outcome: string;
}

describeWithPostfix('local submission', () => {
  let relay: GuardedRelay;
  let postfix: Postfix;
  let connector: string;
  beforeAll(async () => {
    relay = await GuardedRelay.start({ blocks: ['policy', 'milter', 'local-submission'] });
    postfix = relay.postfix;
  });
  afterAll(() => relay?.stop());

  const handIn = (subject: string, ...to: string[]) =>
    postfix.sendmail('www@contoso.example', to, `Subject: ${subject}\n\nHello.\n`);
  const traced = (subject: string): Promise<Traced> =>
    until(`"${subject}" in the trace`, async () => {
      const { items } = await relay.api<{ items: Traced[] }>('GET', '/messages');
      return items.find((message) => message.subject === subject);
    });
  const overSmtp = (subject: string) =>
    sendMail(postfix.port, {
      from: 'app@contoso.example',
      to: ['bob@far.example'],
      text: `Subject: ${subject}\r\n\r\nHello.\r\n`,
    });
  const arrived = (subject: string) =>
    relay.sink.find(subject, (message) => message.bytes.includes(`Subject: ${subject}\r\n`));

  test('nobody claims it: it is discovered under its own name, apart from SMTP of the same host', async () => {
    handIn('unclaimed', 'bob@far.example');
    await arrived('unclaimed');
    await overSmtp('unclaimed, too');
    const { items } = await relay.api<{ items: object[] }>('GET', '/connectors/discovered');
    expect(items).toEqual([
      expect.objectContaining({ clientAddress: '127.0.0.1', localSubmission: true, recipients: 1 }),
      expect.objectContaining({ clientAddress: '127.0.0.1', localSubmission: false, recipients: 1 }),
    ]);
  });

  test('it is attributed to the connector that has it, before that of the address', async () => {
    await relay.addConnector({ name: 'web server', senderIpAddresses: ['127.0.0.1'] });
    connector = await relay.addConnector({ name: 'sendmail', localSubmission: true });
    handIn('attributed', 'bob@far.example');
    await arrived('attributed');
    const { connectorName, basis, outcome } = await traced('attributed');
    expect({ connectorName, basis, outcome }).toEqual({
      connectorName: 'sendmail',
      basis: 'localSubmission',
      outcome: 'accepted',
    });
    await overSmtp('by address');
    expect(await traced('by address')).toMatchObject({
      connectorName: 'web server',
      basis: 'clientAddress in 127.0.0.1/32',
    });
  });

  test('restricted, it gets its mail back with our words, and none stays behind to be tried again', async () => {
    await relay.restrict(connector);
    handIn('refused', 'bob@far.example', 'al@contoso.example');
    const bounce = await relay.sink.find('the bounce', ({ envelopeSender }) => envelopeSender === '');
    expect(bounce.recipients).toEqual(['www@contoso.example']);
    const words = bounce.bytes.toString().replace(/\s+/g, ' ');
    expect(words).toContain("<bob@far.example>: Your message couldn't be delivered.");
    expect(words).toContain('550 5.7.711 Access denied, bad inbound connector. AS(2204).');
    expect(words).toContain("<al@contoso.example>: Your message couldn't be delivered.");
    expect(await traced('refused')).toMatchObject({ connectorName: 'sendmail', outcome: 'restricted' });
    await until('an empty maildrop', () => (postfix.queued('maildrop').length === 0 ? true : undefined));
    expect(postfix.log()).not.toContain('milter configuration error');
  });

  test('and its mail to the own domains passes, as does SMTP of the same host', async () => {
    handIn('at home', 'al@contoso.example');
    await arrived('at home');
    expect((await overSmtp('another connector')).end).toMatch(/^250 /);
  });

  test('while Cordon is away it waits in the queue, and is judged when Cordon is back', async () => {
    await relay.unblock(connector);
    await relay.stopGuard();
    handIn('patient', 'bob@far.example');
    await postfix.logged(/cleanup.*milter-reject: CONNECT from localhost.*Service unavailable/);
    expect(postfix.queued('maildrop')).toHaveLength(1);
    await relay.startGuard();
    // pickup(8) looks every minute; mail that comes in makes it look at once.
    handIn('next', 'bob@far.example');
    await arrived('patient');
  });
});
