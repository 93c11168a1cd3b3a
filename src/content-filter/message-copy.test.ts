import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageCopy } from './message-copy.ts';

test('holds what was written, in whatever pieces it came, and nothing of what is too long', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 9_000 }), { maxLength: 6 }), fc.nat(30_000), (pieces, most) => {
      const copy = new MessageCopy(most, false);
      for (const piece of pieces) copy.write(Buffer.from(piece));
      const all = Buffer.concat(pieces);
      expect(copy.isTooLong).toBe(all.length > most);
      expect(copy.message?.equals(all)).toBe(all.length > most ? undefined : true);
    }),
  );
});

test('does not change with the buffer that it was written from', () => {
  const copy = new MessageCopy(100, false);
  const chunk = Buffer.from('Subject: x\r\n');
  copy.write(chunk);
  chunk.fill(0);
  expect(copy.message?.toString()).toBe('Subject: x\r\n');
});

test('gives dots back as the sender meant them (RFC 5321 4.5.2)', () => {
  const copy = new MessageCopy(100, true);
  for (const byte of Buffer.from('A: b\r\n\r\n..\r\n...x\r\na..b\r\n')) copy.write(Buffer.from([byte]));
  expect(copy.message?.toString()).toBe('A: b\r\n\r\n.\r\n..x\r\na..b\r\n');
});

test('keeps nothing of a message that declares to be too long', () => {
  const copy = new MessageCopy(100, false);
  copy.expect(101);
  copy.write(Buffer.from('x'));
  expect([copy.isTooLong, copy.message]).toEqual([true, undefined]);
  const short = new MessageCopy(100, false);
  short.expect(100);
  expect(short.isTooLong).toBe(false);
});
