// What the client hears when the next hop is slow, unwilling or dead, and what the next hop has then.
import { afterEach, describe, expect, test } from 'vitest';
import { REPLIES } from '../../mail/replies.ts';
import { breathe, MESSAGE, openWorld, type RelayWorld, until } from './relay-world.ts';
import type { HopScript } from './scripted-hop.ts';
import type { SmtpRelayOptions } from './server.ts';
import type { SmtpClient } from './smtp-client.ts';

let world: RelayWorld;
const open = async (script: HopScript = {}, options: Partial<SmtpRelayOptions> = {}): Promise<void> => {
  world = await openWorld(script, options);
};
afterEach(() => world.close());

/** DATA, the message and the dot; the answer to it. */
async function send(client: SmtpClient, message = MESSAGE): Promise<string> {
  const answer = await client.ask('DATA');
  return answer.startsWith('354') ? client.ask(`${message}.`) : answer;
}

/** A whole message in a session of its own. */
async function sendOne(message = MESSAGE): Promise<string> {
  const client = await world.connectInTransaction('b@far.example');
  const answer = await send(client, message);
  await client.quit();
  return answer;
}

const LARGE = `Subject: large\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(5_000)}`;
const LOST = '451 4.4.2 Connection to the next hop lost';
const LOST_AFTER = '451 4.4.2 Connection to the next hop lost after the end of the message, it may arrive twice';
const settled = (): string[] => world.guard.judged.flatMap((judged) => judged.settled);

describe('a next hop that dies', () => {
  test('before the dot of a small message: 451, and no complete copy', async () => {
    await open({ onCommand: (line) => (line === 'DATA' ? '354 Go\r\n421 Bye' : undefined) });
    expect(await sendOne()).toBe('421 Bye');
    expect(world.hop.delivered).toHaveLength(0);
    expect(world.guard.judged).toEqual([]);
    expect(world.guard.abandoned).toHaveLength(1);
  });

  test('in the middle of a large message: 451 at its end, and no complete copy', async () => {
    await open({ hangsUpAfterBytes: 100_000 });
    const client = await world.connectInTransaction('b@far.example');
    await client.ask('DATA');
    client.send(LARGE);
    await until(() => (world.hop.messages[0]?.bytes.length ?? 0) >= 100_000);
    await breathe();
    expect(await client.ask('.')).toBe(LOST);
    expect(world.hop.delivered).toHaveLength(0);
    expect(world.guard.judged).toEqual([]);
    expect(world.guard.abandoned).toHaveLength(1);
  });

  test('after the dot: 451, because nobody knows whether it took the message', async () => {
    await open({ onDot: () => 'hang up' });
    expect(await sendOne()).toBe(LOST_AFTER);
    expect(world.hop.delivered).toHaveLength(1);
    expect(settled()).toEqual([LOST_AFTER]);
  });

  test('between two recipients: 451 for both the second and the message', async () => {
    await open({ onCommand: (line) => (line.includes('second') ? 'hang up' : undefined) });
    const client = await world.connectInTransaction('first@far.example');
    expect(await client.ask('RCPT TO:<second@far.example>')).toBe(LOST);
    expect(await client.ask('RCPT TO:<third@far.example>')).toBe(LOST);
    expect(await client.ask('DATA')).toBe(LOST);
    expect(await client.ask('RSET')).toBe('250 2.0.0 Ok');
    expect(world.guard.abandoned[0]?.recipients.map((r) => r.code)).toEqual([250, 451, 451]);
  });

  test('before anything: 451, and the next message finds it alive again', async () => {
    await open({ greeting: '554 No service today' });
    const client = await world.connectInTransaction();
    expect(await client.ask('RCPT TO:<b@far.example>')).toBe('451 4.4.1 Next hop does not take mail now');
    world.hop.script.greeting = '220 hop.example';
    await client.ask('RSET');
    expect(await client.askAll('MAIL FROM:<a@customer.example>', 'RCPT TO:<b@far.example>')).toBe('250 Ok');
    expect(await send(client)).toBe('250 2.0.0 Ok: queued');
  });

  test('and nobody listens: 451', async () => {
    await open();
    await world.hop.close();
    const client = await world.connectInTransaction();
    expect(await client.ask('RCPT TO:<b@far.example>')).toBe('451 4.4.1 Next hop not reached: ECONNREFUSED');
  });
});

