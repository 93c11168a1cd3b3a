import { createSocket, type Socket } from 'node:dgram';
import { lookup as systemLookup } from 'node:dns/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { namesLookedUp } from './name-lookup.ts';

let server: Socket | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

/** A name server that gives `records` by type (1: A, 28: AAAA), and for a type without any says that there is none; undefined: is silent. */
async function aNameServer(records: Readonly<Record<number, Uint8Array>> | undefined) {
  const asked: number[] = [];
  const socket = createSocket('udp4');
  server = socket;
  socket.on('message', (query, { port, address }) => {
    const end = query.indexOf(0, 12) + 5;
    const type = query.readUInt16BE(end - 4);
    asked.push(type);
    if (records === undefined) return;
    const data = records[type];
    const head = Buffer.from([...query.subarray(0, 2), 0x81, 0x80, 0, 1, 0, data === undefined ? 0 : 1, 0, 0, 0, 0]);
    const answer: Uint8Array[] = [head, query.subarray(12, end)];
    if (data !== undefined) answer.push(Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length]), data);
    socket.send(Buffer.concat(answer), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { asked, lookUp: namesLookedUp([`127.0.0.1:${(socket.address() as AddressInfo).port}`]) };
}

const never = () => new AbortController().signal;
const FOUR = Buffer.from([192, 0, 2, 7]);
const SIX = Buffer.from('20010db8000000000000000000000007', 'hex');

test('a name has all its addresses, of both families', async () => {
  const { lookUp } = await aNameServer({ 1: FOUR, 28: SIX });
  expect(await lookUp('hooks.example', never())).toEqual([
    { address: '192.0.2.7', family: 4 },
    { address: '2001:db8::7', family: 6 },
  ]);
});

test('a name of one family has just these', async () => {
  const { lookUp } = await aNameServer({ 28: SIX });
  expect(await lookUp('hooks.example', never())).toEqual([{ address: '2001:db8::7', family: 6 }]);
});

test('a name without addresses is an error with its code', async () => {
  const { lookUp } = await aNameServer({});
  await expect(lookUp('hooks.example', never())).rejects.toMatchObject({ code: 'ENODATA' });
});

test('localhost is this host, and nobody is asked', async () => {
  const { lookUp, asked } = await aNameServer(undefined);
  expect((await lookUp('localhost', never())).map(({ address }) => address)).toEqual(['127.0.0.1']);
  expect(asked).toEqual([]);
});

test('names that hang stop no other look-up of the process, and end at once when they are given up', async () => {
  const { lookUp, asked } = await aNameServer(undefined);
  const stop = new AbortController();
  const hanging = Array.from({ length: 20 }, (_, i) => lookUp(`hangs${i}.example`, stop.signal));
  const ended = Promise.allSettled(hanging);
  await expect.poll(() => asked.length).toBe(40);
  expect(await systemLookup('localhost', { family: 4 })).toMatchObject({ address: '127.0.0.1' });
  stop.abort();
  for (const result of await ended) expect(result).toMatchObject({ reason: { code: 'ECANCELLED' } });
});
