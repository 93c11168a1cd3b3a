// Parameters of cmdlets: how each kind is named in PowerShell, and how what was given becomes its value. Values come as JSON (a boolean, a
// number, a list) or as text (the command line).
import type { Action } from '../access/roles.ts';
import { CmdletError } from './cmdlet-error.ts';

export type ParameterType =
  | 'Guid'
  | 'String'
  | 'SmtpAddress'
  | 'Boolean'
  | 'SwitchParameter'
  | 'Int32'
  | 'DateTime'
  | 'String[]'
  | 'MultiValuedProperty';

export interface ParameterOptions {
  readonly help: string;
  readonly required?: boolean;
  /** From 0: may be given without its name. */
  readonly position?: number;
  /** What comes down a pipeline fills it by the property of its name. */
  readonly pipeline?: 'ByPropertyName';
  readonly aliases?: readonly string[];
  /** A right that only this parameter needs. */
  readonly action?: Action;
  /** Taken because scripts give it; why it does nothing here is told as a warning. */
  readonly ignored?: string;
}

export interface Parameter<T = unknown> extends ParameterOptions {
  readonly type: ParameterType;
  /** Of an enumeration: its names. Any case and any unique prefix will do. */
  readonly values?: readonly string[];
  /**
   * Throws CmdletError in PowerShell's words. `name`: of the parameter. `value` is what was given: null only where the type takes it, as
   * PowerShell has it: a text is then '', a list empty; anything else refuses.
   */
  transform(value: unknown, name: string): T;
}

type Required = ParameterOptions & { readonly required: true };
/** A required parameter always has a value. */
type Given<O extends ParameterOptions, T> = O extends Required ? T : T | undefined;

function kind<T>(type: ParameterType, transform: (value: unknown, name: string) => T) {
  return <const O extends ParameterOptions>(options: O): Parameter<Given<O, T>> => ({ ...options, type, transform });
}

