// What the README's first line shows, as a newcomer runs it: bin/cordon, headless, once.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { StorySummary } from '../../src/demo/story.ts';

const run = promisify(execFile);

test('the demo tells its whole story and says so in one JSON line', { timeout: 120_000 }, async () => {
  const cordon = join(import.meta.dirname, '../../bin/cordon');
  const { stdout } = await run(process.execPath, [cordon, 'demo', '--once', '--json']);
  const summary = JSON.parse(stdout) as StorySummary;
  expect(summary.steps.map(({ step, seen }) => [step, seen])).toEqual([
    ['ordinary mail', true],
    ['block', true],
    ['restricted entities', true],
    ['alert', true],
    ['notification', true],
    ['other connectors', true],
    ['mail to postmaster', true],
    ['unblock', true],
  ]);
  expect(summary).toMatchObject({ ok: true, refusal: '550 5.7.711 Access denied, bad inbound connector. AS(2204).' });
  expect(summary.leakedMessages).toBeLessThanOrEqual(10);
});
