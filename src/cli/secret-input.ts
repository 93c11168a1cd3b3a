// A secret from standard input: typed unseen on a terminal, else its first line.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Output } from './terminal.ts';

/** Without its line end; '' where there is nothing. */
export async function readSecret(stdin: NodeJS.ReadStream, stderr: Output, prompt: string): Promise<string> {
  const isTerminal = stdin.isTTY === true;
  if (isTerminal) stderr.write(prompt);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: unseen, terminal: isTerminal });
  try {
    for await (const text of reader) return text;
    return '';
  } finally {
    reader.close();
    if (isTerminal) stderr.write('\n');
  }
}
