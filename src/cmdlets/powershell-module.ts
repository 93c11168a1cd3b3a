// The files of the PowerShell module that are printed from the table: its manifest, a function for each cmdlet with its help, its views, and
// about_Cordon. What they stand on is written by hand: powershell/Cordon/Client.ps1.
import type { Cmdlet } from './cmdlet.ts';
import { type ParameterHelp, parametersOf, whoMay } from './manual.ts';
import type { ParameterType } from './parameter.ts';
import { quoted } from './quoted.ts';

/** Beside the table: they belong to the client. */
const OF_THE_CLIENT = [
  { name: 'Connect-Cordon', synopsis: 'Connect to Cordon, with an API token or with a name and a password.' },
  { name: 'Disconnect-Cordon', synopsis: 'End the connection to Cordon.' },
] as const;

/** Paths under powershell/Cordon/ and their texts. `version`: of Cordon. */
export function printModule(cmdlets: readonly Cmdlet[], version: string): Readonly<Record<string, string>> {
  const sorted = [...cmdlets].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    'Cordon.psd1': manifest(sorted, version),
    'Cordon.psm1': functions(sorted),
    'Cordon.format.ps1xml': views(sorted),
    'en-US/about_Cordon.help.txt': about(sorted),
  };
}

const PRINTED = '# Printed from the table of cmdlets (src/cmdlets/powershell-module.ts): change it there.';

function manifest(cmdlets: readonly Cmdlet[], version: string): string {
  const names = [...OF_THE_CLIENT, ...cmdlets].map(({ name }) => `        ${quoted(name)}`);
  return `${PRINTED}
@{
    RootModule           = 'Cordon.psm1'
    ModuleVersion        = ${quoted(version)}
    GUID                 = '0f0b7b3c-6f0e-4f6e-9a55-3c1b8f5d2a47'
    Author               = 'The maintainers of Cordon'
    CompanyName          = 'Cordon'
    Copyright            = 'Apache License 2.0'
    Description          = 'View and unblock connectors and users that Cordon, a guard for mail relays, has restricted.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('Cordon.format.ps1xml')
    FunctionsToExport    = @(
${names.join('\n')}
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    FileList             = @(
        'Cordon.psd1'
        'Cordon.psm1'
        'Client.ps1'
        'Cordon.format.ps1xml'
        'en-US/about_Cordon.help.txt'
    )
}
`;
}

function functions(cmdlets: readonly Cmdlet[]): string {
  const head = `${PRINTED}
Set-StrictMode -Version Latest
. ([System.IO.Path]::Combine($PSScriptRoot, 'Client.ps1'))
`;
  return [head, ...cmdlets.map(functionOf)].join('\n');
}

function functionOf(cmdlet: Cmdlet): string {
  const { name, outputType, shouldProcess } = cmdlet;
  const own = ownParameters(cmdlet);
  const asks = shouldProcess && `SupportsShouldProcess, ConfirmImpact = ${quoted(shouldProcess.impact)}, `;
  const typeName = outputType === undefined ? '' : `Cordon.${outputType}`;
  const takesPipeline = own.some(({ pipeline }) => pipeline !== undefined);
  const told = [typeName, shouldProcess?.impact ?? ''].map(quoted).concat(takesPipeline ? ['$given', '$_'] : []);
  const declared = own.map((parameter) => indented(8, declarationOf(parameter))).join(',\n\n');
  return [
    `function ${name} {`,
    indented(4, ['<#', ...help(cmdlet, own), '#>']),
    `    [CmdletBinding(${asks ?? ''}PositionalBinding = $false)]`,
    ...(typeName === '' ? [] : [`    [OutputType(${quoted(typeName)})]`]),
    ...(own.length === 0 ? ['    param()'] : ['    param(', declared, '    )']),
    ...(takesPipeline ? ['    begin { $given = @($PSBoundParameters.Keys) }'] : []),
    `    process { Invoke-CordonCmdlet $PSCmdlet $PSBoundParameters ${told.join(' ')} }`,
    '}',
    '',
  ].join('\n');
}

/** Without those that PowerShell adds. */
function ownParameters(cmdlet: Cmdlet): readonly ParameterHelp[] {
  return parametersOf(cmdlet).filter(({ name }) => name in cmdlet.parameters);
}

const TYPES: Readonly<Record<ParameterType, string>> = {
  Guid: 'guid',
  String: 'string',
  SmtpAddress: 'string',
  Boolean: 'bool',
  SwitchParameter: 'switch',
  Int32: 'int',
  DateTime: 'datetime',
  'String[]': 'string[]',
  // A list, or a hashtable of what to add and to remove.
  MultiValuedProperty: 'object',
};

function declarationOf({ name, type, isRequired, position, pipeline, aliases, values }: ParameterHelp): string[] {
  const said = [
    ...(isRequired ? ['Mandatory'] : []),
    ...(position === undefined ? [] : [`Position = ${position}`]),
    ...(pipeline === undefined ? [] : ['ValueFromPipelineByPropertyName']),
  ];
  return [
    `[Parameter(${said.join(', ')})]`,
    ...(aliases.length === 0 ? [] : [`[Alias(${aliases.map(quoted).join(', ')})]`]),
    // The server takes prefixes, too: names are offered, and not demanded.
    ...(values.length === 0 ? [] : [`[ArgumentCompletions(${values.map(quoted).join(', ')})]`]),
    `[${TYPES[type as ParameterType]}]`,
    `$${name}`,
  ];
}

