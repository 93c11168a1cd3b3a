// Environment variables that override cordon.yaml: CORDON_ and the key's path in capitals, http.port -> CORDON_HTTP_PORT.
import { parse } from 'yaml';
import { type ConfigKey, configKeys } from './keys.ts';
import { nearest } from './say-issue.ts';

/** Read by the commands, not by the configuration. */
const COMMAND_VARIABLES = ['CORDON_TOKEN', 'CORDON_URL', 'CORDON_CONFIG', 'CORDON_DATA'];

/** What Kubernetes sets for a service that is called cordon or cordon-something; nobody wrote it, so it is no mistake. */
const SERVICE_LINK = /^CORDON_(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$/;

export interface EnvironmentOverride {
  readonly variable: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** `['listeners', 'smtpRelay', 'nextHop']` -> CORDON_LISTENERS_SMTP_RELAY_NEXT_HOP */
export function variableFor(path: readonly string[]): string {
  return ['CORDON', ...path.map((name) => name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase())].join('_');
}

/** The keys that a variable can set: all but those inside the items of a list. A list of sections is set whole, as YAML. */
export function variableKeys(): ReadonlyMap<string, ConfigKey> {
  const keys = configKeys().filter((key) => key.kind !== 'section' && !key.path.includes('*'));
  return new Map(keys.map((key) => [variableFor(key.path), key]));
}

/** The overrides in `environment`, and the variables that begin with CORDON_ and are no key. Empty variables count as unset. */
export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): {
  readonly overrides: readonly EnvironmentOverride[];
  readonly unknown: readonly { variable: string; message: string }[];
} {
  const keys = variableKeys();
  const overrides: EnvironmentOverride[] = [];
  const unknown: { variable: string; message: string }[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('CORDON_') || text === undefined || text === '') continue;
    const key = keys.get(variable);
    if (key !== undefined) overrides.push({ variable, path: key.path, value: typedValue(key, text) });
    else if (!COMMAND_VARIABLES.includes(variable) && !SERVICE_LINK.test(variable)) {
      unknown.push({ variable, message: sayUnknown(variable, [...keys.keys()]) });
    }
  }
  return { overrides, unknown };
}

/** The text as the key's type; what cannot be read stays text, and the schema says what is wrong with it. */
function typedValue(key: ConfigKey, text: string): unknown {
  if (key.kind === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (key.kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (key.kind === 'list' && !text.trimStart().startsWith('[')) return text.split(',').map((item) => item.trim());
  return key.kind === 'list' || key.kind === 'objects' ? parseYaml(text) : text;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return text;
  }
}

function sayUnknown(variable: string, known: readonly string[]): string {
  const near = nearest(variable, known);
  return near === undefined
    ? 'sets no key of the configuration; docs/configuration.md lists the variables'
    : `sets no key of the configuration: did you mean ${near}?`;
}
