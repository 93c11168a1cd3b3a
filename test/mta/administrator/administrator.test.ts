// An administrator's day: `cordon serve` as a process of its own behind a real Postfix, the command line beside it, and kill -9.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documented } from '../documented.ts';
import { freePort } from '../free-port.ts';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { OWN_WORDS } from '../restriction-contract.ts';
import { type Sink, startSink } from '../sink.ts';
import { sendMail } from '../smtp-client.ts';
import { until } from '../until.ts';

const CORDON = path.resolve(import.meta.dirname, '../../../bin/cordon');

describeWithPostfix('cordon serve and the command line, on a real Postfix', () => {
  let folder: string;
  let config: string;
  let data: string;
  let url: string;
  let guard: ChildProcess | undefined;
  let sink: Sink;
  let postfix: Postfix;

  async function serve(): Promise<void> {
    guard = spawn(process.execPath, [CORDON, 'serve', '--config', config], { stdio: 'ignore' });
    await until('the guard to answer', () =>
      fetch(`${url}/readyz`).then(
        (answer) => (answer.ok ? true : undefined),
        () => undefined,
      ),
    );
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (guard === undefined || guard.exitCode !== null) return;
    const ended = new Promise((resolve) => guard!.once('exit', resolve));
    guard.kill(signal);
    await ended;
  }
  const cordon = async (...args: string[]): Promise<string> => {
    const run = await promisify(execFile)(process.execPath, [CORDON, ...args, '--url', url, '--data', data]);
    return run.stdout;
  };

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'cordon-administrator-'));
    config = path.join(folder, 'cordon.yaml');
    data = path.join(folder, 'data');
    const ports = { http: await freePort(), policy: await freePort(), milter: await freePort() };
    url = `http://127.0.0.1:${ports.http}`;
    writeFileSync(
      config,
      `dataDirectory: ${data}
organization: { name: Contoso, acceptedDomains: [contoso.example] }
listeners:
  postfixPolicy: { listen: "127.0.0.1:${ports.policy}" }
  milter: { listen: "127.0.0.1:${ports.milter}" }
http: { port: ${ports.http} }
`,
    );
    await serve();
    sink = await startSink();
    const settings = documented(['relay', 'proxy', 'policy', 'milter'], {
      '127.0.0.1:5712': `127.0.0.1:${ports.policy}`,
      '127.0.0.1:5713': `127.0.0.1:${ports.milter}`,
      '192.0.2.53': '127.0.0.1',
    });
    postfix = await startPostfix({ nextHop: sink.port, settings });
  });
  afterAll(async () => {
    await postfix?.stop();
    await sink?.stop();
    await end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  const send = (subject: string) =>
    sendMail(
      postfix.port,
      { from: 'anna@contoso.example', to: ['bob@far.example'], text: `Subject: ${subject}\r\n\r\nHello.\r\n` },
      { xclient: 'ADDR=192.0.2.10' },
    );

  test('find a connector, restrict it, lose the guard by kill -9, find it still restricted, unblock it', async () => {
    expect((await send('day one')).end).toMatch(/^250 /);
    expect(await cordon('connector', 'discover')).toContain('192.0.2.10');
    await cordon('connector', 'add', 'branch', '--address', '192.0.2.10', '--armed');
    expect((await send('known')).end).toMatch(/^250 /);

    await cordon('restrict', 'branch', '--reason', 'stolen laptop');
    expect((await send('refused')).recipients).toEqual([OWN_WORDS.connectorAtRcpt('bob@far.example')]);
    await end('SIGKILL');
    await serve();
    expect((await send('refused')).recipients).toEqual([OWN_WORDS.connectorAtRcpt('bob@far.example')]);
    expect(await cordon('blocked')).toMatch(/branch.*stolen laptop/);

    await cordon('unblock', 'branch', '--reason', 'found again');
    expect((await send('back')).end).toMatch(/^250 /);
    await sink.find('the last message', (message) => message.bytes.includes('Subject: back\r\n'));
    expect(sink.messages.some((message) => message.bytes.includes('Subject: refused\r\n'))).toBe(false);
    expect(await cordon('trace')).toMatch(/bob@far\.example/);
  }, 120_000);
});
