// What holds in every set-up of Postfix and Cordon; only the words around our own differ. Each set-up's test begins with this.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from './guarded-relay.ts';
import { describeWithPostfix } from './postfix.ts';
import { openSmtp, sendMail, transact } from './smtp-client.ts';

/** The bytes of each refusal as this set-up lets them through. */
export interface Refusals {
  readonly connectorAtRcpt: (recipient: string) => string;
  readonly connectorAtEnd: string;
  readonly userAtRcpt: (recipient: string) => string;
  readonly userAtEnd: string;
  readonly partnerAtRcpt: (recipient: string) => string;
}

const CONNECTOR =
  "550-5.7.711 Your message couldn't be delivered. The most common reason for this is that your organization's email " +
  "connector is suspected of sending spam or phish and it's no longer allowed to send email. Contact your email admin " +
  'for assistance.\r\n550 5.7.711 Access denied, bad inbound connector. AS(2204).';
const USER =
  "550-5.1.8 Your message couldn't be delivered because you weren't recognized as a valid sender. The most common " +
  "reason for this is that your email address is suspected of sending spam and it's no longer allowed to send email. " +
  'Contact your email admin for assistance.\r\n550 5.1.8 Access denied, bad outbound sender AS(42004)';

/** What the milter says, and Postfix passes on as it is. */
export const OWN_WORDS: Refusals = {
  connectorAtRcpt: () => CONNECTOR,
  connectorAtEnd: CONNECTOR,
  userAtRcpt: () => USER,
  userAtEnd: USER,
  partnerAtRcpt: () => '550 5.7.64 TenantAttribution; Relay Access Denied SMTP',
};

/**
 * What is left of it where only the policy server can say it. Postfix (smtpd_dsn_fix) also replaces a status code about the sender
 * where it speaks of something else: 5.1.8 becomes 5.1.2 about a recipient and 5.0.0 about the text.
 */
export const POSTFIX_WORDS: Refusals = {
  connectorAtRcpt: (recipient) =>
    `550 5.7.711 <${recipient}>: Recipient address rejected: Access denied, bad inbound connector. AS(2204).`,
  connectorAtEnd: '550 5.7.711 <END-OF-MESSAGE>: End-of-data rejected: Access denied, bad inbound connector. AS(2204).',
  userAtRcpt: (recipient) =>
    `550 5.1.2 <${recipient}>: Recipient address rejected: Access denied, bad outbound sender AS(42004)`,
  userAtEnd: '550 5.0.0 <END-OF-MESSAGE>: End-of-data rejected: Access denied, bad outbound sender AS(42004)',
  partnerAtRcpt: (recipient) =>
    `550 5.7.64 <${recipient}>: Recipient address rejected: TenantAttribution; Relay Access Denied SMTP`,
};

const TAKEN = '250 2.1.5 Ok';
const QUEUED = /^250 2\.0\.0 Ok: queued as /;

