// `cordon forget` over the whole guard: mail over SMTP, a mail log that is followed, restrictions, searches; afterwards the files are looked
// through byte by byte.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMPTY_DRAFT } from '../../src/attribution/connector-draft.ts';
import { runCli } from '../../src/cli/run.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { type Cordon, startCordon } from '../../src/cordon.ts';
import { deliver } from '../../src/demo/smtp-client.ts';
import { runVerifyAudit } from '../../src/verify-audit.ts';
import { type Sink, startSink } from '../mta/sink.ts';
import { until } from '../mta/until.ts';
import { journalLines, tracesOf } from './traces-of.ts';

const BOB = 'bob.personal@far.example';
const BODY = 'nobody-may-ever-find-this-sentence';
let folder: string;
let data: string;
let mailServer: Sink;
let queued = 10;
let config: Config;
let cordon: Cordon;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-forget-'));
  data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(folder, 'mail.log'), '');
  mailServer = await startSink({ kept: () => `250 2.0.0 Ok: queued as 4XAB${++queued}` });
  config = configSchema.parse({
    dataDirectory: data,
    organization: { acceptedDomains: ['contoso.example'] },
    http: { port: 0 },
    listeners: {
      postfixPolicy: { listen: 'off' },
      milter: { listen: 'off' },
      smtpRelay: {
        listen: '127.0.0.1:0',
        hostname: 'relay.contoso.example',
        nextHop: { host: '127.0.0.1', port: mailServer.port, tls: 'none' },
      },
    },
    feedback: { postfixLogs: [{ file: join(folder, 'mail.log'), mailServer: '127.0.0.1' }] },
  });
  await start();
  const [organization] = cordon.directory.organizations();
  await cordon.directory.addConnector(organization!.id, {
    ...EMPTY_DRAFT,
    armed: true,
    name: 'branch office',
    senderIpAddresses: ['127.0.8.1'],
  });
});

