// What there is to read about cmdlets, from the table: the parts of a help text, and docs/cmdlets.md made of them.
import {
  type Action,
  isProviders,
  PERMISSIONS,
  type Permission,
  PROVIDER_ROLE,
  ROLE_NAMES,
  type RoleName,
} from '../access/roles.ts';
import { COMMON_PARAMETERS } from './bind.ts';
import type { Cmdlet, Property } from './cmdlet.ts';
import type { Parameter } from './parameter.ts';

/** What help says of a parameter, as the tables of the articles do. */
export interface ParameterHelp {
  readonly name: string;
  readonly type: string;
  readonly aliases: readonly string[];
  readonly isRequired: boolean;
  /** From 0; undefined: by name only. */
  readonly position: number | undefined;
  readonly pipeline: 'ByPropertyName' | undefined;
  /** Of an enumeration. */
  readonly values: readonly string[];
  /** Sentences. */
  readonly help: string;
  /** Who may give it, where that is fewer than may run the cmdlet. */
  readonly needs: Action | undefined;
}

const WHAT_IF: ParameterHelp = asked('WhatIf', 'Says what would be done, and does nothing.');
const CONFIRM: ParameterHelp = asked(
  'Confirm',
  'Asks before it acts; -Confirm:$false acts without asking where the cmdlet would ask by itself.',
);

function asked(name: string, help: string): ParameterHelp {
  const plain = { aliases: [], isRequired: false, position: undefined, pipeline: undefined, values: [] } as const;
  return { name, type: 'SwitchParameter', help, needs: undefined, ...plain };
}

/** All but the common ones: in the order of the syntax line, those with a position first, then required ones, the rest as in the table. */
export function parametersOf({ parameters, shouldProcess }: Cmdlet): readonly ParameterHelp[] {
  const own = Object.entries(parameters).map(([name, parameter]) => parameterHelp(name, parameter));
  const rank = ({ position, isRequired }: ParameterHelp): number => position ?? (isRequired ? 1_000 : 2_000);
  const sorted = own.sort((a, b) => rank(a) - rank(b));
  return shouldProcess === undefined ? sorted : [...sorted, WHAT_IF, CONFIRM];
}