export function restrictionContract(title: string, blocks: readonly string[], refusals: Refusals): void {
  describeWithPostfix(title, () => {
    let relay: GuardedRelay;
    let branch: string;
    const restricted: string[] = [];

    beforeAll(async () => {
      relay = await GuardedRelay.start({ blocks });
      branch = await relay.addConnector({ name: 'branch', senderIpAddresses: ['192.0.2.10'] });
      await relay.addConnector({ name: 'partner', type: 'Partner', senderIpAddresses: ['192.0.2.40'] });
    });
    afterEach(async () => {
      for (const id of restricted.splice(0)) await relay.unblock(id);
    });
    afterAll(() => relay?.stop());

    const restrict = async (id: string) => {
      await relay.restrict(id);
      restricted.push(id);
    };
    const unblock = async (id: string) => {
      await relay.unblock(id);
      restricted.splice(restricted.indexOf(id), 1);
    };
    const fromBranch = { xclient: 'ADDR=192.0.2.10 PORT=4321' };
    const send = (to: readonly string[], text: string, client: { xclient: string } = fromBranch) =>
      sendMail(
        relay.postfix.port,
        { from: 'anna@contoso.example', to, text: `Subject: ${text}\r\n\r\nHello.` },
        client,
      );
    const arrived = (subject: string) =>
      relay.sink.find(subject, (message) => message.bytes.includes(`Subject: ${subject}\r\n`));

    test('mail of a connector that is not restricted flows', async () => {
      const sent = await send(['bob@far.example'], 'flows');
      expect(sent.recipients).toEqual([TAKEN]);
      expect(sent.end).toMatch(QUEUED);
      expect((await arrived('flows')).recipients).toEqual(['bob@far.example']);
    });

    test('a restricted connector is refused at RCPT for a relaying recipient, before DATA', async () => {
      await restrict(branch);
      const sent = await send(['bob@far.example', 'eve@elsewhere.example'], 'refused');
      expect(sent.recipients).toEqual([
        refusals.connectorAtRcpt('bob@far.example'),
        refusals.connectorAtRcpt('eve@elsewhere.example'),
      ]);
    });

    test('its mail to an accepted domain passes, also beside a recipient that is refused', async () => {
      await restrict(branch);
      const sent = await send(['bob@far.example', 'al@contoso.example', 'eva@CONTOSO.example'], 'mixed');
      expect(sent.recipients).toEqual([refusals.connectorAtRcpt('bob@far.example'), TAKEN, TAKEN]);
      expect(sent.end).toMatch(QUEUED);
      await arrived('mixed');
    });

    test('routing inside the local part does not get it out', async () => {
      await restrict(branch);
      const sent = await send(['bob%far.example@contoso.example'], 'routed');
      expect(sent.recipients[0]).toMatch(/^5/);
    });

    test('a user that is restricted is refused for every recipient but postmaster and abuse', async () => {
      const anna = { xclient: 'ADDR=198.51.100.7 LOGIN=Anna' };
      expect((await send(['bob@far.example'], 'before', anna)).end).toMatch(QUEUED);
      await restrict(await relay.userId('anna'));
      const to = ['bob@far.example', 'al@contoso.example', 'postmaster@contoso.example', 'Abuse@contoso.example'];
      const sent = await send(to, 'help', anna);
      expect(sent.recipients).toEqual([
        refusals.userAtRcpt('bob@far.example'),
        refusals.userAtRcpt('al@contoso.example'),
        TAKEN,
        TAKEN,
      ]);
      expect(sent.end).toMatch(QUEUED);
      expect((await arrived('help')).recipients).toHaveLength(2);

      const ben = await send(['bob@far.example'], 'another login', { xclient: 'ADDR=198.51.100.7 LOGIN=ben' });
      expect(ben.end).toMatch(QUEUED);
    });

    test('the envelope sender decides nothing: nobody gets somebody else refused by naming him', async () => {
      await restrict(branch);
      const sent = await send(['bob@far.example'], 'same sender', { xclient: 'ADDR=192.0.2.11' });
      expect(sent.end).toMatch(QUEUED);
    });

    test('a Partner connector delivers and does not relay', async () => {
      const sent = await send(['bob@far.example', 'al@contoso.example'], 'partner', { xclient: 'ADDR=192.0.2.40' });
      expect(sent.recipients).toEqual([refusals.partnerAtRcpt('bob@far.example'), TAKEN]);
    });

    test('a restriction that falls between RCPT and the dot of another session refuses the whole message', async () => {
      const client = await openSmtp(relay.postfix.port, fromBranch);
      await client.say('MAIL FROM:<anna@contoso.example>');
      expect(await client.say('RCPT TO:<bob@far.example>')).toBe(TAKEN);
      expect(await client.say('RCPT TO:<al@contoso.example>')).toBe(TAKEN);
      await client.say('DATA');
      client.write('Subject: too late\r\n\r\nHalf of it.\r\n');
      await restrict(branch);
      expect(await client.say('.')).toBe(refusals.connectorAtEnd);
      await client.quit();
    });

    test('but one with no relaying recipient passes', async () => {
      const client = await openSmtp(relay.postfix.port, fromBranch);
      await client.say('MAIL FROM:<anna@contoso.example>');
      expect(await client.say('RCPT TO:<al@contoso.example>')).toBe(TAKEN);
      await client.say('DATA');
      await restrict(branch);
      expect(await client.sendText('Subject: stays at home\r\n\r\nHello.\r\n')).toMatch(QUEUED);
      await client.quit();
    });

    test('and a user is refused at the end, too', async () => {
      const client = await openSmtp(relay.postfix.port, { xclient: 'ADDR=198.51.100.7 LOGIN=carla' });
      await transact(client, { from: 'carla@contoso.example', to: ['bob@far.example'] });
      await client.say('MAIL FROM:<carla@contoso.example>');
      expect(await client.say('RCPT TO:<al@contoso.example>')).toBe(TAKEN);
      await client.say('DATA');
      await restrict(await relay.userId('carla'));
      expect(await client.sendText('Subject: user too late\r\n\r\nHello.\r\n')).toBe(refusals.userAtEnd);
      await client.quit();
    });

    test('after an unblock mail flows again, in a session that was refused before', async () => {
      await restrict(branch);
      const client = await openSmtp(relay.postfix.port, fromBranch);
      const mail = { from: 'anna@contoso.example', to: ['bob@far.example'] };
      expect((await transact(client, mail)).recipients).toEqual([refusals.connectorAtRcpt('bob@far.example')]);
      await unblock(branch);
      expect((await transact(client, mail)).end).toMatch(QUEUED);
      await client.quit();
    });

    test('a client certificate proves a connector, from any address', async () => {
      const till = await relay.addConnector({
        name: 'till',
        tlsSenderCertificateName: 'branch.contoso.example',
        clientCertificateFingerprints: [relay.certificates.branch.fingerprint],
      });
      const present = async ({ cert, key }: { cert: string; key: string }) => {
        const client = await openSmtp(relay.postfix.port);
        await client.startTls({ cert, key });
        await client.say('EHLO till.contoso.example');
        const sent = await transact(client, { from: 'till@contoso.example', to: ['bob@far.example'] });
        await client.quit();
        return sent;
      };
      expect((await present(relay.certificates.branch)).end).toMatch(QUEUED);
      await restrict(till);
      expect((await present(relay.certificates.branch)).recipients).toEqual([
        refusals.connectorAtRcpt('bob@far.example'),
      ]);
      // Has the same name, signed by himself.
      expect((await present(relay.certificates.impostor)).end).toMatch(QUEUED);
    });

    test('a restriction survives the guard, and Postfix finds the new one by itself', async () => {
      await restrict(branch);
      await relay.stopGuard();
      await relay.startGuard();
      const sent = await send(['bob@far.example', 'al@contoso.example'], 'after the restart');
      expect(sent.recipients).toEqual([refusals.connectorAtRcpt('bob@far.example'), TAKEN]);
      expect(sent.end).toMatch(QUEUED);
    });

    test('each message is in the message trace once', async () => {
      const sent = await send(['bob@far.example'], 'traced');
      expect(sent.end).toMatch(QUEUED);
      const queueId = sent.end.replace(QUEUED, '');
      const { items } = await relay.api<{ items: { queueId: string; outcome: string }[] }>(
        'GET',
        '/messages?limit=100',
      );
      expect(items.filter((item) => item.queueId === queueId)).toEqual([
        expect.objectContaining({ outcome: 'accepted' }),
      ]);
    });

    test('the next hop has no copy of what was refused, and of mixed mail none for those refused', async () => {
      await send(['bob@far.example'], 'the last');
      await arrived('the last');
      const subjects = relay.sink.messages.map((message) => /^Subject: (.*)\r$/m.exec(message.bytes.toString())?.[1]);
      for (const refused of ['refused', 'routed', 'too late', 'user too late']) expect(subjects).not.toContain(refused);
      const mixed = relay.sink.messages.filter((message) => message.bytes.includes('Subject: mixed\r\n'));
      expect(mixed.flatMap((message) => message.recipients)).not.toContain('bob@far.example');
    });
  });
}
