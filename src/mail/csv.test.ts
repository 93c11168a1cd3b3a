import { expect, test } from 'vitest';
import { csvCell, csvJson } from './csv.ts';

test.each([
  ['anna@ours.example', 'anna@ours.example'],
  ['-1', "'-1"],
  ['a, "b"', '"a, ""b"""'],
  ['a;=1+1', `"a;'=1+1"`],
  ['a;@SUM(A1)\t+1;-2', `"a;'@SUM(A1)\t'+1;'-2"`],
  ['a; "=1+1', `"a; ""'=1+1"`],
  ['\t=1+1', `"'\t'=1+1"`],
  ['a\r\n=1+1', `"a\r\n'=1+1"`],
  ['a=b', 'a=b'],
])('%j is no formula, whichever the separator: %j', (text, cell) => {
  expect(csvCell(text)).toBe(cell);
});

test('JSON keeps its value and has no semicolon', () => {
  const value = { Reason: 'x;=HYPERLINK("http://a.example")', Other: ';' };
  const cell = csvJson(value);
  expect(cell).not.toContain(';');
  expect(JSON.parse(cell.slice(1, -1).replaceAll('""', '"'))).toEqual(value);
});

test('a long text costs no more than its length', () => {
  for (const part of [' ', '"', '\r', '\t', ';', '; =', '\t\r']) {
    const began = performance.now();
    csvCell(part.repeat(200_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  }
});
