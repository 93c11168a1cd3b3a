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
  | 'String[]';

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
  /** Throws CmdletError in PowerShell's words. `name`: of the parameter. */
  transform(value: unknown, name: string): T;
}

type Required = ParameterOptions & { readonly required: true };
/** A required parameter always has a value. */
type Given<O extends ParameterOptions, T> = O extends Required ? T : T | undefined;

function kind<T>(type: ParameterType, transform: (value: unknown, name: string) => T) {
  return <const O extends ParameterOptions>(options: O): Parameter<Given<O, T>> => ({ ...options, type, transform });
}

const LONGEST_TEXT = 100_000;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const GUID_WORDS = 'Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).';

/** In lower case. */
export const guid = kind('Guid', (value, name) => {
  const text = textOf(value, name, 'System.Guid').trim();
  if (!GUID.test(text)) refuse(name, text, 'System.Guid', GUID_WORDS);
  return text.toLowerCase();
});

export const text = kind('String', (value, name) => textOf(value, name, 'System.String'));

export const address = kind('SmtpAddress', (value, name) => {
  const given = textOf(value, name, 'Microsoft.Exchange.Data.SmtpAddress').trim();
  // A login is what Cordon restricts, and need not be an address.
  if (given === '' || /\s/.test(given)) {
    refuse(name, given, 'Microsoft.Exchange.Data.SmtpAddress', `The email address "${given}" isn't correct.`);
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

export function int<const O extends ParameterOptions>(
  options: O,
  { min = -2_147_483_648, max = 2_147_483_647 }: { readonly min?: number; readonly max?: number } = {},
): Parameter<Given<O, number>> {
  const transform = (value: unknown, name: string): number => {
    const given = typeof value === 'number' ? String(value) : textOf(value, name, 'System.Int32').trim();
    if (!/^[+-]?\d{1,10}$/.test(given)) {
      refuse(name, given, 'System.Int32', `The input string '${given}' was not in a correct format.`);
    }
    const number = Number(given);
    if (number < min || number > max) {
      throw CmdletError.validation(name, `The ${given} argument is not within ${min} to ${max}.`);
    }
    return number;
  };
  return { ...options, type: 'Int32', transform };
}

/** A time; without an offset it is UTC, a date alone is its midnight. */
export const dateTime = kind('DateTime', (value, name) => {
  const given = textOf(value, name, 'System.DateTime').trim();
  const at = timeOf(given);
  if (at === undefined) {
    refuse(name, given, 'System.DateTime', `String '${given}' was not recognized as a valid DateTime.`);
  }
  return new Date(at!);
});

/** ISO 8601, or the American form that the articles use (11/24/2026 [10:30[:00]] [AM|PM]). Milliseconds since 1970. */
function timeOf(given: string): number | undefined {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([ap]m))?)?$/i.exec(given);
  const iso = american === null ? given : isoOf(american);
  const shape = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?))?(Z|[+-]\d{2}:?\d{2})?$/i.exec(iso);
  if (shape === null) return undefined;
  const [, date, time = '00:00', offset = 'Z'] = shape;
  const at = Date.parse(`${date}T${time.replace(/(\.\d{3})\d+$/, '$1')}${offset.toUpperCase()}`);
  // Date takes the 31st of February for the 3rd of March.
  const isReal = !Number.isNaN(at) && new Date(`${date}T00:00Z`).toISOString().startsWith(date!);
  return isReal ? at : undefined;
}

function isoOf([, month, day, year, hour = '0', minute = '00', second = '00', half]: readonly string[]): string {
  const two = (digits: string): string => digits.padStart(2, '0');
  const noon = half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  return `${year}-${two(month!)}-${two(day!)}T${two(String(noon))}:${minute}:${second}`;
}

const MOST_ELEMENTS = 10_000;

/** A list; one value alone is a list of one. */
export const texts = kind('String[]', (value, name): readonly string[] => {
  const all = Array.isArray(value) ? value : [value];
  if (all.length > MOST_ELEMENTS) throw CmdletError.validation(name, `It takes at most ${MOST_ELEMENTS} values.`);
  return all.map((one) => textOf(one, name, 'System.String[]'));
});

/** An enumeration: any case, any unique prefix; the value is the name as it is written in `values`. */
export function oneOf<const V extends string, const O extends ParameterOptions>(
  values: readonly V[],
  options: O,
): Parameter<Given<O, V>> {
  const transform = (value: unknown, name: string): V => {
    const given = textOf(value, name, 'System.String').trim().toLowerCase();
    const exact = values.find((each) => each.toLowerCase() === given);
    const starting = values.filter((each) => given !== '' && each.toLowerCase().startsWith(given));
    const found = exact ?? (starting.length === 1 ? starting[0] : undefined);
    if (found !== undefined) return found;
    return refuse(
      name,
      String(value),
      'System.Enum',
      `Unable to match the identifier name ${String(value)} to a valid enumerator name. Specify one of the following enumerator names and try again: ${values.join(', ')}`,
    );
  };
  return { ...options, type: 'String', values, transform };
}

function textOf(value: unknown, name: string, type: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') {
    const what = value === null ? 'null' : Array.isArray(value) ? 'System.Object[]' : 'System.Collections.Hashtable';
    return refuse(name, what, type, `Cannot convert ${what} to the type "${type}".`);
  }
  if (value.length > LONGEST_TEXT) throw CmdletError.validation(name, `It takes at most ${LONGEST_TEXT} characters.`);
  return value;
}

function refuse(name: string, value: string, type: string, why: string): never {
  throw CmdletError.transformation(name, value.slice(0, 200), type, why);
}
