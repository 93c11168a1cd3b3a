import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPostfix, type Postfix, startPostfix } from '../postfix.ts';
import { type Sink, startSink } from '../sink.ts';
import { openSmtp, sendMail } from '../smtp-client.ts';
import { swaks } from '../swaks.ts';

describeWithPostfix('the harness: a relay without Cordon', () => {
  let sink: Sink;
  let postfix: Postfix;
  beforeAll(async () => {
    sink = await startSink({
      refuse: (recipient) => (recipient.startsWith('gone@') ? '550 5.1.1 No such user' : undefined),
    });
    postfix = await startPostfix({
      nextHop: sink.port,
      settings: 'mynetworks = 127.0.0.0/8\nrelay_domains = contoso.example',
    });
  });
  afterAll(async () => {
    await postfix?.stop();
    await sink?.stop();
  });

  test('hands the bytes of a message to the next hop', async () => {
    const text = 'Subject: dots\r\n\r\n.\r\n..two\r\nthe end';
    const mail = await sendMail(postfix.port, { from: 'anna@contoso.example', to: ['bob@far.example'], text });
    expect(mail.recipients).toEqual(['250 2.1.5 Ok']);
    expect(mail.end).toMatch(/^250 2\.0\.0 Ok: queued as /);
    const message = await sink.find('the dots', (each) => each.bytes.includes('Subject: dots'));
    expect(message).toMatchObject({ envelopeSender: 'anna@contoso.example', recipients: ['bob@far.example'] });
    expect(message.bytes.toString()).toContain('\r\n\r\n.\r\n..two\r\nthe end\r\n');
    await postfix.logged(/to=<bob@far\.example>.*status=sent/);
  });

  test('speaks with swaks, too', async () => {
    const run = await swaks(postfix.port, '--from', 'anna@contoso.example', '--to', 'swaks@far.example');
    expect(run).toMatchObject({ status: 0, transcript: expect.stringContaining('<-  250 2.0.0 Ok: queued as') });
    await sink.find('the message of swaks', (each) => each.recipients.includes('swaks@far.example'));
  });

  test('runs a second Postfix beside it, which writes a bounce when it is refused', async () => {
    const settings = `mynetworks = 127.0.0.0/8\nbounce_queue_lifetime = 0\n`;
    const second = await startPostfix({ nextHop: sink.port, hostname: 'mail.customer.example', settings });
    try {
      await sendMail(second.port, { from: 'user@customer.example', to: ['gone@far.example'] });
      const bounce = await sink.find('the bounce', (each) => each.recipients.includes('user@customer.example'));
      expect(bounce.envelopeSender).toBe('');
      expect(bounce.bytes.toString()).toContain('550 5.1.1 No such user');
    } finally {
      await second.stop();
    }
    const client = await openSmtp(postfix.port);
    await client.quit();
  });
});
