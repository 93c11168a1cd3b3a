// Plays the conversations of `transcripts/` packet for packet against a real listener.
//   ->  what the mail server sends: a letter, then the payload     <-  what Cordon answers     ->hex  bytes that are no packet
//       In payloads | stands for NUL, and \r \n \\ \xNN for the bytes that they name.
//   ==  what the guard and the log have been told by then
//   -- close   the mail server closes     -- closed   Cordon has closed
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sessions } from '../../activity/sessions.ts';
import { ACCEPT, type Decision } from '../../decision/decision.ts';
import type { RelayedMessage, RelayRequest } from '../../mail/relay-request.ts';
import { REPLIES } from '../../mail/replies.ts';
import { RecordingGuard } from '../recording-guard.ts';
import { MailServerSide } from './mail-server-side.ts';
import { startMilter } from './server.ts';
import { packet } from './write-answer.ts';

const FOLDER = new URL('transcripts/', import.meta.url);
const CONNECTOR: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };
const USER: Decision = { action: 'reject', reply: REPLIES.restrictedUser, because: 'restricted-user' };
const HELD: Decision = { action: 'defer', reply: REPLIES.newConnectorHeld, because: 'new-connector' };

function decide({ recipient = '', client }: RelayRequest): Decision {
  if (client.saslUsername === 'restricted@customer.example') return USER;
  if (client.certificate?.names.includes('restricted +7 büro.example')) return CONNECTOR;
  if (recipient.endsWith('@restricted.example')) return CONNECTOR;
  if (recipient.endsWith('@held.example')) return HELD;
  return ACCEPT;
}

const BYTE: Readonly<Record<string, string>> = { '|': '\0', '\\r': '\r', '\\n': '\n', '\\\\': '\\' };

function payload(text: string): Buffer {
  const pieces = text.split(/(\||\\r|\\n|\\\\|\\x[0-9a-f]{2})/);
  return Buffer.concat(
    pieces.map((piece) =>
      piece.startsWith('\\x') ? Buffer.from(piece.slice(2), 'hex') : Buffer.from(BYTE[piece] ?? piece),
    ),
  );
}

const describeMessage = ({ envelopeSender, recipients, client, queueId, content }: RelayedMessage): string =>
  [
    `${envelopeSender || '<>'} -> ${recipients.map((r) => `${r.address} ${r.code}`).join(', ')}`,
    `${client.clientAddress} ${client.heloName} ${client.saslUsername ?? 'no login'} ${client.certificate?.names ?? 'no certificate'}`,
    `queue id ${queueId ?? 'none'}`,
    `subject ${JSON.stringify(content?.subject)}, text ${JSON.stringify(content?.textHead)}`,
  ].join('; ');

/** What the guard and the log were told, as `==` lines. */
const told = (guard: RecordingGuard, logged: readonly string[]): string[] => [
  ...guard.judged.map(({ message, settled }) => `judged ${describeMessage(message)}; settled ${settled.join(' and ')}`),
  ...guard.abandoned.map((message) => `abandoned ${describeMessage(message)}`),
  ...logged.map((why) => `logged ${why}`),
];

async function play(lines: readonly string[]): Promise<void> {
  const guard = new RecordingGuard();
  guard.onAsk = decide;
  guard.onJudge = (message) => (message.envelopeSender.startsWith('tips@') ? CONNECTOR : ACCEPT);
  const logged: string[] = [];
  const sessions = new Sessions();
  const milter = await startMilter({
    guard,
    sessions,
    listen: { host: '127.0.0.1', port: 0 },
    trusted: [],
    log: {
      info: () => {},
      warn: (fields: { why?: string }) => logged.push(fields.why ?? ''),
      error: () => logged.push('a fault'),
    },
    now: () => 0,
    idleSeconds: 60,
  });
  const mailServer = new MailServerSide(milter.address);
  const expected: string[] = [];
  for (const line of lines) {
    const text = line.slice(3);
    if (line.startsWith('->hex')) mailServer.send(Buffer.from(line.slice(6).replaceAll(' ', ''), 'hex'));
    else if (line.startsWith('->')) mailServer.send(packet(text[0]!, payload(text.slice(2))));
    else if (line.startsWith('<-')) {
      const answer = await mailServer.read();
      expect(answer && packet(String.fromCharCode(answer.command), answer.payload)).toEqual(
        packet(text[0]!, payload(text.slice(2))),
      );
    } else if (line.startsWith('==')) {
      expected.push(text);
      await guard.until(line, () => told(guard, logged).length >= expected.length);
      expect(told(guard, logged)).toContain(text);
    } else if (line === '-- close') mailServer.socket.end();
    else if (line === '-- closed') expect(await mailServer.read()).toBeUndefined();
    else if (line !== '' && !line.startsWith('#')) throw new Error(`what is '${line}'?`);
  }
  expect(await mailServer.read()).toBeUndefined();
  await milter.close();
  expect(told(guard, logged).toSorted()).toEqual(expected.toSorted());
  expect(sessions.size).toBe(0);
}

for (const name of readdirSync(FOLDER).toSorted()) {
  test(name.replace('.txt', ''), async () => {
    await play(readFileSync(new URL(name, FOLDER), 'utf8').split('\n'));
  });
}
