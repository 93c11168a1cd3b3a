import { expect, test } from 'vitest';
import { localPath } from './local-path.ts';

test.each([
  '/',
  '/restricted',
  '/trace?subject=a%20b&from=2026-11-22T08:00:00Z#top',
  '/a//b',
  '/%C3%A9',
  '/x?u=https://a.example/',
])('%j is a page of ours', (path) => {
  expect(localPath(path)).toBe(path);
});

test.each([
  '',
  'restricted',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  'https:evil.example',
  'https://evil.example',
  'https:/evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '/%2fevil.example',
  '/%2F%2Fevil.example',
  '%2f%2fevil.example',
  '/%5cevil.example',
  '/%255cevil.example',
  '/%252fevil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/x\r\nSet-Cookie: a=b',
  '/x%0d%0aSet-Cookie:%20a=b',
  '/ /evil.example',
  ' //evil.example',
  '/\u0000',
  '/／evil.example',
  `/${'x'.repeat(1_000)}`,
])('%j is none', (path) => {
  expect(localPath(path)).toBeUndefined();
});
