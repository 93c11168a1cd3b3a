import { existsSync, linkSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sessions } from '../../activity/sessions.ts';
import { headersOf } from '../../content-filter/headers.ts';
import { ACCEPT, type Decision } from '../../decision/decision.ts';
import { REPLIES } from '../../mail/replies.ts';
import { RecordingGuard } from '../recording-guard.ts';
import { ALL_STEPS, clientPayload, MailServerSide, macros, strings } from './mail-server-side.ts';
import { SMFIP_SKIP } from './negotiate.ts';
import { type MilterOptions, type MilterServer, startMilter } from './server.ts';
import { packet } from './write-answer.ts';

const REJECT: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };
const NOTHING = Buffer.alloc(0);
const FINGERPRINT = 'ab'.repeat(32);

let guard: RecordingGuard;
let sessions: Sessions;
let milter: MilterServer;
let warned: string[];
let faults: unknown[];
const mailServers: MailServerSide[] = [];

const optionsFor = (more: Partial<MilterOptions> = {}): MilterOptions => ({
  guard,
  sessions,
  listen: { host: '127.0.0.1', port: 0 },
  trusted: [],
  log: {
    info: () => {},
    warn: (fields: { why?: string }) => warned.push(fields.why ?? ''),
    error: (fields: { err?: unknown }) => faults.push(fields.err),
  },
  now: () => 0,
  idleSeconds: 60,
  ...more,
});

beforeEach(async () => {
  guard = new RecordingGuard();
  sessions = new Sessions();
  warned = [];
  faults = [];
  milter = await startMilter(optionsFor());
});

afterEach(async () => {
  await milter.close();
  await Promise.all(mailServers.splice(0).map((mailServer) => mailServer.closed));
  expect(sessions.size).toBe(0);
  for (const { settled } of guard.judged) expect(settled).toHaveLength(1);
});

async function restart(more: Partial<MilterOptions>): Promise<void> {
  await milter.close();
  milter = await startMilter(optionsFor(more));
}

async function connected(steps = ALL_STEPS): Promise<MailServerSide> {
  const mailServer = new MailServerSide(milter.address);
  mailServers.push(mailServer);
  await mailServer.negotiate(steps);
  await mailServer.event('C', clientPayload('mail.customer.example', '4', 40_007, '192.0.2.7'));
  await mailServer.event('H', strings('mail.customer.example'));
  return mailServer;
}

async function mail(mailServer: MailServerSide, ...recipients: string[]): Promise<void> {
  await mailServer.event('M', strings('<juergen@customer.example>'));
  for (const recipient of recipients) await mailServer.event('R', strings(`<${recipient}>`));
}

const end = (mailServer: MailServerSide, i = '4X1') => mailServer.event('E', NOTHING, { i });

