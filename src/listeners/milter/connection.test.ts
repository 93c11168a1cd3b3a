// With a pair of streams instead of a socket: their buffers are small and known, and their ends close when the test says so.
import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { beforeEach, expect, test } from 'vitest';
import { Sessions } from '../../activity/sessions.ts';
import { none } from '../../content-filter/headers.ts';
import { ACCEPT, type Decision } from '../../decision/decision.ts';
import { RecordingGuard } from '../recording-guard.ts';
import { MilterConnection } from './connection.ts';
import { clientPayload, offer, strings } from './mail-server-side.ts';
import { packet } from './write-answer.ts';

let guard: RecordingGuard;
let mailServer: Duplex;
let ours: Duplex;

beforeEach(() => {
  guard = new RecordingGuard();
  [mailServer, ours] = duplexPair({ highWaterMark: 1024 });
  const context = { guard, sessions: new Sessions(), contentFilter: none, nextInstance: () => 'one' };
  new MilterConnection(ours as Socket, 'local', context, { info: () => {}, warn: () => {}, error: () => {} });
  mailServer.write(offer());
  mailServer.write(packet('C', clientPayload('unknown', '4', 1, '192.0.2.7')));
  mailServer.write(packet('M', strings('<a@b>')));
});

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('who sends and does not read our answers is not read further, and goes on where he stopped', async () => {
  for (let i = 0; i < 5_000; i++) mailServer.write(packet('R', strings(`<r${i}@far.example>`)));
  await turns(100);
  expect(guard.asked.length).toBeGreaterThan(0);
  expect(guard.asked.length).toBeLessThan(1_000);

  mailServer.resume();
  await guard.until('all recipients', () => guard.asked.length === 5_000);
  expect(guard.asked[4_999]?.recipient).toBe('r4999@far.example');
});

test('a message whose mail server is gone before the verdict is settled as answered to nobody', async () => {
  const verdict = Promise.withResolvers<Decision>();
  guard.onJudge = () => verdict.promise;
  mailServer.resume();
  mailServer.write(packet('R', strings('<anna@far.example>')));
  mailServer.write(packet('E', Buffer.alloc(0)));
  await guard.until('judged', () => guard.judged.length === 1);
  ours.destroy();
  await turns(2);
  verdict.resolve(ACCEPT);
  await guard.until('settled', () => guard.judged[0]?.settled.length === 1);
  expect(guard.judged[0]?.settled).toEqual(['']);
  expect(guard.abandoned).toEqual([]);
});

test('a message whose recipient was being decided when the mail server left is abandoned with that recipient', async () => {
  const decision = Promise.withResolvers<Decision>();
  guard.onAsk = () => decision.promise;
  mailServer.write(packet('R', strings('<anna@far.example>')));
  await guard.until('asked', () => guard.asked.length === 1);
  ours.destroy();
  await turns(2);
  expect(guard.abandoned).toEqual([]);
  decision.resolve(ACCEPT);
  await guard.until('abandoned', () => guard.abandoned.length === 1);
  expect(guard.abandoned[0]?.recipients).toEqual([{ address: 'anna@far.example', code: 250 }]);
});
