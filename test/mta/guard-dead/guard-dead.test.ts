// What a restriction is worth while the guard is dead (kill -9) or hung (SIGSTOP): Postfix asks the tables that it left.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../certificates.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { ServedGuard } from '../served-guard.ts';
import { type Sink, startSink } from '../sink.ts';
import { openSmtp, sendMail, transact } from '../smtp-client.ts';

const CONNECTOR = (to: string) =>
  `550 5.7.711 <${to}>: Recipient address rejected: Access denied, bad inbound connector. AS(2204).`;
const USER = (to: string) =>
  `550 5.1.2 <${to}>: Recipient address rejected: Access denied, bad outbound sender AS(42004)`;
const TAKEN = '250 2.1.5 Ok';
const BOB = 'bob@far.example';

describeWithPostfix('a restriction outlives the guard', () => {
  let guard: ServedGuard;
  let certificates: Certificates;
  let sink: Sink;
  let postfix: Postfix;

  beforeAll(async () => {
    guard = await ServedGuard.start();
    certificates = makeCertificates();
    sink = await startSink();
    await guard.cordon('connector', 'add', 'branch', '--address', '192.0.2.0/24', '--armed');
    await guard.cordon('connector', 'add', 'printer', '--address', '192.0.2.7', '--armed');
    await guard.cordon('connector', 'add', 'scan service', '--login', 'scanner', '--armed');
    await guard.cordon('connector', 'add', 'site', '--fingerprint', certificates.branch.fingerprint, '--armed');
    const { server, authority } = certificates;
    const settings = guard.settings(['relay', 'proxy', 'certificates', 'maps', 'milter-open'], {
      '/etc/postfix/relay.pem': server.certFile,
      '/etc/postfix/relay.key': server.keyFile,
      '/etc/postfix/client-ca.pem': authority.certFile,
    });
    // An idle process does not outlive its session: the next one reads the tables anew.
    postfix = await startPostfix({
      nextHop: sink.port,
      settings: `${settings}smtpd_sasl_auth_enable = yes\nmax_use = 1\n`,
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    await sink?.stop();
    await guard?.remove();
    certificates?.remove();
  });

  const ask = async (xclient: string, to = BOB): Promise<string> => {
    const { recipients } = await sendMail(postfix.port, { from: 'anna@contoso.example', to: [to] }, { xclient });
    return recipients[0]!;
  };
  /** With the certificate of `site`. */
  async function askWithCertificate(): Promise<string> {
    const client = await openSmtp(postfix.port);
    await client.startTls({ cert: certificates.branch.cert, key: certificates.branch.key });
    await client.say('EHLO client.contoso.example');
    const { recipients } = await transact(client, { from: 'anna@contoso.example', to: [BOB] });
    client.drop();
    return recipients[0]!;
  }
  const branch = 'ADDR=192.0.2.10';

  test('kill -9: the restricted are refused in the same words, everybody else passes', async () => {
    expect([
      await ask('ADDR=192.0.2.10 LOGIN=ben'),
      await ask('ADDR=192.0.2.10 LOGIN=scanner'),
      await askWithCertificate(),
    ]).toEqual([TAKEN, TAKEN, TAKEN]);
    for (const who of ['branch', 'scan service', 'site', 'ben'])
      await guard.cordon('restrict', who, '--reason', 'stolen');
    expect(await ask(branch)).toMatch(/^550[- ]5\.7\.711 /);
    await guard.end('SIGKILL');

    expect(await ask(branch)).toBe(CONNECTOR(BOB));
    expect(await ask('ADDR=198.51.100.1 LOGIN=scanner')).toBe(CONNECTOR(BOB));
    expect(await ask('ADDR=198.51.100.1 LOGIN=ben')).toBe(USER(BOB));
    expect(await ask('ADDR=198.51.100.1 LOGIN=ben', 'al@contoso.example')).toBe(USER('al@contoso.example'));
    expect(await askWithCertificate()).toBe(CONNECTOR(BOB));

    expect(await ask(branch, 'al@contoso.example')).toBe(TAKEN);
    expect(await ask(branch, 'postmaster@contoso.example')).toBe(TAKEN);
    expect(await ask('ADDR=198.51.100.1 LOGIN=ben', 'postmaster@contoso.example')).toBe(TAKEN);
    expect(await ask('ADDR=192.0.2.7')).toBe(TAKEN);
    expect(await ask('ADDR=198.51.100.1 LOGIN=anna')).toBe(TAKEN);
  });

  test('back again: still restricted, and an unblock counts at once, also in a session that has read the old tables', async () => {
    await guard.serve();
    expect(await ask(branch)).toMatch(/^550[- ]5\.7\.711 /);
    const session = await openSmtp(postfix.port, { xclient: branch });
    expect((await transact(session, { from: 'anna@contoso.example', to: [BOB] })).recipients[0]).toMatch(/^550/);
    await guard.cordon('unblock', 'branch', '--reason', 'found');
    expect((await transact(session, { from: 'anna@contoso.example', to: [BOB] })).recipients[0]).toBe(TAKEN);
    await session.quit();
    await guard.end('SIGKILL');
    expect(await ask(branch)).toBe(TAKEN);
    await guard.serve();
  });

  test('hung: each recipient gets the answer of the tables, once Postfix has waited', async () => {
    guard.signal('SIGSTOP');
    expect(await ask('ADDR=198.51.100.1 LOGIN=scanner')).toBe(CONNECTOR(BOB));
    expect(await ask('ADDR=198.51.100.1 LOGIN=anna')).toBe(TAKEN);
    guard.signal('SIGCONT');
    expect(await ask('ADDR=198.51.100.1 LOGIN=scanner')).toMatch(/^550[- ]5\.7\.711 /);
  });
});
