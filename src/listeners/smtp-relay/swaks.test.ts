// A client that we did not write: swaks.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../access/password.ts';
import { REPLIES } from '../../mail/replies.ts';
import { openWorld, type RelayWorld } from './relay-world.ts';
import type { SmtpRelayOptions } from './server.ts';
import { makeCertificates } from './test-certificates.ts';

const hasSwaks = spawnSync('swaks', ['--version']).error === undefined;
if (!hasSwaks) console.warn('SKIPPED: no swaks, so that no foreign client is tested. apt-get install swaks');
const certificates = makeCertificates();

let world: RelayWorld;
const open = async (options: Partial<SmtpRelayOptions> = {}): Promise<void> => {
  world = await openWorld({}, options);
};
afterEach(() => world.close());

/** Its transcript and exit code. */
function swaks(...args: readonly string[]): Promise<{ transcript: string; exitCode: number }> {
  const all = [
    '--server',
    `127.0.0.1:${world.relay.address.port}`,
    '--from',
    'a@customer.example',
    '--to',
    'b@far.example',
  ];
  return new Promise((resolve) => {
    execFile('swaks', [...all, '--helo', 'swaks.example', ...args], (error, stdout, stderr) =>
      resolve({ transcript: stdout + stderr, exitCode: error === null ? 0 : Number(error.code) }),
    );
  });
}

describe.skipIf(!hasSwaks)('swaks', () => {
  test.each([[], ['--pipeline']])('delivers a message %s', async (...args) => {
    await open();
    const { transcript, exitCode } = await swaks(...args);
    expect(transcript).toContain('<-  250 2.0.0 Ok: queued');
    expect(exitCode).toBe(0);
    expect(world.hop.delivered).toHaveLength(1);
    expect(world.guard.judged[0]?.message.content?.subject).toMatch(/^test /);
  });

  test('prints both lines of a refusal', async () => {
    await open();
    world.guard.onAsk = () => ({
      action: 'reject',
      reply: REPLIES.restrictedConnector,
      because: 'restricted-connector',
    });
    const { transcript } = await swaks();
    expect(transcript).toContain("<** 550-5.7.711 Your message couldn't be delivered.");
    expect(transcript).toContain('<** 550 5.7.711 Access denied, bad inbound connector. AS(2204).');
  });

  test.each(['PLAIN', 'LOGIN'])('logs in with %s', async (mechanism) => {
    await open({ accounts: [{ login: 'scanner-3', passwordHash: await hashPassword('gehe!m') }], verifyPassword });
    const args = ['--auth', mechanism, '--auth-user', 'Scanner-3', '--auth-password'];
    expect((await swaks(...args, 'gehe!m')).exitCode).toBe(0);
    expect(world.guard.judged[0]?.message.client.saslUsername).toBe('scanner-3');
    expect((await swaks(...args, 'geheim')).transcript).toContain('535 5.7.8');
  });

  test('speaks for another client with XCLIENT', async () => {
    await open({ xclientHosts: ['127.0.0.1'] });
    await swaks('--xclient', 'ADDR=10.1.2.3 NAME=host.example LOGIN=alice');
    expect(world.guard.judged[0]?.message.client).toMatchObject({
      clientAddress: '10.1.2.3',
      clientName: 'host.example',
      saslUsername: 'alice',
    });
  });

  test.skipIf(certificates === undefined)('shows its certificate', async () => {
    const { client, server, ca } = certificates!;
    await open({ tls: { ...server, clientCa: ca } });
    const folder = mkdtempSync(join(tmpdir(), 'cordon-swaks-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    writeFileSync(key, client.key);
    writeFileSync(cert, client.cert);
    const { transcript } = await swaks('--tls', '--tls-key', key, '--tls-cert', cert);
    rmSync(folder, { recursive: true });
    expect(transcript).toContain('=== TLS started');
    expect(world.guard.judged[0]?.message.client.certificate).toEqual({
      fingerprint: client.fingerprint,
      names: ['printer-7.customer.example', '*.print.customer.example'],
    });
  });
});
