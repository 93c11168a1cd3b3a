// Questions to whoever sits at the terminal.
import { createInterface } from 'node:readline';
import type { Output } from './terminal.ts';

/** True where the first line of standard input is y or yes. Where there is none, the answer is no. */
export async function confirmed(stdin: NodeJS.ReadStream, stderr: Output, question: string): Promise<boolean> {
  stderr.write(`${question} [y/N] `);
  const reader = createInterface({ input: stdin });
  try {
    for await (const line of reader) return /^y(es)?$/i.test(line.trim());
    stderr.write('\n');
    return false;
  } finally {
    reader.close();
  }
}

/** The first line that is typed; '' where there is none before `signal`. */
export async function answered(
  stdin: NodeJS.ReadStream,
  stderr: Output,
  question: string,
  signal: AbortSignal,
): Promise<string> {
  stderr.write(question);
  const reader = createInterface({ input: stdin, signal });
  try {
    for await (const line of reader) return line.trim();
    return '';
  } finally {
    reader.close();
  }
}
