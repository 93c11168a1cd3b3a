import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Sink, startSink } from '../../test/mta/sink.ts';
import { isAddress } from '../mail/address.ts';
import { type MailPathOptions, ReportPath, submit } from './mail.ts';

const open: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.stop();
});

const pathTo = (port: number, over: Partial<MailPathOptions> = {}): MailPathOptions => ({
  host: '127.0.0.1',
  port,
  tls: 'opportunistic',
  hostName: 'guard.ours.example',
  ...over,
});

const letter = {
  envelopeSender: '',
  recipient: 'anna@ours.example',
  message: Buffer.from('Subject: x\r\n\r\n.one dot\r\n'),
};

async function sink(options: Parameters<typeof startSink>[0] = {}): Promise<Sink> {
  const started = await startSink(options);
  open.push(started);
  return started;
}

/** A server that says what it wants. */
async function serverThat(serves: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serves(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return (server.address() as { port: number }).port;
}

describe('the mail path', () => {
  test('hands a message over as it is, from the null sender or from ours', async () => {
    const { port, messages } = await sink();
    expect(await submit(pathTo(port), letter)).toEqual({ result: 'taken' });
    expect(await submit(pathTo(port), { ...letter, envelopeSender: 'cordon@ours.example' })).toEqual({
      result: 'taken',
    });
    expect(messages.map(({ envelopeSender }) => envelopeSender)).toEqual(['', 'cordon@ours.example']);
    expect(messages[0]).toMatchObject({ recipients: ['anna@ours.example'], bytes: letter.message });
  });

  test('a refusal is a failure that says why', async () => {
    const { port } = await sink({ refuse: () => '451 4.2.0 not now' });
    const sent = await submit(pathTo(port), letter);
    expect(sent).toMatchObject({ result: 'failed', words: expect.stringContaining('451 4.2.0 not now') });
  });

  test('nobody there, somebody silent, and somebody who never ends: a failure within its time', async () => {
    const gone = await sink();
    await gone.stop();
    expect(await submit(pathTo(gone.port), letter)).toMatchObject({ result: 'failed' });
    const silent = await serverThat(() => {});
    expect(await submit(pathTo(silent, { longestMs: 200 }), letter)).toMatchObject({ result: 'failed' });
    const dripping = await serverThat((socket) => {
      socket.write('220-');
      const timer = setInterval(() => socket.write('x'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await submit(pathTo(dripping, { longestMs: 300 }), letter)).toMatchObject({ result: 'failed' });
    const endless = await serverThat((socket) => socket.write(`220 ${'x'.repeat(100_000)}`));
    expect(await submit(pathTo(endless, { longestMs: 2_000 }), letter)).toMatchObject({ result: 'failed' });
    const hangsUp = await serverThat((socket) => socket.end());
    expect(await submit(pathTo(hangsUp), letter)).toMatchObject({ result: 'failed' });
  });

  test('where TLS is required nothing is said in clear', async () => {
    const { port, messages } = await sink();
    const sent = await submit(pathTo(port, { tls: 'required', user: 'cordon', password: 'secret-of-mail' }), letter);
    expect(sent).toMatchObject({ result: 'failed' });
    expect(JSON.stringify(sent)).not.toContain('secret-of-mail');
    expect(messages).toEqual([]);
  });

  test.each(['anna', 'a@b@c', 'a b@c', 'a@b>', 'a@b\r\nRCPT TO:<eve@evil.example>', '', 'a@b,c@d'])(
    '%j is no recipient',
    async (recipient) => {
      expect(isAddress(recipient)).toBe(false);
      expect(await submit(pathTo(1), { ...letter, recipient })).toMatchObject({ result: 'void' });
    },
  );

  test('reports go one after another, and what fails is told', async () => {
    const { port, messages } = await sink({ refuse: (to) => (to.startsWith('gone') ? '550 5.1.1 nobody' : undefined) });
    const failures: string[] = [];
    const path = new ReportPath(pathTo(port), ({ message }) => failures.push(message));
    for (const to of ['anna@ours.example', 'gone@ours.example', 'ben@ours.example']) path.send('', to, letter.message);
    await vi.waitFor(() => expect(messages).toHaveLength(2), { timeout: 10_000 });
    expect(failures).toEqual([expect.stringContaining('550 5.1.1 nobody')]);
    await path.close();
    path.send('', 'late@ours.example', letter.message);
    expect(failures).toHaveLength(2);
  });
});
