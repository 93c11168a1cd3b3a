import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL_ACTIONS, ALL_STEPS, offer } from './mail-server-side.ts';
import { negotiate } from './negotiate.ts';

const HEAD_BYTES = 5;
const agree = (version = 6, actions = ALL_ACTIONS, steps = ALL_STEPS) =>
  negotiate(offer(version, actions, steps).subarray(HEAD_BYTES));

test('Postfix 3.7 is asked for what the guard needs, and for no answer it can do without', () => {
  const agreed = agree()!;
  expect(agreed.answer.readUInt32BE(0)).toBe(6);
  // No DATA, end of header, unknown commands; SKIP, rejected recipients; no answer to header, HELO, MAIL.
  expect(agreed.steps).toBe(0x100 | 0x200 | 0x40 | 0x400 | 0x800 | 0x80 | 0x2000 | 0x4000);
  expect(agreed.answer.readUInt32BE(8)).toBe(agreed.steps);
});

test('no change of any message is asked for, only to name the macros', () => {
  expect(agree()?.answer.readUInt32BE(4)).toBe(0x100);
  expect(agree()?.answer.subarray(12).toString('latin1')).toBe(
    [
      '\0\0\0\x01{cert_subject} {verify}\0',
      '\0\0\0\x02i {auth_authen}\0',
      '\0\0\0\x03i {rcpt_mailer} {rcpt_host}\0',
      '\0\0\0\x05i {msg_size}\0',
    ].join(''),
  );
  expect(agree(6, 0x3f)?.answer).toHaveLength(12);
});

test('a mail server that knows no SKIP need not wait for an answer to each piece of a body', () => {
  expect(agree(6, ALL_ACTIONS, ALL_STEPS & ~0x400)?.steps).toBe((agree()!.steps & ~0x400) | 0x80000);
});

test('nothing is agreed on that was not offered', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(0xffffffff), fc.nat(0xffffffff), (version, actions, steps) => {
      const agreed = agree(version, actions, steps)!;
      expect(agreed.answer.readUInt32BE(0)).toBe(Math.min(6, version));
      expect(agreed.steps & ~steps).toBe(0);
      expect(agreed.answer.readUInt32BE(4) & ~(actions & 0x100)).toBe(0);
    }),
  );
});

test('a short offer and one from before Sendmail 8.11 are refused', () => {
  expect(negotiate(Buffer.alloc(11))).toBeUndefined();
  expect(agree(1)).toBeUndefined();
});
