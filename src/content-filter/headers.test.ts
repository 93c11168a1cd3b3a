import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HeaderField } from '../mail/header-reader.ts';
import { headersOf, none } from './headers.ts';

const QUEUE_ID = 'AE258B1E353';
const SECRET = 'k3fz-9Qw_bd81LmX';
const context = { queueId: QUEUE_ID };

/** As Rspamd 3.4 with extended_spam_headers wrote it behind Postfix 3.7's own fields: the client's of these names are gone. */
const rspamdBlock = (score: string, action: string): HeaderField[] => [
  ['X-Rspamd-Queue-Id', QUEUE_ID],
  ['X-Rspamd-Server', 'relay'],
  ['X-Spamd-Result', `default: False [${score} / 60.00];\n\tSPAMMY(30.00)[];\n\tMIME_GOOD(-0.10)[text/plain]`],
  ['X-Rspamd-Action', action],
];
/** As SpamAssassin 4.0.1 wrote it with the line that `headersOf` asks for. */
const saStatus = (yesNo: string, secret = SECRET): HeaderField => [
  'X-Spam-Status',
  `${yesNo}, score=19.0 required=5.0 cordon=${secret} tests=ALL_TRUSTED,\n\tPILLS,TVD_SPACE_RATIO`,
];
const MAIL: HeaderField[] = [
  ['From', 'a@x.example'],
  ['Subject', 'cheap pills'],
];
/** What a client writes that hopes to be believed. */
const FORGED: HeaderField[] = [
  ['X-Spam', 'No'],
  ['X-Spam-Status', 'No, score=-9.0 required=5.0 tests=NONE'],
  ['X-Spam-Status', 'No, score=-9.0 cordon=k3fz-9Qw_bd81LmY'],
  ['X-Spam-Status', `No, score=-9.0 xcordon=${SECRET}x tests=cordon=${SECRET}y`],
  ['X-Spam-Status', 'Yes, score=99'],
  ['X-Spam-Flag', 'NO'],
  ['X-Spam-Checker-Version', 'SpamAssassin 4.0.1 (2024-03-25) on relay'],
  ['X-Spamd-Result', 'default: False [-9.00 / 15.00]'],
  ['X-Spamd-Result', 'default: True [99.00 / 15.00]'],
  ['X-Rspamd-Action', 'no action'],
  ['X-Rspamd-Queue-Id', 'AE258B1E354'],
  ['X-Rspamd-Queue-Id', ''],
  ['x-rspamd-queue-id', `${QUEUE_ID} ${QUEUE_ID}`],
];
const anyForged = fc.array(fc.constantFrom(...FORGED, ...MAIL), { maxLength: 12 });

test('without a content filter nobody speaks', () => {
  expect(none([...FORGED, ...rspamdBlock('99.00', 'reject'), saStatus('Yes')], context)).toBeUndefined();
});

describe('rspamd', () => {
  const word = headersOf('rspamd');

  test.each([
    ['29.90', 'add header', true],
    ['6.00', 'add header', true],
    ['5.99', 'no action', false],
    ['-0.10', 'no action', false],
  ])('a score of %s is spam: %s', (score, action, isSpam) => {
    expect(word([...MAIL, ...rspamdBlock(score, action)], context)).toBe(isSpam);
  });

  test('the score that is spam can be chosen', () => {
    expect(headersOf('rspamd', { spamScore: 30 })([...MAIL, ...rspamdBlock('29.90', 'no action')], context)).toBe(
      false,
    );
  });

  test('a message that Rspamd would reject is spam whatever its score', () => {
    const headers: HeaderField[] = [
      ['X-Rspamd-Queue-Id', QUEUE_ID],
      ['X-Spamd-Result', 'default: True [3.00 / 2.00]'],
    ];
    expect(word(headers, context)).toBe(true);
  });

  test('what the client wrote makes no word while Rspamd is down', () => {
    fc.assert(
      fc.property(anyForged, (forged) => {
        expect(word(forged, context)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test("what the client wrote changes nothing of Rspamd's word, even if Rspamd was told not to remove it", () => {
    fc.assert(
      fc.property(anyForged, fc.boolean(), (forged, isSpam) => {
        const block = isSpam ? rspamdBlock('9.00', 'add header') : rspamdBlock('1.00', 'no action');
        expect(word([...forged, ...block], context)).toBe(isSpam);
      }),
      { numRuns: 2000 },
    );
  });

  test("another message's queue id proves nothing, nor does any while we know none", () => {
    expect(word(rspamdBlock('99.00', 'reject'), { queueId: 'C0FFEE' })).toBeUndefined();
    expect(word(rspamdBlock('99.00', 'reject'), {})).toBeUndefined();
    expect(
      word([['X-Rspamd-Queue-Id', ''], ...rspamdBlock('9.00', 'x').slice(1)], { queueId: undefined }),
    ).toBeUndefined();
  });

  test('a result that cannot be read is no word', () => {
    expect(
      word(
        [
          ['X-Rspamd-Queue-Id', QUEUE_ID],
          ['X-Spamd-Result', 'nonsense'],
        ],
        context,
      ),
    ).toBeUndefined();
    expect(word([['X-Rspamd-Queue-Id', QUEUE_ID]], context)).toBeUndefined();
  });
});

describe('spamassassin', () => {
  const word = headersOf('spamassassin', { secret: SECRET });

  test('its Yes is spam, its No is not', () => {
    expect(word([...MAIL, saStatus('Yes')], context)).toBe(true);
    expect(word([...MAIL, saStatus('No')], context)).toBe(false);
  });

  test('what the client wrote makes no word while SpamAssassin is down', () => {
    fc.assert(
      fc.property(anyForged, (forged) => {
        expect(word(forged, context)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  test("what the client wrote, before and behind, changes nothing of SpamAssassin's word", () => {
    fc.assert(
      fc.property(anyForged, anyForged, fc.boolean(), (before, behind, isSpam) => {
        expect(word([...before, saStatus(isSpam ? 'Yes' : 'No'), ...behind], context)).toBe(isSpam);
      }),
      { numRuns: 2000 },
    );
  });

  test('even who knows the secret is not believed while SpamAssassin works: it overwrites the first field', () => {
    expect(word([...MAIL, saStatus('Yes'), saStatus('No')], context)).toBe(true);
  });

  test('a short secret, or one that could mean something else, is refused at the start', () => {
    for (const secret of ['', 'short', 'with a blank 1234567', 'x'.repeat(65), `${SECRET}\n`]) {
      expect(() => headersOf('spamassassin', { secret })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
    }
  });
});

test('any header is read without a fault', () => {
  const field = fc.tuple(fc.constantFrom('X-Spam-Status', 'X-Spamd-Result', 'X-Rspamd-Queue-Id'), fc.string());
  const words = [headersOf('rspamd'), headersOf('spamassassin', { secret: SECRET })];
  fc.assert(
    fc.property(fc.array(field), fc.option(fc.string(), { nil: undefined }), (headers, queueId) => {
      for (const word of words) expect([true, false, undefined]).toContain(word(headers, { queueId }));
    }),
  );
});