afterEach(async () => {
  await cordon.close();
  await mailServer.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  cordon = await startCordon({ config, log: pino({ level: 'silent' }) });
}

async function mail(recipients: readonly string[], over: { headerFrom?: string; subject?: string } = {}) {
  const { port } = cordon.smtpRelay as { port: number };
  const message = {
    from: '127.0.8.1',
    envelopeSender: 'anna@contoso.example',
    headerFrom: 'Anna <anna@contoso.example>',
    recipients,
    subject: 'About Bob Personal',
    text: `Dear Bob, ${BODY}. Write to ${BOB}.`,
    ...over,
  };
  expect(await deliver(message, port, 0)).toMatchObject({ accepted: true });
}

async function run(args: readonly string[], input = '') {
  let out = '';
  let err = '';
  const unused = () => Promise.reject(new Error('not in this test'));
  const status = await runCli([...args, '--url', cordon.url, '--data', data], {
    serve: unused,
    demo: unused,
    replay: unused,
    doctor: unused,
    apply: unused,
    backup: unused,
    restore: unused,
    verifyAudit: runVerifyAudit,
    hashPassword: unused,
    version: '0.0.0-test',
    stdin: Object.assign(Readable.from([input]), { isTTY: false }) as unknown as NodeJS.ReadStream,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: {},
    now: Date.now,
  });
  return { status, out, err };
}

const traces = () => tracesOf(BOB, data);

test('an address is counted, and forgotten without a trace in any file; the rest of the records stays', async () => {
  await mail([BOB, 'eve@far.example']);
  await mail(['eve@far.example'], { headerFrom: `Bob <${BOB}>` });
  await mail(['joe@far.example'], { subject: 'About the pumps' });
  await run(['trace', '--recipient', BOB]);
  await run(['trace', '--sender', BOB]);
  await run(['restrict', 'branch office', '--reason', `complaint of ${BOB}`]);
  await run(['unblock', 'branch office', '--reason', `${BOB} agrees`]);
  await run(['restrict', 'branch office', '--reason', `${BOB} again`]);
  await until('the address in the checkpoint', () => (traces().includes('postfix-logs.json') ? true : undefined));
  expect(traces()).toEqual(expect.arrayContaining(['journal', 'postfix-logs.json']));
  expect(traces().some((file) => file.startsWith('cordon.db'))).toBe(true);

  const counts = /journal records +2\nrestrictions +2\nalerts +0\nexception windows +0\naudit records +5\n/;
  const dry = await run(['forget', BOB, '--dry-run']);
  expect(dry).toMatchObject({ status: 0, out: expect.stringMatching(counts) });
  const refused = await run(['forget', BOB], 'n\n');
  expect(refused).toMatchObject({ status: 1, err: expect.stringMatching(/\[y\/N\] Nothing was erased\.\n$/) });
  expect(traces()).toContain('journal');

  const done = await run(['forget', `<${BOB.toUpperCase()}>`], 'y\n');
  expect(done).toMatchObject({ status: 0, out: expect.stringMatching(counts) });
  const pseudonym = /In the audit log it is (forgotten-[0-9a-f]{16}) now\./.exec(done.out)![1]!;
  expect(traces()).toEqual([]);
  expect(tracesOf('Bob Personal', data)).toEqual([]);

  // What the admins see: the searches can still be told apart and joined, the incident is there, the other recipients are.
  const audit = JSON.parse((await run(['audit', '--json'])).out);
  const searches = audit.filter((each: { operation: string }) => each.operation === 'Get-MessageTrace');
  expect(searches.map((each: { parameters: object }) => each.parameters)).toEqual([
    expect.objectContaining({ sender: pseudonym }),
    expect.objectContaining({ recipient: pseudonym }),
  ]);
  expect(audit[0]).toMatchObject({ operation: 'Remove-PersonalData', objectId: pseudonym, result: 'Succeeded' });
  expect(audit[0].parameters).toMatchObject({ journalRecords: 2, restrictions: 2, auditRecords: 5 });
  expect((await run(['blocked', 'show', 'branch office'])).out).toMatch(/reason +\[erased\] again/);
  expect((await run(['trace'])).out).toMatch(/\[erased\] and 1 more/);
  const kept = journalLines(data).map((line) => JSON.parse(line));
  expect(kept.filter(({ kind }) => kind === 'message').map(({ recipients }) => recipients.at(-1).address)).toEqual([
    'eve@far.example',
    'eve@far.example',
    'joe@far.example',
  ]);
  expect((await run(['forget', BOB, '--yes'])).out).toBe('Nothing mentions it.\n');

  await cordon.close();
  await start();
  expect(traces()).toEqual([]);
  expect((await run(['blocked'])).out).toContain('[erased] again');
});

test('where it is in use it stays, and is told', async () => {
  await run(['connector', 'add', 'app', '--login', BOB, '--address', '127.0.8.2']);
  await run(['limits', 'set', '--login', BOB, 'recipientsPerDay=5:refuse']);
  await run(['token', 'create', `for ${BOB}`]);
  await run(['restrict', BOB]);
  const { out } = await run(['forget', BOB, '--yes']);
  expect(out).toMatch(/It stays in the restriction of user [0-9a-f-]{36}, in force: it is in use there\.\n/);
  expect(out).toMatch(/It stays in connector [0-9a-f-]{36}/);
  expect(out).toMatch(/It stays in the sending limits of organization [0-9a-f-]{36}/);
  expect(out).toMatch(/It stays in API token [0-9a-f-]{36}/);
  expect((await run(['blocked'])).out).toMatch(new RegExp(`user +${BOB}`));
});

test('what is no address is refused', async () => {
  expect(await run(['forget', 'bob', '--yes'])).toMatchObject({
    status: 2,
    err: expect.stringContaining('INVALID_REQUEST'),
  });
});

test('an organization keeps as much of a subject as it has chosen, from the next message on', async () => {
  await mail(['eve@far.example'], { subject: 'Resignation of Bob Personal' });
  const set = await run(['organization', 'set', 'my organization', '--subjects', 'first-20', '--journal-days', '15']);
  expect(set.out).toMatch(/^My organization +15 +180 +365 +first-20 /m);
  await mail(['eve@far.example'], { subject: 'Salaries of the department' });
  const off = await run(['organization', 'set', 'my organization', '--subjects', 'off', '--journal-days', 'default']);
  expect(off).toMatchObject({ status: 0, err: '' });
  await mail(['eve@far.example'], { subject: 'Nothing of this' });
  await run(['trace']);
  const subjects = journalLines(data).map((line) => JSON.parse(line).subject);
  expect(subjects.filter((each) => each !== undefined)).toEqual([
    'Resignation of Bob Personal',
    'Salaries of the depa',
    '',
  ]);
  expect((await run(['organization', 'list'])).out).toMatch(/^My organization +30 +180 +365 +off /m);
});

test('no body is kept, nor half of a word of one', async () => {
  await mail([BOB]);
  await run(['trace']);
  expect(tracesOf(BOB, data)).toContain('journal');
  expect(tracesOf(BODY, folder)).toEqual([]);
  expect(tracesOf('Dear Bob', folder)).toEqual([]);
  expect(mailServer.messages[0]!.bytes.toString()).toContain(BODY);
});
