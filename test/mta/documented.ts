// The lines of main.cf and master.cf of docs/mta/postfix.md: what the manual recommends is what these tests run.
import { readFileSync } from 'node:fs';

const MANUAL = new URL('../../docs/mta/postfix.md', import.meta.url);

/** Blocks of the manual (```cf NAME, ```master NAME), one after another, with the addresses and files of this test in the place of the manual's. */
export function documented(names: readonly string[], inPlaceOf: Readonly<Record<string, string>> = {}): string {
  const manual = readFileSync(MANUAL, 'utf8');
  const blocks = new Map(
    [...manual.matchAll(/^```(?:cf|master) (\S+)\n([^`]*)^```$/gm)].map((match) => [match[1], match[2]!]),
  );
  const settings = names.map((name) => {
    const block = blocks.get(name);
    if (block === undefined) throw new Error(`docs/mta/postfix.md has no block "${name}"`);
    return block;
  });
  return Object.entries(inPlaceOf).reduce((text, [manuals, ours]) => text.replaceAll(manuals, ours), settings.join(''));
}
