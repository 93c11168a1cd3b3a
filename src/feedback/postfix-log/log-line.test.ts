import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLogLine } from './log-line.ts';
import { yearlessTimes } from './log-time.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const read = (text: string, tag = 'postfix/smtp[42]') => readLogLine(`2026-11-22T02:10:23.5+00:00 mx1 ${tag}: ${text}`);

describe('when, where, who', () => {
  const line = 'mx1 postfix/qmgr[7]: 4F1A2B3C4D: removed';

  test.each([
    ['2026-11-22T02:10:23.123456+01:00', '2026-11-22T01:10:23.123Z'],
    ['2026-11-22T02:10:23Z', '2026-11-22T02:10:23.000Z'],
    ['2026-11-22T02:10:23-0530', '2026-11-22T07:40:23.000Z'],
  ])('%s', (time, expected) => {
    expect(new Date(readLogLine(`${time} ${line}`)!.at).toISOString()).toBe(expected);
  });

  test.each([
    ['Nov 22 02:10:23', new Date(2026, 10, 22, 2, 10, 23)],
    ['Nov  2 02:10:23', new Date(2026, 10, 2, 2, 10, 23)],
    ['Nov 23 02:10:23', new Date(2026, 10, 23, 2, 10, 23)],
    ['Dec 31 23:59:59', new Date(2025, 11, 31, 23, 59, 59)],
    ['Jan  1 00:00:00', new Date(2026, 0, 1)],
  ])('%s is the latest such time that is not in the future', (time, expected) => {
    expect(
      readLogLine(
        `${time} ${line}`,
        yearlessTimes(() => NOW),
      )!.at,
    ).toBe(expected.getTime());
  });

  test('a log that ran over New Year goes forward', () => {
    const yearless = yearlessTimes(() => Date.parse('2027-01-03T12:00:00Z'));
    const [before, after] = ['Dec 31 23:59:59', 'Jan  1 00:00:01'].map(
      (time) => readLogLine(`${time} ${line}`, yearless)!.at,
    );
    expect(after! - before!).toBe(2_000);
  });

  test.each([
    ['postfix/qmgr[7]', { instance: 'postfix', service: 'qmgr' }],
    ['postfix-out/qmgr[7]', { instance: 'postfix-out', service: 'qmgr' }],
    ['postfix/submission/qmgr[7]', { instance: 'postfix/submission', service: 'qmgr' }],
  ])('%s', (tag, expected) => {
    expect(read('4F1A2B3C4D: removed', tag)).toMatchObject({
      host: 'mx1',
      kind: 'removed',
      queueId: '4F1A2B3C4D',
      ...expected,
    });
  });

  test.each([
    'sshd[1]: Accepted publickey',
    'postfix/smtpd[1]: connect from unknown[192.0.2.1]',
    'postfix/smtpd[1]: warning: hostname x does not resolve to address 192.0.2.1',
    'postfix/anvil[1]: statistics: max connection rate 1/60s',
    'postfix/smtp[1]: Untrusted TLS connection established to mx[192.0.2.1]:25: TLSv1.3',
    'postfix/smtp[1]: warning: to=<a@b>, relay=x, dsn=2.0.0, status=sent (250)',
    'dovecot/lmtp(anna)[1]: 4F1A2B3C4D: to=<a@b>, relay=x, delay=1, dsn=2.0.0, status=sent (250)',
  ])('%s tells nothing of a message', (text) => {
    expect(readLogLine(`Nov 22 02:10:23 mx1 ${text}`)).toBeUndefined();
  });
});

