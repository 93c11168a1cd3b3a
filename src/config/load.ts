// cordon.yaml and the environment, read into one checked configuration, before anything else starts.
import { type EnvironmentOverride, readEnvironment } from './environment.ts';
import { configKeys } from './keys.ts';
import { checkListening } from './listening-rules.ts';
import { sayIssues } from './say-issue.ts';
import { type Config, configSchema } from './schema.ts';
import { invalidFile, parseYaml, readYamlText, type YamlFile } from './yaml-file.ts';

export const DEFAULT_FILE = 'cordon.yaml';

export interface LoadOptions {
  /** Named by the operator, so that it must exist. Without it `cordon.yaml` of the working directory is read if there is one. */
  readonly file?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `--data DIR`; stronger than file and environment. */
  readonly dataDirectory?: string | undefined;
}

/**
 * Reads, checks and completes the configuration. Waits on I/O.
 * Rejects with CONFIG_UNREADABLE, with CONFIG_INVALID naming every wrong key at once, or with LISTEN_UNTRUSTED.
 */
export async function loadConfig(options: LoadOptions): Promise<Config> {
  const file = options.file ?? DEFAULT_FILE;
  const text = await readYamlText(file, options.file !== undefined);
  return parseConfig(text, { ...options, file });
}

/** The same from a text; `file` is only named in errors. */
export function parseConfig(text: string, options: LoadOptions & { readonly file: string }): Config {
  const source = parseYaml(text, options.file, 'CONFIG_INVALID');
  const environment = readEnvironment(options.environment);
  const values = withOverrides(source.values, environment.overrides);
  if (options.dataDirectory !== undefined) setAt(values, ['dataDirectory'], options.dataDirectory);

  const result = configSchema.safeParse(values, { reportInput: true });
  const issues = result.success ? [] : sayIssues(result.error.issues, keysIn);
  const fields = [
    ...issues.map(({ path, message }) => ({ path: place(path, source, environment.overrides), message })),
    ...environment.unknown.map(({ variable, message }) => ({ path: `environment: ${variable}`, message })),
  ];
  if (!result.success || fields.length > 0) throw invalidFile('CONFIG_INVALID', options.file, fields);
  checkListening(result.data, (path) => place(path, source, environment.overrides));
  return result.data;
}

/** A section whose keys are all commented out is written as `http:` and means {}. */
function withOverrides(values: Readonly<Record<string, unknown>>, overrides: readonly EnvironmentOverride[]) {
  const result = structuredClone(values) as Record<string, unknown>;
  for (const key of configKeys()) {
    if (key.kind === 'section' && !key.optional) emptyToSection(result, key.path);
  }
  for (const { path, value } of overrides) setAt(result, path, value);
  return result;
}

function emptyToSection(values: Record<string, unknown>, path: readonly string[]): void {
  const parent = at(values, path.slice(0, -1));
  const name = path.at(-1)!;
  if (isSection(parent) && name in parent && parent[name] === null) parent[name] = {};
}

function setAt(values: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let section = values;
  for (const name of path.slice(0, -1)) {
    if (!isSection(section[name])) section[name] = {};
    section = section[name] as Record<string, unknown>;
  }
  section[path.at(-1)!] = value;
}

function at(values: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, name) => (isSection(value) ? value[String(name)] : undefined), values);
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keysIn(section: readonly PropertyKey[]): readonly string[] {
  const wanted = section.map((name) => (typeof name === 'number' ? '*' : name)).join('.');
  return configKeys()
    .filter((key) => key.path.slice(0, -1).join('.') === wanted)
    .map((key) => key.path.at(-1)!);
}

/** Where the operator finds it: `cordon.yaml:12 http.port`, or the variable that set it. */
function place(path: readonly PropertyKey[], source: YamlFile, overrides: readonly EnvironmentOverride[]): string {
  const name = path.map(String).join('.');
  const override = overrides.find((o) => `${name}.`.startsWith(`${o.path.join('.')}.`));
  if (override === undefined) return source.place(path);
  return `environment: ${override.variable}${name === override.path.join('.') ? '' : ` (${name})`}`;
}
