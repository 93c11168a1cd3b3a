import { describe, expect, test } from 'vitest';
import { progressBar, sheet, shortened, shown, table } from './terminal.ts';

describe('what is printed', () => {
  test('tables are aligned and have no blanks at their line ends', () => {
    const rows = [
      { name: 'a', value: 'long value' },
      { name: 'longer', value: '' },
    ];
    const text = table(
      rows,
      [
        ['NAME', (row) => row.name],
        ['VALUE', (row) => row.value],
      ],
      'nothing',
    );
    expect(text).toBe('NAME    VALUE\na       long value\nlonger\n');
    expect(table([], [['NAME', () => '']], 'Nobody.')).toBe('Nobody.\n');
  });

  test('sheets leave out what is empty', () => {
    expect(
      sheet([
        ['name', 'x'],
        ['until', undefined],
        ['reason', ''],
      ]),
    ).toBe('name  x\n');
  });

  test('no control character and no direction mark gets through', () => {
    expect(shown('a\u001b]0;t\u0007\r\nb\u009b1m\u202e\u2066')).toBe('a\\x1b]0;t\\x07\\x0d\\x0ab\\x9b1m\\u202e\\u2066');
    expect(table([{ a: '\u001b[31m' }], [['A', (row) => row.a]], '')).not.toContain('\u001b');
  });

  test('long text is cut with an ellipsis', () => {
    expect([shortened('abc', 3), shortened('abcd', 3)]).toEqual(['abc', 'ab…']);
  });
});

describe('the progress bar', () => {
  test('is rewritten in place on a terminal and absent elsewhere', () => {
    let text = '';
    const write = (part: string) => (text += part);
    const bar = progressBar({ write, isTTY: true }, 'replay');
    bar.show(0, 4);
    bar.show(2, 4);
    bar.show(2, 4);
    bar.show(4, 4);
    bar.end();
    expect(
      text
        .split('\r')
        .slice(1)
        .map((line) => line.trimEnd().slice(-5)),
    ).toEqual(['  0 %', ' 50 %', '100 %']);
    text = '';
    const silent = progressBar({ write }, 'replay');
    silent.show(1, 2);
    silent.end();
    expect(text).toBe('');
  });
});
