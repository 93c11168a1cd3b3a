// What `cordon help Verb-Noun` prints, in the sections of Get-Help.
import type { Cmdlet } from '../../cmdlets/cmdlet.ts';
import { type ParameterHelp, parametersOf, syntaxOf, whoMay } from '../../cmdlets/manual.ts';
import { CORDON_PARAMETERS } from './formal.ts';

const WIDTH = 100;

export function helpText(cmdlet: Cmdlet): string {
  const { name, synopsis, description, action, output, outputType, examples } = cmdlet;
  const properties = output.map((property) => `${property.name} <${property.type}>: ${property.help}`);
  return [
    section('NAME', [name]),
    section('SYNOPSIS', [synopsis]),
    section('SYNTAX', [syntaxOf(cmdlet)]),
    section('DESCRIPTION', [...(description === undefined ? [] : [description]), ...asking(cmdlet)]),
    section('ROLES', [`Who may run it: ${whoMay(action)} (${action}).`]),
    section('PARAMETERS', [...parametersOf(cmdlet).map(parameterText), COMMON, OF_CORDON]),
    section('OUTPUTS', outputType === undefined ? ['None.'] : [outputType, ...properties]),
    section(
      'EXAMPLES',
      examples.map(({ command, says }) => `cordon ${inShell(command)}\n    ${says}`),
    ),
  ].join('');
}

/** Name and synopsis of each, a line each. */
export function cmdletList(cmdlets: readonly Cmdlet[]): string {
  const width = Math.max(...cmdlets.map(({ name }) => name.length));
  const sorted = [...cmdlets].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(({ name, synopsis }) => `${name.padEnd(width)}  ${synopsis}\n`).join('');
}

function asking({ shouldProcess }: Cmdlet): readonly string[] {
  return shouldProcess?.impact === 'High' ? ['It asks before it acts, unless told -Confirm:false.'] : [];
}

function section(title: string, paragraphs: readonly string[]): string {
  if (paragraphs.length === 0) return '';
  const text = paragraphs.flatMap((paragraph) => paragraph.split('\n').flatMap((line) => wrapped(line)));
  return `${title}\n${text.map((line) => `${`    ${line}`.trimEnd()}\n`).join('')}\n`;
}

function parameterText(parameter: ParameterHelp): string {
  const { name, type, aliases, isRequired, position, values, help, needs } = parameter;
  const facts = [
    `Required: ${isRequired ? 'True' : 'False'}`,
    `Position: ${position ?? 'Named'}`,
    ...(aliases.length === 0 ? [] : [`Aliases: ${aliases.join(', ')}`]),
    ...(values.length === 0 ? [] : [`Values: ${values.join(', ')}`]),
    ...(needs === undefined ? [] : [`Who may give it: ${whoMay(needs)} (${needs})`]),
  ];
  const value = type === 'SwitchParameter' ? '' : ` <${type}>`;
  return [`-${name}${value}`, `    ${help}`, ...facts.map((fact) => `    ${fact}`), ''].join('\n');
}

const COMMON = `<CommonParameters>
    -Verbose, -Debug, -ErrorAction and -WarningAction act; the others of PowerShell are taken.
`;

const OF_CORDON = Object.entries(CORDON_PARAMETERS)
  .map(([name, { values, help }]) => `-${name} <${values?.join('|') ?? 'String'}>\n    ${help}\n`)
  .join('\n');

/** A shell has other pipes: what PowerShell pipes into a format is a parameter here. */
function inShell(command: string): string {
  const words = command.replace(/ \| Format-(List|Table)\b.*$/i, ' -Format $1');
  return words.replaceAll(/\S*\$(?:true|false|null)\S*/gi, "'$&'");
}

/** Lines of at most so many characters, broken at spaces, indented like the first. */
function wrapped(line: string): readonly string[] {
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = '';
  for (const word of line.trim().split(/ +/)) {
    const longer = current === '' ? `${indent}${word}` : `${current} ${word}`;
    if (longer.length <= WIDTH || current === '') current = longer;
    else {
      lines.push(current);
      current = `${indent}${word}`;
    }
  }
  return [...lines, current];
}
