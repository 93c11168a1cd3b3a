import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mailboxesOf } from './mailboxes.ts';

test.each([
  ['A@B.example', [{ name: '', address: 'a@b.example' }]],
  [
    '"Boss, The" <a@b.example>, c@d.example',
    [
      { name: 'Boss, The', address: 'a@b.example' },
      { name: '', address: 'c@d.example' },
    ],
  ],
  ['boss@ours.example <evil@x.example>', [{ name: 'boss@ours.example', address: 'evil@x.example' }]],
  [
    'Team: a@b.example, "c" <c@d.example>;',
    [
      { name: '', address: 'a@b.example' },
      { name: 'c', address: 'c@d.example' },
    ],
  ],
  ['"The Boss" <Boss@Ours.example>', [{ name: 'The Boss', address: 'boss@ours.example' }]],
  ['  The Boss<boss@ours.example> ', [{ name: 'The Boss', address: 'boss@ours.example' }]],
  ['<boss@ours.example>', [{ name: '', address: 'boss@ours.example' }]],
  ['undisclosed-recipients:;', []],
  ['', []],
])('%s', (value, expected) => {
  expect(mailboxesOf(value)).toEqual(expected);
});

test('nothing that somebody writes makes it throw, or a long list', () => {
  const piece = fc.constantFrom('<', '>', '"', '(', ')', ':', ';', ',', '@', 'a', ' ', '\\', '\r\n ');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 300 }), (pieces) => {
      expect(mailboxesOf(pieces.join('')).length).toBeLessThanOrEqual(16);
    }),
  );
});
