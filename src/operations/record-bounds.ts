// What an audit record keeps of what was sent: whoever sends much does not fill the log. A record of which something is missing says so.
import type { AuditedChange } from '../audit/audit-record.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** Sizes are bytes of JSON. */
export interface Bounds {
  /** All parameters together; all changes together may have as much again. */
  readonly total: number;
  readonly value: number;
}

/** Of what was done: all that people give by hand, and long lists from their beginning. */
export const OF_ACTS: Bounds = { total: 16_384, value: 16_384 };
/** Of what somebody tried who may not. */
export const OF_REFUSALS: Bounds = { total: 2_048, value: 200 };

const LONGEST_NAME = 64;
/** For the words about what is missing. */
const NOTE_BYTES = 100;
/** Quotes and commas around a name and a value. */
const AROUND = 4;
/** Less of a value says nothing. */
const LEAST = 32;
const ELLIPSIS = '…';

/**
 * The parameters as they are where they are small enough. Else the short ones are whole and the long ones cut: texts end in an ellipsis, lists are
 * their first values, and `cut` says how many values were cut and how many parameters left out. Throws where something is no JSON.
 */
export function boundedParameters(parameters: Parameters, bounds: Bounds): Parameters {
  const entries = Object.entries(parameters);
  const named = entries.filter(([name]) => name.length <= LONGEST_NAME);
  const { values, cut } = shared(named, bounds);
  const kept = named.flatMap(([name], i) => (values[i] === LEFT_OUT ? [] : [[name, values[i]] as const]));
  if (cut === 0 && kept.length === entries.length) return parameters;
  return { ...Object.fromEntries(kept), cut: noteOf(cut, entries.length - kept.length) };
}

/** The changes likewise; one whose values have no room keeps its name. */
export function boundedChanges(
  changes: readonly AuditedChange[],
  bounds: Bounds,
): { readonly changes: readonly AuditedChange[]; readonly cut: number } {
  const sides = changes.flatMap(({ name, before, after }) => [[name, before] as const, [name, after] as const]);
  const { values, cut } = shared(sides, bounds);
  const leftOut = values.filter((value) => value === LEFT_OUT).length;
  if (cut + leftOut === 0) return { changes, cut: 0 };
  const shown = (change: AuditedChange, key: 'before' | 'after', value: unknown) =>
    key in change ? { [key]: value === LEFT_OUT ? ELLIPSIS : value } : {};
  return {
    changes: changes.map((change, i) => ({
      name: change.name,
      ...shown(change, 'before', values[2 * i]),
      ...shown(change, 'after', values[2 * i + 1]),
    })),
    cut: cut + leftOut,
  };
}

export function noteOf(values: number, parameters: number): string {
  const said = [count(values, 'value'), parameters === 0 ? '' : `${count(parameters, 'parameter')} left out`];
  return said.filter((part) => part !== '').join(', ');
}

function count(many: number, what: string): string {
  return many === 0 ? '' : `${many} ${what}${many === 1 ? '' : 's'}`;
}

const LEFT_OUT = Symbol('left out');

/** Each gets what it needs, the shortest first, and the long ones share what is left. */
function shared(
  named: readonly (readonly [string, unknown])[],
  { total, value: longest }: Bounds,
): { readonly values: readonly unknown[]; readonly cut: number } {
  const values: unknown[] = named.map(([, value]) => value);
  const own = values.map(sizeOf);
  const around = named.map(([name]) => sizeOf(name) + AROUND);
  const isFitting = own.every((size) => size <= longest) && sum(own) + sum(around) <= total;
  if (isFitting) return { values, cut: 0 };
  let left = total - NOTE_BYTES;
  let waiting = named.length;
  let cut = 0;
  for (const i of [...own.keys()].sort((a, b) => own[a]! + around[a]! - own[b]! - around[b]!)) {
    const room = Math.min(longest, Math.floor(left / waiting--) - around[i]!);
    if (own[i]! <= room) {
      left -= around[i]! + own[i]!;
    } else if (room < LEAST) {
      values[i] = LEFT_OUT;
    } else {
      values[i] = cutTo(room, values[i]);
      left -= around[i]! + sizeOf(values[i]);
      cut++;
    }
  }
  return { values, cut };
}

/** A list loses its last values, anything else the end of its text. */
function cutTo(room: number, value: unknown): unknown {
  if (Array.isArray(value)) {
    const some: unknown[] = [];
    let size = 2;
    for (const one of value) {
      size += sizeOf(one) + 1;
      if (size > room) break;
      some.push(one);
    }
    if (some.length > 0) return some;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  let length = Math.min(text.length, room);
  for (;;) {
    const cut = `${text.slice(0, length).toWellFormed()}${ELLIPSIS}`;
    const size = sizeOf(cut);
    if (size <= room) return cut;
    length = Math.min(length - 1, Math.floor((length * room) / size));
  }
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
