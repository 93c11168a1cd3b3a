// kill -9 under load: what was told as durable is there, and the detector's sums are what they were, to the last bit, at the
// record up to which the journal reached the disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GuardWorld } from '../guard-world.ts';

interface Told {
  /** By connector: the sums by seq, in order. */
  readonly sums: Map<string, [seq: number, sum: string][]>;
  readonly restricted: Set<string>;
}

/** Runs the child until it has told so many lines, then kills it where it is. */
async function killAfter(directory: string, lines: number): Promise<Told> {
  // Into a file, which takes every line at once; a pipe would hold the child up.
  const file = join(directory, 'told');
  const out = openSync(file, 'a');
  const child = spawn(process.execPath, [join(import.meta.dirname, 'guard-child.ts'), directory], {
    stdio: ['ignore', out, 'inherit'],
  });
  const closed = once(child, 'close');
  try {
    await expect.poll(() => readFileSync(file, 'utf8').split('\n').length, { timeout: 30_000 }).toBeGreaterThan(lines);
  } finally {
    child.kill('SIGKILL');
    await closed;
    closeSync(out);
  }
  return read(readFileSync(file, 'utf8'));
}

function read(text: string): Told {
  const told: Told = { sums: new Map(), restricted: new Set() };
  // The last line may be torn.
  for (const line of text.split('\n').slice(0, -1)) {
    const [kind, a, b, c] = line.split(' ');
    if (kind === 'restricted') told.restricted.add(a!);
    else told.sums.set(b!, [...(told.sums.get(b!) ?? []), [Number(a), c!]]);
  }
  return told;
}

describe('kill -9 under load', () => {
  test.each([900, 1_600, 2_500])('after %i answers', { timeout: 60_000 }, async (lines) => {
    const directory = mkdtempSync(join(tmpdir(), 'cordon-kill-'));
    const told = await killAfter(directory, lines);
    const world = await GuardWorld.open({ directory });
    try {
      for (const entityId of told.restricted) expect(world.restricted.active.get(entityId)?.durable).toBe(true);
      const reached = await world.store.journal.lastSeq();
      expect(reached).toBeGreaterThan(0);
      let positive = 0;
      for (const [connectorId, sums] of told.sums) {
        const last = sums.filter(([seq]) => seq <= reached).at(-1);
        if (last === undefined || world.restricted.active.get(connectorId) !== undefined) continue;
        const { sum } = world.log.standingOf(connectorId)!;
        if (sum > 0) positive++;
        expect(Buffer.from(new Float64Array([sum]).buffer).toString('hex')).toBe(last[1]);
      }
      expect(positive).toBeGreaterThan(2);
      if (lines > 1_000) expect(told.restricted.size).toBe(1);
    } finally {
      await world.close();
    }
  });
});
