// From a real Postfix through the milter and a real filter into the message trace: each way in which a filter's word may come.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix } from '../postfix.ts';
import { sendMail } from '../smtp-client.ts';
import { GTUBE, letter, ORDINARY, PILLS, RunningFilter, whyNoFilter } from './filters.ts';

interface Way {
  readonly title: string;
  readonly program: 'rspamd' | 'spamd';
  readonly blocks: readonly string[];
  contentFilter(filter: RunningFilter): object;
  readonly spam: string;
}

const at = ({ port }: RunningFilter) => ({ address: `127.0.0.1:${port}`, timeoutMilliseconds: 5_000 });
const WAYS: readonly Way[] = [
  {
    title: 'Rspamd as a milter before Cordon',
    program: 'rspamd',
    blocks: ['milter-after-rspamd'],
    contentFilter: () => ({ kind: 'rspamd-headers' }),
    // GTUBE Rspamd would refuse itself.
    spam: PILLS,
  },
  {
    title: 'Rspamd, asked by Cordon',
    program: 'rspamd',
    blocks: ['policy', 'milter'],
    contentFilter: (filter) => ({ kind: 'rspamd', ...at(filter) }),
    spam: GTUBE,
  },
  {
    title: 'spamd, asked by Cordon',
    program: 'spamd',
    blocks: ['policy', 'milter'],
    contentFilter: (filter) => ({ kind: 'spamd', ...at(filter) }),
    spam: GTUBE,
  },
];

const BRANCH = { xclient: 'ADDR=192.0.2.10 PORT=4321' };
const STRANGER = { xclient: 'ADDR=198.51.100.9 PORT=4322' };

/** What the message trace says, newest first. */
async function traced(relay: GuardedRelay): Promise<{ subject: string; spam?: boolean }[]> {
  return (await relay.api<{ items: { subject: string; spam?: boolean }[] }>('GET', '/messages')).items;
}

function describeWithFilter(title: string, program: Way['program'], body: () => void): void {
  const why = whyNoFilter(program);
  if (why === undefined) describeWithPostfix(title, body);
  else describe.skip(`${title} (skipped: ${why})`, body);
}

for (const way of WAYS) {
  describeWithFilter(`${way.title}, behind a real Postfix`, way.program, () => {
    let filter: RunningFilter;
    let relay: GuardedRelay;

    beforeAll(async () => {
      filter = await RunningFilter[way.program]();
      const contentFilter = way.contentFilter(filter);
      relay = await GuardedRelay.start({ blocks: way.blocks, contentFilter, filterMilterPort: filter.milterPort });
      await relay.addConnector({ name: 'branch office', senderIpAddresses: ['192.0.2.0/24'] });
    });
    afterAll(async () => {
      await relay?.stop();
      await filter?.stop();
    });

    const send = (text: string, subject: string, options = BRANCH) =>
      sendMail(
        relay.postfix.port,
        { from: 'anna@contoso.example', to: ['bob@far.example'], text: letter(text, subject) },
        options,
      );

    test('its word stands in the message trace, and does not by itself decide what becomes of the mail', async () => {
      expect((await send(way.spam, 'spam')).end).toMatch(/^250 /);
      expect((await send(ORDINARY, 'ham')).end).toMatch(/^250 /);
      expect((await traced(relay)).map(({ subject, spam }) => [subject, spam])).toEqual([
        ['ham', false],
        ['spam', true],
      ]);
    });

    test('it sees more of a letter than the guard itself does', async () => {
      // Of much longer ones SpamAssassin itself reads the beginning, and Rspamd looks for GTUBE in short ones only.
      const end = way.program === 'rspamd' ? PILLS : way.spam;
      await send(`${'We agreed on this, too.\r\n'.repeat(1_600)}\r\n${end}`, 'long');
      expect((await traced(relay))[0]).toMatchObject({ subject: 'long', spam: true });
    });
  });
}

describeWithFilter('A filter that is stopped or dead, behind a real Postfix', 'rspamd', () => {
  let filter: RunningFilter;
  let relay: GuardedRelay;
  let now = Date.parse('2026-11-02T08:00:00Z');

  beforeAll(async () => {
    filter = await RunningFilter.rspamd();
    const address = `127.0.0.1:${filter.port}`;
    const contentFilter = { kind: 'rspamd', address, timeoutMilliseconds: 1_000 };
    relay = await GuardedRelay.start({ blocks: ['policy', 'milter'], contentFilter, now: () => now });
    await relay.addConnector({ name: 'branch office', senderIpAddresses: ['192.0.2.0/24'] });
  });
  afterAll(async () => {
    await relay?.stop();
    await filter?.stop();
  });

  const send = (subject: string, options = BRANCH, to = 'bob@far.example') =>
    sendMail(relay.postfix.port, { from: 'anna@contoso.example', to: [to], text: letter(GTUBE, subject) }, options);
  const state = async () => (await relay.open<{ parts: Record<string, string> }>('/readyz')).parts;
  const degraded = async () =>
    (await relay.api<{ items: { policy: string; summary: string }[] }>('GET', '/alerts')).items
      .filter(({ policy }) => policy === 'Guard degraded')
      .map(({ summary }) => summary);

  test('is not asked about mail that Cordon attributes to nobody', async () => {
    await send('inbound', STRANGER, 'anna@contoso.example');
    expect(await relay.metric('cordon_content_filter_answers_total{result="spam"}')).toBe(0);
    await send('ours');
    expect(await relay.metric('cordon_content_filter_answers_total{result="spam"}')).toBe(1);
    expect(await state()).toMatchObject({ contentFilter: 'ok', store: 'ok' });
  });

  test('stopped, it holds up five messages, opens the circuit breaker, and all mail goes on without its word', async () => {
    filter.signal('SIGSTOP');
    for (let i = 0; i < 8; i++) expect((await send(`stopped ${i}`)).end).toMatch(/^250 /);
    expect(await relay.metric('cordon_content_filter_answers_total{result="timeout"}')).toBe(5);
    expect(await relay.metric('cordon_content_filter_answers_total{result="skipped"}')).toBe(3);
    expect((await traced(relay)).filter(({ spam }) => spam !== undefined).map(({ subject }) => subject)).toEqual([
      'ours',
    ]);
    expect(await state()).toMatchObject({ contentFilter: 'not answering', store: 'ok' });
    expect(await degraded()).toEqual([
      `content filter: Rspamd at 127.0.0.1:${filter.port}: no answer within 1000 ms; mail goes on without its word`,
    ]);
  });

  test('when it goes on, a message probes it, and the next has its word again', async () => {
    filter.signal('SIGCONT');
    await expect
      .poll(
        async () => {
          now += 10_000;
          await send('probe');
          return (await state()).contentFilter;
        },
        { timeout: 30_000 },
      )
      .toBe('ok');
    await send('heard again');
    expect((await traced(relay))[0]).toMatchObject({ subject: 'heard again', spam: true });
  });

  test('killed, it opens the circuit breaker again, and mail goes on', async () => {
    await filter.kill();
    for (let i = 0; i < 6; i++) expect((await send(`dead ${i}`)).end).toMatch(/^250 /);
    expect((await state()).contentFilter).toBe('not answering');
    expect((await degraded())[0]).toContain('ECONNREFUSED');
  });
});
