// `cordon replay`: the real detector over a file, with its progress and its report. Wired here because the command line may
// not know the detection room.

import { writeFile } from 'node:fs/promises';
import type { ReplayOptions } from './cli/command-line.ts';
import { replay } from './detection/replay.ts';
import { describeReport } from './detection/replay-report.ts';

/** Ends early, with a report of what was read, at SIGINT. Resolves to the exit status; rejects with TRACE_INVALID. */
export async function runReplay(options: ReplayOptions): Promise<number> {
  const interrupt = new AbortController();
  const onSignal = () => interrupt.abort();
  process.once('SIGINT', onSignal);
  try {
    const report = await replay({
      trace: options.file,
      verdicts: options.verdicts,
      decisions: options.decisions,
      without: options.without,
      blockHours: options.blockHours,
      settings: options.threshold === undefined ? undefined : { threshold: options.threshold },
      onProgress: ({ bytesRead, bytes }) => options.onProgress(bytesRead, bytes),
      signal: interrupt.signal,
    });
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
    options.print(describeReport(report));
    return interrupt.signal.aborted ? 1 : 0;
  } finally {
    process.off('SIGINT', onSignal);
  }
}
