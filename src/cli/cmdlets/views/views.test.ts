import { describe, expect, test } from 'vitest';
import { cmdletNamed } from '../../../cmdlets/table.ts';
import type { WireRow } from '../admin-api.ts';
import type { Format } from '../formal.ts';
import { viewOf } from './choose.ts';

const ROWS: readonly WireRow[] = [
  { Name: 'first', Size: 5, Enabled: true, Tags: ['a', 'b'] },
  { Name: 'second one', Size: 12_345, Enabled: false, Tags: [] },
];

/** Each list of rows is a page. */
function printed(pages: readonly (readonly WireRow[])[], format: Format | undefined, columns?: number): string {
  const names = Object.keys(pages[0]?.[0] ?? {});
  const output = names.map((name) => ({ name, type: 'String' as const, help: '' }));
  const stdout = { write: () => true, isTTY: columns !== undefined, columns };
  const view = viewOf({ ...cmdletNamed('Get-BlockedConnector')!, output }, format, stdout, () => {});
  return pages.map((rows) => view.page(rows)).join('') + view.end();
}

describe('by itself', () => {
  test('up to four properties are a table, numbers to the right', () => {
    expect(printed([ROWS], undefined)).toBe(`
Name        Size Enabled Tags
----        ---- ------- ----
first          5 True    {a, b}
second one 12345 False   {}

`);
  });

  test('more are a list', () => {
    const rows = ROWS.map((row) => ({ ...row, Note: { a: 1 } }));
    expect(printed([rows], undefined)).toBe(`
Name    : first
Size    : 5
Enabled : True
Tags    : {a, b}
Note    : {"a":1}

Name    : second one
Size    : 12345
Enabled : False
Tags    : {}
Note    : {"a":1}

`);
  });
});

test('a table keeps the columns of its first page, and cuts no number', () => {
  const [first, second] = ROWS.map((row) => [row]) as [WireRow[], WireRow[]];
  expect(printed([first, second], 'Table', 40)).toBe(`
Name  Size Enabled Tags
----  ---- ------- ----
first    5 True    {a, b}
seco… 12345 False   {}

`);
  // In a pipe nothing is cut.
  expect(printed([first, second], 'Table').split('\n')[4]).toBe('second one 12345 False   {}');
});

test('pages are one array, and lines beneath one head', () => {
  const pages = ROWS.map((row) => [row]);
  expect(JSON.parse(printed(pages, 'Json'))).toEqual(ROWS);
  expect(printed(pages, 'Csv')).toBe('Name,Size,Enabled,Tags\r\nfirst,5,True,"a; b"\r\nsecond one,12345,False,\r\n');
});
