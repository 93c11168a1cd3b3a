// The parameters that a command line can name: the cmdlet's own, those that every cmdlet has, and Cordon's for the way to the API
// and the look of the output.
import type { COMMON_PARAMETERS } from '../../cmdlets/bind.ts';
import type { Cmdlet } from '../../cmdlets/cmdlet.ts';
import { flag, int, oneOf, type Parameter, type ParameterType, text } from '../../cmdlets/parameter.ts';

export interface Formal {
  readonly name: string;
  readonly parameter: Parameter;
  /** cordon: none of PowerShell's. */
  readonly of: 'cmdlet' | 'common' | 'cordon';
}

/** How objects are printed. */
export const FORMATS = ['List', 'Table', 'Json', 'Csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Those names of System.Management.Automation.ActionPreference that parameters take. */
export const PREFERENCES = ['SilentlyContinue', 'Stop', 'Continue', 'Inquire', 'Ignore', 'Break'] as const;
/** Their numbers, which are taken as well. */
const BY_NUMBER: Readonly<Record<string, Preference>> = {
  0: 'SilentlyContinue',
  1: 'Stop',
  2: 'Continue',
  3: 'Inquire',
  4: 'Ignore',
  6: 'Break',
};
export type Preference = (typeof PREFERENCES)[number];

const variable = (of: string, alias: string): Parameter =>
  text({ aliases: [alias], help: `Takes ${of} in PowerShell; a shell has no such variables.` });
function preference(of: string, alias: string): Parameter {
  const named = oneOf(PREFERENCES, { aliases: [alias], help: `What becomes of ${of}.` });
  return { ...named, transform: (value, name) => named.transform(BY_NUMBER[String(value)] ?? value, name) };
}

/** PowerShell: about_CommonParameters. */
const COMMON: Readonly<Record<(typeof COMMON_PARAMETERS)[number], Parameter>> = {
  Verbose: flag({ aliases: ['vb'], help: 'Tell what is done.' }),
  Debug: flag({ aliases: ['db'], help: 'Tell each request and answer.' }),
  ErrorAction: preference('errors: SilentlyContinue and Ignore do not print them', 'ea'),
  WarningAction: preference('warnings: SilentlyContinue and Ignore do not print them, Stop ends the command', 'wa'),
  InformationAction: preference('information messages, of which there are none', 'infa'),
  ProgressAction: preference('progress bars, of which there are none', 'proga'),
  ErrorVariable: variable('the errors', 'ev'),
  WarningVariable: variable('the warnings', 'wv'),
  InformationVariable: variable('the information messages', 'iv'),
  OutVariable: variable('the output', 'ov'),
  OutBuffer: int({ aliases: ['ob'], help: 'How many objects PowerShell holds back; nothing here.' }, { min: 0 }),
  PipelineVariable: variable('the current object', 'pv'),
};

const SHOULD_PROCESS: Readonly<Record<string, Parameter>> = {
  WhatIf: flag({ aliases: ['wi'], help: 'Only tell what would be done.' }),
  Confirm: flag({ aliases: ['cf'], help: 'Ask first; with $false: do not ask.' }),
};

/** Also written `--url URL`, as the other commands have them. */
export const CORDON_PARAMETERS: Readonly<
  Record<'Format' | 'Organization' | 'Url' | 'Token' | 'Data' | 'Config', Parameter>
> = {
  Format: oneOf(FORMATS, { help: 'How objects are printed.' }),
  Organization: text({ help: 'GUID or name of the organization; only a provider of several must say it.' }),
  Url: text({ help: 'Where the guard is (CORDON_URL; else the HTTP port of cordon.yaml).' }),
  Token: text({ help: 'API token; better in CORDON_TOKEN, where `ps` does not show it.' }),
  Data: text({ help: 'Data directory whose admin.token is used if there is no other (CORDON_DATA).' }),
  Config: text({ help: 'Configuration that tells port and data directory (CORDON_CONFIG).' }),
};

/** In the order in which they are looked for. */
export function formalsOf({ parameters, shouldProcess }: Cmdlet): readonly Formal[] {
  return [
    ...formals(parameters, 'cmdlet'),
    ...(shouldProcess === undefined ? [] : formals(SHOULD_PROCESS, 'common')),
    ...formals(COMMON, 'common'),
    ...formals(CORDON_PARAMETERS, 'cordon'),
  ];
}

function formals(parameters: Readonly<Record<string, Parameter>>, of: Formal['of']): Formal[] {
  return Object.entries(parameters).map(([name, parameter]) => ({ name, parameter, of }));
}

const TYPE_NAMES: Readonly<Record<ParameterType, string>> = {
  Guid: 'System.Guid',
  String: 'System.String',
  SmtpAddress: 'System.String',
  Boolean: 'System.Boolean',
  SwitchParameter: 'System.Management.Automation.SwitchParameter',
  Int32: 'System.Int32',
  DateTime: 'System.DateTime',
  'String[]': 'System.String[]',
  MultiValuedProperty: 'Microsoft.Exchange.Data.MultiValuedProperty',
};

export const isList = (type: ParameterType): boolean => type === 'String[]' || type === 'MultiValuedProperty';

/** As PowerShell's errors name it. */
export function typeNameOf({ type, values }: Parameter): string {
  return values === PREFERENCES ? 'System.Management.Automation.ActionPreference' : TYPE_NAMES[type];
}