const LONGEST_TEXT = 100_000;
/** With dashes, also in braces or parentheses, or its 32 digits alone: formats D, B, P and N of .NET. */
const GUID =
  /^(?:\{(?<b>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}|\((?<p>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)|(?<d>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|(?<n>[0-9a-f]{32}))$/i;
const GUID_WORDS = 'Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).';

/** In lower case, with its dashes. */
export const guid = kind('Guid', (value, name) => {
  const given = textOf(value, name, 'System.Guid').trim();
  return guidOf(given) ?? refuse(name, given, 'System.Guid', GUID_WORDS);
});

/** In lower case, with its dashes; undefined for what is none. */
export function guidOf(text: string): string | undefined {
  const { b, p, d, n } = GUID.exec(text.trim())?.groups ?? {};
  const dashed = b ?? p ?? d ?? n?.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return dashed?.toLowerCase();
}

export const text = kind('String', (value, name) => (value === null ? '' : textOf(value, name, 'System.String')));

export const address = kind('SmtpAddress', (value, name) => {
  const given = textOf(value, name, 'Microsoft.Exchange.Data.SmtpAddress').trim();
  // A login is what Cordon restricts, and need not be an address.
  if (given === '' || /\s/.test(given)) {
    refuse(
      name,
      given,
      'Microsoft.Exchange.Data.SmtpAddress',
      `The email address "${shortened(given)}" isn't correct.`,
    );
  }
  return given;
});

const TRUE = /^(\$?true|1)$/i;
const FALSE = /^(\$?false|0)$/i;
const BOOLEAN_WORDS = 'Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0.';

function booleanOf(value: unknown, name: string, type: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  const given = textOf(value, name, type);
  if (TRUE.test(given)) return true;
  if (FALSE.test(given)) return false;
  return refuse(name, given, type, BOOLEAN_WORDS);
}

export const boolean = kind('Boolean', (value, name) => booleanOf(value, name, 'System.Boolean'));

/** Given without a value it is true. */
export const flag = kind('SwitchParameter', (value, name) =>
  booleanOf(value, name, 'System.Management.Automation.SwitchParameter'),
);

const LEAST_INT = -2_147_483_648;
const MOST_INT = 2_147_483_647;

export function int<const O extends ParameterOptions>(
  options: O,
  { min = LEAST_INT, max = MOST_INT }: { readonly min?: number; readonly max?: number } = {},
): Parameter<Given<O, number>> {
  const transform = (value: unknown, name: string): number => {
    const given = textOf(value, name, 'System.Int32').trim();
    if (!/^[+-]?\d{1,20}$/.test(given)) {
      refuse(name, given, 'System.Int32', `The input string '${shortened(given)}' was not in a correct format.`);
    }
    const number = Number(given);
    if (number < LEAST_INT || number > MOST_INT) {
      refuse(name, given, 'System.Int32', 'Value was either too large or too small for an Int32.');
    }
    refuseBeyond(name, number, min, max);
    // -0 is none of the integers.
    return number + 0;
  };
  return { ...options, type: 'Int32', transform };
}

function refuseBeyond(name: string, number: number, min: number, max: number): void {
  if (number < min) {
    throw CmdletError.validation(
      name,
      `The ${number} argument is less than the minimum allowed range of ${min}. Supply an argument that is greater than or equal to ${min} and then try the command again.`,
    );
  }
  if (number > max) {
    throw CmdletError.validation(
      name,
      `The ${number} argument is greater than the maximum allowed range of ${max}. Supply an argument that is less than or equal to ${max} and then try the command again.`,
    );
  }
}

/** A time; without an offset it is UTC, a date alone is its midnight. */
export const dateTime = kind('DateTime', (value, name) => {
  const given = textOf(value, name, 'System.DateTime').trim();
  const at = timeOf(given);
  if (at === undefined) {
    refuse(name, given, 'System.DateTime', `String '${shortened(given)}' was not recognized as a valid DateTime.`);
  }
  return new Date(at!);
});

/**
 * ISO 8601, the American form that the articles use (11/24/2026 [10:30[:00]] [AM|PM]), or what Windows PowerShell's ConvertTo-Json makes of a
 * DateTime: /Date(1764144000000)/. Milliseconds since 1970.
 */
function timeOf(given: string): number | undefined {
  const ticks = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/.exec(given)?.[1];
  if (ticks !== undefined) return Math.abs(Number(ticks)) <= MOST_MILLISECONDS ? Number(ticks) : undefined;
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([ap]m))?)?$/i.exec(given);
  const iso = american === null ? given : isoOf(american);
  if (iso === undefined) return undefined;
  const shape =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,7})?)?))?(Z|[+-]\d{2}:?\d{2})?$/i.exec(iso);
  if (shape === null) return undefined;
  const [, date, time = '00:00', offset = 'Z'] = shape;
  const zone = offset.toUpperCase().replace(/^(.\d\d)(\d\d)$/, '$1:$2');
  const at = Date.parse(`${date}T${time.replace(/(\.\d{3})\d+$/, '$1')}${zone}`);
  // Date takes the 31st of February for the 3rd of March.
  const isReal = !Number.isNaN(at) && new Date(`${date}T00:00Z`).toISOString().startsWith(date!);
  return isReal ? at : undefined;
}

/** What a Date holds. */
const MOST_MILLISECONDS = 8_640_000_000_000_000;

/** Undefined for an hour that no such clock shows. */
function isoOf([, month, day, year, hour = '0', minute = '00', second = '00', half]: readonly string[]):
  | string
  | undefined {
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const two = (digits: string): string => digits.padStart(2, '0');
  const noon = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return `${year}-${two(month!)}-${two(day!)}T${two(String(noon))}:${minute}:${second}`;
}

const MOST_ELEMENTS = 10_000;

/** A list; one value alone is a list of one. `most`: so many values. */
export function texts<const O extends ParameterOptions>(
  options: O,
  { most = MOST_ELEMENTS }: { readonly most?: number } = {},
): Parameter<Given<O, readonly string[]>> {
  return { ...options, type: 'String[]', transform: (value, name) => textsOf(value, name, most) };
}

