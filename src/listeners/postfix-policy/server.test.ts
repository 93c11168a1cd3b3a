import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sessions } from '../../activity/sessions.ts';
import { ACCEPT, type Decision } from '../../decision/decision.ts';
import { REPLIES } from '../../mail/replies.ts';
import { RecordingGuard } from '../recording-guard.ts';
import { PolicyClient, question } from './policy-client.ts';
import { type PostfixPolicyOptions, type PostfixPolicyServer, startPostfixPolicy } from './server.ts';

const DUNNO = 'action=DUNNO\n\n';
const REJECTED = 'action=550 5.7.711 Access denied, bad inbound connector. AS(2204).\n\n';
const UNCERTAIN = 'action=451 4.7.1 Service unavailable, try again later\n\n';
const REJECT: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };

let guard: RecordingGuard;
let sessions: Sessions;
let logged: string[];
let servers: PostfixPolicyServer[];
let clients: PolicyClient[];
let tick: () => void;

beforeEach(() => {
  guard = new RecordingGuard();
  sessions = new Sessions();
  logged = [];
  servers = [];
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.socket.destroy();
  await Promise.all(servers.map((server) => server.close()));
});

async function start(options: Partial<PostfixPolicyOptions> = {}): Promise<PostfixPolicyServer> {
  const log = (fields: object, message: string): void => {
    logged.push(`${message} ${JSON.stringify(fields)}`);
  };
  const server = await startPostfixPolicy({
    guard,
    sessions,
    listen: { host: '127.0.0.1', port: 0 },
    trusted: [],
    log: { info: log, warn: log, error: log },
    // Time passes when a test says `ticks`.
    setTimer: (callback, milliseconds) => {
      expect(milliseconds).toBe(5_000);
      tick = callback;
      return () => {};
    },
    ...options,
  });
  servers.push(server);
  return server;
}

async function connect(server: PostfixPolicyServer): Promise<PolicyClient> {
  const client = await PolicyClient.open(server.address);
  clients.push(client);
  return client;
}

/** One of this host's own: the packets never leave it. */
function addressOffLoopback(): string | undefined {
  const all = Object.values(networkInterfaces()).flat();
  return all.find((address) => address?.family === 'IPv4' && !address.internal)?.address;
}

function ticks(count: number): void {
  for (let i = 0; i < count; i++) tick();
}

const instancesOf = (list: readonly { instance: string }[]): string[] => list.map(({ instance }) => instance);
const END = { protocol_state: 'END-OF-MESSAGE', queue_id: '4X1' };

describe('answers', () => {
  test('come in the order of the questions, also when an early one has to wait', async () => {
    let decide: (decision: Decision) => void = () => {};
    guard.onAsk = ({ recipient }) =>
      recipient === 'slow@far.example' ? new Promise((resolve) => (decide = resolve)) : ACCEPT;
    const client = await connect(await start());
    client.send(question({ recipient: 'one@far.example' }) + question({ recipient: 'slow@far.example' }));
    client.send(question({ recipient: 'three@far.example' }));
    expect(await client.answer()).toBe(DUNNO);
    await guard.until('the slow question', () => guard.asked.length === 2);
    decide(REJECT);
    expect(await client.answer()).toBe(REJECTED);
    expect(await client.answer()).toBe(DUNNO);
    expect(guard.asked.map((request) => request.recipient)).toEqual([
      'one@far.example',
      'slow@far.example',
      'three@far.example',
    ]);
  });

  test('are temporary refusals when the guard fails, and the failure is logged', async () => {
    guard.onAsk = ({ recipient }) => {
      if (recipient === 'throws@far.example') throw new Error('broken');
      return Promise.reject(new Error('broken'));
    };
    guard.onJudge = () => {
      throw new Error('broken');
    };
    const client = await connect(await start());
    expect(await client.ask({ recipient: 'throws@far.example' })).toBe(UNCERTAIN);
    expect(await client.ask({ recipient: 'rejects@far.example' })).toBe(UNCERTAIN);
    expect(await client.ask(END)).toBe(UNCERTAIN);
    expect(logged.filter((line) => line.startsWith('the guard failed'))).toHaveLength(3);
  });

  test('go on when the guard fails at the end of a message', async () => {
    guard.onJudge = ({ instance }) => {
      if (instance === 'one') throw new Error('broken');
      return Promise.reject(new Error('broken'));
    };
    guard.abandon = () => {
      throw new Error('broken');
    };
    const client = await connect(await start());
    for (const instance of ['one', 'two']) expect(await client.ask({ instance })).toBe(DUNNO);
    await client.ask({ ...END, instance: 'two' });
    for (const instance of ['three', 'four', 'five']) expect(await client.ask({ instance })).toBe(DUNNO);
    expect(logged.filter((line) => line.startsWith('the guard failed'))).toHaveLength(4);
  });

  test('any bytes in any chunks take nothing down', async () => {
    const server = await start();
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .constantFrom('\n', '\n\n', '\r\n', 'request=smtpd_access_policy\n', question({}))
        .map((text) => Buffer.from(text)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 6 }), async (pieces) => {
        const client = await PolicyClient.open(server.address);
        for (const bytes of pieces) client.send(Buffer.from(bytes));
        await client.close();
      }),
      { numRuns: 300 },
    );
    expect(await (await connect(server)).ask({})).toBe(DUNNO);
  });

  test('a peer that asks and never reads is dropped', async () => {
    // Long answers fill the kernel's buffers sooner.
    const reply = { code: 550, enhanced: '5.7.1', text: 'x'.repeat(50_000) };
    guard.onAsk = () => ({ action: 'reject', reply, because: 'uncertain' });
    const client = await connect(await start());
    client.socket.pause();
    for (let i = 0; i < 1_000 && logged.length === 0; i++) {
      client.send(question({}));
      await new Promise((resolve) => setImmediate(resolve));
    }
    client.socket.resume();
    await client.closed;
    expect(logged).toEqual([expect.stringContaining('answers are not read')]);
  });

  test('a 10 MB line ends its connection and no other', async () => {
    const server = await start();
    const other = await connect(server);
    const client = await connect(server);
    client.send(Buffer.alloc(10_000_000, 'x'));
    expect(await client.closed).toBe('');
    expect(logged).toEqual([expect.stringContaining('a question too long')]);
    expect(await other.ask({})).toBe(DUNNO);
  });
});