describe('a session', () => {
  test('takes the fingerprint that the policy protocol told of it, at RCPT and at the end of the message', async () => {
    const mailServer = await connected();
    await mailServer.event('H', strings('x'), { cert_subject: 'connector.customer.example' });
    // Postfix asks the policy server about a recipient before it tells the milter.
    const certificate = { fingerprint: FINGERPRINT, names: [] };
    sessions.noteCertificate('local', '192.0.2.7', 40_007, certificate);
    await mail(mailServer, 'anna@far.example');
    await end(mailServer);
    const seen = { fingerprint: FINGERPRINT, names: ['connector.customer.example'] };
    expect(guard.asked[0]?.client.certificate).toEqual(seen);
    expect(guard.judged[0]?.message.client.certificate).toEqual(seen);
  });

  test('has the certificate of the policy protocol alone where the mail server trusts no name of it', async () => {
    const mailServer = await connected();
    sessions.noteCertificate('local', '192.0.2.7', 40_007, { fingerprint: FINGERPRINT, names: [] });
    await mail(mailServer, 'anna@far.example');
    expect(guard.asked[0]?.client.certificate).toEqual({ fingerprint: FINGERPRINT, names: [] });
  });

  test('hands no certificate on to another client of the same connection', async () => {
    const mailServer = await connected();
    sessions.noteCertificate('local', '192.0.2.7', 40_007, { fingerprint: FINGERPRINT, names: [] });
    await mailServer.event('C', clientPayload('unknown', '4', 40_008, '198.51.100.9'));
    expect(sessions.hasMilter('local', '192.0.2.7', 40_007)).toBe(false);
    expect(sessions.hasMilter('local', '198.51.100.9', 40_008)).toBe(true);
    await mail(mailServer, 'anna@far.example');
    expect(guard.asked[0]?.client).toMatchObject({ clientAddress: '198.51.100.9', certificate: undefined });
    expect(guard.asked[0]?.client.heloName).toBeUndefined();
  });

  test('is known from CONNECT to QUIT', async () => {
    const mailServer = await connected();
    expect(sessions.hasMilter('local', '192.0.2.7', 40_007)).toBe(true);
    await mailServer.quit();
    expect(sessions.size).toBe(0);
  });

  test('has a login only for the messages that it is told for', async () => {
    const mailServer = await connected();
    await mailServer.event('M', strings('<a@b>'), { auth_authen: 'Alice' });
    await mailServer.event('R', strings('<anna@far.example>'));
    await end(mailServer);
    await mail(mailServer, 'anna@far.example');
    await end(mailServer);
    expect(guard.judged.map((j) => j.message.client.saslUsername)).toEqual(['alice', undefined]);
  });

  test('takes the macros of an event for that event only, and once', async () => {
    const mailServer = await connected();
    const recipient = packet('R', strings('<anna@far.example>'));
    mailServer.send(macros('R', { auth_authen: 'mallory' }), packet('M', strings('<one@b>')), recipient);
    mailServer.send(macros('M', { auth_authen: 'alice' }), packet('M', strings('<two@b>')), recipient);
    mailServer.send(packet('M', strings('<three@b>')), recipient);
    await guard.until('asked', () => guard.asked.length === 3);
    expect(guard.asked.map((request) => request.client.saslUsername)).toEqual([undefined, 'alice', undefined]);
  });

  test('carries hundreds of messages, each its own', async () => {
    const mailServer = await connected();
    for (let i = 0; i < 300; i++) {
      await mail(mailServer, `r${i}@far.example`);
      await end(mailServer, `4X${i}`);
    }
    expect(new Set(guard.judged.map((j) => j.message.instance)).size).toBe(300);
    expect(guard.judged[299]?.message).toMatchObject({
      queueId: '4X299',
      recipients: [{ address: 'r299@far.example' }],
    });
  });
});

