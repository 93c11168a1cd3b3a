// What a command line about a cmdlet asks for: to run it, or its help.
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import { CMDLETS, cmdletNamed } from '../../cmdlets/table.ts';
import type { Surroundings } from '../command-line.ts';
import { EXIT } from '../exit-codes.ts';
import { cmdletList, helpText } from './help.ts';
import { exitStatusOfRefusal, writeRefusal } from './refusal.ts';
import { runCmdletLine } from './run-cmdlet.ts';

/**
 * `words`: `Verb-Noun ...`, or `help Verb-Noun`, which Get-Help is as well, as Get-Command is the list. Resolves to the exit status; rejects where there
 * is no way to the guard.
 */
export async function runCmdletCommand(words: readonly string[], line: Surroundings): Promise<number> {
  const [first = '', second = ''] = words;
  const isHelp = /^(get-)?help$/i.test(first);
  if (/^get-command$/i.test(first) || (isHelp && second === '')) {
    line.stdout.write(cmdletList(CMDLETS));
    return EXIT.ok;
  }
  const name = isHelp ? second : first;
  const cmdlet = cmdletNamed(name);
  if (cmdlet === undefined) {
    const error = CmdletError.unknownCmdlet(name);
    writeRefusal(name, error, line.stderr);
    return exitStatusOfRefusal(error);
  }
  const asksHelp = words.some((word) => word === '-?' || word === '--help');
  if (!isHelp && !asksHelp) return runCmdletLine(cmdlet, words.slice(1), line);
  line.stdout.write(helpText(cmdlet));
  return EXIT.ok;
}
