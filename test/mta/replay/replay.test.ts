// `cordon replay --format postfix-log` over the log that a real Postfix wrote, plain and gzipped.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReplayReport } from '../../../src/detection/replay-report.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { type Sink, startSink } from '../sink.ts';
import { openSmtp, type SmtpClient, transact } from '../smtp-client.ts';
import { until } from '../until.ts';

const CORDON = path.resolve(import.meta.dirname, '../../../bin/cordon');
const FRIENDS = ['al', 'bea', 'cy'].map((name) => `${name}@friends.example`);
const SETTINGS =
  'mynetworks = 127.0.0.0/8 192.0.2.0/24\nsmtpd_authorized_xclient_hosts = 127.0.0.0/8\nsmtpd_sasl_auth_enable = yes\n';

describeWithPostfix('replay of a Postfix log', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-replay-'));
  let sink: Sink;
  let postfix: Postfix;
  let log: string;

  const send = (client: SmtpClient, to: readonly string[]) =>
    transact(client, { from: 'anna@contoso.example', to, text: 'Subject: x\r\n\r\nHello\r\n' });

  beforeAll(async () => {
    sink = await startSink({
      refuse: (recipient) => (recipient.includes('gone') ? '550 5.1.1 no such user' : undefined),
    });
    postfix = await startPostfix({ nextHop: sink.port, settings: SETTINGS });
    const branch = await openSmtp(postfix.port, { xclient: 'ADDR=192.0.2.10' });
    for (let i = 0; i < 30; i++) await send(branch, [FRIENDS[i % 3]!]);
    await send(branch, ['anna@contoso.example']);
    await branch.quit();
    const thief = await openSmtp(postfix.port, { xclient: 'ADDR=192.0.2.66 LOGIN=ben' });
    for (let i = 0; i < 30; i++)
      await send(thief, [`v${i}@far${i}.example`, `w${i}.gone@far${i}.example`, `x${i}.gone@far${i}.example`]);
    await thief.quit();
    // Each of the thief's messages comes back as a bounce.
    log = await until('the end of the log', () => {
      const text = readFileSync(postfix.logFile, 'utf8');
      return (text.match(/qmgr\[\d+\]: \w+: removed/g) ?? []).length >= 91 ? text : undefined;
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    await sink?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function replay(files: readonly string[]): { text: string; report: ReplayReport } {
    const json = path.join(folder, 'report.json');
    const args = [
      'replay',
      ...files,
      '--format',
      'postfix-log',
      '--accepted-domain',
      'contoso.example',
      '--json',
      json,
    ];
    const text = execFileSync(CORDON, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return { text, report: JSON.parse(readFileSync(json, 'utf8')) };
  }

  test('names the stolen login, the moment and why, and nobody else', () => {
    const { text, report } = replay([postfix.logFile]);
    expect(report).toMatchObject({ connectors: 1, users: 1, messages: 60, recipients: 120 });
    expect(report.events.map(({ entity, action }) => [entity, action])).toEqual([['user:ben', 'restrict']]);
    const [{ messageName, families, refused }] = report.events as [ReplayReport['events'][0]];
    expect(log).toContain(`: ${messageName}: client=`);
    expect(families.find(({ family }) => family === 'failures')!.sum).toBeGreaterThan(1);
    expect(refused.messages).toBeGreaterThan(10);
    expect(text).toMatch(/user:ben would have been restricted at message \S+: \d+\.\d of 13/);
    expect(text).toContain('recipients refused');
  });

  test('finds the same in its two halves, the older one gzipped', () => {
    const lines = log.split('\n');
    const [older, newer] = [path.join(folder, 'mail.log.1.gz'), path.join(folder, 'mail.log')];
    writeFileSync(older, gzipSync(lines.slice(0, lines.length / 2).join('\n')));
    writeFileSync(newer, lines.slice(lines.length / 2).join('\n'));
    const { trace: _, ...halves } = replay([older, newer]).report;
    const { trace: __, ...whole } = replay([postfix.logFile]).report;
    expect(halves).toEqual(whole);
  });

  test('says so where there is no Postfix log', () => {
    const other = path.join(folder, 'other.log');
    writeFileSync(other, 'Nov 22 09:00:00 mx1 sshd[1]: hello\n');
    expect(() => replay([other])).toThrow(/TRACE_INVALID/);
  });
});
