import { expect, test } from 'vitest';
import { ACCEPT } from '../../decision/decision.ts';
import { REPLIES } from '../../mail/replies.ts';
import { CONTINUE, SKIP, TEMPFAIL, writeDecision } from './write-answer.ts';

test('the short answers are a length and a letter', () => {
  expect([CONTINUE, SKIP, TEMPFAIL].map((answer) => answer.toString('latin1'))).toEqual([
    '\0\0\0\x01c',
    '\0\0\0\x01s',
    '\0\0\0\x01t',
  ]);
  expect(writeDecision(ACCEPT)).toBe(CONTINUE);
});

test('a refusal is our reply, the human sentence first, ending with NUL', () => {
  const answer = writeDecision({ action: 'reject', reply: REPLIES.restrictedUser, because: 'restricted-user' });
  expect(answer.readUInt32BE(0)).toBe(answer.length - 4);
  expect(answer.subarray(4).toString()).toBe(
    "y550-5.1.8 Your message couldn't be delivered because you weren't recognized as a valid sender. The most common reason for this is that your email address is suspected of sending spam and it's no longer allowed to send email. Contact your email admin for assistance.\r\n550 5.1.8 Access denied, bad outbound sender AS(42004)\0",
  );
});

test("a percent sign is doubled, because the mail server halves it (seen with Postfix 3.7's smtpd)", () => {
  const reply = { code: 451, enhanced: '4.7.1', text: '100% full, %s' };
  expect(writeDecision({ action: 'defer', reply, because: 'uncertain' }).subarray(5).toString()).toBe(
    '451 4.7.1 100%% full, %%s\0',
  );
});
