import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { STATUS } from './api/problem.ts';
import { EXIT, exitStatusOf } from './cli/exit-codes.ts';
import { ERRORS, type ErrorCode } from './errors.ts';

const text = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md lists every code with its HTTP status, exit status and advice, and no other', () => {
  const documented = [...text.matchAll(/^\| `([A-Z_]+)` \| (\S+) \| (\d+) \| .+ \| (.+) \|$/gm)].map(
    ([, code, status, exit, advice]) => [code, status, Number(exit), advice],
  );
  const catalogue = (Object.keys(ERRORS) as ErrorCode[]).map((code) => [
    code,
    String(STATUS[code] ?? '–'),
    exitStatusOf(code),
    ERRORS[code],
  ]);
  expect(documented.sort()).toEqual(catalogue.sort());
});

test('docs/errors.md lists every exit status', () => {
  const documented = [...text.matchAll(/^\| (\d+) \| /gm)].map(([, status]) => Number(status));
  expect(documented).toEqual([...Object.values(EXIT), 70].sort((a, b) => a - b));
});
