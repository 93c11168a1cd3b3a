import { describe, expect, test } from 'vitest';
import { Mention } from './mention.ts';

const bob = Mention.of('<Bob@Far.Example>')!;

describe('an address is mentioned', () => {
  test.each([
    'bob@far.example',
    'Bob Example <BOB@far.example>',
    'mailto:bob@FAR.example.',
    '550 5.1.1 <bob@far.example>: Recipient address rejected',
    'asked by bob@far.example, who left',
    "'bob@far.example'",
    'bounce-42-bob=far.example@list.example',
    'SRS0=HHH=TT=far.example=bob@forwarder.example',
  ])('in %s', (text) => {
    expect(bob.isIn(text)).toBe(true);
    expect(bob.replacedIn(text, '#').toLowerCase()).not.toMatch(/bob.?far\.example|far\.example=bob/);
  });

  test('also where its domain is written in the other alphabet', () => {
    const typed = Mention.of('Anna@Bücher.example')!;
    expect(typed.address).toBe('anna@xn--bcher-kva.example');
    expect(typed.isIn('to anna@BÜCHER.example and')).toBe(true);
    expect(Mention.of('anna@xn--bcher-kva.example')!.isIn('anna@bücher.example')).toBe(true);
  });

  test('in the texts and keys of a structure, and nothing else of it changes', () => {
    const before = { a: ['x', 1, null, { 'bob@far.example': true }], b: 'to bob@far.example' };
    expect(bob.replacedInAll(before, '#')).toEqual({ a: ['x', 1, null, { '#': true }], b: 'to #' });
    const other = { a: ['x', { c: 'jim@far.example' }] };
    expect(bob.replacedInAll(other, '#')).toBe(other);
  });
});

describe('an address is not mentioned', () => {
  test.each([
    'jimbob@far.example',
    'jim.bob@far.example',
    'x+bob@far.example',
    'bob@far.example.org',
    'bob@far.example-shop.example',
    'bob@other.example',
    'bobby=far.example@list.example',
  ])('in %s', (text) => {
    expect(bob.isIn(text)).toBe(false);
    expect(bob.replacedIn(text, '#')).toBe(text);
  });

  test.each(['bob', '@far.example', 'bob@', 'bob@localhost', 'two words@far.example', ''])(
    'by %s, which is no address',
    (text) => {
      expect(Mention.of(text)).toBeUndefined();
    },
  );
});

test('what has a special meaning in a pattern, a replacement or JSON means itself', () => {
  const odd = Mention.of("a.b'$&c@far.example")!;
  expect(odd.replacedIn("<a.b'$&c@far.example>", '$&')).toBe('<$&>');
  expect(odd.isIn("axb'$&c@far.example")).toBe(false);
  const back = Mention.of('a\\b@far.example')!;
  expect(back.mayBeIn(JSON.stringify({ a: 'a\\b@far.example' }))).toBe(true);
});
