// What may follow on a command line, from commander's program and the table of cmdlets: the four shells' scripts are made of it.
import type { Command, Option } from 'commander';
import type { Cmdlet } from '../../cmdlets/cmdlet.ts';
import type { Parameter } from '../../cmdlets/parameter.ts';
import { formalsOf } from '../cmdlets/formal.ts';

export interface Place {
  /** The words that lead there, with spaces: '' is the program itself. */
  readonly path: string;
  /** Subcommands, or values of an argument. */
  readonly words: readonly string[];
  /** With their dashes. */
  readonly options: readonly string[];
  /** Options after which a value comes; without `values`: any, for example a file. */
  readonly valued: readonly { readonly option: string; readonly values: readonly string[] }[];
}

/** Names and values have neither spaces nor quotes. */
export function placesOf(program: Command, cmdlets: readonly Cmdlet[]): readonly Place[] {
  const places = placesBelow(program, '');
  const names = cmdlets.map(({ name }) => name);
  const withCmdlets = places.map((place) =>
    place.path === '' || place.path === 'help' ? { ...place, words: [...place.words, ...names] } : place,
  );
  return [...withCmdlets, ...cmdlets.map(placeOf)];
}

function placesBelow(command: Command, path: string): Place[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const options = help.visibleOptions(command);
  const own: Place = {
    path,
    words: [
      ...subcommands.map((subcommand) => subcommand.name()),
      ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    ],
    options: options.flatMap(namesOf),
    valued: options
      .filter(({ required, optional }) => required || optional)
      .flatMap((option) => namesOf(option).map((name) => ({ option: name, values: option.argChoices ?? [] }))),
  };
  const below = (subcommand: Command): string => (path === '' ? subcommand.name() : `${path} ${subcommand.name()}`);
  const isHelp = (subcommand: Command): boolean => subcommand.name() === 'help';
  const helpPlaces = subcommands.filter(isHelp).map((subcommand) => ({
    path: below(subcommand),
    words: subcommands.map((one) => one.name()).filter((name) => name !== 'help'),
    options: [],
    valued: [],
  }));
  return [
    own,
    ...helpPlaces,
    ...subcommands.filter((one) => !isHelp(one)).flatMap((one) => placesBelow(one, below(one))),
  ];
}

const namesOf = ({ long, short }: Option): string[] =>
  [long, short].filter((name) => name !== undefined && name !== null);

function placeOf(cmdlet: Cmdlet): Place {
  const formals = formalsOf(cmdlet).map(({ name, parameter }) => ({ option: `-${name}`, parameter }));
  return {
    path: cmdlet.name,
    words: [],
    options: formals.map(({ option }) => option),
    valued: formals
      .filter(({ parameter }) => parameter.type !== 'SwitchParameter')
      .map(({ option, parameter }) => ({ option, values: valuesOf(parameter) })),
  };
}

/** A shell would take $true for a variable of its own. */
function valuesOf({ type, values = [] }: Parameter): readonly string[] {
  return type === 'Boolean' ? ['true', 'false'] : values;
}

/** Path and option, and the words that may follow: the lines of the scripts' tables. */
export interface Tables {
  readonly words: ReadonlyMap<string, readonly string[]>;
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** By path, a space and the option. */
  readonly values: ReadonlyMap<string, readonly string[]>;
}

export function tablesOf(places: readonly Place[]): Tables {
  return {
    words: new Map(places.map(({ path, words }) => [path, words])),
    options: new Map(places.map(({ path, options }) => [path, options])),
    values: new Map(
      places.flatMap(({ path, valued }) => valued.map(({ option, values }) => [`${path} ${option}`, values] as const)),
    ),
  };
}
