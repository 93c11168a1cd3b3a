// An administrator's day: `cordon serve` as a process of its own behind a real Postfix, the command line beside it, and kill -9.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { OWN_WORDS } from '../restriction-contract.ts';
import { ServedGuard } from '../served-guard.ts';
import { type Sink, startSink } from '../sink.ts';
import { sendMail } from '../smtp-client.ts';

describeWithPostfix('cordon serve and the command line, on a real Postfix', () => {
  let guard: ServedGuard;
  let sink: Sink;
  let postfix: Postfix;
  const cordon = (...args: string[]) => guard.cordon(...args);

  beforeAll(async () => {
    guard = await ServedGuard.start();
    sink = await startSink();
    const settings = guard.settings(['relay', 'proxy', 'policy', 'milter']);
    postfix = await startPostfix({ nextHop: sink.port, settings });
  });
  afterAll(async () => {
    await postfix?.stop();
    await sink?.stop();
    await guard?.remove();
  });

  const send = (subject: string) =>
    sendMail(
      postfix.port,
      { from: 'anna@contoso.example', to: ['bob@far.example'], text: `Subject: ${subject}\r\n\r\nHello.\r\n` },
      { xclient: 'ADDR=192.0.2.10' },
    );

  test('find a connector, restrict it, lose the guard by kill -9, find it still restricted, unblock it', async () => {
    expect((await send('day one')).end).toMatch(/^250 /);
    expect(await cordon('connector', 'discover')).toMatch(/^192\.0\.2\.10 .*--add 192\.0\.2\.10 --name NAME/ms);
    const made = await cordon('connector', 'discover', '--add', '192.0.2.10', '--name', 'branch');
    expect(made).toMatch(/^branch +clear +observe .*cordon connector set branch --mode enforce/ms);
    expect(await cordon('connector', 'discover')).toBe('Nobody relays without a connector.\n');
    await cordon('connector', 'set', 'branch', '--mode', 'enforce', '--armed');
    expect((await send('known')).end).toMatch(/^250 /);

    await cordon('restrict', 'branch', '--reason', 'stolen laptop');
    expect((await send('refused')).recipients).toEqual([OWN_WORDS.connectorAtRcpt('bob@far.example')]);
    await guard.end('SIGKILL');
    await guard.serve();
    expect((await send('refused')).recipients).toEqual([OWN_WORDS.connectorAtRcpt('bob@far.example')]);
    expect(await cordon('blocked')).toMatch(/branch.*stolen laptop/);

    await cordon('unblock', 'branch', '--reason', 'found again');
    expect((await send('back')).end).toMatch(/^250 /);
    await sink.find('the last message', (message) => message.bytes.includes('Subject: back\r\n'));
    expect(sink.messages.some((message) => message.bytes.includes('Subject: refused\r\n'))).toBe(false);
    expect(await cordon('trace')).toMatch(/bob@far\.example/);
  }, 120_000);
});
