// `cordon apply`: reads the file, says what would change, and changes it over the API of the running guard. Wired by main.ts.
import type { ApplyOptions } from '../cli/command-line.ts';
import { readApplyFile } from './apply-file.ts';
import { readGuardState } from './guard-state.ts';
import { type Ids, planOf, type Step } from './plan.ts';

/**
 * True where the guard is as the file says now. Rejects with APPLY_INVALID, CONFIG_UNREADABLE, or with what the guard refuses an entry
 * with: found by the plan, nothing was applied; else the message says how much was, and the same file applied again does the rest.
 */
export async function runApply({ file, api, prune, agree, onProgress }: ApplyOptions): Promise<boolean> {
  const wanted = await readApplyFile(file);
  const steps = await planOf(wanted, await readGuardState(api), prune);
  if (!(await agree(steps.map(({ change }) => change)))) return false;
  const ids: Ids = new Map();
  for (const [i, step] of steps.entries()) {
    await step.send(api, ids).catch((error: unknown) => refused(error, step, i, steps.length));
    onProgress(i + 1, steps.length);
  }
  return true;
}

/** The guard's own error, which the entry is named in. */
function refused(error: unknown, { change, line }: Step, done: number, total: number): never {
  if (error instanceof Error) {
    const entry = [line, change.what].filter((part) => part !== '').join(' ');
    error.message = `${entry}: ${error.message} (${done} of ${total} changes are applied)`;
  }
  throw error;
}