function help(cmdlet: Cmdlet, own: readonly ParameterHelp[]): string[] {
  const { synopsis, description, shouldProcess, action, output, outputType, examples } = cmdlet;
  const asks = shouldProcess?.impact === 'High' ? ['It asks before it acts, unless told -Confirm:$false.'] : [];
  const sections: readonly (readonly [keyword: string, lines: readonly string[]])[] = [
    ['.SYNOPSIS', [synopsis]],
    ['.DESCRIPTION', [description ?? synopsis, ...asks]],
    ...own.map((parameter) => [`.PARAMETER ${parameter.name}`, [saysOf(parameter)]] as const),
    ...(outputType === undefined ? [] : [['.OUTPUTS', [`Cordon.${outputType}`, ...output.map(propertyLine)]] as const]),
    ['.NOTES', [`Who may run it: ${whoMay(action)}.`]],
    ...examples.map(({ command, says }) => ['.EXAMPLE', [command, '', says]] as const),
    ['.LINK', ['about_Cordon']],
  ];
  return sections.flatMap(([keyword, lines]) => [keyword, ...lines.map(inComment), '']).slice(0, -1);
}

function saysOf({ help: says, values, needs }: ParameterHelp): string {
  const more = [
    ...(values.length === 0 ? [] : [`Values: ${values.join(', ')}.`]),
    ...(needs === undefined ? [] : [`Who may give it: ${whoMay(needs)}.`]),
  ];
  return [says, ...more].join(' ');
}

function propertyLine({ name, type, help: says }: Cmdlet['output'][number]): string {
  return `${name} (${type}): ${says}`;
}

/** Nothing in it ends the comment or begins another section. */
function inComment(text: string): string {
  return text.replaceAll('#>', '# >').replace(/^\.(?=[A-Za-z])/, '. ');
}

/** The view of one object is what Format-List shows of it. */
function views(cmdlets: readonly Cmdlet[]): string {
  const byType = new Map(
    cmdlets.flatMap((one) => (one.outputType === undefined ? [] : [[one.outputType, one.output]])),
  );
  const each = [...byType].map(([type, output]) => {
    const items = output.map(({ name }) => `                <ListItem><PropertyName>${name}</PropertyName></ListItem>`);
    return `    <View>
      <Name>Cordon.${type}</Name>
      <ViewSelectedBy><TypeName>Cordon.${type}</TypeName></ViewSelectedBy>
      <ListControl>
        <ListEntries>
          <ListEntry>
            <ListItems>
${items.join('\n')}
            </ListItems>
          </ListEntry>
        </ListEntries>
      </ListControl>
    </View>`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<!-- Printed from the table of cmdlets (src/cmdlets/powershell-module.ts): change it there. -->
<Configuration>
  <ViewDefinitions>
${each.join('\n')}
  </ViewDefinitions>
</Configuration>
`;
}

function about(cmdlets: readonly Cmdlet[]): string {
  const all = [...OF_THE_CLIENT, ...cmdlets].map(
    ({ name, synopsis }) =>
      `    ${name}\n${wrapped(synopsis, 72)
        .map((line) => `        ${line}`)
        .join('\n')}`,
  );
  return `TOPIC
    about_Cordon

SHORT DESCRIPTION
    How to work with Cordon, a guard for mail relays, from PowerShell.

LONG DESCRIPTION
    Cordon notices a compromised connector or user within a handful of
    messages and stops its relaying. These commands show what is blocked and
    why, and unblock it. Their names, parameters and properties are those that
    administrators of Exchange Online know.

CONNECTING
    Connect-Cordon opens the connection that the other commands use:

        Connect-Cordon -Uri https://cordon.contoso.com -Token $env:CORDON_TOKEN
        Connect-Cordon -Uri https://cordon.contoso.com -Credential anna

    The first is for scripts: an API token, made by cordon token create. The
    second asks for Anna's password and signs her in; -Code takes what her
    authenticator app shows. Who sees several organizations names one with
    -Organization. Disconnect-Cordon ends the connection.

    The certificate of the server is checked against those that the operating
    system trusts. Plain http is for the machine itself alone.

UNBLOCKING A CONNECTOR
        Get-BlockedConnector
        Get-BlockedConnector -ConnectorId <Guid> | Format-List
        Remove-BlockedConnector -ConnectorId <Guid> -Reason "password changed"

    The last prints nothing when it succeeds, and acts at once.

ERRORS
    What the server refuses is a non-terminating error: -ErrorAction Stop
    makes it stop a script, and FullyQualifiedErrorId names its kind, such as
    ManagementObjectNotFoundException,Remove-BlockedConnector. Without a
    connection, or with one that is not trusted any more, a command ends with
    a terminating error.

TIMES
    Times are put out in the time zone of the session. A time that you give
    without a time zone is UTC.

COMMANDS
${all.join('\n\n')}

SEE ALSO
    Get-Help Remove-BlockedConnector -Full
`;
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function indented(spaces: number, lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : `${' '.repeat(spaces)}${line}`)).join('\n');
}