describe('a message', () => {
  test('whose end is never asked is judged as attempted after a minute without a question', async () => {
    const client = await connect(await start());
    await client.ask({});
    ticks(11);
    expect(guard.judged).toEqual([]);
    await client.ask({ recipient: 'berta@far.example' });
    ticks(11);
    expect(guard.judged).toEqual([]);
    ticks(1);
    expect(guard.judged).toMatchObject([{ message: { attempted: true }, settled: ['250'] }]);
    expect(guard.judged[0]?.message.recipients).toHaveLength(2);
    ticks(100);
    await client.close();
    expect(guard.judged).toHaveLength(1);
  });

  test('whose end comes after that minute gets the decision that was made, and is judged once', async () => {
    guard.onJudge = () => REJECT;
    const client = await connect(await start());
    await client.ask({});
    ticks(12);
    expect(guard.judged).toMatchObject([{ settled: [''] }]);
    expect(await client.ask(END)).toBe(REJECTED);
    expect(guard.judged).toHaveLength(1);
  });

  test('that gets a recipient after that minute goes on as another', async () => {
    const client = await connect(await start());
    await client.ask({});
    ticks(12);
    await client.ask({ recipient: 'berta@far.example' });
    await client.close();
    await guard.until('both', () => guard.judged.length === 2);
    expect(guard.judged.map((j) => j.message.recipients.map((r) => r.address))).toEqual([
      ['anna@far.example'],
      ['berta@far.example'],
    ]);
  });

  test('may take its time where the end is asked', async () => {
    const client = await connect(await start());
    await client.ask({ ...END, instance: 'first' });
    await client.ask({ instance: 'second' });
    ticks(100);
    expect(await client.ask({ ...END, instance: 'second' })).toBe(DUNNO);
    expect(instancesOf(guard.judged.map((j) => j.message))).toEqual(['first', 'second']);
    expect(guard.abandoned).toEqual([]);
  });

  test('is judged as attempted at port 25 though port 587 asks at the end', async () => {
    const client = await connect(await start());
    await client.ask({ ...END, instance: 'first', server_port: '587' });
    await client.ask({ instance: 'submission', server_port: '587' });
    await client.ask({ instance: 'mx', server_port: '25' });
    await client.close();
    await guard.until('both ends', () => guard.abandoned.length === 1 && guard.judged.length === 2);
    expect(instancesOf(guard.abandoned)).toEqual(['submission']);
    expect(guard.judged[1]?.message).toMatchObject({ instance: 'mx', attempted: true });
  });

  test('is one although main.cf spells the service in two ways and smtpd uses two connections', async () => {
    const server = await start();
    const [recipients, ends] = [await connect(server), await connect(server)];
    await recipients.ask({ instance: 'first', recipient: 'anna@far.example' });
    await recipients.ask({ instance: 'first', recipient: 'berta@far.example' });
    await ends.ask({ ...END, instance: 'first', recipient: '', recipient_count: '2' });
    await recipients.ask({ instance: 'second' });
    await ends.ask({ ...END, instance: 'second' });
    await Promise.all([recipients.close(), ends.close()]);
    expect(guard.judged.map((j) => [j.message.instance, j.message.recipients.length, j.message.attempted])).toEqual([
      ['first', 2, false],
      ['second', 1, false],
    ]);
    expect(guard.abandoned).toEqual([]);
  });

  test('of which only the end is asked has the recipient that the end names', async () => {
    const client = await connect(await start());
    await client.ask({ ...END, size: '20480' });
    expect(guard.judged[0]?.message).toMatchObject({
      recipients: [{ address: 'anna@far.example', code: 250 }],
      messageBytes: 20_480,
      queueId: '4X1',
    });
  });

  test('is under way since MAIL where main.cf asks there, and not since EHLO', async () => {
    const client = await connect(await start());
    await client.ask({ protocol_state: 'EHLO', recipient: '', sender: '' });
    guard.clock = 2_000;
    await client.ask({ protocol_state: 'MAIL', recipient: '' });
    guard.clock = 3_000;
    await client.ask({});
    expect(guard.asked[0]?.since).toBe(2_000);
  });

  test('without an instance is a message of its own for each question', async () => {
    const client = await connect(await start());
    await client.ask({ instance: '', recipient: 'anna@far.example' });
    await client.ask({ instance: '', recipient: 'berta@far.example' });
    await client.close();
    await guard.until('both', () => guard.judged.length === 2);
    expect(guard.judged.map((j) => j.message.recipients.length)).toEqual([1, 1]);
    expect(new Set(instancesOf(guard.asked)).size).toBe(2);
  });

  test('whose mail server is gone before a recipient is decided is told with that recipient', async () => {
    let decide: (decision: Decision) => void = () => {};
    guard.onAsk = () => new Promise((resolve) => (decide = resolve));
    const server = await start();
    const client = await connect(server);
    client.send(question({}));
    await guard.until('asked', () => guard.asked.length === 1);
    client.socket.resetAndDestroy();
    await (await connect(server)).ask({ protocol_state: 'EHLO' });
    decide(REJECT);
    await guard.until('told', () => guard.abandoned.length === 1);
    expect(guard.abandoned[0]?.recipients).toEqual([{ address: 'anna@far.example', code: 550 }]);
  });

  test('whose mail server is gone before the judgement is settled with no answer', async () => {
    let decide: (decision: Decision) => void = () => {};
    guard.onJudge = () => new Promise((resolve) => (decide = resolve));
    const server = await start();
    const client = await connect(server);
    await client.ask({});
    client.send(question(END));
    await guard.until('judged', () => guard.judged.length === 1);
    client.socket.resetAndDestroy();
    // When another one has been answered, the reset has been seen.
    await (await connect(server)).ask({ protocol_state: 'EHLO' });
    decide(ACCEPT);
    await guard.until('settled', () => guard.judged[0]?.settled.length === 1);
    expect(guard.judged[0]?.settled).toEqual(['']);
    expect(guard.abandoned).toEqual([]);
  });
});

