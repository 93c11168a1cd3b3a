// `cordon doctor` on real Postfixes: one that is set up as the manual says, and others with the mistakes that people make.
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../free-port.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { ServedGuard } from '../served-guard.ts';
import { type Sink, startSink } from '../sink.ts';

describeWithPostfix('cordon doctor', () => {
  const postfixes: Postfix[] = [];
  let guard: ServedGuard;
  let sink: Sink;
  beforeAll(async () => {
    sink = await startSink();
    guard = await ServedGuard.start(`notifications: { port: ${sink.port} }\n`);
    await guard.cordon('account', 'set', 'admin', '--mail', 'admin@elsewhere.example');
  });
  afterAll(async () => {
    for (const postfix of postfixes) await postfix.stop();
    await sink?.stop();
    await guard?.remove();
  });

  async function aPostfix(blocks: readonly string[], more = '', serviceOptions = ''): Promise<Postfix> {
    const settings = `${guard.settings(['relay', ...blocks])}${more}`;
    const postfix = await startPostfix({ nextHop: sink.port, settings, serviceOptions });
    postfixes.push(postfix);
    return postfix;
  }
  const DOCUMENTED = ['policy', 'milter', 'local-submission'];
  /** What failed: the check and its words. */
  async function failures(postfix: Postfix, ...args: string[]): Promise<readonly string[]> {
    const { findings } = await guard.doctor(postfix, args);
    const failed = findings.filter(({ level }) => level === 'failed');
    expect(failed.filter(({ type }) => type === undefined)).toEqual([]);
    return failed.map(({ check, says }) => `${check}: ${says}`);
  }

  test('as the manual says, without a connector for sendmail: it says which command is missing', async () => {
    const { status, findings } = await guard.doctor(await aPostfix(DOCUMENTED));
    expect(status).toBe(1);
    expect(findings.filter(({ level }) => level === 'failed')).toEqual([
      expect.objectContaining({
        check: 'local submission',
        type: 'cordon connector add sendmail --local-submission --mode observe',
      }),
    ]);
    const asked = findings.find(({ check }) => check === 'asked');
    expect(asked?.says).toMatch(/both doors were asked about one message \(queue id \w+\)$/);
  });

  test('after that command everything is good, proved with two messages to an address of ours', async () => {
    await guard.cordon('connector', 'add', 'sendmail', '--local-submission', '--mode', 'observe');
    const { status, findings } = await guard.doctor(postfixes[0]!, ['--send-to', 'postmaster@contoso.example']);
    expect(findings.filter(({ level }) => level === 'failed')).toEqual([]);
    expect(status).toBe(0);
    const says = new Map(findings.map((finding) => [finding.check, finding.says]));
    expect(says.get('whole message')).toMatch(/milter and policy server saw the end of one message/);
    expect(says.get('sendmail')).toMatch(/its message is connector sendmail's/);
    // The two messages, and a test notification before them; the administrator is told of the new connector.
    const sent = await sink.received(4);
    const [told, ...others] = sent.map(({ recipients }) => recipients.join()).sort();
    expect([told, ...new Set(others)]).toEqual(['admin@elsewhere.example', 'postmaster@contoso.example']);
    expect(sent.filter(({ bytes }) => bytes.includes('Subject: Test of notifications'))).toHaveLength(1);
  });

  test('without --send-to nothing is sent, and nobody is discovered who does not relay', async () => {
    const before = sink.messages.length;
    expect((await guard.doctor(postfixes[0]!)).status).toBe(0);
    expect(sink.messages).toHaveLength(before);
    expect(postfixes[0]!.queued('incoming')).toEqual([]);
    expect(await guard.cordon('connector', 'discover')).toBe('Nobody relays without a connector.\n');
  });

  test('with --notify a test goes to the administrators, and a path for notifications of its own is known', async () => {
    const before = sink.messages.length;
    const { status, findings } = await guard.doctor(postfixes[0]!, ['--notify']);
    expect(status).toBe(0);
    const says = findings.filter(({ check }) => check === 'notifications').map((finding) => finding.says);
    expect(says).toEqual([
      'Contoso: admin@elsewhere.example, and 0 webhooks',
      'a test was taken by admin@elsewhere.example',
      `127.0.0.1:${sink.port} takes mail for admin@elsewhere.example; nothing was sent`,
    ]);
    expect(sink.messages.slice(before).map(({ recipients }) => recipients)).toEqual([['admin@elsewhere.example']]);
  });

  test('an installation whose alerts would reach nobody fails, and says what to type', async () => {
    const port = await freePort();
    const lonely = await ServedGuard.start(`notifications: { port: ${port} }\n`);
    try {
      const { findings } = await lonely.doctor(postfixes[0]!);
      expect(findings.filter(({ check, level }) => check === 'notifications' && level === 'failed')).toEqual([
        expect.objectContaining({
          says: 'Contoso: TenantAdmins means no address, and nobody is told of an alert',
          type: 'cordon account set admin --mail ADDRESS',
        }),
        expect.objectContaining({
          says: expect.stringContaining(`127.0.0.1:${port} does not take notifications (ECONNREFUSED)`),
        }),
      ]);
      const ready = await (await fetch(`${lonely.url}/readyz`)).json();
      expect(ready).toMatchObject({ parts: { notifications: 'nobody is told' } });
    } finally {
      await lonely.remove();
    }
  });

  test('it sends to none but the accepted domains', async () => {
    const run = guard.cordon('doctor', '--config', guard.configFile, '--send-to', 'bob@far.example');
    await expect(run).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('far.example is none of your'),
    });
  });

  test('behind permits the policy server is not asked: the settings show it, and so does the probe', async () => {
    const postfix = await aPostfix(
      ['policy-too-late', 'milter', 'local-submission'],
      'smtpd_policy_service_timeout = 3s\n',
    );
    expect(await failures(postfix)).toEqual([
      expect.stringMatching(/^policy check: .* comes after permit_mynetworks, permit_sasl_authenticated: /),
      expect.stringMatching(
        /^asked: .*Cordon's policy server was not asked about this session; Postfix said: 250 2\.1\.5 Ok$/,
      ),
    ]);
  });

  test('a service of master.cf with a list of its own is looked at by itself', async () => {
    const postfix = await aPostfix(
      DOCUMENTED,
      '',
      '    -o smtpd_recipient_restrictions=permit_mynetworks,reject\n    -o smtpd_milters=\n',
    );
    const { findings } = await guard.doctor(postfix);
    const remedies = findings.filter(({ level }) => level === 'failed').map(({ type = '' }) => type.split('\n')[0]);
    expect(remedies).toEqual([
      expect.stringMatching(
        /-P '127\.0\.0\.1:\d+\/inet\/smtpd_recipient_restrictions=check_policy_service .*, permit_mynetworks,reject'$/,
      ),
      expect.stringMatching(/-P '127\.0\.0\.1:\d+\/inet\/smtpd_milters=\{ inet:/),
      'postfix check && postfix reload',
    ]);
  });

  test('a service for clients that log in cannot be proved from here, and says so', async () => {
    const postfix = await aPostfix(DOCUMENTED, '', guard.settings(['submission']));
    const { status, findings } = await guard.doctor(postfix);
    expect(status).toBe(0);
    expect(findings.find(({ check }) => check === 'asked')).toMatchObject({
      level: 'note',
      says: expect.stringMatching(/is for clients that log in: it answers 554 5\.7\.1 /),
    });
  });

  test('time-outs of Postfix and actions that lose mail', async () => {
    const patient = await aPostfix(['policy-first', 'local-submission'], milter('default_action=reject'));
    expect(await failures(patient)).toEqual([
      expect.stringMatching(/^policy time-out: .* waits 100s .*documented: 3s$/),
      expect.stringMatching(/^milter time-outs: .*connect 30s, documented 2s; command 30s, .*; content 300s, /),
    ]);
    const hasty = 'connect_timeout=2s, command_timeout=4s, content_timeout=8s, default_action=reject';
    const lossy = await aPostfix(['policy', 'local-submission'], milter(hasty));
    expect(await failures(lossy)).toEqual([expect.stringMatching(/^default action: .* gets reject$/)]);
  });
  /** The manual's milter with other attributes. */
  const milter = (attributes: string) =>
    guard.settings(['milter']).replace(/,\s*connect_timeout[^}]*/, `, ${attributes} `);

  test('tables that are not there, and everybody who passes without them', async () => {
    const open = await aPostfix(['policy-open', 'milter-open', 'local-submission']);
    const { status, findings } = await guard.doctor(open);
    expect(status).toBe(0);
    expect(findings.find(({ check }) => check === 'tables')).toMatchObject({
      level: 'note',
      says: 'while Cordon is away everybody passes, the restricted too',
    });
    const mapped = await aPostfix(['maps', 'milter-open', 'local-submission']);
    const tables = (await guard.doctor(mapped)).findings.find(({ check }) => check === 'tables');
    expect(tables).toMatchObject({ level: 'ok', says: expect.stringContaining(guard.data) });
  });

  test('a next hop and a content filter that are not there, and a guard that is not', async () => {
    const hop = createServer((socket) => socket.end('554 5.3.2 closed for today\r\n')).listen(0, '127.0.0.1');
    await new Promise((resolve) => hop.once('listening', resolve));
    const { port } = hop.address() as { port: number };
    const more = `contentFilter: { kind: rspamd, address: "127.0.0.1:${await freePort()}" }
notifications: { port: ${sink.port} }
`;
    const other = await ServedGuard.start(more);
    try {
      const settings = other.settings(['relay', ...DOCUMENTED]);
      const postfix = await startPostfix({ nextHop: sink.port, settings });
      postfixes.push(postfix);
      await other.cordon('account', 'set', 'admin', '--mail', 'admin@elsewhere.example');
      await other.cordon('connector', 'add', 'sendmail', '--local-submission');
      const relay = {
        CORDON_LISTENERS_SMTP_RELAY_NEXT_HOP_HOST: '127.0.0.1',
        CORDON_LISTENERS_SMTP_RELAY_NEXT_HOP_PORT: String(port),
      };
      const failed = async () =>
        (await other.doctor(postfix, [], relay)).findings
          .filter(({ level }) => level === 'failed')
          .map(({ check, says }) => `${check}: ${says}`);
      expect(await failed()).toEqual([
        expect.stringMatching(
          /^next hop: 127\.0\.0\.1:\d+ does not take mail \(it answers 554 5\.3\.2 closed for today\)/,
        ),
        expect.stringMatching(/^content filter: Rspamd at 127\.0\.0\.1:\d+: /),
      ]);
      await other.end('SIGKILL');
      expect(await failed()).toEqual([
        expect.stringMatching(/^guard: /),
        expect.stringMatching(/^policy door: .*ECONNREFUSED/),
        expect.stringMatching(/^milter door: .*ECONNREFUSED/),
        expect.stringMatching(/^next hop: /),
        expect.stringMatching(/^content filter: /),
        expect.stringMatching(/^local submission: /),
      ]);
    } finally {
      await other.remove();
      hop.close();
    }
  });
});
