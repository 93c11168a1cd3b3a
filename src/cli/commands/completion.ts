// cordon completion: the script that makes a shell complete names of commands, cmdlets, parameters and their values.
import { Argument, type Command } from 'commander';
import type { CommandLine } from '../command-line.ts';
import type { Tables } from '../completion/model.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, () => Promise<(tables: Tables) => string>>> = {
  bash: async () => (await import('../completion/bash.ts')).bashScript,
  zsh: async () => (await import('../completion/zsh.ts')).zshScript,
  fish: async () => (await import('../completion/fish.ts')).fishScript,
  powershell: async () => (await import('../completion/powershell.ts')).powershellScript,
};

export function addCompletionCommand(program: Command, line: CommandLine): void {
  program
    .command('completion')
    .description('Print the script that completes command lines of cordon in a shell.')
    .addArgument(new Argument('<SHELL>', 'for which').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { CMDLETS } = await import('../../cmdlets/table.ts');
      const { placesOf, tablesOf } = await import('../completion/model.ts');
      const script = await SCRIPTS[shell]();
      line.stdout.write(script(tablesOf(placesOf(program, CMDLETS))));
    });
}