function parameterHelp(name: string, parameter: Parameter): ParameterHelp {
  const { type, aliases = [], required = false, position, pipeline, values = [], ignored, action: needs } = parameter;
  const help = ignored === undefined ? parameter.help : `${parameter.help} It does nothing here: ${ignored}`;
  return { name, type, aliases, isRequired: required, position, pipeline, values, help: sentence(help), needs };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** One line in PowerShell's notation: Remove-BlockedConnector -ConnectorId <Guid> [-Reason <String>] [<CommonParameters>] */
export function syntaxOf(cmdlet: Cmdlet): string {
  return syntaxParts(cmdlet).join(' ');
}

function syntaxParts(cmdlet: Cmdlet): readonly string[] {
  return [cmdlet.name, ...parametersOf(cmdlet).map(inSyntax), '[<CommonParameters>]'];
}

function inSyntax({ name, type, isRequired, position }: ParameterHelp): string {
  const named = position === undefined ? `-${name}` : `[-${name}]`;
  const whole = type === 'SwitchParameter' ? named : `${named} <${type}>`;
  return isRequired ? whole : `[${whole}]`;
}

/** Whom a right belongs to, as a sentence's subject: *Organization Management or Security Administrator*. */
export function whoMay(action: Action): string {
  const { roles, alsoAlone = false }: Permission = PERMISSIONS[action];
  if (isProviders(action)) {
    const only = alsoAlone ? `; of an installation's only organization ${listed(administrators())}` : '';
    return `${PROVIDER_ROLE} over all organizations${only}`;
  }
  return roles.length === ROLE_NAMES.length ? 'every role' : listed(roles);
}

function administrators(): readonly RoleName[] {
  return PERMISSIONS['roles.write'].roles.filter((role) => role !== PROVIDER_ROLE);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** docs/cmdlets.md: Markdown. */
export function printManual(cmdlets: readonly Cmdlet[]): string {
  const sorted = [...cmdlets].sort((a, b) => nounOf(a).localeCompare(nounOf(b)) || a.name.localeCompare(b.name));
  const lines = [HEAD, '', ...table(['cmdlet', 'does', 'who may'], sorted.map(summary)), ''];
  return `${[...lines, COMMON, ...sorted.map(section)].join('\n')}\n`;
}

function nounOf({ name }: Cmdlet): string {
  return name.slice(name.indexOf('-') + 1);
}

function summary({ name, synopsis, action }: Cmdlet): readonly string[] {
  return [`[${name}](#${name.toLowerCase()})`, synopsis, whoMay(action)];
}

function section(cmdlet: Cmdlet): string {
  const { name, synopsis, description, action, output, outputType, examples, shouldProcess } = cmdlet;
  const asks = shouldProcess?.impact === 'High' ? ['It asks before it acts, unless told `-Confirm:$false`.', ''] : [];
  const parameters = parametersOf(cmdlet);
  return [
    `\n## ${name}`,
    '',
    synopsis,
    '',
    ...fenced(wrapped(syntaxParts(cmdlet))),
    '',
    ...(description === undefined ? [] : [description, '']),
    ...asks,
    `**Who may:** ${whoMay(action)} (\`${action}\`).`,
    '',
    ...(parameters.length === 0 ? ['It has no parameters of its own.'] : parameterTable(parameters)),
    '',
    ...(outputType === undefined ? ['**Output:** none.'] : outputTable(outputType, output)),
    '',
    ...examples.flatMap(({ command, says }) => [says, '', ...fenced([command]), '']),
  ]
    .join('\n')
    .trimEnd();
}

function parameterTable(parameters: readonly ParameterHelp[]): readonly string[] {
  const head = ['parameter', 'type', 'required', 'position', 'pipeline input', 'says'];
  const rows = parameters.map((parameter) => [
    `\`-${parameter.name}\``,
    parameter.type,
    parameter.isRequired ? 'True' : 'False',
    parameter.position === undefined ? 'Named' : String(parameter.position),
    parameter.pipeline === undefined ? 'False' : `True (${parameter.pipeline})`,
    saysOf(parameter),
  ]);
  return table(head, rows);
}

function saysOf({ help, values, aliases, needs }: ParameterHelp): string {
  const more = [
    ...(values.length === 0 ? [] : [`Values: ${values.map((value) => `\`${value}\``).join(', ')}.`]),
    ...(aliases.length === 0 ? [] : [`Alias: ${aliases.map((alias) => `\`-${alias}\``).join(', ')}.`]),
    ...(needs === undefined ? [] : [`Only for ${whoMay(needs)} (\`${needs}\`).`]),
  ];
  return [help, ...more].join(' ');
}

function outputTable(type: string, output: readonly Property[]): readonly string[] {
  const rows = output.map((property) => [`\`${property.name}\``, property.type, property.help]);
  return [`**Output:** ${type}`, '', ...table(['property', 'type', 'says'], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(inCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function inCell(text: string): string {
  return text.replaceAll(/[|*]|<(?=\w)/g, (mark) => `\\${mark}`);
}

function fenced(lines: readonly string[]): readonly string[] {
  return ['```powershell', ...lines, '```'];
}

const WIDTH = 110;

/** On one line where that is short enough, else a parameter a line, as the articles do. */
function wrapped(parts: readonly string[]): readonly string[] {
  const line = parts.join(' ');
  return line.length <= WIDTH ? [line] : parts.map((part, i) => (i === 0 ? part : `    ${part}`));
}

const HEAD = `# Cmdlets

<!-- Generated from src/cmdlets/: \`vitest run src/cmdlets -u\` writes it anew, and a test fails when it is stale. -->

The same cmdlets, with the same parameters, are in the PowerShell module, on the command line (\`cordon Get-BlockedConnector\`) and on the wire
(\`POST /adminapi/beta/{organization}/InvokeCommand\`). Each acts in the one organization that was connected to. What the roles are is in [roles.md](roles.md); whoever
lacks one is told which, and a change that is refused stands in the [audit log](audit.md) under the name of the cmdlet.

In the syntax square brackets are what may be left out, and \`[-Name]\` a name that may be left out. Names are taken in any case and by a unique prefix; so
are the values of an enumeration. A parameter that does nothing here is taken because scripts give it, and answered with a warning.`;

const COMMON = `All take the common parameters: ${COMMON_PARAMETERS.map((name) => `\`-${name}\``).join(', ')}.`;
