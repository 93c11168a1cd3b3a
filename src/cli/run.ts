// The command line: reads the arguments, runs the command, prints its error, and tells the exit status. It never exits itself.
import { Command, CommanderError } from 'commander';
import { CordonError } from '../errors.ts';
import { ApiError } from './api-client.ts';
import type { CommandLine, OfflineCommands, Surroundings } from './command-line.ts';
import { addAccountCommands } from './commands/account.ts';
import { addAlertPolicyCommands } from './commands/alert-policy.ts';
import { addAlertCommands } from './commands/alerts.ts';
import { addApplyCommand } from './commands/apply.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addCmdletsCommand } from './commands/cmdlets.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addConfigCommands } from './commands/config.ts';
import { addConnectorCommands } from './commands/connector.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addDomainCommands } from './commands/domain.ts';
import { addGuardCommands } from './commands/guard.ts';
import { addLimitCommands } from './commands/limits.ts';
import { addPoolCommands } from './commands/pool.ts';
import { addPrivacyCommands } from './commands/privacy.ts';
import { addQueueCommand } from './commands/queue.ts';
import { addRestrictedCommands } from './commands/restricted.ts';
import { addTokenCommands } from './commands/token.ts';
import { addTraceCommands } from './commands/trace.ts';
import { addWebhookCommands } from './commands/webhook.ts';
import { addWindowCommands } from './commands/window.ts';
import { EXIT, exitStatusOf } from './exit-codes.ts';
import { shown } from './terminal.ts';

const CMDLET_HELP = `
Cmdlets, as in PowerShell: cordon Get-BlockedConnector. cordon cmdlets lists them, cordon help Get-BlockedConnector explains one.`;

const EXIT_STATUS_HELP = `
Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found or not restricted, 4 not authorized, 5 guard unreachable,
6 conflict (name or identity taken, ambiguous name), 7 apply --dry-run found differences, 78 wrong configuration.`;

const CMDLET = /^[a-z]+-[a-z]\w*$/i;

/** Runs one command line (without node and script). Resolves to the exit status; never rejects. */
export async function runCli(
  args: readonly string[],
  commands: OfflineCommands & Surroundings & { readonly version: string },
): Promise<number> {
  let status: number = EXIT.ok;
  const line: CommandLine = { ...commands, setExitStatus: (to) => (status = to) };
  try {
    const program = buildProgram(line, commands.version);
    if (isOfCmdlets(args, program)) return await (await import('./cmdlets/command.ts')).runCmdletCommand(args, line);
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    return tell(error, line);
  }
}

/** `Verb-Noun ...` or `help Verb-Noun`, where no command has that name. The cmdlets are only loaded for them. */
function isOfCmdlets([first = '', second = '']: readonly string[], program: Command): boolean {
  const name = first === 'help' ? second : first;
  return CMDLET.test(name) && !program.commands.some((command) => command.name() === name);
}

function buildProgram(line: CommandLine, version: string): Command {
  const program = new Command('cordon')
    .description('A guard for mail relays.')
    .version(version)
    .helpCommand(true)
    .exitOverride()
    .configureOutput({ writeOut: (text) => line.stdout.write(text), writeErr: (text) => line.stderr.write(text) })
    .addHelpText('after', CMDLET_HELP)
    .addHelpText('after', EXIT_STATUS_HELP);
  addGuardCommands(program, line);
  addDoctorCommand(program, line, version);
  addRestrictedCommands(program, line);
  addConnectorCommands(program, line);
  addDomainCommands(program, line);
  addPoolCommands(program, line);
  addLimitCommands(program, line);
  addWindowCommands(program, line);
  addTraceCommands(program, line);
  addAuditCommands(program, line);
  addAlertCommands(program, line);
  addAlertPolicyCommands(program, line);
  addWebhookCommands(program, line);
  addQueueCommand(program, line);
  addAccountCommands(program, line);
  addTokenCommands(program, line);
  addPrivacyCommands(program, line);
  addApplyCommand(program, line);
  addBackupCommands(program, line);
  addConfigCommands(program, line);
  addCmdletsCommand(program, line);
  addCompletionCommand(program, line);
  return program;
}

function tell(error: unknown, { stderr }: CommandLine): number {
  // Commander has printed its own already, help and version included.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CordonError || error instanceof ApiError) {
    const message = error.message.split('\n').map(shown).join('\n');
    stderr.write(`cordon: ${error.code}: ${message}\n${shown(error.advice)}\n`);
    return exitStatusOf(error.code);
  }
  // A mistake of ours: whoever reports it needs to say where.
  stderr.write(`cordon: INTERNAL_ERROR: ${(error as Error).stack ?? String(error)}\n`);
  return EXIT.failed;
}