describe('a session that has a milter, too', () => {
  test('is left to the milter: DUNNO, nothing asked and nothing judged, and the certificate noted', async () => {
    guard.onAsk = () => REJECT;
    const milter = sessions.enter('local', '192.0.2.7', 40_007);
    const client = await connect(await start());
    const fingerprint = 'ab'.repeat(32);
    expect(await client.ask({ ccert_fingerprint: fingerprint, ccert_subject: 'Printer.example' })).toBe(DUNNO);
    expect(milter.certificate).toEqual({ fingerprint, names: ['printer.example'] });
    expect(await client.ask(END)).toBe(DUNNO);
    expect(milter.certificate).toBeUndefined();
    await client.close();
    expect([guard.asked, guard.judged, guard.abandoned]).toEqual([[], [], []]);
    milter.leave();
  });

  test('is told the certificate at every stage', async () => {
    const milter = sessions.enter('local', '192.0.2.7', 40_007);
    const client = await connect(await start());
    await client.ask({ protocol_state: 'EHLO', ccert_fingerprint: 'ab'.repeat(32) });
    expect(milter.certificate?.fingerprint).toBe('ab'.repeat(32));
  });

  test('is another one than that of the same client from another port, which is decided here', async () => {
    guard.onAsk = () => REJECT;
    sessions.enter('local', '192.0.2.7', 40_007);
    const client = await connect(await start());
    expect(await client.ask({ client_port: '40008' })).toBe(REJECTED);
  });

  test('ends the message that the connection asked about before', async () => {
    const client = await connect(await start());
    await client.ask({ instance: 'ours' });
    sessions.enter('local', '192.0.2.99', 40_099);
    await client.ask({ instance: 'of the milter', client_address: '192.0.2.99', client_port: '40099' });
    expect(guard.judged.map((j) => j.message.instance)).toEqual(['ours']);
  });

  test('is recognized with an unknown port (XCLIENT without PORT), and gets a certificate only where there is no doubt', async () => {
    const one = sessions.enter('local', '10.1.2.3', 0);
    const client = await connect(await start());
    const facts = { client_address: '10.1.2.3', client_port: 'unknown', ccert_fingerprint: 'ab'.repeat(32) };
    expect(await client.ask(facts)).toBe(DUNNO);
    expect(one.certificate?.fingerprint).toBe('ab'.repeat(32));
    const two = sessions.enter('local', '10.1.2.3', 0);
    expect(await client.ask({ ...facts, ccert_fingerprint: 'cd'.repeat(32) })).toBe(DUNNO);
    expect(one.certificate?.fingerprint).toBe('ab'.repeat(32));
    expect(two.certificate).toBeUndefined();
    expect(guard.asked).toEqual([]);
  });
});