describe('a next hop that is silent', () => {
  test.each([
    ['to the greeting', { greeting: 'say nothing' }, /^451 4\.4\.1 Next hop not reached: timeout/],
    ['to EHLO', { onCommand: () => 'say nothing' }, /^451 4\.4\.2 Next hop lost: timeout/],
    [
      'to a recipient',
      { onCommand: (line: string) => (line.startsWith('RCPT') ? 'say nothing' : undefined) },
      /^451 4\.4\.2 /,
    ],
  ])('%s: 451', async (_, script, answer) => {
    await open(script, { timeouts: { nextHopConnect: 50, nextHopCommand: 50 } });
    const client = await world.connectInTransaction();
    expect(await client.ask('RCPT TO:<b@far.example>')).toMatch(answer);
  });

  test('to the dot: 451', async () => {
    await open({ onDot: () => 'say nothing' }, { timeouts: { nextHopFinal: 50 } });
    expect(await sendOne()).toBe(LOST_AFTER);
  });
});

describe('a next hop that is unwilling', () => {
  test('and defers everything, time after time: its own words, word for word, and it never gets a message', async () => {
    await open({
      onCommand: (line) => (line.startsWith('RCPT') ? '450 4.7.1 <b@far.example>: Greylisted' : undefined),
    });
    for (let attempt = 1; attempt <= 5; attempt++) {
      const client = await world.connectInTransaction();
      expect(await client.ask('RCPT TO:<b@far.example>')).toBe('450 4.7.1 <b@far.example>: Greylisted');
      expect(await client.ask('DATA')).toBe('554 5.5.1 No valid recipients');
      await client.quit();
      expect(world.guard.abandoned).toHaveLength(attempt);
    }
    expect(world.hop.messages).toEqual([]);
    expect(world.guard.judged).toEqual([]);
  });

  test('in the middle of a message: its word at the end of it', async () => {
    await open({ saysInMessage: '552 5.3.4 Enough' });
    expect(await sendOne(LARGE)).toBe('552 5.3.4 Enough');
  });

  test.each([
    ['an answer that is none', 'what?', LOST],
    ['an answer of another command', '354 Go ahead', '451 4.5.0 Next hop broke the protocol'],
  ])('and gives %s: 451', async (_, word, answer) => {
    await open({ onCommand: (line) => (line.startsWith('RCPT') ? word : undefined) });
    const client = await world.connectInTransaction();
    expect(await client.ask('RCPT TO:<b@far.example>')).toBe(answer);
  });

  test('and says 354 to the dot: 451, never 250', async () => {
    await open({ onDot: () => '354 More' });
    expect(await sendOne()).toBe('451 4.5.0 Next hop broke the protocol');
  });
});

describe('a next hop of an older kind', () => {
  test('without PIPELINING hears RCPT only after it has answered MAIL', async () => {
    let isMailAnswered = false;
    let wasEarly = false;
    await open({
      extensions: [],
      onCommand: async (line) => {
        if (line.startsWith('RCPT')) wasEarly = !isMailAnswered;
        await new Promise((resolve) => setImmediate(resolve));
        if (line.startsWith('MAIL')) isMailAnswered = true;
        return line.startsWith('EHLO') ? '250 hop.example' : line === 'DATA' ? '354 Go' : '250 Ok';
      },
    });
    expect(await sendOne()).toBe('250 2.0.0 Ok: queued');
    expect(wasEarly).toBe(false);
    // No SIZE, no BODY for somebody who did not offer them.
    expect(world.hop.heard('MAIL')).toEqual(['MAIL FROM:<a@customer.example>']);
  });

  test('without EHLO is greeted with HELO', async () => {
    await open({ onCommand: (line) => (line.startsWith('EHLO') ? '502 What?' : undefined) });
    expect(await sendOne()).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.heard('HELO')).toEqual(['HELO relay.example']);
  });
});