describe('a message', () => {
  test('that the mail server refused every recipient of is abandoned, and nothing was asked', async () => {
    const mailServer = await connected();
    await mailServer.event('M', strings('<a@b>'));
    const refused = { rcpt_mailer: 'error', rcpt_host: '5.1.1' };
    await mailServer.event('R', strings('<nobody@far.example>'), refused);
    await mailServer.quit();
    expect(guard.asked).toEqual([]);
    expect(guard.abandoned.map((m) => m.recipients)).toEqual([[{ address: 'nobody@far.example', code: 550 }]]);
  });

  test('is read up to 4 KiB of its body, in whatever pieces', async () => {
    const mailServer = await connected();
    await mail(mailServer, 'anna@far.example');
    expect((await mailServer.event('B', Buffer.from('Hello '))).letter).toBe('c');
    expect((await mailServer.event('B', Buffer.alloc(4089, 'x'))).letter).toBe('c');
    expect((await mailServer.event('B', Buffer.from('y'))).letter).toBe('s');
    await end(mailServer);
    expect(guard.judged[0]?.message.content?.textHead).toBe(`Hello ${'x'.repeat(294)}`);
  });

  test('of 5 MB that a mail server insists on sending takes no more than its beginning', async () => {
    const mailServer = await connected(ALL_STEPS & ~SMFIP_SKIP);
    await mail(mailServer, 'anna@far.example');
    for (let i = 0; i < 77; i++) await mailServer.event('B', Buffer.alloc(65_535, 'x'));
    await end(mailServer);
    expect(guard.judged[0]?.message).toMatchObject({
      messageBytes: 77 * 65_535,
      content: { textHead: 'x'.repeat(300) },
    });
  });

  test('has the size that was seen, or declared, or told at the end', async () => {
    const mailServer = await connected();
    const sizeOf = async (parameters: string[], body: number, told?: string): Promise<number | undefined> => {
      await mailServer.event('M', strings('<a@b>', ...parameters));
      await mailServer.event('R', strings('<anna@far.example>'));
      await mailServer.event('L', strings('Subject', 'x'));
      await mailServer.event('B', Buffer.alloc(body, 'x'));
      await mailServer.event('E', NOTHING, { msg_size: told });
      return guard.judged.at(-1)?.message.messageBytes;
    };
    expect(await sizeOf(['SIZE=7'], 100)).toBe('Subject: x\r\n'.length + 100);
    expect(await sizeOf(['SIZE=5000000'], 65_535)).toBe(5_000_000);
    expect(await sizeOf([], 65_535)).toBe(0);
    expect(await sizeOf([], 65_535, '123456')).toBe(123_456);
  });

  test("carries the content filter's word, known by the queue id", async () => {
    await restart({ contentFilter: headersOf('rspamd') });
    const mailServer = await connected();
    const send = async (queueId: string): Promise<boolean | undefined> => {
      await mail(mailServer, 'anna@far.example');
      await mailServer.event('L', strings('X-Rspamd-Queue-Id', '4X7'));
      await mailServer.event('L', strings('X-Spamd-Result', 'default: False [9.00 / 15.00];\n\tX(9.00)[]'));
      await end(mailServer, queueId);
      return guard.judged.at(-1)?.message.content?.spam;
    };
    expect(await send('4X7')).toBe(true);
    expect(await send('4X8')).toBeUndefined();
  });

  test('that ABORT follows after its end is settled and not abandoned', async () => {
    const mailServer = await connected();
    await mail(mailServer, 'anna@far.example');
    await end(mailServer);
    mailServer.send(packet('A', NOTHING), packet('A', NOTHING));
    await mailServer.quit();
    expect(guard.judged[0]?.settled).toEqual(['250']);
    expect(guard.abandoned).toEqual([]);
  });

  test.each(['M', 'H', 'A', 'K'])('that %s interrupts is abandoned, once', async (letter) => {
    const mailServer = await connected();
    await mail(mailServer, 'anna@far.example');
    mailServer.send(packet(letter, 'MH'.includes(letter) ? strings('<next@b>') : NOTHING));
    await guard.until('abandoned', () => guard.abandoned.length === 1);
    await mailServer.quit();
    expect(guard.abandoned.map((m) => m.recipients.length)).toEqual([1]);
  });
});

describe('a connection', () => {
  test('that sends everything at once is answered in order, one question after the other', async () => {
    const decision = Promise.withResolvers<Decision>();
    guard.onAsk = ({ recipient }) => (recipient === 'slow@far.example' ? decision.promise : ACCEPT);
    const mailServer = await connected();
    mailServer.send(
      packet('M', strings('<a@b>')),
      packet('R', strings('<slow@far.example>')),
      packet('R', strings('<quick@far.example>')),
      packet('L', strings('Subject', 'x')),
      packet('E', NOTHING),
    );
    await guard.until('asked', () => guard.asked.length === 1);
    expect(guard.judged).toEqual([]);
    decision.resolve(REJECT);
    const letters = [await mailServer.read(), await mailServer.read(), await mailServer.read()];
    expect(letters.map((answer) => String.fromCharCode(answer?.command ?? 0))).toEqual(['y', 'c', 'c']);
    expect(guard.judged[0]?.message.recipients.map((r) => r.code)).toEqual([550, 250]);
  });

  test('that comes byte by byte is understood', async () => {
    const mailServer = await connected();
    const bytes = Buffer.concat([packet('M', strings('<a@b>')), packet('R', strings('<c@d>'))]);
    for (const byte of bytes) {
      mailServer.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await mailServer.read())?.command).toBe('c'.charCodeAt(0));
  });

  test('that falls silent is dropped, its message abandoned', async () => {
    await restart({ idleSeconds: 0.05 });
    const mailServer = await connected();
    await mail(mailServer, 'anna@far.example');
    mailServer.send(Buffer.from([0, 0, 0]));
    await mailServer.closed;
    await guard.until('abandoned', () => guard.abandoned.length === 1);
    expect(warned).toEqual(['silent for too long']);
  });

  test('that talks nonsense costs no other connection anything', async () => {
    const good = await connected();
    await mail(good, 'anna@far.example');
    const bad = new MailServerSide(milter.address);
    bad.send(Buffer.from('\x16\x03\x01 surely TLS'));
    await bad.closed;
    expect(warned).toEqual(['a packet of 369295648 bytes']);
    expect((await end(good)).letter).toBe('c');
  });

  test('is deferred and closed where the guard breaks its promise; others go on', async () => {
    const broken = new Error('broken');
    for (const fail of [
      () => {
        throw broken;
      },
      () => Promise.reject(broken),
    ]) {
      guard.onAsk = fail;
      const mailServer = await connected();
      await mailServer.event('M', strings('<a@b>'));
      expect((await mailServer.event('R', strings('<c@d>'))).letter).toBe('t');
      await mailServer.closed;
      guard.onAsk = () => ACCEPT;
      const next = await connected();
      await mail(next, 'anna@far.example');
      expect((await end(next)).letter).toBe('c');
    }
    expect(faults).toEqual([broken, broken]);
  });
});

