// Texts that others chose, in commands that we print: what PowerShell's engine makes of them.
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quoted as inShell } from '../../src/cli/terminal.ts';
import { quoted } from '../../src/cmdlets/quoted.ts';
import { PowerShell, withPowerShell } from './powershell.ts';

const QUOTES = ["'", '\u2018', '\u2019', '\u201a', '\u201b'];
const texts = fc.string({
  unit: fc.constantFrom(...QUOTES, ...QUOTES, ...'ab ;$`"()|&\\\u201c\u201d\u2013'),
  minLength: 1,
});

test('a word of a shell is the text in sh', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const { stdout } = spawnSync('sh', ['-c', `printf %s ${inShell(text)}`], { encoding: 'utf8' });
      expect(stdout).toBe(text);
    }),
    { numRuns: 50 },
  );
});

withPowerShell('a text that others chose', (engine) => {
  let shell: PowerShell;
  beforeAll(() => {
    shell = PowerShell.start(engine);
  });
  afterAll(() => shell.stop());

  test('is one argument, and the text itself', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const line = `& { [int[]][char[]]$args[0] -join ','; $args.Count } ${quoted(text)}`;
        expect(await shell.lines(line)).toEqual([[...text].map((c) => c.charCodeAt(0)).join(','), '1']);
      }),
    );
  });

  test.each(QUOTES)('runs nothing, in whatever shell it was to be typed: %s', async (quote) => {
    for (const text of [`a${quote};'ran';${quote}`, `${quote};'ran';${quote}`, `${quote}\n'ran'\n${quote}`]) {
      for (const word of [quoted(text), inShell(text)]) {
        expect(await shell.lines(`& { 'one command' } ${word}`)).toEqual(['one command']);
      }
    }
  });
});
