// STARTTLS on both sides: what a client's certificate proves, what is forgotten, and what the next hop's certificate is asked for.
import { type connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClientCertificate } from '../../mail/relay-request.ts';
import { breathe, MESSAGE, openWorld, type RelayWorld } from './relay-world.ts';
import type { HopScript } from './scripted-hop.ts';
import type { SmtpRelayOptions } from './server.ts';
import type { SmtpClient } from './smtp-client.ts';
import { type KeyAndCertificate, makeCertificates, type TestCertificates } from './test-certificates.ts';

const made = makeCertificates();
const certificates = made as TestCertificates;
let world: RelayWorld;
const open = async (script: HopScript = {}, options: Partial<SmtpRelayOptions> = {}): Promise<void> => {
  world = await openWorld(script, options);
};
afterEach(() => world.close());

/** A client in TLS that has said EHLO again. */
async function connectSecurely(identity?: KeyAndCertificate): Promise<SmtpClient> {
  const client = await world.connect();
  await client.askAll('EHLO client.example', 'STARTTLS');
  await client.startTls(identity === undefined ? {} : { key: identity.key, cert: identity.cert });
  await client.ask('EHLO client.example');
  return client;
}

async function certificateSeen(identity?: KeyAndCertificate): Promise<ClientCertificate | undefined> {
  const client = await connectSecurely(identity);
  await client.askAll('MAIL FROM:<a@customer.example>', 'RCPT TO:<b@far.example>');
  await client.quit();
  return world.guard.asked[0]?.client.certificate;
}

