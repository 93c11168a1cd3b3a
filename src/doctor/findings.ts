// How the checks say what they found.
import type { Finding } from '../cli/command-line.ts';

export type Tell = (finding: Finding) => void;

export const ok = (check: string, says: string): Finding => ({ check, level: 'ok', says });

/** Worth knowing, and no failure. */
export const note = (check: string, says: string, type?: string): Finding => ({ check, level: 'note', says, type });

/** `type`: what to type, a command on each line. */
export const failed = (check: string, says: string, type: string): Finding => ({ check, level: 'failed', says, type });

export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
