import type { LookupAddress } from 'node:dns';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { GuardedClient, type GuardedClientOptions } from './guarded-client.ts';
import { type HookServer, startHookServer } from './hook-server.ts';

let server: HookServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const LOOPBACK: LookupAddress = { address: '127.0.0.1', family: 4 };

async function serverThat(answer?: (response: ServerResponse) => void): Promise<HookServer> {
  server = await startHookServer(answer);
  return server;
}

function clientOf(over: Partial<GuardedClientOptions> = {}): GuardedClient {
  const allowed = ['127.0.0.1/32'];
  return new GuardedClient({ allowed, ca: server?.ca, lookup: async () => [LOOPBACK], own: () => [], ...over });
}

const url = (path = '/hook') => `https://localhost:${server!.port}${path}`;

describe('the guarded client', () => {
  test('posts JSON over https, to the address that it looked at', async () => {
    const { taken } = await serverThat();
    const posted = await clientOf().post(url('/a?b=c'), '{"x":"ä"}', { 'cordon-delivery': '7' });
    expect(posted).toEqual({ result: 'taken', status: 204 });
    expect(taken).toMatchObject([
      { path: '/a?b=c', body: '{"x":"ä"}', headers: { 'content-type': 'application/json', 'cordon-delivery': '7' } },
    ]);
    expect(taken[0]!.headers.host).toBe(`localhost:${server!.port}`);
  });

  test('a name server that changes its answer is asked once, and its second answer changes nothing', async () => {
    const { taken } = await serverThat();
    const answers = [[LOOPBACK], [{ address: '127.0.0.66', family: 4 }]];
    let asked = 0;
    const client = clientOf({ lookup: async () => answers[asked++]! });
    expect(await client.post(url(), '{}')).toMatchObject({ result: 'taken' });
    expect(asked).toBe(1);
    // Now it has turned to an address that is not allowed.
    expect(await client.post(url(), '{}')).toEqual({
      result: 'refused',
      words: 'there can be no webhook at this URL: localhost has an address that is not allowed',
    });
    expect(taken).toHaveLength(1);
  });

  test('a name with one address among others that is not allowed is refused, and nothing is connected to', async () => {
    await serverThat();
    const mixed = [LOOPBACK, { address: '10.0.0.1', family: 4 }, { address: '2606:4700::1111', family: 6 }];
    expect(await clientOf({ lookup: async () => mixed }).post(url(), '{}')).toMatchObject({ result: 'refused' });
    expect(await clientOf({ allowed: [] }).post(url(), '{}')).toMatchObject({ result: 'refused' });
    expect(server!.connections).toBe(0);
  });

  test('an address of this host is refused, also a public one', async () => {
    const client = clientOf({ own: () => ['8.8.4.4'], lookup: async () => [{ address: '8.8.4.4', family: 4 }] });
    expect(await client.post('https://hooks.example/', '{}')).toMatchObject({
      result: 'refused',
      words: expect.stringContaining('hooks.example has an address that is not allowed'),
    });
  });

  test.each([
    ['http://hooks.example/', 'must begin with https://'],
    ['ftp://hooks.example/', 'must begin with https://'],
    ['file:///etc/passwd', 'must begin with https://'],
    ['hooks.example', 'no URL'],
    [`https://hooks.example/${'x'.repeat(1_048_576)}`, 'no URL'],
    ['https://anna:secret@hooks.example/', 'login'],
    ['https://127.0.0.2/', '127.0.0.2 is a loopback address'],
    ['https://127.2/', '127.0.0.2 is a loopback address'],
    ['https://0x7f.2/', '127.0.0.2 is a loopback address'],
    ['https://2130706434/', '127.0.0.2 is a loopback address'],
    ['https://0177.0.0.2:8443/', '127.0.0.2 is a loopback address'],
    ['https://[::1]/', '::1 is a loopback address'],
    ['https://[::ffff:7f00:2]/', '127.0.0.2 is a loopback address'],
    ['https://169.254.169.254/latest/meta-data/', 'the metadata service of a cloud'],
    ['https://[fd00:ec2::254]/', 'the metadata service of a cloud'],
    ['https://１０.0.0.1/', '10.0.0.1 is a private address'],
  ])('%.60s is refused when it is given: %s', (given, words) => {
    expect(() => clientOf().accept(given)).toThrow(expect.objectContaining({ code: 'TARGET_REFUSED' }));
    expect(() => clientOf().accept(given)).toThrow(words);
  });

  test('no redirect is followed', async () => {
    const { taken } = await serverThat((response) => response.writeHead(302, { location: url('/elsewhere') }).end());
    expect(await clientOf().post(url(), '{}')).toEqual({
      result: 'failed',
      words: 'it answers 302; redirects are not followed',
    });
    expect(taken).toHaveLength(1);
  });

  test('an endless answer is cut off, and a slow one given up', async () => {
    let sent = 0;
    await serverThat((response) => {
      response.writeHead(200);
      const more = (): void => {
        if (response.destroyed) return;
        sent += 16_384;
        response.write('x'.repeat(16_384), () => setImmediate(more));
      };
      more();
    });
    expect(await clientOf().post(url(), '{}')).toMatchObject({ result: 'taken' });
    // What lies in the buffers between, and not more.
    expect(sent).toBeLessThan(16 * 1_048_576);
    await server!.stop();
    await serverThat(() => {});
    expect(await clientOf({ longestMs: 300 }).post(url(), '{}')).toEqual({
      result: 'failed',
      words: 'no answer within 0.3 s',
    });
    await server!.stop();
    await serverThat((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await clientOf({ longestMs: 300 }).post(url(), '{}')).toMatchObject({ result: 'failed' });
  });

  test('a name server that does not answer is given up, too', async () => {
    let given: AbortSignal | undefined;
    const lookup = (_name: string, signal: AbortSignal) => {
      given = signal;
      return new Promise<never>(() => {});
    };
    const client = clientOf({ longestMs: 100, lookup });
    expect(await client.post('https://hooks.example/', '{}')).toMatchObject({ result: 'failed' });
    expect(given!.aborted).toBe(true);
  });

  test('nobody there, and a certificate of a stranger, are failures', async () => {
    await serverThat();
    expect(await clientOf({ ca: undefined }).post(url(), '{}')).toMatchObject({ result: 'failed' });
    expect(server!.taken).toEqual([]);
    const { port } = server!;
    await server!.stop();
    expect(await clientOf().post(`https://localhost:${port}/`, '{}')).toEqual({
      result: 'failed',
      words: 'ECONNREFUSED',
    });
    expect(
      await clientOf({
        lookup: async () => {
          throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
        },
      }).post('https://hooks.example/', '{}'),
    ).toEqual({ result: 'failed', words: 'ENOTFOUND' });
  });
});