describe('connections to the next hop', () => {
  test('serve one message after the other, of one session and of several', async () => {
    await open();
    const client = await world.connectInTransaction('b@far.example');
    await send(client);
    await client.askAll('MAIL FROM:<a@customer.example>', 'RCPT TO:<b@far.example>');
    expect(await send(client)).toBe('250 2.0.0 Ok: queued');
    expect(await sendOne()).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.connections).toBe(1);
    expect(world.hop.delivered).toHaveLength(3);
  });

  test('are reset behind a message that was not sent', async () => {
    await open();
    const client = await world.connectInTransaction('b@far.example');
    await client.askAll('RSET', 'MAIL FROM:<c@customer.example>', 'RCPT TO:<d@far.example>');
    expect(await send(client)).toBe('250 2.0.0 Ok: queued');
    const firstOfEach = world.hop.commands.filter((line) => /^(MAIL|RSET|DATA)/.test(line));
    expect(firstOfEach.filter((line) => line.startsWith('RSET'))).toHaveLength(1);
    expect(world.hop.delivered.map((message) => [message.mail, ...message.recipients])).toEqual([
      ['MAIL FROM:<c@customer.example>', 'RCPT TO:<d@far.example>'],
    ]);
  });

  test('that died while they were idle are replaced without the client noticing', async () => {
    await open();
    await sendOne();
    world.hop.hangUp();
    expect(await sendOne()).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.connections).toBe(2);
  });

  test.each(['hang up', '421 4.4.2 Idle for too long'])(
    'that answer the next MAIL with "%s" are replaced, too',
    async (word) => {
      await open();
      await sendOne();
      world.hop.script.onCommand = (line, connection) =>
        connection === 1 && line.startsWith('MAIL') ? word : undefined;
      expect(await sendOne()).toBe('250 2.0.0 Ok: queued');
      expect(world.hop.connections).toBe(2);
      expect(world.hop.delivered).toHaveLength(2);
    },
  );

  test('on which something was refused are not used again', async () => {
    await open({ onCommand: (line) => (line.includes('nobody') ? '550 No' : undefined) });
    const client = await world.connectInTransaction('b@far.example', 'nobody@far.example');
    expect(await send(client)).toBe('250 2.0.0 Ok: queued');
    expect(await sendOne()).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.connections).toBe(2);
  });

  test('are replaced after a hundred messages', async () => {
    await open();
    for (let i = 0; i < 101; i++) await sendOne();
    expect(world.hop.connections).toBe(2);
    expect(world.hop.delivered).toHaveLength(101);
  });

  test('are as many as there are messages at once', async () => {
    await open();
    const clients = await Promise.all(Array.from({ length: 5 }, () => world.connectInTransaction('b@far.example')));
    expect(await Promise.all(clients.map((client) => send(client)))).toEqual(Array(5).fill('250 2.0.0 Ok: queued'));
    expect(world.hop.connections).toBe(5);
  });
});

describe('a refused message', () => {
  test.each([
    ['small', MESSAGE],
    ['large', LARGE],
  ])('that is %s never reaches the next hop whole; its connection is dropped', async (_, message) => {
    await open();
    world.guard.onJudge = () => ({
      action: 'reject',
      reply: REPLIES.restrictedConnector,
      because: 'restricted-connector',
    });
    expect(await sendOne(message)).toMatch(/\r\n550 5\.7\.711 Access denied, bad inbound connector\. AS\(2204\)\.$/);
    world.guard.onJudge = () => ({ action: 'accept' });
    expect(await sendOne('good\r\n')).toBe('250 2.0.0 Ok: queued');
    expect(world.hop.connections).toBe(2);
    expect(world.hop.delivered.map((delivered) => delivered.bytes)).toEqual([
      expect.stringMatching(/\r\ngood\r\n\.\r\n$/),
    ]);
    if (message === MESSAGE) expect(world.hop.messages[0]?.bytes).toBe('');
    else expect(world.hop.messages[0]?.bytes.length).toBeGreaterThan(65_536);
  });

  test("once the dot is on its way, the answer is the next hop's, whatever the guard thinks by then", async () => {
    let answer: (word: string) => void = () => {};
    await open({
      onDot: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const sent = sendOne();
    await world.guard.until('judged', () => world.guard.judged.length === 1);
    world.guard.onJudge = () => ({
      action: 'reject',
      reply: REPLIES.restrictedConnector,
      because: 'restricted-connector',
    });
    await until(() => world.hop.delivered.length > 0);
    answer('250 2.0.0 Taken');
    expect(await sent).toBe('250 2.0.0 Taken');
    expect(settled()).toEqual(['250 2.0.0 Taken']);
  });
});
