// cordon cmdlets: which there are.
import type { Command } from 'commander';
import type { CommandLine } from '../command-line.ts';

export function addCmdletsCommand(program: Command, line: CommandLine): void {
  program
    .command('cmdlets')
    .description('List the cmdlets: commands as in PowerShell, for example cordon Get-BlockedConnector.')
    .action(async () => {
      const { CMDLETS } = await import('../../cmdlets/table.ts');
      const { cmdletList } = await import('../cmdlets/help.ts');
      line.stdout.write(cmdletList(CMDLETS));
    });
}