function textsOf(value: unknown, name: string, most = MOST_ELEMENTS): readonly string[] {
  if (value === null) return [];
  const all = Array.isArray(value) ? value : [value];
  if (all.length > most) throw CmdletError.validation(name, `It takes at most ${most} values.`);
  return all.map((one) => textOf(one, name, 'System.String[]'));
}

/** What a list is to become of what it is. */
export type ListChange = (before: readonly string[]) => readonly string[];

const CHANGES = /^(add|remove)$/i;

/** A whole new list, or @{Add="a","b"; Remove="c"} of what is there, compared in any case. Nothing ($null) empties it. */
export const listChange = kind('MultiValuedProperty', (value, name): ListChange => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    const whole = textsOf(value, name);
    return () => whole;
  }
  // OData's notes beside it, such as @odata.type, say nothing.
  const entries = Object.entries(value).filter(([key]) => !key.includes('@'));
  const wrong = entries.find(([key]) => !CHANGES.test(key));
  if (wrong !== undefined || entries.length === 0) {
    refuse(name, wrong?.[0] ?? '@{}', MULTI_VALUED, 'Use @{Add="value"; Remove="value"}, or a list of all values.');
  }
  const of = (key: string) => entries.filter(([written]) => written.toLowerCase() === key);
  const added = of('add').flatMap(([, values]) => textsOf(values, name));
  const removed = new Set(of('remove').flatMap(([, values]) => textsOf(values, name).map((one) => one.toLowerCase())));
  return (before) => [...before.filter((one) => !removed.has(one.toLowerCase())), ...added];
});

const MULTI_VALUED = 'Microsoft.Exchange.Data.MultiValuedProperty';

/** An enumeration: any case, any unique prefix; the value is the name as it is written in `values`. */
export function oneOf<const V extends string, const O extends ParameterOptions>(
  values: readonly V[],
  options: O,
): Parameter<Given<O, V>> {
  return { ...options, type: 'String', values, transform: (value, name) => nameIn(values, value, name) };
}

/** Several of an enumeration, as `oneOf`. */
export function someOf<const V extends string, const O extends ParameterOptions>(
  values: readonly V[],
  options: O,
): Parameter<Given<O, readonly V[]>> {
  const transform = (value: unknown, name: string) => textsOf(value, name).map((one) => nameIn(values, one, name));
  return { ...options, type: 'String[]', values, transform };
}

function nameIn<const V extends string>(values: readonly V[], value: unknown, name: string): V {
  const written = textOf(value, name, 'System.Enum').trim();
  const given = written.toLowerCase();
  const exact = values.find((each) => each.toLowerCase() === given);
  const starting = values.filter((each) => given !== '' && each.toLowerCase().startsWith(given));
  const found = exact ?? (starting.length === 1 ? starting[0] : undefined);
  if (found !== undefined) return found;
  const shown = shortened(written);
  return refuse(
    name,
    shown,
    'System.Enum',
    `Unable to match the identifier name ${shown} to a valid enumerator name. Specify one of the following enumerator names and try again: ${values.join(', ')}`,
  );
}

function textOf(value: unknown, name: string, type: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') {
    const what = value === null ? 'null' : Array.isArray(value) ? 'System.Object[]' : 'System.Collections.Hashtable';
    return refuse(name, what, type, `Cannot convert ${what} to the type "${type}".`);
  }
  refuseLonger(name, value, LONGEST_TEXT);
  return value;
}

function refuse(name: string, value: string, type: string, why: string): never {
  throw CmdletError.transformation(name, shortened(value), type, why);
}

/** For texts that take less than any text does. */
export function refuseLonger(name: string, given: string | undefined, most: number): void {
  if (given === undefined || given.length <= most) return;
  const written = String(most).replace(/\B(?=(\d{3})+$)/g, ' ');
  throw CmdletError.validation(name, `It takes at most ${written} characters.`);
}

/** What an error repeats of what was given. */
function shortened(value: string): string {
  return value.slice(0, 200);
}