describe('a message comes in', () => {
  test.each([
    [
      '4ZxWqP2t6Vz9sR: client=laptop.example[192.0.2.7], sasl_method=PLAIN, sasl_username=Ben@ours.example',
      {
        queueId: '4ZxWqP2t6Vz9sR',
        clientName: 'laptop.example',
        clientAddress: '192.0.2.7',
        saslUsername: 'ben@ours.example',
      },
    ],
    [
      '4F1A2B3C4D: client=unknown[2001:DB8::1]:4711, sasl_method=LOGIN, sasl_username=ben, sasl_sender=x',
      { clientName: 'unknown', clientAddress: '2001:db8::1', saslUsername: 'ben' },
    ],
    ['4F1A2B3C4D: client=localhost[127.0.0.1]', { clientAddress: '127.0.0.1', saslUsername: undefined }],
    ['4F1A2B3C4D: client=unknown[unknown]', { clientAddress: 'unknown' }],
  ])('%s', (text, expected) => {
    expect(read(text, 'postfix/smtpd[42]')).toMatchObject({ kind: 'received', ...expected });
  });

  test('by sendmail', () => {
    const expected = { kind: 'received', clientName: 'localhost', clientAddress: '127.0.0.1' };
    expect(read('4F1A2B3C4D: uid=1000 from=<anna>', 'postfix/pickup[42]')).toMatchObject(expected);
  });

  test('has an identifier, a sender, a size', () => {
    expect(read('4F1A2B3C4D: message-id=<1@x>', 'postfix/cleanup[42]')).toMatchObject({
      kind: 'message-id',
      messageId: '<1@x>',
    });
    expect(
      read('4F1A2B3C4D: from=<"a>, size=1, nrcpt=9"@x.example>, size=1234, nrcpt=2 (queue active)', 'postfix/qmgr[42]'),
    ).toMatchObject({
      kind: 'queued',
      envelopeSender: '"a>, size=1, nrcpt=9"@x.example',
      messageBytes: 1234,
      recipients: 2,
    });
    expect(read('4F1A2B3C4D: from=<>, size=1, nrcpt=1 (queue active)', 'postfix/qmgr[42]')).toMatchObject({
      envelopeSender: '',
    });
  });
});

describe('what became of it', () => {
  const rest = 'delay=1.2, delays=0.1/0/0.5/0.6';

  test.each([
    [
      `to=<b@far.example>, relay=mx.far.example[192.0.2.1]:25, conn_use=2, ${rest}, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4ZABC12345)`,
      {
        recipient: 'b@far.example',
        relay: 'mx.far.example[192.0.2.1]:25',
        dsn: '2.0.0',
        status: 'sent',
        code: 250,
        queuedAs: '4ZABC12345',
      },
    ],
    [
      `to=<b@far.example>, orig_to=<sales@ours.example>, relay=none, ${rest}, dsn=4.4.1, status=deferred (connect to mx[192.0.2.1]:25: Connection refused)`,
      {
        originalRecipient: 'sales@ours.example',
        relay: 'none',
        status: 'deferred',
        code: undefined,
        queuedAs: undefined,
      },
    ],
    [
      `to=<b@far.example>, relay=mx[192.0.2.1]:25, ${rest}, dsn=5.1.1, status=bounced (host mx[192.0.2.1] said: 550 5.1.1 <b@far.example>: no such user (in reply to RCPT TO command))`,
      {
        dsn: '5.1.1',
        status: 'bounced',
        code: 550,
        text: 'host mx[192.0.2.1] said: 550 5.1.1 <b@far.example>: no such user (in reply to RCPT TO command)',
      },
    ],
    [
      `to=<b@ours.example>, relay=127.0.0.1[127.0.0.1]:10024, ${rest}, dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4F1A2B3C4E)`,
      { queuedAs: '4F1A2B3C4E' },
    ],
  ])('%s', (text, expected) => {
    expect(read(`4F1A2B3C4D: ${text}`)).toMatchObject({ kind: 'delivery', queueId: '4F1A2B3C4D', ...expected });
  });

  test('it expired, it was bounced to its sender, it left', () => {
    expect(read('4F1A2B3C4D: from=<a@b>, status=expired, returned to sender', 'postfix/qmgr[1]')).toMatchObject({
      kind: 'expired',
    });
    expect(read('4F1A2B3C4D: sender non-delivery notification: 4F1A2B3C4E', 'postfix/bounce[1]')).toMatchObject({
      kind: 'notification',
      bounceQueueId: '4F1A2B3C4E',
    });
    expect(read('4F1A2B3C4D: removed', 'postfix/postsuper[1]')).toMatchObject({
      kind: 'removed',
      service: 'postsuper',
    });
  });
});

describe('a refusal', () => {
  const envelope = 'from=<a@ours.example> to=<x@far.example> proto=ESMTP helo=<branch.example>';

  test.each([
    [
      `NOQUEUE: reject: RCPT from branch[192.0.2.7]: 550 5.1.1 <x@far.example>: Recipient address rejected: unknown; ${envelope}`,
      {
        queueId: undefined,
        stage: 'RCPT',
        code: 550,
        dsn: '5.1.1',
        envelopeSender: 'a@ours.example',
        recipient: 'x@far.example',
        heloName: 'branch.example',
        clientAddress: '192.0.2.7',
      },
    ],
    [
      `4F1A2B3C4D: reject: RCPT from branch[192.0.2.7]: 451 4.3.0 later; ${envelope}`,
      { queueId: '4F1A2B3C4D', code: 451 },
    ],
    [
      `4F1A2B3C4D: milter-reject: END-OF-MESSAGE from branch[192.0.2.7]: 5.7.711 Access denied; ${envelope}`,
      { stage: 'END-OF-MESSAGE', code: 550, dsn: '5.7.711', text: 'Access denied' },
    ],
    [
      'NOQUEUE: reject: CONNECT from x[192.0.2.7]: 554 5.7.1 <x[192.0.2.7]>: Client host rejected; proto=SMTP',
      { stage: 'CONNECT', recipient: '' },
    ],
    [`NOQUEUE: reject: RCPT from b[192.0.2.7]: 550 5.7.1 no; ${envelope} sasl_username=<Ben>`, { saslUsername: 'ben' }],
  ])('%s', (text, expected) => {
    expect(read(text, 'postfix/smtpd[42]')).toMatchObject({ kind: 'refused', ...expected });
  });
});

