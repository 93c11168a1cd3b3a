// Named values to arguments: names in any case and by unique prefix, each value in its parameter's type.
import type { Cmdlet } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { flag, type Parameter } from './parameter.ts';

/** Every cmdlet takes these; they are the client's business. PowerShell: about_CommonParameters. */
export const COMMON_PARAMETERS = [
  'Debug',
  'ErrorAction',
  'ErrorVariable',
  'InformationAction',
  'InformationVariable',
  'OutBuffer',
  'OutVariable',
  'PipelineVariable',
  'ProgressAction',
  'Verbose',
  'WarningAction',
  'WarningVariable',
] as const;

export interface Bound {
  readonly given: Readonly<Record<string, unknown>>;
  /** True: do nothing, and say what would be done. */
  readonly isWhatIf: boolean;
  /** True: ask first. Undefined: as the cmdlet itself does. */
  readonly confirm: boolean | undefined;
  /** Names of those that were given. */
  readonly names: readonly string[];
}

/** -WhatIf and -Confirm are none of the cmdlet's own, but mean something here. */
const SHOULD_PROCESS = flag({ help: '' });

/** Throws CmdletError. Undefined is as good as not given; of null see `Parameter.transform`. */
export function bind(cmdlet: Cmdlet, values: Readonly<Record<string, unknown>>): Bound {
  const written = Object.entries(values).map(([called, value]) => ({
    called,
    value,
    name: parameterNamed(cmdlet, called),
  }));
  const unknown = written.filter(({ name }) => name === undefined).map(({ called }) => called);
  if (unknown.length > 0) throw CmdletError.unknownParameter(unknown.join(', '));
  const given: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const { name = '', value } of written) {
    if (seen.has(name)) throw CmdletError.repeated(name);
    seen.add(name);
    if (value === undefined) continue;
    const parameter = isShouldProcess(name) ? SHOULD_PROCESS : cmdlet.parameters[name];
    if (parameter === undefined) continue;
    refuseNothing(name, value, parameter);
    given[name] = parameter.transform(value, name);
  }
  const { WhatIf: isWhatIf = false, Confirm: confirm, ...own } = given as { WhatIf?: boolean; Confirm?: boolean };
  const missing = Object.entries(cmdlet.parameters).filter(
    ([name, { required }]) => required === true && !(name in own),
  );
  if (missing.length > 0) throw CmdletError.missing(missing.map(([name]) => name));
  return { given: own, isWhatIf, confirm, names: Object.keys(own) };
}

/** Whether only what would be done is asked; false where that cannot be read. */
export function isQuestion(cmdlet: Cmdlet, values: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(values).some(([called, value]) => {
    const name = parameterNamed(cmdlet, called) ?? '';
    if (!isShouldProcess(name) || value === undefined) return false;
    try {
      return SHOULD_PROCESS.transform(value, name) === true;
    } catch {
      return false;
    }
  });
}

/** What is required must have a value. */
function refuseNothing(name: string, value: unknown, { required, type }: Parameter): void {
  if (required !== true) return;
  if (value === null) throw CmdletError.nothing(name, 'null');
  if (value === '' && type === 'String') throw CmdletError.nothing(name, 'an empty string');
}

function isShouldProcess(name: string): boolean {
  return name === 'WhatIf' || name === 'Confirm';
}

/** The parameter, also a common one, that is meant by a name, an alias or a unique prefix in any case. */
export function parameterNamed(cmdlet: Cmdlet, written: string): string | undefined {
  const wanted = written.toLowerCase();
  const own = Object.entries(cmdlet.parameters).flatMap(([name, { aliases = [] }]) =>
    [name, ...aliases].map((called) => ({ called: called.toLowerCase(), name })),
  );
  const more = [...(cmdlet.shouldProcess === undefined ? [] : ['WhatIf', 'Confirm']), ...COMMON_PARAMETERS];
  const all = [...own, ...more.map((name) => ({ called: name.toLowerCase(), name }))];
  const exact = all.find(({ called }) => called === wanted);
  if (exact !== undefined) return exact.name;
  const starting = new Set(
    all.filter(({ called }) => wanted !== '' && called.startsWith(wanted)).map(({ name }) => name),
  );
  return starting.size === 1 ? [...starting][0] : undefined;
}
