import { describe, expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../access/password.ts';
import { Accounts, authenticate } from './auth.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const ACCOUNTS = [
  { login: 'Anna', passwordHash: 'hash of tim' },
  { login: 'bernd', passwordHash: 'hash of tom' },
];
/** Says how often it was asked. */
function verifier(): { verify: (password: string, hash: string) => Promise<boolean>; asked: string[] } {
  const asked: string[] = [];
  const verify = async (password: string, hash: string): Promise<boolean> => {
    asked.push(`${password} ${hash}`);
    return hash === `hash of ${password}`;
  };
  return { verify, asked };
}

describe('accounts', () => {
  test('know a login in any case, and its own password only', async () => {
    const accounts = new Accounts(ACCOUNTS, verifier().verify);
    expect(await accounts.check('anna', 'tim')).toBe('right');
    expect(await accounts.check('anna', 'tom')).toBe('wrong');
    expect(accounts.isEmpty).toBe(false);
  });

  test('do the same work for a login that they do not know, even with the password of another', async () => {
    const { verify, asked } = verifier();
    expect(await new Accounts(ACCOUNTS, verify).check('nobody', 'tim')).toBe('wrong');
    expect(asked).toEqual(['tim hash of tim']);
  });

  test('take no more than 16 checks at once', async () => {
    const started: (() => void)[] = [];
    const accounts = new Accounts(ACCOUNTS, () => new Promise((resolve) => started.push(() => resolve(true))));
    const checks = Array.from({ length: 16 }, () => accounts.check('anna', 'tim'));
    expect(await accounts.check('anna', 'tim')).toBe('busy');
    for (const finish of started) finish();
    expect(new Set(await Promise.all(checks))).toEqual(new Set(['right']));
    const next = accounts.check('anna', 'tim');
    started.at(-1)!();
    expect(await next).toBe('right');
  });

  test('are busy where the check fails by itself', async () => {
    const accounts = new Accounts(ACCOUNTS, async () => Promise.reject(new Error('out of memory')));
    expect(await accounts.check('anna', 'tim')).toBe('busy');
  });

  test('know real argon2id hashes', async () => {
    const accounts = new Accounts([{ login: 'anna', passwordHash: await hashPassword('tüm') }], verifyPassword);
    expect(await accounts.check('anna', 'tüm')).toBe('right');
    expect(await accounts.check('anna', 'tum')).toBe('wrong');
  });
});

describe('the dialogue', () => {
  const talk = async (argument: string, ...lines: (string | undefined)[]): Promise<unknown> => {
    const accounts = new Accounts(ACCOUNTS, verifier().verify);
    const result = await authenticate(argument, accounts, async () => lines.shift());
    return result?.saslUsername ?? result?.answer;
  };

  test.each([
    ['PLAIN with its response at once', `PLAIN ${base64('\0Anna\0tim')}`, [], 'anna'],
    ['PLAIN with its response later', 'plain', [base64('\0anna\0tim')], 'anna'],
    ['PLAIN for himself', `PLAIN ${base64('anna\0anna\0tim')}`, [], 'anna'],
    ['LOGIN', 'LOGIN', [base64('anna'), base64('tim')], 'anna'],
    ['LOGIN with the login at once', `LOGIN ${base64('ANNA')}`, [base64('tim')], 'anna'],
  ])('%s', async (_, argument, lines, login) => {
    expect(await talk(argument, ...lines)).toBe(login);
  });

  test.each([
    ['PLAIN for somebody else', `PLAIN ${base64('bernd\0anna\0tim')}`, [], /^535/],
    ['PLAIN without a login', `PLAIN ${base64('\0\0tim')}`, [], /^535/],
    ['PLAIN with too few parts', `PLAIN ${base64('anna')}`, [], /^501/],
    ['PLAIN with an empty response', 'PLAIN =', [], /^501/],
    ['a wrong password', 'LOGIN', [base64('anna'), base64('tom')], /^535 5\.7\.8 /],
    ['a password that is not UTF-8', 'LOGIN', [base64('anna'), '/w=='], /^535/],
    ['base64 that is none', 'LOGIN', ['a'], /^501/],
    ['a cancelled dialogue', 'LOGIN', [base64('anna'), '*'], /^501 5\.7\.0/],
    ['a mechanism that is not offered', 'CRAM-MD5', [], /^504/],
    ['no mechanism', '', [], /^501/],
    ['too many words', 'PLAIN = =', [], /^501/],
  ])('%s is refused', async (_, argument, lines, answer) => {
    expect(await talk(argument, ...lines)).toMatch(answer);
  });

  test.each([
    ['PLAIN', []],
    ['LOGIN', []],
    ['LOGIN', [base64('anna')]],
  ])('%s ends without a word where the client is gone', async (argument, lines) => {
    expect(await talk(argument, ...lines, undefined)).toBeUndefined();
  });
});