describe('what a stranger writes is his own mail alone', () => {
  const forged = '4F1A2B3C4E: to=<v@far.example>, relay=x, delay=1, delays=1/1/1/1, dsn=5.1.1, status=bounced (550 no)';

  test('a recipient', () => {
    const text = `4F1A2B3C4D: to=<"a>, relay=x, dsn=2.0.0, status=sent (250 ${forged}"@far.example>, relay=none, delay=1, delays=1/1/1/1, dsn=5.1.1, status=bounced (no)`;
    expect(read(text)).toMatchObject({ queueId: '4F1A2B3C4D', relay: 'none', dsn: '5.1.1', status: 'bounced' });
  });

  test('a server that answers', () => {
    const text = `4F1A2B3C4D: to=<a@far.example>, relay=mx[192.0.2.1]:25, delay=1, delays=1/1/1/1, dsn=5.1.1, status=bounced (host mx[192.0.2.1] said: 550 ), dsn=2.0.0, status=sent (250 ${forged}))`;
    expect(read(text)).toMatchObject({ queueId: '4F1A2B3C4D', dsn: '5.1.1', status: 'bounced', code: 550 });
  });

  test('a message identifier, a HELO name, a login', () => {
    expect(read(`4F1A2B3C4D: message-id=<x> ${forged}`, 'postfix/cleanup[1]')).toMatchObject({
      kind: 'message-id',
      queueId: '4F1A2B3C4D',
    });
    const refusal = `NOQUEUE: reject: RCPT from b[192.0.2.7]: 550 5.1.1 <x>: no; from=<a@b> to=<x@y> proto=ESMTP helo=<h> sasl_username=<victim>>`;
    expect(read(refusal, 'postfix/smtpd[1]')).toMatchObject({ clientAddress: '192.0.2.7', heloName: 'h' });
    const login = '4F1A2B3C4D: client=b[192.0.2.7], sasl_method=PLAIN, sasl_username=a, client=c[192.0.2.8]';
    expect(read(login, 'postfix/smtpd[1]')).toMatchObject({ clientAddress: '192.0.2.7', saslUsername: 'a' });
  });
});

describe('whatever the line is', () => {
  const piece = fc.constantFrom(
    'Nov 22 02:10:23 mx1 postfix/smtp[1]: ',
    'Nov 22 02:10:23 mx1 postfix/smtpd[1]: NOQUEUE: reject: RCPT from ',
    '4F1A2B3C4D: ',
    'to=<',
    'from=<',
    '>',
    '"',
    '\\',
    ', relay=',
    ', dsn=',
    ', status=',
    'sent (250 ',
    ']: ',
    '[',
    ' ',
    '\u0000',
    'é',
  );

  test('it is read or not, and nothing is thrown', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const event = readLogLine(pieces.join(''));
        expect(event === undefined || Number.isFinite(event.at)).toBe(true);
      }),
    );
  });

  test('a delivery that Postfix wrote is read as it was, whatever its addresses and answers are', () => {
    const quoted = fc.string({ maxLength: 20 }).map((text) => `"${text.replace(/["\\\r\n]/g, '\\$&')}"@far.example`);
    const address = fc.oneof(fc.constant('anna@far.example'), fc.constant(''), quoted);
    const answer = fc.string({ maxLength: 40 }).filter((text) => text.trim() === text && !text.includes('\n'));
    fc.assert(
      fc.property(address, fc.option(address), answer, (recipient, original, text) => {
        const originalText = original === null ? '' : `, orig_to=<${original}>`;
        const line = `4F1A2B3C4D: to=<${recipient}>${originalText}, relay=mx[192.0.2.1]:25, delay=1, delays=1/1/1/1, dsn=5.1.1, status=bounced (${text})`;
        expect(read(line)).toMatchObject({
          recipient,
          originalRecipient: original ?? undefined,
          dsn: '5.1.1',
          status: 'bounced',
          text,
        });
      }),
    );
  });
});
