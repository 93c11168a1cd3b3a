// A command line to a cmdlet's parameters, by the rules of PowerShell's binder: ParameterBinderController of the engine, whose steps and their
// order these are. test/powershell holds the two against each other; docs/shell.md tells where a shell must differ.
import type { Cmdlet } from '../../cmdlets/cmdlet.ts';
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import type { Parameter } from '../../cmdlets/parameter.ts';
import {
  ambiguousParameter,
  missingArgument,
  missingElement,
  unconvertibleNull,
  unexpectedArgument,
  unknownParameter,
} from './binding-error.ts';
import {
  CORDON_PARAMETERS,
  type Formal,
  type Format,
  formalsOf,
  isList,
  type Preference,
  typeNameOf,
} from './formal.ts';
import { hashtableOf, listOf, literalOf, wordOf } from './literal.ts';

export interface BoundLine {
  /** What the wire gets: JSON. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly common: {
    readonly WhatIf?: boolean;
    readonly Confirm?: boolean;
    readonly Verbose?: boolean;
    readonly Debug?: boolean;
    readonly ErrorAction?: Preference;
    readonly WarningAction?: Preference;
  };
  readonly cordon: {
    readonly Format?: Format;
    readonly Organization?: string;
    readonly Url?: string;
    readonly Token?: string;
    readonly Data?: string;
    readonly Config?: string;
  };
}

/** One word of the command line. */
interface Token {
  readonly text: string;
  /** Of a parameter: its name as it is written. */
  readonly name?: string;
  /** Of `-Name:value`; '' where a value may follow. */
  readonly value?: string;
}

/** One parameter with its value, or a value alone. */
interface Argument {
  readonly token: Token;
  /** Not yet looked for where the value hangs on the name. */
  readonly formal?: Formal | undefined;
  /** Undefined: a switch without one, or a name that is unknown. */
  readonly value?: string | undefined;
}

/** Throws CmdletError in PowerShell's words. */
export function bindLine(cmdlet: Cmdlet, words: readonly string[]): BoundLine {
  const formals = formalsOf(cmdlet);
  const bound = new Map<Formal, unknown>();
  const left: Token[] = [];
  for (const { token, value, ...argument } of paired(words, formals)) {
    const formal = argument.formal ?? (token.name === undefined ? undefined : formalNamed(formals, token.name));
    if (formal === undefined) left.push(token);
    else if (bound.has(formal)) throw CmdletError.repeated(isApart(token, value) ? formal.name : token.name!);
    else bound.set(formal, value === undefined ? true : boundValue(formal, value));
  }
  bindPositional(left, formals, bound);
  const missing = formals.filter((formal) => formal.parameter.required === true && !bound.has(formal));
  if (missing.length > 0) throw CmdletError.missing(missing.map(({ name }) => name));
  const named = (of: Formal['of']) =>
    Object.fromEntries([...bound].flatMap(([formal, value]) => (formal.of === of ? [[formal.name, value]] : [])));
  return { parameters: named('cmdlet'), common: named('common'), cordon: named('cordon') };
}

/** `-Name value`: there PowerShell's errors call a parameter by its full name, else as it was written. */
const isApart = (token: Token, value: string | undefined): boolean => token.value === undefined && value !== undefined;

/** What is left goes to the parameters with a position, in their order. */
function bindPositional(left: readonly Token[], formals: readonly Formal[], bound: Map<Formal, unknown>): void {
  const open = formals
    .filter((formal) => formal.parameter.position !== undefined && !bound.has(formal))
    .sort((a, b) => a.parameter.position! - b.parameter.position!);
  let values = left.filter(({ name }) => name === undefined);
  let trouble: unknown;
  for (const formal of open) {
    if (values.length === 0 || trouble !== undefined) break;
    const { text, taken } = takeList(formal, values);
    try {
      bound.set(formal, boundValue(formal, text));
      values = values.slice(taken);
    } catch (error) {
      trouble = error;
    }
  }
  const first = left.find((token) => token.name !== undefined || values.includes(token));
  if (first === undefined) return;
  if (first.name !== undefined) throw unknownParameter(first.name);
  throw trouble ?? unexpectedArgument(wordOf(literalOf(first.text) ?? first.text));
}

/** Each parameter with the value that follows it. */
function paired(words: readonly string[], formals: readonly Formal[]): Argument[] {
  const tokens = tokensOf(words);
  const found: Argument[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    const isWhole = token.value !== undefined && token.value !== '';
    const formal = isWhole || token.name === undefined ? undefined : formalNamed(formals, token.name);
    if (isWhole) found.push({ token, value: token.value });
    else if (formal === undefined) found.push({ token });
    else if (token.value === undefined && formal.parameter.type === 'SwitchParameter') found.push({ token, formal });
    else {
      const value = valueAfter(token, formal, tokens.slice(at + 1), formals);
      found.push({ token, formal, value: value.text });
      at += value.taken;
    }
  }
  return found;
}

/**
 * What looks like a parameter is a value where no parameter has that name; but never behind a colon, where a shell may have put nothing in the
 * place of $false.
 */
function valueAfter(token: Token, formal: Formal, rest: readonly Token[], formals: readonly Formal[]): Taken {
  const next = rest[0];
  const isParameter =
    next?.name !== undefined &&
    (token.value === '' || next.value !== undefined || formalNamed(formals, next.name) !== undefined);
  if (next === undefined || isParameter)
    throw missingArgument(formal.name, typeNameOf(formal.parameter), token.value === '');
  return takeList(formal, rest);
}

interface Taken {
  readonly text: string;
  /** How many words. */
  readonly taken: number;
}

/** `a, b` and `a ,b` are one list. */
function takeList({ parameter }: Formal, rest: readonly Token[]): Taken {
  let text = rest[0]!.text;
  let taken = 1;
  while (isList(parameter.type) && taken < rest.length) {
    const next = rest[taken]!;
    if (next.name !== undefined || !(text.endsWith(',') || next.text.startsWith(','))) break;
    text += next.text;
    taken += 1;
  }
  return { text, taken };
}

/** PowerShell takes a dash of any length. */
const PARAMETER = /^[-\u2013-\u2015](?<name>[A-Za-z_][^:]*)(?::(?<value>.*))?$/s;
const OF_CORDON = new RegExp(`^--(?<name>${Object.keys(CORDON_PARAMETERS).join('|')})(?:=(?<value>.*))?$`, 'is');

/** After `--` nothing is a parameter. */
function tokensOf(words: readonly string[]): Token[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const named = words.slice(0, end).map((text): Token => {
    const { name, value } = (PARAMETER.exec(text) ?? OF_CORDON.exec(text))?.groups ?? {};
    return name === undefined ? { text } : { text, name, ...(value === undefined ? {} : { value }) };
  });
  return [...named, ...words.slice(end + 1).map((text) => ({ text }))];
}

/**
 * In any case, by alias or by unique prefix. A cmdlet's own parameter goes before a common one with the same beginning, and Cordon's are only looked at
 * where PowerShell has none, so that no abbreviation means something else than there.
 */
function formalNamed(formals: readonly Formal[], written: string): Formal | undefined {
  const wanted = written.toLowerCase();
  const called = ({ name, parameter: { aliases = [] } }: Formal) => [name, ...aliases].map((one) => one.toLowerCase());
  const exact = formals.find((formal) => called(formal).includes(wanted));
  if (exact !== undefined) return exact;
  const starting = formals.filter((formal) => called(formal).some((name) => name.startsWith(wanted)));
  const theirs = starting.filter(({ of }) => of !== 'cordon');
  const matches = theirs.length > 0 ? theirs : starting;
  const own = matches.filter(({ of }) => of === 'cmdlet');
  if (matches.length <= 1) return matches[0];
  if (own.length === 1) return own[0];
  throw ambiguousParameter(
    written,
    matches.map(({ name }) => name),
  );
}

/** As the wire takes it. PowerShell makes '' of $null for a text; an empty list is the way to empty what is there. */
function boundValue({ name, parameter, of }: Formal, text: string): unknown {
  const given = givenFor(name, parameter, text);
  refuseNothing(name, parameter, given);
  // PowerShell, too, takes -Confirm:$null for -Confirm, and $null for false where the switch is the cmdlet's own.
  if (given === null && parameter.type === 'SwitchParameter') return of === 'common';
  if (given === null && !isText(parameter)) throw unconvertibleNull(name, typeNameOf(parameter));
  const value = parameter.transform(given, name);
  if (value instanceof Date) return value.toISOString();
  // What it changes is known where it is changed.
  return typeof value === 'function' ? (given ?? []) : value;
}

function givenFor(name: string, { type }: Parameter, text: string): unknown {
  const literal = literalOf(text);
  if (literal === null) return null;
  // PowerShell takes any number for true or false.
  if (type === 'Boolean' || type === 'SwitchParameter') return /^\d+$/.test(text) ? Number(text) : literal;
  if (type !== 'String[]' && type !== 'MultiValuedProperty') return wordOf(literal);
  const list = (type === 'MultiValuedProperty' ? hashtableOf(text) : undefined) ?? listOf(text);
  if (list === undefined) throw missingElement(name);
  return list;
}

/** An enumeration is no text that may be empty. */
const isText = ({ type, values }: Parameter): boolean =>
  isList(type) || ((type === 'String' || type === 'SmtpAddress') && values === undefined);

function refuseNothing(name: string, { type, required }: Parameter, given: unknown): void {
  if (required !== true || (given !== null && given !== '')) return;
  if (isList(type)) {
    if (given === null) throw CmdletError.nothing(name, 'null');
  } else if (type === 'String' || type === 'SmtpAddress') throw CmdletError.nothing(name, 'an empty string');
}
