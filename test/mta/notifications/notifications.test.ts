// The alert about the connector that owns this host arrives although that connector is restricted: by the doors, and by the tables
// that Postfix asks while the guard is away.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { submit } from '../../../src/notifications/mail.ts';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix } from '../postfix.ts';
import { sendMail } from '../smtp-client.ts';

const BOB = 'bob@far.example';
const ADMIN = 'admin@elsewhere.example';

describeWithPostfix('the path for notifications', () => {
  let relay: GuardedRelay;
  beforeAll(async () => {
    relay = await GuardedRelay.start({ blocks: ['maps', 'milter-open'], master: ['notifications'] });
  });
  afterAll(() => relay?.stop());

  const fromThisHost = async (port: number, to: string): Promise<string> =>
    (await sendMail(port, { from: 'root@contoso.example', to: [to] })).recipients[0]!;

  test('TLS where the mail server offers it; required, it must prove its name', async () => {
    const path = { host: '127.0.0.1', port: relay.postfix.port, hostName: 'guard.contoso.example' };
    const ca = relay.certificates.authority.cert;
    const letter = {
      envelopeSender: '',
      recipient: 'tls@far.example',
      message: Buffer.from('Subject: x\r\n\r\nx\r\n'),
    };
    expect(await submit({ ...path, tls: 'opportunistic' }, letter)).toEqual({ result: 'taken' });
    const sent = await relay.sink.find('the message', ({ recipients }) => recipients.includes('tls@far.example'));
    expect(sent.bytes.toString()).toMatch(/with ESMTPS/);
    // Its certificate is for relay.contoso.example, and not for this address.
    expect(await submit({ ...path, tls: 'required', ca }, letter)).toMatchObject({
      result: 'failed',
      words: expect.stringMatching(/altnames|IP: 127\.0\.0\.1/),
    });
    expect(await submit({ ...path, tls: 'required' }, letter)).toMatchObject({ result: 'failed' });
  });

  test('an alert arrives while ordinary mail of the same host is refused', async () => {
    const id = await relay.addConnector({ name: 'this host', senderIpAddresses: ['127.0.0.1'] });
    expect(await fromThisHost(relay.postfix.port, BOB)).toMatch(/^250 /);
    await relay.restrict(id);
    expect(await fromThisHost(relay.postfix.port, BOB)).toMatch(/^550[- ]5\.7\.711 /);
    const { items } = await relay.api<{ items: unknown }>('POST', '/notifications/test', { to: [ADMIN] });
    expect(items).toEqual([{ channel: 'mail', target: ADMIN, result: 'taken', words: '' }]);
    const alert = await relay.sink.find('the notification', ({ recipients }) => recipients.includes(ADMIN));
    expect(alert.envelopeSender).toBe('');
    expect(alert.bytes.toString()).toContain('Auto-Submitted: auto-generated');
  });

  test('also while Postfix asks the tables, because the guard is away', async () => {
    await relay.stopGuard();
    await relay.postfix.stop();
    // One that reads the tables anew.
    const postfix = await relay.addPostfix(['maps', 'milter-open'], ['notifications']);
    expect(await fromThisHost(postfix.port, BOB)).toMatch(/^550 5\.7\.711 /);
    expect(await fromThisHost(relay.notificationPort, ADMIN)).toMatch(/^250 /);
  });

  test('XCLIENT makes nobody else of the client there', async () => {
    const outside = sendMail(
      relay.notificationPort,
      { from: 'eve@evil.example', to: [BOB] },
      { xclient: 'ADDR=203.0.113.9' },
    );
    await expect(outside.then(({ recipients }) => recipients[0])).rejects.toThrow(/XCLIENT|5\d\d/);
  });
});
