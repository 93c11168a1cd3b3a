// `cordon Verb-Noun ...`: binds the command line, asks where it must be asked, invokes the cmdlet over the API, and prints.
import type { Cmdlet } from '../../cmdlets/cmdlet.ts';
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import { CordonError } from '../../errors.ts';
import { ApiClient, connectionOf, type Page } from '../api-client.ts';
import type { Surroundings } from '../command-line.ts';
import { confirmed } from '../confirm.ts';
import { EXIT } from '../exit-codes.ts';
import { shown, written } from '../terminal.ts';
import { type Invocation, invoke } from './admin-api.ts';
import { type BoundLine, bindLine } from './binder.ts';
import type { Preference } from './formal.ts';
import { exitStatusOfRefusal, writeRefusal } from './refusal.ts';
import { viewOf } from './views/choose.ts';

/** `words`: after the cmdlet's name. Resolves to the exit status; rejects with CordonError or ApiError where there is no way to the guard. */
export async function runCmdletLine(cmdlet: Cmdlet, words: readonly string[], line: Surroundings): Promise<number> {
  // What is wrong with the line itself is told in any case.
  let action: Preference | undefined;
  try {
    const bound = bindLine(cmdlet, words);
    refuseUnasked(cmdlet, bound, line);
    action = bound.common.ErrorAction;
    return await run(cmdlet, bound, line);
  } catch (error) {
    if (!(error instanceof CmdletError)) throw error;
    if (action !== 'SilentlyContinue' && action !== 'Ignore') writeRefusal(cmdlet.name, error, line.stderr);
    return exitStatusOfRefusal(error);
  }
}

async function run(cmdlet: Cmdlet, bound: BoundLine, line: Surroundings): Promise<number> {
  const { common } = bound;
  const tell = teller(bound, line);
  const command = await invocationOf(cmdlet, bound, line);
  const asks = { ...command, parameters: { ...command.parameters, Confirm: true } };
  if (common.WhatIf === true) {
    line.stdout.write(`What if: ${shown(await questionOf(asks, tell))}\n`);
    return EXIT.ok;
  }
  if (mustAsk(cmdlet, bound)) {
    const question = `Confirm\nAre you sure you want to perform this action?\n${shown(await questionOf(asks, tell))}`;
    if (!(await confirmed(line.stdin, line.stderr, question))) {
      line.stderr.write('Nothing was done.\n');
      return EXIT.failed;
    }
  }
  const isAsked = cmdlet.shouldProcess === undefined ? {} : { Confirm: false };
  await print(cmdlet, { ...command, parameters: { ...command.parameters, ...isAsked } }, bound, tell, line);
  return EXIT.ok;
}

function mustAsk({ shouldProcess }: Cmdlet, { common: { Confirm: wanted } }: BoundLine): boolean {
  return shouldProcess !== undefined && (wanted ?? shouldProcess.impact === 'High');
}

/** Before anything is sent. */
function refuseUnasked(cmdlet: Cmdlet, bound: BoundLine, { stdin }: Surroundings): void {
  if (bound.common.WhatIf === true || !mustAsk(cmdlet, bound) || stdin.isTTY === true) return;
  throw new CmdletError('It asks before it acts, and nobody is at a terminal to answer.', {
    type: 'System.Management.Automation.PSInvalidOperationException',
    category: 'InvalidArgument',
    errorId: 'NoTerminal',
    advice: "To act without asking add '-Confirm:$false' (in quotes) or -Confirm:false.",
  });
}

async function invocationOf(cmdlet: Cmdlet, bound: BoundLine, line: Surroundings): Promise<Invocation> {
  const { Url: url, Token: token, Data: data, Config: file, Organization: organization } = bound.cordon;
  const config = file ?? line.env.CORDON_CONFIG;
  const connection = await connectionOf({ url, token, data, config, environment: line.env });
  const tenant = await tenantOf(new ApiClient(connection.url, connection.token), organization);
  const onRequest = (text: string): void => {
    if (bound.common.Debug === true) line.stderr.write(`DEBUG: ${shown(text)}\n`);
  };
  if (bound.common.Verbose === true) line.stderr.write(`VERBOSE: ${cmdlet.name} at ${connection.url} in ${tenant}\n`);
  return { connection, tenant, cmdlet: cmdlet.name, parameters: bound.parameters, onRequest };
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** A GUID or an accepted domain is the guard's to know. */
async function tenantOf(api: ApiClient, wanted: string | undefined): Promise<string> {
  if (wanted === undefined) {
    const { organization } = await api.get<{ readonly organization?: Named }>('/session');
    if (organization !== undefined) return organization.id;
  }
  const { items } = await api.get<Page<Named>>('/organizations');
  if (wanted === undefined) {
    if (items.length === 1) return items[0]!.id;
    const names = items.map(({ name }) => name).join(', ');
    throw new CordonError('INVALID_REQUEST', `-Organization: say whose, there are several: ${names}`);
  }
  return items.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.id ?? wanted;
}

async function questionOf(asks: Invocation, tell: Teller): Promise<string> {
  for await (const { warnings, confirmation } of invoke(asks)) {
    tell(warnings);
    if (confirmation !== undefined) return confirmation;
  }
  throw new CordonError('API_UNREACHABLE', `${asks.connection.url} did not ask before ${asks.cmdlet}`);
}

async function print(
  cmdlet: Cmdlet,
  command: Invocation,
  { cordon, common }: BoundLine,
  tell: Teller,
  { stdout, stderr }: Surroundings,
): Promise<void> {
  const view = viewOf(cmdlet, cordon.Format, stdout, (text) => tell([text]));
  let count = 0;
  for await (const { rows, warnings } of invoke(command)) {
    tell(warnings);
    await written(stdout, view.page(rows));
    count += rows.length;
  }
  if (cmdlet.outputType !== undefined) stdout.write(view.end());
  if (common.Verbose === true) stderr.write(`VERBOSE: ${count} objects\n`);
}

type Teller = (warnings: readonly string[]) => void;

/** Each page, and the question before, may warn of the same. */
function teller({ common: { WarningAction: action } }: BoundLine, { stderr }: Surroundings): Teller {
  const told = new Set<string>();
  return (warnings) => {
    if (action === 'SilentlyContinue' || action === 'Ignore') return;
    for (const warning of warnings) {
      if (told.has(warning)) continue;
      told.add(warning);
      stderr.write(`WARNING: ${shown(warning)}\n`);
      if (action === 'Stop') throw stopped(warning);
    }
  };
}

function stopped(warning: string): CmdletError {
  return new CmdletError(
    `The running command stopped because the preference variable "WarningPreference" or common parameter is set to Stop: ${warning}`,
    {
      type: 'System.Management.Automation.ActionPreferenceStopException',
      category: 'InvalidOperation',
      errorId: 'ActionPreferenceStop',
    },
  );
}
