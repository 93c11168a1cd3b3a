// Plays the conversations of `transcripts/` byte for byte against a real listener.
//   ->  what Postfix sends          <-  what Cordon answers          ==  what the guard has been told by then
//   -- close   Postfix closes       -- closed   Cordon has closed
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sessions } from '../../activity/sessions.ts';
import { ACCEPT, type Decision } from '../../decision/decision.ts';
import type { RelayedMessage, RelayRequest } from '../../mail/relay-request.ts';
import { REPLIES } from '../../mail/replies.ts';
import { RecordingGuard } from '../recording-guard.ts';
import { PolicyClient } from './policy-client.ts';
import { startPostfixPolicy } from './server.ts';

const FOLDER = new URL('transcripts/', import.meta.url);
const CONNECTOR: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };
const USER: Decision = { action: 'reject', reply: REPLIES.restrictedUser, because: 'restricted-user' };
const HELD: Decision = { action: 'defer', reply: REPLIES.newConnectorHeld, because: 'new-connector' };

function decide({ recipient = '', client }: RelayRequest): Decision {
  if (client.saslUsername === 'restricted@customer.example') return USER;
  if (client.certificate?.names.includes('drucker +7 büro.example')) return CONNECTOR;
  if (recipient.endsWith('@restricted.example')) return CONNECTOR;
  if (recipient.endsWith('@held.example')) return HELD;
  return ACCEPT;
}

const describeMessage = (message: RelayedMessage): string =>
  `${message.envelopeSender || '<>'} -> ${message.recipients.map((r) => `${r.address} ${r.code}`).join(', ')}`;

/** The guard's record as `==` lines. */
function told(guard: RecordingGuard): string[] {
  return [
    ...guard.judged.map(({ message, settled }) => {
      const what = message.attempted ? 'attempted' : 'judged';
      return `${what} ${describeMessage(message)}; ${message.messageBytes} bytes; ${settled.join(' and ')}`;
    }),
    ...guard.abandoned.map((message) => `abandoned ${describeMessage(message)}`),
  ];
}

async function play(lines: readonly string[]): Promise<void> {
  const guard = new RecordingGuard();
  guard.onAsk = decide;
  guard.onJudge = (message) => (message.envelopeSender.startsWith('tips@') ? CONNECTOR : ACCEPT);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const listen = { host: '127.0.0.1', port: 0 };
  const server = await startPostfixPolicy({ guard, sessions: new Sessions(), listen, trusted: [], log });
  const client = await PolicyClient.open(server.address);
  const expectedTold: string[] = [];
  let expectedAnswer = '';
  for (const line of lines) {
    const rest = line.slice(3);
    if (line.startsWith('->')) client.send(`${rest}\n`);
    else if (line.startsWith('<-')) {
      expectedAnswer += `${rest}\n`;
      if (rest !== '') continue;
      expect(await client.answer()).toBe(expectedAnswer);
      expectedAnswer = '';
    } else if (line.startsWith('==')) {
      expectedTold.push(rest);
      await guard.until(line, () => told(guard).length >= expectedTold.length);
      expect(told(guard).toSorted()).toEqual(expectedTold.toSorted());
    } else if (line === '-- close') await client.close();
    else if (line === '-- closed') expect(await client.closed).toBe('');
    else if (line !== '' && !line.startsWith('#')) throw new Error(`what is '${line}'?`);
  }
  client.socket.destroy();
  await server.close();
}

for (const name of readdirSync(FOLDER).toSorted()) {
  test(name.replace('.txt', ''), async () => {
    await play(readFileSync(new URL(name, FOLDER), 'utf8').split('\n'));
  });
}
