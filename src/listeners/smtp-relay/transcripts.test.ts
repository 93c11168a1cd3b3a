// Plays the conversations of `transcripts/` byte for byte against a real relay and a scripted next hop.
//   ->  the client sends (a line)      =>  the client sends (bytes, no line end; \r \n \0 are what they are in C)
//   <-  the relay answers              -- close  the client hangs up       -- closed  the relay has hung up
//   next hop hears:  a command, or a line behind 354 (EHLO, RSET and QUIT are left out: they belong to the connection)
//   next hop says:   the answer to the command before it, or to the dot. Without it: what a friendly server says
//   next hop lacks:  EHLO keywords, from the beginning
//   ==  what the guard has been told by then
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ACCEPT, type Decision } from '../../decision/decision.ts';
import type { RelayedMessage, RelayRequest } from '../../mail/relay-request.ts';
import { REPLIES } from '../../mail/replies.ts';
import type { RecordingGuard } from '../recording-guard.ts';
import { openWorld } from './relay-world.ts';
import { SmtpClient } from './smtp-client.ts';

const FOLDER = new URL('transcripts/', import.meta.url);
const CONNECTOR: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };
const USER: Decision = { action: 'reject', reply: REPLIES.restrictedUser, because: 'restricted-user' };
const DENIED: Decision = { action: 'reject', reply: REPLIES.relayDenied, because: 'relay-denied' };
const HELD: Decision = { action: 'defer', reply: REPLIES.newConnectorHeld, because: 'new-connector' };

function decide({ recipient = '', client }: RelayRequest): Decision {
  if (client.saslUsername === 'restricted') return USER;
  if (client.clientAddress === '203.0.113.9') return DENIED;
  if (recipient.endsWith('@restricted.example')) return CONNECTOR;
  if (recipient.endsWith('@held.example')) return HELD;
  return ACCEPT;
}

const describeMessage = (message: RelayedMessage): string => {
  const { clientAddress, saslUsername } = message.client;
  const who = saslUsername === undefined ? clientAddress : `${saslUsername} (${clientAddress})`;
  const whom = message.recipients.map((r) => `${r.address} ${r.code}`).join(', ');
  return `${who}: ${message.envelopeSender || '<>'} -> ${whom}`;
};

function told(guard: RecordingGuard): string[] {
  return [
    ...guard.judged.map(({ message, settled }) => {
      const lastLines = settled.map((reply) => reply.split('\r\n').at(-1));
      return `judged ${describeMessage(message)}; ${message.messageBytes} bytes; ${lastLines.join(' and ')}`;
    }),
    ...guard.abandoned.map((message) => `abandoned ${describeMessage(message)}`),
  ];
}

const NEXT_HOP = /^next hop (hears|says|lacks): ?(.*)$/;

/** What the next hop is to hear and to say, from the transcript. */
function readHopScript(lines: readonly string[]): { hears: string[]; says: Map<number, string>; lacks: string[] } {
  const hears: string[] = [];
  const says = new Map<number, string>();
  let lacks: string[] = [];
  for (const line of lines) {
    const [, what, text = ''] = NEXT_HOP.exec(line) ?? [];
    if (what === 'hears') hears.push(text);
    if (what === 'lacks') lacks = text.split(' ');
    if (what !== 'says') continue;
    const before = says.get(hears.length - 1);
    says.set(hears.length - 1, before === undefined ? text : `${before}\r\n${text}`);
  }
  return { hears, says, lacks };
}

async function play(lines: readonly string[]): Promise<void> {
  const { hears, says, lacks } = readHopScript(lines);
  const heard: string[] = [];
  const word = (line: string): string | undefined => {
    heard.push(Buffer.from(line, 'latin1').toString());
    return says.get(heard.length - 1);
  };
  const world = await openWorld(
    {
      extensions: ['PIPELINING', 'SIZE', '8BITMIME', 'SMTPUTF8'].filter((keyword) => !lacks.includes(keyword)),
      onCommand: (line) => (/^(EHLO|RSET|QUIT)/.test(line) ? undefined : word(line)),
      onDot: (message) => {
        const text = Buffer.from(message.bytes, 'latin1').toString();
        heard.push(...text.split('\r\n').slice(0, -2));
        return word('.');
      },
    },
    {
      accounts: [
        { login: 'Anna', passwordHash: 'tim' },
        { login: 'restricted', passwordHash: 'tom' },
      ],
      verifyPassword: async (password, hash) => password === hash,
      xclientHosts: ['127.0.0.1'],
    },
  );
  world.guard.onAsk = decide;
  world.guard.onJudge = (message) => (message.envelopeSender.startsWith('tips@') ? CONNECTOR : ACCEPT);
  const client = await SmtpClient.open(world.relay.address.port, false);
  const expectedTold: string[] = [];
  let expected: string[] = [];
  for (const line of lines) {
    const rest = line.slice(3);
    if (line.startsWith('->')) client.send(`${rest}\r\n`);
    else if (line.startsWith('=>')) client.send(JSON.parse(`"${rest.replaceAll('\\0', '\\u0000')}"`) as string);
    else if (line.startsWith('<-')) {
      expected.push(rest);
      if (/^\d{3}-/.test(rest)) continue;
      expect(await client.reply()).toBe(expected.join('\r\n'));
      expected = [];
    } else if (line.startsWith('==')) {
      expectedTold.push(rest);
      await world.guard.until(line, () => told(world.guard).length >= expectedTold.length);
      expect(told(world.guard)).toContain(rest);
    } else if (line === '-- close') client.socket.destroy();
    else if (line === '-- closed') expect(await client.reply()).toBe('closed');
    else if (line !== '' && !line.startsWith('#') && !NEXT_HOP.test(line)) throw new Error(`what is '${line}'?`);
  }
  client.socket.destroy();
  await world.close();
  expect(told(world.guard).toSorted()).toEqual(expectedTold.toSorted());
  expect(heard).toEqual(hears);
}

for (const name of readdirSync(FOLDER).toSorted()) {
  test(name.replace('.txt', ''), async () => {
    await play(readFileSync(new URL(name, FOLDER), 'utf8').split('\n'));
  });
}