describe('the door', () => {
  test('closes an idle connection after its time, and not before', async () => {
    const client = await connect(await start({ idleSeconds: 100 }));
    await client.ask({});
    ticks(19);
    await client.ask({});
    ticks(19);
    expect(logged).toEqual([]);
    ticks(1);
    await client.closed;
    expect(logged).toEqual([expect.stringContaining('idle')]);
  });

  test('drops half a question after a minute, counted from where it began', async () => {
    const client = await connect(await start());
    await client.ask({});
    ticks(100);
    client.send('request=smtpd_access_policy\n');
    // Another connection's answer shows that ours was received before.
    await (await connect(servers[0]!)).ask({});
    ticks(11);
    expect(logged).toEqual([]);
    ticks(1);
    await client.closed;
    expect(logged).toEqual([expect.stringContaining('half a question')]);
  });

  test('waits for judgements under way before it is closed', async () => {
    let decide: (decision: Decision) => void = () => {};
    guard.onJudge = () => new Promise((resolve) => (decide = resolve));
    const server = await start();
    await (await connect(server)).ask({});
    let isClosed = false;
    const closed = server.close().then(() => (isClosed = true));
    await guard.until('judged', () => guard.judged.length === 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    decide(ACCEPT);
    await closed;
    expect(guard.judged[0]?.settled).toEqual(['250']);
  });

  test('answers the question under way and tells the guard of every message before it is closed', async () => {
    let decide: (decision: Decision) => void = () => {};
    guard.onAsk = ({ instance }) => (instance === 'slow' ? new Promise((resolve) => (decide = resolve)) : ACCEPT);
    guard.onJudge = async () => ACCEPT;
    const server = await start();
    const [slow, quick] = [await connect(server), await connect(server)];
    await quick.ask({ instance: 'quick' });
    slow.send(question({ instance: 'slow' }));
    await guard.until('asked', () => guard.asked.length === 2);
    const closed = server.close();
    decide(REJECT);
    expect(await slow.answer()).toBe(REJECTED);
    await closed;
    expect(guard.judged).toMatchObject([{ message: { instance: 'quick' }, settled: ['250'] }]);
    expect(instancesOf(guard.abandoned)).toEqual(['slow']);
  });

  test('is shut to peers that are not trusted, and says so', async (context) => {
    const own = addressOffLoopback();
    if (own === undefined) return context.skip('this host has no address but loopback');
    const server = await start({ listen: { host: own, port: 0 }, trusted: ['255.255.255.255'] });
    const client = await connect(server);
    expect(await client.closed).toBe('');
    expect(logged).toEqual([`policy listener: untrusted client dropped {"remoteAddress":"${own}"}`]);
  });

  test('knows a trusted mail server off loopback by its address', async (context) => {
    const own = addressOffLoopback();
    if (own === undefined) return context.skip('this host has no address but loopback');
    const client = await connect(await start({ listen: { host: own, port: 0 }, trusted: [own] }));
    expect(await client.ask({})).toBe(DUNNO);
    expect(guard.asked[0]?.client.mailServer).toBe(own);
  });

  test('does not open off loopback without trusted mail servers', async () => {
    await expect(start({ listen: { host: '0.0.0.0', port: 0 } })).rejects.toMatchObject({ code: 'LISTEN_UNTRUSTED' });
  });

  test('says when its address is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(start({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
    taken.close();
  });

  describe('on a Unix socket', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'cordon-policy-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    test('serves the local mail server', async () => {
      const path = join(folder, 'policy');
      const server = await start({ listen: { path } });
      expect(server.address).toEqual({ path });
      expect(await (await connect(server)).ask({})).toBe(DUNNO);
      expect(guard.asked[0]?.client.mailServer).toBe('local');
    });

    test('takes the place of a socket that a killed guard left behind, and of no living one', async () => {
      const path = join(folder, 'policy');
      const leaveBehind = `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
      expect(() => execFileSync(process.execPath, ['-e', leaveBehind, path])).toThrow();
      const server = await start({ listen: { path } });
      await expect(start({ listen: { path } })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
      expect(await (await connect(server)).ask({})).toBe(DUNNO);
    });
  });
});
