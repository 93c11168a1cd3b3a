// How much JavaScript the first page needs before anything shows: what it imports statically, compressed as the guard sends it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = join(import.meta.dirname, '../../portal/dist');
const BUDGET_BYTES = 260_000;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

test('Restricted entities needs at most 260 kB of JavaScript', () => {
  const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  const needed = new Set<string>();
  const need = (name: string) => {
    const { file, imports = [] } = manifest[name]!;
    if (needed.has(file)) return;
    needed.add(file);
    for (const each of imports) need(each);
  };
  need('index.html');
  need('src/pages/restricted-entities/restricted-entities.tsx');
  const sizes = [...needed].map((file) => ({
    file,
    bytes: gzipSync(readFileSync(join(DIST, file)), { level: 9 }).length,
  }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(BUDGET_BYTES);
});
