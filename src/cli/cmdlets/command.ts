// What a command line about a cmdlet asks for: to run it, or its help.
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import { cmdletNamed } from '../../cmdlets/table.ts';
import type { Surroundings } from '../command-line.ts';
import { EXIT } from '../exit-codes.ts';
import { helpText } from './help.ts';
import { exitStatusOfRefusal, writeRefusal } from './refusal.ts';
import { runCmdletLine } from './run-cmdlet.ts';

/** `words`: `Verb-Noun ...` or `help Verb-Noun`. Resolves to the exit status; rejects where there is no way to the guard. */
export async function runCmdletCommand(words: readonly string[], line: Surroundings): Promise<number> {
  const isHelp = words[0] === 'help' || words.some((word) => word === '-?' || word === '--help');
  const name = words[words[0] === 'help' ? 1 : 0]!;
  const cmdlet = cmdletNamed(name);
  if (cmdlet === undefined) {
    const error = CmdletError.unknownCmdlet(name);
    writeRefusal(name, error, line.stderr);
    return exitStatusOfRefusal(error);
  }
  if (!isHelp) return runCmdletLine(cmdlet, words.slice(1), line);
  line.stdout.write(helpText(cmdlet));
  return EXIT.ok;
}
