// `cordon demo`: the whole guard on free ports with a next hop of its own and a sample organization, and a fortnight of
// realistic mail over real SMTP, before one connector turns bad.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoOptions } from '../cli/command-line.ts';
import { StoryClock } from './clock.ts';
import { startSample } from './sample.ts';
import { Story } from './story.ts';

/** Resolves to the exit status: 0 when each step of the story was seen. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const say = options.json ? () => {} : (line: string) => void process.stdout.write(`${line}\n`);
  const directory = await mkdtemp(join(tmpdir(), 'cordon-demo-'));
  const clock = new StoryClock(Date.now);
  const sample = await startSample(directory, clock);
  try {
    const story = new Story({ ...sample, say });
    const summary = await story.tell();
    if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
    if (!options.once && summary.ok) await story.goOn(untilInterrupted());
    return summary.ok ? 0 : 1;
  } finally {
    await sample.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}
