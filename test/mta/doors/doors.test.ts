// What our doors hear of a real Postfix, and what its client hears of their answers; a recording guard behind them.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Sessions } from '../../../src/activity/sessions.ts';
import { ACCEPT, type Decision } from '../../../src/decision/decision.ts';
import { startMilter } from '../../../src/listeners/milter/server.ts';
import { startPostfixPolicy } from '../../../src/listeners/postfix-policy/server.ts';
import { RecordingGuard } from '../../../src/listeners/recording-guard.ts';
import { REPLIES } from '../../../src/mail/replies.ts';
import { BRANCH_NAME, type Certificates, makeCertificates } from '../certificates.ts';
import { documented } from '../documented.ts';
import { freePort } from '../free-port.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { openSmtp, sendMail, transact } from '../smtp-client.ts';

describeWithPostfix('doors of a real Postfix', () => {
  const guard = new RecordingGuard();
  const log = { info() {}, warn() {}, error() {} };
  const sessions = new Sessions();
  let certificates: Certificates;
  const closers: (() => Promise<void> | void)[] = [];
  const postfix = {} as Record<'policy' | 'milter' | 'both' | 'milterAway', Postfix>;

  beforeAll(async () => {
    certificates = makeCertificates();
    closers.push(() => certificates.remove());
    const anyPort = { host: '127.0.0.1', port: 0 };
    const policy = await startPostfixPolicy({ guard, sessions, listen: anyPort, trusted: [], log });
    const milter = await startMilter({
      guard,
      sessions,
      listen: anyPort,
      trusted: [],
      log,
      now: Date.now,
      idleSeconds: 60,
    });
    closers.push(
      () => policy.close(),
      () => milter.close(),
    );
    const inPlaceOf = {
      '127.0.0.1:5712': `127.0.0.1:${(policy.address as { port: number }).port}`,
      '127.0.0.1:5713': `127.0.0.1:${(milter.address as { port: number }).port}`,
      '192.0.2.53': '127.0.0.1, 192.0.2.10',
      '/etc/postfix/relay.pem': certificates.server.certFile,
      '/etc/postfix/relay.key': certificates.server.keyFile,
      '/etc/postfix/client-ca.pem': certificates.authority.certFile,
    };
    const start = async (name: keyof typeof postfix, blocks: string[], other: Record<string, string> = {}) => {
      const settings = documented(['relay', 'proxy', 'certificates', ...blocks], { ...inPlaceOf, ...other });
      postfix[name] = await startPostfix({ settings: `${settings}smtpd_sasl_auth_enable = yes\n`, sessions: 1 });
      closers.push(() => postfix[name].stop());
    };
    await start('policy', ['policy']);
    await start('milter', ['milter']);
    await start('both', ['policy', 'milter']);
    await start('milterAway', ['policy', 'milter-open'], { '127.0.0.1:5713': `127.0.0.1:${await freePort()}` });
  });
  afterEach(() => {
    guard.forget();
    guard.onAsk = guard.onJudge = () => ACCEPT;
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });

  const reject: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };
  const mail = { from: 'anna@contoso.example', to: ['bob@far.example', 'al@contoso.example'] };
  const printer = { xclient: 'ADDR=192.0.2.10 NAME=printer.contoso.example PORT=4321 LOGIN=anna' };
  const asked = () => guard.asked.map((request) => `${request.listener} ${request.recipient}`);

  describe('policy only', () => {
    test('each recipient is asked for, and the message is judged once, at its end', async () => {
      const sent = await sendMail(postfix.policy.port, mail, printer);
      expect(sent.end).toMatch(/^250 2\.0\.0 Ok: queued as /);
      expect(asked()).toEqual(['postfix-policy bob@far.example', 'postfix-policy al@contoso.example']);
      expect(guard.judged).toEqual([
        {
          settled: ['250'],
          message: expect.objectContaining({
            listener: 'postfix-policy',
            client: expect.objectContaining({
              clientAddress: '192.0.2.10',
              clientPort: 4321,
              clientName: 'printer.contoso.example',
              saslUsername: 'anna',
            }),
            recipients: [
              { address: 'bob@far.example', code: 250 },
              { address: 'al@contoso.example', code: 250 },
            ],
            attempted: false,
          }),
        },
      ]);
      expect(guard.abandoned).toEqual([]);
    });

    test('Postfix puts its own words before ours, at RCPT', async () => {
      guard.onAsk = () => reject;
      const sent = await sendMail(postfix.policy.port, mail);
      expect(sent.recipients).toEqual([
        '550 5.7.711 <bob@far.example>: Recipient address rejected: Access denied, bad inbound connector. AS(2204).',
        '550 5.7.711 <al@contoso.example>: Recipient address rejected: Access denied, bad inbound connector. AS(2204).',
      ]);
      expect(guard.judged).toEqual([]);
      // The policy protocol tells no end: that it is over shows when the next message comes.
      await sendMail(postfix.policy.port, mail);
      await guard.until('the message is abandoned', () => guard.abandoned.length > 0);
    });

    test('Postfix puts its own words before ours, at the end of the message', async () => {
      guard.onJudge = () => reject;
      const sent = await sendMail(postfix.policy.port, mail);
      expect(sent.end).toBe(
        '550 5.7.711 <END-OF-MESSAGE>: End-of-data rejected: Access denied, bad inbound connector. AS(2204).',
      );
    });
  });

  describe('milter only', () => {
    test('each recipient is asked for, and the message is judged once, with its content', async () => {
      const sent = await sendMail(postfix.milter.port, mail, printer);
      expect(sent.end).toMatch(/^250 2\.0\.0 Ok: queued as /);
      expect(asked()).toEqual(['milter bob@far.example', 'milter al@contoso.example']);
      expect(guard.judged).toEqual([
        {
          settled: ['250'],
          message: expect.objectContaining({
            client: expect.objectContaining({ clientAddress: '192.0.2.10', saslUsername: 'anna' }),
            content: expect.objectContaining({ headerFrom: 'anna@contoso.example', textHead: 'The report.' }),
          }),
        },
      ]);
    });

    test('our words arrive as we said them, in two lines, at RCPT and at the end of the message', async () => {
      guard.onAsk = () => reject;
      expect((await sendMail(postfix.milter.port, mail)).recipients).toEqual([TWO_LINES, TWO_LINES]);
      guard.onAsk = () => ACCEPT;
      guard.onJudge = () => reject;
      expect((await sendMail(postfix.milter.port, mail)).end).toBe(TWO_LINES);
    });

    test('a recipient that Postfix itself refused is told, with its class of code', async () => {
      const stranger = { xclient: 'ADDR=198.51.100.7 NAME=[UNAVAILABLE]' };
      const sent = await sendMail(postfix.milter.port, mail, stranger);
      expect(sent.recipients).toEqual(['554 5.7.1 <bob@far.example>: Relay access denied', '250 2.1.5 Ok']);
      expect(asked()).toEqual(['milter al@contoso.example']);
      expect(guard.judged[0]!.message.recipients).toEqual([
        { address: 'bob@far.example', code: 550 },
        { address: 'al@contoso.example', code: 250 },
      ]);
    });
  });

  describe('policy and milter', () => {
    test('one message is one observation: asked, judged and refused by the milter alone', async () => {
      const sent = await sendMail(postfix.both.port, mail, printer);
      expect(sent.end).toMatch(/^250 2\.0\.0 Ok: queued as /);
      expect(asked()).toEqual(['milter bob@far.example', 'milter al@contoso.example']);
      expect(guard.judged.map(({ message, settled }) => [message.listener, settled])).toEqual([['milter', ['250']]]);
      expect(guard.abandoned).toEqual([]);

      guard.onAsk = () => reject;
      expect((await sendMail(postfix.both.port, mail)).recipients).toEqual([TWO_LINES, TWO_LINES]);
      guard.onAsk = () => ACCEPT;
      guard.onJudge = () => reject;
      expect((await sendMail(postfix.both.port, mail)).end).toBe(TWO_LINES);
    });

    test('without the client port, as a proxy may send XCLIENT, they still find each other', async () => {
      await sendMail(postfix.both.port, mail, { xclient: 'ADDR=192.0.2.10' });
      expect(asked()).toEqual(['milter bob@far.example', 'milter al@contoso.example']);
      expect(guard.judged.map(({ message }) => message.listener)).toEqual(['milter']);
    });

    test('where the milter is away, and the manual lets that pass, the policy server judges', async () => {
      await sendMail(postfix.milterAway.port, mail);
      expect(asked()).toEqual(['postfix-policy bob@far.example', 'postfix-policy al@contoso.example']);
      expect(guard.judged.map(({ message }) => message.listener)).toEqual(['postfix-policy']);
    });

    test('the certificate: fingerprint from the policy protocol, name from both, headers from the milter', async () => {
      const client = await openSmtp(postfix.both.port);
      await client.startTls({ cert: certificates.branch.cert, key: certificates.branch.key });
      await client.say('EHLO branch.contoso.example');
      const sent = await transact(client, mail);
      await client.quit();
      expect(sent.end).toMatch(/^250 /);
      expect(guard.judged).toHaveLength(1);
      expect(guard.judged[0]!.message).toMatchObject({
        listener: 'milter',
        client: { certificate: { fingerprint: certificates.branch.fingerprint, names: [BRANCH_NAME] } },
        content: { headerFrom: 'anna@contoso.example' },
      });
    });

    test('who signs himself a name has a fingerprint and no name', async () => {
      const client = await openSmtp(postfix.both.port);
      await client.startTls({ cert: certificates.impostor.cert, key: certificates.impostor.key });
      await client.say(`EHLO ${BRANCH_NAME}`);
      await transact(client, mail);
      await client.quit();
      expect(guard.judged[0]!.message.client.certificate).toEqual({
        fingerprint: certificates.impostor.fingerprint,
        names: [],
      });
    });

    test('a later session of the same client without a certificate has none', async () => {
      await sendMail(postfix.both.port, mail);
      expect(guard.judged[0]!.message.client.certificate).toBeUndefined();
    });
  });

  describe.each(['policy', 'milter', 'both'] as const)('what a session must forget (%s)', (name) => {
    test('after XCLIENT the client of an earlier message is not that of a later one', async () => {
      const client = await openSmtp(postfix[name].port, printer);
      await transact(client, mail);
      await client.say('XCLIENT ADDR=192.0.2.77 NAME=[UNAVAILABLE] LOGIN=[UNAVAILABLE]');
      await client.say('EHLO other.contoso.example');
      await transact(client, mail);
      await client.quit();
      expect(guard.judged.map(({ message }) => message.client)).toEqual([
        expect.objectContaining({ clientAddress: '192.0.2.10', saslUsername: 'anna' }),
        expect.objectContaining({
          clientAddress: '192.0.2.77',
          saslUsername: undefined,
          heloName: 'other.contoso.example',
        }),
      ]);
    });

    test('after STARTTLS the certificate is that of the new session, and only from then on', async () => {
      const client = await openSmtp(postfix[name].port);
      await transact(client, mail);
      await client.startTls({ cert: certificates.branch.cert, key: certificates.branch.key });
      await client.say('EHLO branch.contoso.example');
      await transact(client, mail);
      await client.quit();
      expect(guard.judged.map(({ message }) => message.client.certificate?.names)).toEqual([undefined, [BRANCH_NAME]]);
    });

    test('RSET, and a lost connection, abandon the message, and the next one starts with nothing', async () => {
      const client = await openSmtp(postfix[name].port, printer);
      await client.say('MAIL FROM:<first@contoso.example>');
      await client.say('RCPT TO:<lost@far.example>');
      await client.say('RSET');
      await transact(client, mail);
      await client.say('MAIL FROM:<third@contoso.example>');
      await client.say('RCPT TO:<lost@far.example>');
      client.drop();
      await sendMail(postfix[name].port, mail);
      await guard.until('both are abandoned', () => guard.abandoned.length === 2);
      expect(guard.abandoned.map((message) => message.envelopeSender)).toEqual([
        'first@contoso.example',
        'third@contoso.example',
      ]);
      expect(guard.judged.map(({ message }) => [message.envelopeSender, message.recipients.length])).toEqual([
        ['anna@contoso.example', 2],
        ['anna@contoso.example', 2],
      ]);
    });
  });
});

const TWO_LINES =
  "550-5.7.711 Your message couldn't be delivered. The most common reason for this is that your organization's email " +
  "connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your email admin " +
  'for assistance.\r\n550 5.7.711 Access denied, bad inbound connector. AS(2204).';
