// What bad, slow and hasty clients get, and what the guard and the next hop learn of them.
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { breathe, MESSAGE, openWorld, type RelayWorld, until } from './relay-world.ts';
import type { HopScript } from './scripted-hop.ts';
import type { SmtpRelayOptions } from './server.ts';
import { SmtpClient } from './smtp-client.ts';

let world: RelayWorld;
const open = async (script: HopScript = {}, options: Partial<SmtpRelayOptions> = {}): Promise<void> => {
  world = await openWorld(script, options);
};
afterEach(() => world.close());

const abandoned = (): Promise<void> => world.guard.until('abandoned', () => world.guard.abandoned.length === 1);
const bodyOf = (bytes: string): string => bytes.split('\r\n').slice(3).join('\r\n');

describe('any message', () => {
  const piece = fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replace(/[\r\n\0]/g, '')) },
    { weight: 4, arbitrary: fc.constantFrom('\r\n', '\r\n..', '\r\n\r\n', '\t', '\xff') },
    { weight: 1, arbitrary: fc.constantFrom('\r', '\n', '\0', '\r\n.\n', '\n.\r\n', '\r.\r', '\r\n.\r') },
  );

  test('that is good arrives byte for byte, one that is bad never whole, whatever the chunks', async () => {
    await open();
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const chunks = pieces.map((text) => Buffer.from(text, 'utf8'));
        const message = Buffer.concat([...chunks, Buffer.from('\r\n')]).toString('latin1');
        fc.pre(!`\r\n${message}.\r\n`.slice(0, -3).includes('\r\n.\r\n'));
        const isGood = !/\0|\r(?!\n)|(?<!\r)\n/.test(message);
        const before = world.hop.delivered.length;
        const client = await world.connectInTransaction('b@far.example');
        await client.ask('DATA');
        for (const chunk of [...chunks, Buffer.from('\r\n.\r\n')]) {
          client.send(chunk);
          await new Promise((resolve) => setImmediate(resolve));
        }
        const answer = await client.reply();
        client.socket.destroy();
        expect(answer.slice(0, 1)).toBe(isGood ? '2' : '5');
        const delivered = world.hop.delivered.slice(before).map((d) => bodyOf(d.bytes));
        expect(delivered).toEqual(isGood ? [`${message}.\r\n`] : []);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  test('of 3 MB passes through a next hop that is slow, byte for byte', async () => {
    await open({
      onCommand: (line) => (line === 'DATA' ? new Promise((r) => setImmediate(() => r('354 Go'))) : undefined),
    });
    const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i} ${'y'.repeat(i % 140)}\r\n`).join('');
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    expect(await client.ask(`${lines}.`)).toBe('250 2.0.0 Ok: queued');
    expect(bodyOf(world.hop.delivered[0]!.bytes)).toBe(`${lines}.\r\n`);
    expect(world.guard.judged[0]?.message.messageBytes).toBe(lines.length);
  });

  test('that is small goes out in one write, dot and all', async () => {
    await open();
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    for (const byte of MESSAGE) client.send(byte);
    expect(await client.ask('.')).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.dataChunks).toBe(1);
  });
});

describe('answers', () => {
  test('to a batch of commands come in one write', async () => {
    await open();
    const client = await world.connect();
    const before = client.chunks;
    client.send('EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nRCPT TO:<e@d.example>\r\nDATA\r\n');
    for (const code of ['250', '250', '250', '250', '354']) expect(await client.reply()).toContain(code);
    expect(client.chunks - before).toBe(1);
  });

  test('are given to a client that has already ended his side', async () => {
    await open();
    const client = await world.connect();
    client.socket.end('HELO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nQUIT\r\n');
    for (const code of ['250', '250', '250', '221', 'closed']) expect(await client.reply()).toContain(code);
  });
});

describe('a client that goes away', () => {
  test('with a reset in DATA: abandoned, and the next hop has nothing whole', async () => {
    await open();
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    client.send(MESSAGE);
    await client.reset();
    await abandoned();
    expect(world.hop.delivered).toHaveLength(0);
    expect(world.guard.judged).toEqual([]);
  });

  test('while the guard judges: no dot is sent, for he will come again', async () => {
    await open();
    let decide: () => void = () => {};
    world.guard.onJudge = () =>
      new Promise((resolve) => {
        decide = () => resolve({ action: 'accept' });
      });
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    client.send(`${MESSAGE}.\r\n`);
    await world.guard.until('judged', () => world.guard.judged.length === 1);
    await client.reset();
    await breathe();
    decide();
    await world.guard.until('settled', () => world.guard.judged[0]?.settled.length === 1);
    expect(world.guard.judged[0]?.settled).toEqual(['']);
    expect(world.hop.delivered).toHaveLength(0);
    expect(world.guard.abandoned).toEqual([]);
  });

  test.each([
    ['between commands', 'MAI', '421 4.4.2 Timeout'],
    ['in DATA', 'DATA\r\nhalf a mess', '354 End data with <CR><LF>.<CR><LF>,421 4.4.2 Timeout'],
  ])('without a word, %s: 421 after a while, and abandoned', async (_, bytes, answers) => {
    await open({}, { timeouts: { client: 50 } });
    const client = await world.connectInTransaction('b@far.example');
    client.send(bytes);
    const heard: string[] = [];
    for (let reply = await client.reply(); reply !== 'closed'; reply = await client.reply()) heard.push(reply);
    expect(heard.join()).toBe(answers);
    await abandoned();
    expect(world.hop.delivered).toHaveLength(0);
  });
});

describe('a client that asks too much', () => {
  test('with a line of 10 MB is answered once and disconnected', async () => {
    await open();
    const client = await world.connect();
    client.send(Buffer.alloc(10_000_000, 'x'));
    expect(await client.reply()).toBe('521 5.5.2 Cannot read a line of more than 2048 octets');
    expect(await client.reply()).toBe('closed');
    // A reset could have taken the answer away.
    expect(client.error).toBeUndefined();
    expect(world.log).toMatchObject([{ level: 'warn', message: 'client dropped' }]);
  });

  test('with junk is disconnected after twenty errors', async () => {
    await open();
    const client = await world.connect();
    for (let i = 1; i < 20; i++) expect(await client.ask('junk')).toBe('500 5.5.2 Command not recognized');
    expect(await client.ask('junk')).toBe('421 4.7.0 Too many errors');
    expect(await client.reply()).toBe('closed');
  });

  test('with 1001 recipients gets 452 for the last, and the message goes to the others', async () => {
    await open();
    const client = await world.connectInTransaction();
    client.send(Array.from({ length: 1_001 }, (_, i) => `RCPT TO:<r${i}@far.example>\r\n`).join(''));
    for (let i = 0; i < 1_000; i++) expect(await client.reply()).toBe('250 Ok');
    expect(await client.reply()).toBe('452 4.5.3 Too many recipients');
    await client.ask('DATA');
    expect(await client.ask('.')).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.delivered[0]?.recipients).toHaveLength(1_000);
  });

  test('and sends on while nobody reads is held back', async () => {
    await open();
    let decide: () => void = () => {};
    world.guard.onAsk = () =>
      new Promise((resolve) => {
        decide = () => resolve({ action: 'accept' });
      });
    const client = await world.connectInTransaction();
    client.send(Buffer.from(`RCPT TO:<b@far.example>\r\n${'NOOP\r\n'.repeat(6_000_000)}`));
    await breathe();
    await breathe();
    expect(client.socket.writableLength).toBeGreaterThan(0);
    decide();
    expect(await client.reply()).toBe('250 Ok');
    await client.reset();
  });

  test('and sends more than SIZE lets the next hop go before his dot', async () => {
    await open({}, { maxMessageBytes: 1_000 });
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    client.send('x'.repeat(2_000));
    await until(() => world.hop.openConnections === 0);
    expect(await client.ask('\r\n.')).toBe('552 5.3.4 Message size exceeds the limit');
  });

  test.each([
    ['a message beyond SIZE', `${'x'.repeat(70)}\r\n`, 20_000, '552 5.3.4 Message size exceeds the limit'],
    ['101 Received fields', 'Received: by loop.example\r\n', 101, '554 5.4.6 Too many hops, this is a mail loop'],
  ])('%s is refused at its end; the session goes on', async (_, line, times, answer) => {
    await open({}, { maxMessageBytes: 1_000_000 });
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    expect(await client.ask(`${line.repeat(times)}.`)).toBe(answer);
    expect(world.hop.delivered).toHaveLength(0);
    expect(world.guard.judged).toEqual([]);
    expect(world.guard.abandoned).toHaveLength(1);
    expect(await client.ask('NOOP')).toBe('250 2.0.0 Ok');
  });

  test('100 Received fields are no loop', async () => {
    await open();
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    expect(await client.ask(`${'Received: by hop.example\r\n'.repeat(100)}\r\nbody\r\n.`)).toBe('250 2.0.0 Ok: queued');
  });

  test('with more connections than one address may have is sent away until another has left', async () => {
    await open({}, { limits: { connectionsPerClient: 2 } });
    const first = await world.connect();
    await world.connect();
    const third = await SmtpClient.open(world.relay.address.port, false);
    expect(await third.reply()).toBe('421 4.7.0 Too many connections, try again later');
    expect(await third.reply()).toBe('closed');
    await first.quit();
    let greeting = '';
    while (!greeting.startsWith('220'))
      greeting = await (await SmtpClient.open(world.relay.address.port, false)).reply();
  });
});

test('AUTH is not offered in clear to a client from elsewhere, XCLIENT not to a stranger', async () => {
  await open({}, { accounts: [{ login: 'anna', passwordHash: 'x' }], xclientHosts: ['192.0.2.1'] });
  const client = await world.connect();
  const ehlo = await client.ask('EHLO client.example');
  // Loopback: nobody can overhear it.
  expect(ehlo).toContain('AUTH PLAIN LOGIN');
  expect(ehlo).not.toContain('XCLIENT');
  expect(await client.ask('XCLIENT ADDR=192.0.2.7')).toBe('550 5.7.0 XCLIENT is for trusted proxies only');
});

describe('a guard that fails', () => {
  test.each(['ask', 'judge'] as const)(
    'in %s costs one session, with a temporary answer, and no mail',
    async (what) => {
      await open();
      const fail = (): never => {
        throw new Error('bug');
      };
      if (what === 'ask') world.guard.onAsk = fail;
      else world.guard.onJudge = fail;
      const client = await world.connectInTransaction(...(what === 'judge' ? ['b@far.example'] : []));
      const answer =
        what === 'ask' ? await client.ask('RCPT TO:<b@far.example>') : await client.askAll('DATA', `${MESSAGE}.`);
      expect(answer).toBe('421 4.3.0 Internal error');
      expect(await client.reply()).toBe('closed');
      expect(world.hop.delivered).toHaveLength(0);
      expect(world.log).toMatchObject([{ level: 'error', message: 'session failed' }]);
      expect(await (await world.connect()).ask('NOOP')).toBe('250 2.0.0 Ok');
    },
  );
});

describe('closing', () => {
  test('says 421 to whoever is between commands, and lets a message under way end', async () => {
    let answer: (word: string) => void = () => {};
    await open({
      onDot: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const idle = await world.connect();
    const busy = await world.connectInTransaction('b@far.example');
    await busy.ask('DATA');
    busy.send(`${MESSAGE}.\r\n`);
    await until(() => world.hop.delivered.length > 0);
    const closed = world.relay.close();
    expect(await idle.reply()).toBe('421 4.3.2 relay.example is closing');
    answer('250 2.0.0 Taken');
    expect(await busy.reply()).toBe('250 2.0.0 Taken');
    expect(await busy.reply()).toBe('421 4.3.2 relay.example is closing');
    await closed;
    expect(world.guard.judged[0]?.settled).toEqual(['250 2.0.0 Taken']);
    await expect(SmtpClient.open(world.relay.address.port)).resolves.toMatchObject({ chunks: 0 });
  });

  test('waits only so long for a client that does not end his message', async () => {
    await open({}, { timeouts: { close: 50 } });
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    await world.relay.close();
    expect(world.guard.abandoned).toHaveLength(1);
    expect(await client.reply()).toBe('closed');
  });

  test('waits only so long for a next hop that does not greet', async () => {
    await open({ greeting: 'say nothing' });
    const client = await world.connectInTransaction();
    client.send('RCPT TO:<b@far.example>\r\n');
    await until(() => world.hop.connections === 1);
    await world.relay.close();
    expect(world.guard.abandoned[0]?.recipients).toEqual([{ address: 'b@far.example', code: 451 }]);
  });

  test('waits only so long for a next hop that does not answer the dot', async () => {
    await open({ onDot: () => 'say nothing' }, { timeouts: { close: 50 } });
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    client.send(`${MESSAGE}.\r\n`);
    await until(() => world.hop.delivered.length > 0);
    await world.relay.close();
    expect(world.guard.judged[0]?.settled).toEqual([
      '451 4.4.2 Connection to the next hop lost after the end of the message, it may arrive twice',
    ]);
  });
});

test('an address that is taken is LISTEN_FAILED', async () => {
  await open();
  await expect(openWorld({}, { listen: world.relay.address })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
});
