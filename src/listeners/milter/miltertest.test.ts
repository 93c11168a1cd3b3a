// Debian's miltertest, which is built on Sendmail's own libmilter headers, plays the mail server: its scripts in `miltertest/`
// against a real listener, and what the guard was told by each.
import { execFile, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sessions } from '../../activity/sessions.ts';
import { ACCEPT, type Decision } from '../../decision/decision.ts';
import type { RelayedMessage } from '../../mail/relay-request.ts';
import { REPLIES } from '../../mail/replies.ts';
import { RecordingGuard } from '../recording-guard.ts';
import { type MilterServer, startMilter } from './server.ts';

const FOLDER = new URL('miltertest/', import.meta.url);
const isMissing = spawnSync('miltertest', ['-V']).error !== undefined;
const CONNECTOR: Decision = { action: 'reject', reply: REPLIES.restrictedConnector, because: 'restricted-connector' };

const say = ({ envelopeSender, recipients, client }: RelayedMessage): string =>
  `${client.clientAddress} ${envelopeSender || '<>'} -> ${recipients.map((r) => `${r.address} ${r.code}`).join(', ')}`;

/** What each script makes the guard see. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  '01-accepts-and-changes-nothing.lua': ['judged 192.0.2.7 juergen@customer.example -> anna@far.example 250'],
  '02-refuses-a-recipient.lua': [
    'judged 192.0.2.7 juergen@customer.example -> anna@restricted.example 550, berta@far.example 250',
  ],
  '03-refuses-a-message.lua': [
    'judged 192.0.2.7 tips@customer.example -> anna@far.example 250',
    'judged 192.0.2.7 juergen@customer.example -> anna@far.example 250',
  ],
  '04-skips-a-large-body.lua': ['judged 192.0.2.7 juergen@customer.example -> anna@far.example 250'],
  '05-aborts-and-breaks-off.lua': [
    'judged unknown <> -> anna@far.example 250',
    'abandoned unknown aborted@customer.example -> anna@far.example 250',
    'abandoned unknown lost@customer.example -> anna@far.example 250',
  ],
  '06-old-mail-server.lua': ['judged 192.0.2.7 juergen@customer.example -> anna@far.example 250'],
};

const title = `miltertest${isMissing ? ' (skipped: the program is missing; Debian: apt-get install miltertest)' : ''}`;

describe.skipIf(isMissing)(title, () => {
  let guard: RecordingGuard;
  let milter: MilterServer;

  beforeEach(async () => {
    guard = new RecordingGuard();
    guard.onAsk = ({ recipient = '' }) => (recipient.endsWith('@restricted.example') ? CONNECTOR : ACCEPT);
    guard.onJudge = ({ envelopeSender }) => (envelopeSender.startsWith('tips@') ? CONNECTOR : ACCEPT);
    milter = await startMilter({
      guard,
      sessions: new Sessions(),
      listen: { host: '127.0.0.1', port: 0 },
      trusted: [],
      log: { info: () => {}, warn: () => {}, error: () => {} },
      now: () => 0,
      idleSeconds: 60,
    });
  });

  afterEach(() => milter.close());

  test('has a claim for each of its scripts', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(Object.keys(TOLD));
  });

  test.each(Object.entries(TOLD))('%s', async (script, expected) => {
    const port = 'port' in milter.address ? milter.address.port : 0;
    // A script that finds a fault ends with a message and a code, which rejects here.
    await promisify(execFile)('miltertest', ['-D', `port=${port}`, '-s', new URL(script, FOLDER).pathname]);
    await guard.until('all is told', () => guard.judged.length + guard.abandoned.length === expected.length);
    const judged = guard.judged.map(({ message }) => `judged ${say(message)}`);
    expect([...judged, ...guard.abandoned.map((message) => `abandoned ${say(message)}`)]).toEqual(expected);
  });
});
