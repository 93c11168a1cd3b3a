// What a record says, in the width of a cell.
import type { Schemas } from '../../api/client.ts';
import type { ItemNames } from './item-names.ts';

export type AuditRecord = Schemas['AuditRecord'];

const NOTHING = '–';
/** Parameters that say what was acted on, the plainest first. */
const NAMES = ['Identity', 'name', 'Name', 'EventValue', 'domain', 'value', 'url', 'Member'];
const MOST_IN_SHORT = 4;

export function valueText(value: unknown): string {
  if (value === undefined || value === null || value === '') return NOTHING;
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.map(valueText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What is called so now, else the name that the record has, else the id. */
export function itemOf({ parameters, objectId }: AuditRecord, names: ItemNames): string {
  const name = NAMES.map((each) => parameters[each]).find((value) => value !== undefined && value !== '');
  return names.get(objectId) ?? valueText(name ?? objectId);
}

/** What was changed, else with what it was asked for. */
export function inShort({ changes, parameters }: AuditRecord): string {
  const parts =
    changes !== undefined && changes.length > 0
      ? changes.map(({ name, before, after }) => `${name}: ${valueText(before)} → ${valueText(after)}`)
      : Object.entries(parameters).map(([name, value]) => `${name}: ${valueText(value)}`);
  const more = parts.length > MOST_IN_SHORT ? ' …' : '';
  return parts.slice(0, MOST_IN_SHORT).join('; ') + more;
}
