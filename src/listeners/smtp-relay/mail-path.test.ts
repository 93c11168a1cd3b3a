import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readForwardPath, readReversePath } from './mail-path.ts';

const RULES = { maxMessageBytes: 1_000, offersAuth: false };
const sender = (argument: string): unknown => {
  const path = readReversePath(argument, RULES);
  return typeof path === 'string' ? path : path.sender;
};
const recipient = (argument: string): unknown => {
  const path = readForwardPath(argument, false);
  return typeof path === 'string' ? path : path.recipient;
};

describe('a reverse path', () => {
  test.each([
    ['FROM:<a@b.example>', 'a@b.example'],
    ['from:<>', ''],
    ['FROM: <a@b.example>', 'a@b.example'],
    ['FROM:a@b.example', 'a@b.example'],
    ['FROM:<@one.example,@two.example:a@b.example>', 'a@b.example'],
    ['FROM:<"a > b"@c.example>', '"a > b"@c.example'],
    ['FROM:<"a@x.example"@c.example>', '"a@x.example"@c.example'],
    ['FROM:<root>', 'root'],
    ['FROM:<a@[192.0.2.1]>', 'a@[192.0.2.1]'],
    ['FROM:<a@[IPv6:2001:db8::1]>', 'a@[IPv6:2001:db8::1]'],
    ['FROM:<a+b=c/d@e.example>', 'a+b=c/d@e.example'],
  ])('%s is %s', (argument, address) => {
    expect(sender(argument)).toBe(address);
  });

  test.each([
    ['', '501 5.5.4'],
    ['TO:<a@b>', '501 5.5.4'],
    ['FROM:', '501 5.5.4'],
    ['FROM:<a@b', '501 5.5.4'],
    ['FROM:<a@b>x', '501 5.5.4'],
    ['FROM:<a@b><c@d>', '501 5.5.4'],
    ['FROM:<a@b@c>', '501 5.1.7'],
    ['FROM:<a b@c>', '501 5.1.7'],
    ['FROM:<@b>', '501 5.1.7'],
    ['FROM:<a@>', '501 5.1.7'],
    ['FROM:<a\t@b>', '501 5.1.7'],
    ['FROM:<ä@b>', '553 5.6.7'],
    ['FROM:<a@b> SIZE=', '501 5.5.4'],
    ['FROM:<a@b> SIZE=1 SIZE=1', '501 5.5.4'],
    ['FROM:<a@b> =1', '501 5.5.4'],
    ['FROM:<a@b> SIZE=1001', '552 5.3.4'],
    ['FROM:<a@b> SMTPUTF8=yes', '555 5.5.4'],
    ['FROM:<a@b> ENVID=7', '555 5.5.4'],
    ['FROM:<a@b> AUTH=<>', '555 5.5.4'],
  ])('%s is refused with %s', (argument, answer) => {
    expect(sender(argument)).toMatch(new RegExp(`^${answer} `));
  });

  test('keeps what its parameters say', () => {
    expect(readReversePath('FROM:<ä@b> SIZE=1000 BODY=8bitmime SMTPUTF8', RULES)).toEqual({
      sender: 'ä@b',
      size: 1000,
      is8BitMime: true,
      isSmtpUtf8: true,
    });
    expect(readReversePath('FROM:<a@b>  BODY=7BIT', RULES)).toMatchObject({ is8BitMime: false, size: undefined });
  });

  test('may carry AUTH where AUTH is offered; what it says counts for nothing', () => {
    const path = readReversePath('FROM:<a@b> AUTH=somebody+40else', { ...RULES, offersAuth: true });
    expect(path).toEqual({ sender: 'a@b', size: undefined, is8BitMime: false, isSmtpUtf8: false });
  });
});

describe('a forward path', () => {
  test.each([
    ['TO:<postmaster>', 'postmaster'],
    ['TO:<a@b.example>', 'a@b.example'],
    ['TO:<a..b@c.example>', 'a..b@c.example'],
  ])('%s is %s', (argument, address) => {
    expect(recipient(argument)).toBe(address);
  });

  test.each([
    ['TO:<>', '501 5.1.3'],
    ['TO:<victim@far.example@accepted.example>', '501 5.1.3'],
    ['TO:<"a"b@c>', '501 5.1.3'],
    ['TO:<a@b> ORCPT=rfc822;a@b', '555 5.5.4'],
    ['TO:<ä@b>', '553 5.6.7'],
  ])('%s is refused with %s', (argument, answer) => {
    expect(recipient(argument)).toMatch(new RegExp(`^${answer} `));
  });

  test('may be beyond ASCII where MAIL said SMTPUTF8', () => {
    expect(readForwardPath('TO:<ä@bücher.example>', true)).toEqual({ recipient: 'ä@bücher.example' });
  });
});

test('whatever it is made of, an accepted path holds nothing that could end a command or a path', () => {
  const piece = fc.constantFrom('<', '>', '"', '\\', '@', ':', ' ', ',', 'a', '\r', '\n', '\t', '\0', '[', ']', 'ä');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      for (const argument of [`FROM:${pieces.join('')}`, `FROM:<${pieces.join('')}>`]) {
        const path = readReversePath(argument, RULES);
        if (typeof path === 'string') continue;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        expect(path.sender).not.toMatch(/[\x00-\x1f\x7f]/);
        if (!path.sender.includes('"')) expect(path.sender).not.toMatch(/[<> ]|@.*@/);
      }
    }),
    { numRuns: 5_000 },
  );
});
