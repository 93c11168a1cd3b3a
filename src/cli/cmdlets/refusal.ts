// How a cmdlet's error is told, and the exit status that scripts see.
import type { CmdletError, ErrorCategory } from '../../cmdlets/cmdlet-error.ts';
import { EXIT } from '../exit-codes.ts';
import { type Output, shown } from '../terminal.ts';

/** As PowerShell shows it: who, then what; below, what to do. */
export function writeRefusal(name: string, { message, advice }: CmdletError, stderr: Output): void {
  const lines = message.split('\n').map(shown).join('\n');
  stderr.write(`${shown(name)}: ${lines}\n${advice === '' ? '' : `${shown(advice)}\n`}`);
}

const BY_CATEGORY: Readonly<Partial<Record<ErrorCategory | 'AuthenticationError', number>>> = {
  InvalidArgument: EXIT.usage,
  InvalidData: EXIT.usage,
  ObjectNotFound: EXIT.notFound,
  PermissionDenied: EXIT.unauthorized,
  AuthenticationError: EXIT.unauthorized,
  ResourceExists: EXIT.conflict,
};

export function exitStatusOfRefusal({ category, type }: CmdletError): number {
  // A name that is no cmdlet's is a slip of the keyboard.
  if (type === 'System.Management.Automation.CommandNotFoundException') return EXIT.usage;
  return BY_CATEGORY[category] ?? EXIT.failed;
}