describe.skipIf(made === undefined)('a client certificate', () => {
  const withCa = (): Partial<SmtpRelayOptions> => ({ tls: { ...certificates.server, clientCa: certificates.ca } });

  test('of our authority proves its names and its fingerprint', async () => {
    await open({}, withCa());
    expect(await certificateSeen(certificates.client)).toEqual({
      fingerprint: certificates.client.fingerprint,
      names: ['printer-7.customer.example', '*.print.customer.example'],
    });
  });

  test('that somebody signed himself proves its fingerprint, and no name', async () => {
    await open({}, withCa());
    expect(await certificateSeen(certificates.impostor)).toEqual({
      fingerprint: certificates.impostor.fingerprint,
      names: [],
    });
  });

  test('proves no name where no authority is configured, not even one of the world', async () => {
    const ofTheWorld = getCACertificates('default');
    setDefaultCACertificates([...ofTheWorld, certificates.ca]);
    await open({}, { tls: certificates.server });
    const seen = await certificateSeen(certificates.client);
    setDefaultCACertificates(ofTheWorld);
    expect(seen).toEqual({
      fingerprint: certificates.client.fingerprint,
      names: [],
    });
  });

  test('is not asked for by force', async () => {
    await open({}, withCa());
    expect(await certificateSeen()).toBeUndefined();
  });

  test('counts also in a resumed TLS session', async () => {
    await open({}, withCa());
    const { key, cert } = certificates.client;
    const first = await world.connect();
    await first.askAll('EHLO c', 'STARTTLS');
    const secure = await first.startTls({ key, cert, maxVersion: 'TLSv1.2' });
    const session = secure.getSession();
    await first.quit();
    const second = await world.connect();
    await second.askAll('EHLO c', 'STARTTLS');
    await second.startTls({ maxVersion: 'TLSv1.2', ...(session === undefined ? {} : { session }) });
    await second.askAll('EHLO c', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>');
    const resumed = (second.socket as ReturnType<typeof connect>).isSessionReused();
    const { fingerprint } = world.guard.asked[0]?.client.certificate ?? {};
    expect({ resumed, fingerprint }).toEqual({ resumed: true, fingerprint: certificates.client.fingerprint });
  });

  test("is the proxy's own, once he has said XCLIENT", async () => {
    await open({}, { ...withCa(), xclientHosts: ['127.0.0.1'] });
    const client = await connectSecurely(certificates.client);
    await client.askAll('XCLIENT ADDR=192.0.2.9', 'EHLO c', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>');
    expect(world.guard.asked[0]?.client).toMatchObject({ clientAddress: '192.0.2.9', certificate: undefined });
  });
});

describe.skipIf(made === undefined)('STARTTLS', () => {
  test('is offered once, and the trace line tells of it', async () => {
    await open({}, { tls: certificates.server });
    const plain = await world.connect();
    expect(await plain.ask('EHLO c')).toContain('\r\n250-STARTTLS\r\n');
    const client = await connectSecurely();
    expect(await client.ask('EHLO c')).not.toContain('STARTTLS');
    expect(await client.ask('STARTTLS')).toBe('503 5.5.1 TLS is active already');
    await client.askAll('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA');
    expect(await client.ask(`${MESSAGE}.`)).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.delivered[0]?.bytes).toContain(' with ESMTPS id ');
  });

  test('forgets the greeting, the login and the transaction before it', async () => {
    await open({}, { tls: certificates.server, xclientHosts: ['127.0.0.1'] });
    const client = await world.connect();
    await client.askAll(
      'XCLIENT ADDR=192.0.2.9 LOGIN=anna',
      'EHLO c',
      'MAIL FROM:<a@b.example>',
      'RCPT TO:<c@d.example>',
    );
    await client.ask('STARTTLS');
    expect(world.guard.abandoned).toHaveLength(1);
    await client.startTls({});
    expect(await client.ask('MAIL FROM:<a@b.example>')).toBe('503 5.5.1 Say EHLO first');
    await client.askAll('EHLO c', 'MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>');
    expect(world.guard.asked.map((request) => request.client.saslUsername)).toEqual(['anna', undefined]);
    expect(world.guard.asked[1]?.client.clientAddress).toBe('192.0.2.9');
  });

  test('drops what was sent behind it in clear', async () => {
    await open({}, { tls: certificates.server });
    const client = await world.connect();
    await client.ask('EHLO c');
    client.send('STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<injected@evil.example>\r\n');
    expect(await client.reply()).toBe('220 2.0.0 Ready to start TLS');
    await client.startTls({});
    expect(await client.ask('NOOP')).toBe('250 2.0.0 Ok');
    expect(await client.ask('RCPT TO:<c@d.example>')).toBe('503 5.5.1 Say MAIL first');
    expect(world.guard.asked).toEqual([]);
  });

  test('with somebody who speaks no TLS ends the connection, and nothing else', async () => {
    await open({}, { tls: certificates.server });
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('STARTTLS');
    client.send('MAIL FROM:<a@b.example>\r\n'.repeat(10));
    await client.closed;
    const other = await world.connect();
    await other.ask('STARTTLS');
    await other.reset();
    await breathe();
    expect((await connectSecurely()).socket.destroyed).toBe(false);
  });

  test('makes AUTH safe, which is offered in clear on loopback only', async () => {
    await open(
      {},
      {
        tls: certificates.server,
        accounts: [{ login: 'anna', passwordHash: 'tim' }],
        verifyPassword: async (password, hash) => password === hash,
      },
    );
    const client = await connectSecurely();
    expect(await client.ask(`AUTH PLAIN ${Buffer.from('\0anna\0tim').toString('base64')}`)).toMatch(/^235 /);
    await client.askAll('MAIL FROM:<a@b.example>', 'RCPT TO:<c@d.example>', 'DATA', '.');
    expect(world.hop.delivered[0]?.bytes).toContain(' with ESMTPSA id ');
  });

  test('with a key that does not belong to its certificate stops the start', async () => {
    await open();
    const tls = { key: certificates.client.key, cert: certificates.server.cert };
    await expect(openWorld({}, { tls })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe.skipIf(made === undefined)('TLS towards the next hop', () => {
  const answerOf = async (): Promise<string> => {
    const client = await world.connectInTransaction();
    return client.ask('RCPT TO:<b@far.example>');
  };
  const towards = (host: string, tls: 'opportunistic' | 'required', ca?: string): Partial<SmtpRelayOptions> => ({
    nextHop: { host, tls, ca } as SmtpRelayOptions['nextHop'],
  });
  /** The next hop was spoken to in TLS: only then EHLO comes twice. */
  const wasSecure = (): boolean => world.hop.heard('EHLO').length === 2;

  test.each(['127.0.0.1', 'localhost'])('required, with a certificate for %s: mail passes', async (host) => {
    await open({ tls: certificates.server }, towards(host, 'required', certificates.ca));
    expect(await answerOf()).toBe('250 Ok');
    expect(wasSecure()).toBe(true);
  });

  test('required, with a certificate of an unknown authority: deferred', async () => {
    await open({ tls: certificates.server }, towards('127.0.0.1', 'required'));
    expect(await answerOf()).toBe('451 4.7.5 TLS with the next hop failed');
    expect(world.hop.heard('MAIL')).toEqual([]);
    // The operator learns why.
    expect(world.log).toMatchObject([{ level: 'warn', fields: { cause: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } }]);
  });

  test('required, with a certificate for somebody else: deferred', async () => {
    await open({ tls: certificates.client }, towards('127.0.0.1', 'required', certificates.ca));
    expect(await answerOf()).toBe('451 4.7.5 TLS with the next hop failed');
  });

  test('required, and not offered: deferred', async () => {
    await open({}, towards('127.0.0.1', 'required', certificates.ca));
    expect(await answerOf()).toBe('451 4.7.4 Next hop does not offer TLS');
  });

  test('required, and refused: deferred, never in clear', async () => {
    const script: HopScript = {
      tls: certificates.server,
      onCommand: (line) => (line === 'STARTTLS' ? '454 Not now' : undefined),
    };
    await open(script, towards('127.0.0.1', 'required', certificates.ca));
    expect(await answerOf()).toBe('451 4.7.5 TLS with the next hop failed');
    expect(world.hop.heard('MAIL')).toEqual([]);
  });

  test('opportunistic: any certificate, and a whole message', async () => {
    await open({ tls: certificates.impostor }, towards('127.0.0.1', 'opportunistic'));
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    const large = `${'z'.repeat(900)}\r\n`.repeat(500);
    expect(await client.ask(`${large}.`)).toBe('250 2.0.0 Ok: queued');
    expect(wasSecure()).toBe(true);
    expect(world.hop.delivered[0]?.bytes.endsWith(`\r\n${large}.\r\n`)).toBe(true);
  });

  test('opportunistic, and not offered: in clear', async () => {
    await open({}, towards('127.0.0.1', 'opportunistic'));
    expect(await answerOf()).toBe('250 Ok');
  });

  test('opportunistic, and refused: in clear, by a new connection', async () => {
    const script: HopScript = {
      tls: certificates.server,
      onCommand: (line) => (line === 'STARTTLS' ? '454 Not now' : undefined),
    };
    await open(script, towards('127.0.0.1', 'opportunistic'));
    expect(await answerOf()).toBe('250 Ok');
    expect(world.hop.connections).toBe(2);
  });

  test('does not believe what came in clear behind the 220', async () => {
    const script: HopScript = {
      extensions: ['STARTTLS'],
      onCommand: (line) => (line === 'STARTTLS' ? '220 Go\r\n250-injected\r\n250' : undefined),
    };
    await open(script, towards('127.0.0.1', 'required', certificates.ca));
    expect(await answerOf()).toBe('451 4.7.5 TLS with the next hop failed');
  });
});
