// Named values to arguments: names in any case and by unique prefix, each value in its parameter's type.
import type { Cmdlet } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';

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

/** Throws CmdletError. A value of null is as good as none. */
export function bind(cmdlet: Cmdlet, values: Readonly<Record<string, unknown>>): Bound {
  const given: Record<string, unknown> = {};
  const switches: { WhatIf?: boolean; Confirm?: boolean } = {};
  const unknown: string[] = [];
  for (const [written, value] of Object.entries(values)) {
    const name = parameterNamed(cmdlet, written);
    if (name === undefined) unknown.push(written);
    else if (name in given || name in switches) throw CmdletError.unknownParameter(written);
    else if (value === null || value === undefined) continue;
    else if (name === 'WhatIf' || name === 'Confirm')
      switches[name] = value === true || /^\$?true$/i.test(String(value));
    else if (cmdlet.parameters[name] !== undefined) given[name] = cmdlet.parameters[name].transform(value, name);
  }
  if (unknown.length > 0) throw CmdletError.unknownParameter(unknown.join(', '));
  const missing = Object.entries(cmdlet.parameters).filter(
    ([name, { required }]) => required === true && !(name in given),
  );
  if (missing.length > 0) throw CmdletError.missing(missing.map(([name]) => name));
  return { given, isWhatIf: switches.WhatIf === true, confirm: switches.Confirm, names: Object.keys(given) };
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
