// What the body of InvokeCommand asks for: {"CmdletInput": {"CmdletName": ..., "Parameters": {...}}}. Annotations of OData, which say how a value is
// to be read, are left out: each parameter knows its own type.
import { invalidRequest } from './refusals.ts';

export interface CmdletInput {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const LONGEST_NAME = 200;
/** Hashtables in lists in hashtables: no parameter is deeper, and deeper ones cost a stack. */
const DEEPEST = 16;
const ANNOTATION = /@(odata|data)\.type$/;

/** Throws CmdletError. */
export function cmdletInputOf(body: unknown): CmdletInput {
  const input = isObject(body) ? body.CmdletInput : undefined;
  if (!isObject(input)) {
    throw invalidRequest('The body must be {"CmdletInput":{"CmdletName":"Get-BlockedConnector","Parameters":{}}}.');
  }
  const { CmdletName: name, Parameters: parameters } = input;
  if (typeof name !== 'string' || name.trim() === '' || name.length > LONGEST_NAME) {
    throw invalidRequest(`CmdletInput.CmdletName must be the name of a cmdlet, of at most ${LONGEST_NAME} characters.`);
  }
  if (parameters !== undefined && parameters !== null && !isObject(parameters)) {
    throw invalidRequest('CmdletInput.Parameters must be an object: a value for each name of a parameter.');
  }
  return { name: name.trim(), parameters: plain(parameters ?? {}, 0) as CmdletInput['parameters'] };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function plain(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw invalidRequest(`The parameters are nested more than ${DEEPEST} deep.`);
  if (Array.isArray(value)) return value.map((one) => plain(one, depth + 1));
  const own = Object.entries(value).filter(([name]) => !ANNOTATION.test(name));
  return Object.fromEntries(own.map(([name, one]) => [name, plain(one, depth + 1)]));
}
