import { expect, test } from 'vitest';
import { AuditSessions } from './audit-sessions.ts';

const session = (given: number) => ({ what: 'x', place: undefined, given, count: 9, isCut: false });

test('whoever begins many sessions loses the ones that he left the longest, and nobody else any', () => {
  const sessions = new AuditSessions(() => 0);
  sessions.keep('anna', 'hers', session(1));
  sessions.keep('eve', 'first', session(1));
  for (let i = 0; i < 99; i++) sessions.keep('eve', `${i}`, session(i));
  sessions.keep('eve', 'first', session(2));
  sessions.keep('eve', 'one more', session(1));
  expect(sessions.find('eve', '0', 'x')).toBeUndefined();
  expect(sessions.find('eve', '1', 'x')).toEqual(session(1));
  expect(sessions.find('eve', 'first', 'x')).toEqual(session(2));
  expect(sessions.find('anna', 'hers', 'x')).toEqual(session(1));
  expect(sessions.find('anna', 'first', 'x')).toBeUndefined();
});

test('one that is over, of another search, or an hour old is none', () => {
  let now = 0;
  const sessions = new AuditSessions(() => now);
  sessions.keep('anna', 'a', session(1));
  expect(sessions.find('anna', 'a', 'y')).toBeUndefined();
  now = 3_599_999;
  expect(sessions.find('anna', 'a', 'x')).toEqual(session(1));
  now = 3_600_000;
  expect(sessions.find('anna', 'a', 'x')).toBeUndefined();
  sessions.keep('anna', 'a', session(1));
  sessions.keep('anna', 'a', undefined);
  expect(sessions.find('anna', 'a', 'x')).toBeUndefined();
});

test('searches of one principal come one after another, also after one that failed, and wait for nobody else', async () => {
  const sessions = new AuditSessions(() => 0);
  const said: string[] = [];
  const { promise, reject } = Promise.withResolvers<void>();
  const first = sessions.inTurn('anna', () => promise).catch(() => void said.push('first'));
  const second = sessions.inTurn('anna', async () => void said.push('second'));
  await sessions.inTurn('eve', async () => void said.push('another'));
  reject(new Error('the disk is gone'));
  await Promise.all([first, second]);
  await sessions.inTurn('anna', async () => void said.push('third'));
  expect(said.filter((who) => who !== 'first')).toEqual(['another', 'second', 'third']);
  expect(said).toContain('first');
});