describe('the door', () => {
  test('opens on a Unix socket, also where a killed process left one behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-milter-'));
    const path = join(folder, 'milter.sock');
    const stale = createServer().listen(path);
    await new Promise((resolve) => stale.once('listening', resolve));
    // What a SIGKILL leaves: the file, and nobody behind it.
    const kept = join(folder, 'kept');
    linkSync(path, kept);
    await new Promise((resolve) => stale.close(resolve));
    renameSync(kept, path);

    await restart({ listen: { path } });
    expect(milter.address).toEqual({ path });
    const mailServer = await connected();
    await mail(mailServer, 'anna@far.example');
    await end(mailServer);
    expect(guard.judged[0]?.message.client.mailServer).toBe('local');
    await milter.close();
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  test('does not open where somebody else is, or where a file lies, and leaves both as they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-milter-'));
    const file = join(folder, 'file');
    writeFileSync(file, 'precious');
    const refused = expect.objectContaining({ code: 'LISTEN_FAILED' });
    await expect(startMilter(optionsFor({ listen: { path: file } }))).rejects.toThrow(refused);
    expect(existsSync(file)).toBe(true);
    await expect(startMilter(optionsFor({ listen: milter.address }))).rejects.toThrow(refused);
    const path = join(folder, 'sock');
    await restart({ listen: { path } });
    await expect(startMilter(optionsFor({ listen: { path } }))).rejects.toThrow(refused);
    expect((await end(await mailed())).letter).toBe('c');
    await milter.close();
    rmSync(folder, { recursive: true });
  });

  test('does not open off loopback while nobody is trusted', async () => {
    const open = startMilter(optionsFor({ listen: { host: '0.0.0.0', port: 0 } }));
    await expect(open).rejects.toThrow(expect.objectContaining({ code: 'LISTEN_UNTRUSTED' }));
  });

  test('closes at once for who asks nothing, and after the answer for who waits for one', async () => {
    const decision = Promise.withResolvers<Decision>();
    guard.onAsk = () => decision.promise;
    const idle = await connected();
    const waiting = await connected();
    await waiting.event('M', strings('<a@b>'));
    waiting.send(packet('R', strings('<anna@far.example>')));
    await guard.until('asked', () => guard.asked.length === 1);
    const closed = milter.close();
    await idle.closed;
    decision.resolve(REJECT);
    expect(String.fromCharCode((await waiting.read())?.command ?? 0)).toBe('y');
    await closed;
    expect(guard.abandoned.map((m) => m.recipients[0]?.code)).toEqual([550]);
  });

  test('a probe that only connects leaves nothing behind', async () => {
    const { port } = milter.address as { port: number };
    const probe = connect(port, '127.0.0.1');
    await new Promise((resolve) => probe.once('connect', resolve));
    probe.destroy();
    expect((await end(await mailed())).letter).toBe('c');
    expect(faults).toEqual([]);
  });
});

async function mailed(): Promise<MailServerSide> {
  const mailServer = await connected();
  await mail(mailServer, 'anna@far.example');
  return mailServer;
}
