// What is printed from the schema: the commented example file, the manual's table, and the configuration in force.
import { stringify } from 'yaml';
import { variableFor, variableKeys } from './environment.ts';
import { type ConfigKey, configKeys, configTree } from './keys.ts';
import type { Config } from './schema.ts';

const LONGEST_LINE = 110;

/** A commented cordon.yaml whose active lines say the defaults; what has no default is commented out. */
export function printExample(): string {
  const head = '# Cordon, example configuration. Every active line says its default: keep only what you change.';
  return `${[head, ...configTree().flatMap((key) => ['', ...exampleOf(key, LONGEST_LINE)])].join('\n')}\n`;
}

function exampleOf(key: ConfigKey, width: number): string[] {
  const comment = wrap([key.sentence, noteOf(key)].filter((text) => text !== '').join(' '), width - 2);
  const commented = comment.map((line) => `# ${line}`);
  const isOwnSwitch = key.optional && !key.required && key.default === undefined;
  const lines = valueLines(key, isOwnSwitch ? width - 2 : width);
  return [...commented, ...(isOwnSwitch ? lines.map((line) => `# ${line}`) : lines)];
}

function valueLines(key: ConfigKey, width: number): string[] {
  const name = key.path.at(-1)!;
  const inner = key.keys.flatMap((child) => exampleOf(child, width - 2)).map((line) => `  ${line}`);
  if (key.kind === 'section') return [`${name}:`, ...inner];
  if (key.kind === 'objects') return [`${name}: []`, `# ${name}:`, ...asItem(inner).map((line) => `# ${line}`)];
  return [`${name}: ${inline(key.default ?? key.example)}`];
}

/** The first line that is no comment gets the item's dash. */
function asItem(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => !line.trimStart().startsWith('#'));
  return lines.map((line, i) => (i === first ? `  - ${line.trimStart()}` : `  ${line}`));
}

function noteOf(key: ConfigKey): string {
  const isChoice = key.type.includes(' | ') && key.kind === 'text';
  const example = key.default === undefined || key.example === undefined ? '' : `Example: ${inline(key.example)}`;
  const range = key.kind === 'number' ? rangeOf(key) : '';
  return [isChoice ? `(${key.type})` : '', range, example].filter((text) => text !== '').join(' ');
}

function rangeOf(key: ConfigKey): string {
  return `(${[key.type, key.unit].filter((text) => text !== undefined).join(', ')})`;
}

function inline(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (word === '') continue;
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** docs/configuration.md: every key with type, unit, default, environment variable and sentence. */
export function printReference(): string {
  const variables = new Set(variableKeys().keys());
  const told = configKeys().filter((key) => key.kind !== 'section' || key.optional);
  const rows = told.map((key) => referenceRow(key, variables));
  return `${REFERENCE_HEAD}${rows.join('\n')}\n`;
}

const REFERENCE_HEAD = `# Configuration

<!-- Generated from src/config/schema.ts: \`vitest run src/config -u\` writes it anew, and a test fails when it is stale. -->

Cordon reads \`cordon.yaml\` in the working directory, or the file named with \`--config\`. Every key has a default; an empty or
missing file is a working configuration. A variable of the environment is stronger than the file, \`--data DIR\` is stronger
than both. Lists are given to a variable with commas (\`CORDON_ORGANIZATION_ACCEPTED_DOMAINS=example.com,example.org\`), lists of
sections as YAML. An empty variable counts as unset. An unknown key or variable is an error, so that no typing mistake goes unnoticed.

- \`cordon config check\` says what is wrong, with file, line and key.
- \`cordon config print\` shows what is in force; secrets are hidden.
- \`cordon config example\` prints a commented file to start from.

A list item is written \`*\`. Keys without a default are absent unless you set them.

| key | what may stand there | default | variable | meaning |
| --- | --- | --- | --- | --- |
`;

function referenceRow(key: ConfigKey, variables: ReadonlySet<string>): string {
  const variable = variableFor(key.path);
  const type = key.unit === undefined ? key.type : `${key.type} (${key.unit})`;
  const byDefault = key.default === undefined ? '' : `\`${inline(key.default)}\``;
  const cells = [
    `\`${key.path.join('.')}\``,
    type.replaceAll('|', '\\|'),
    key.required ? 'required' : byDefault,
    variables.has(variable) ? `\`${variable}\`` : '',
    key.sentence.replaceAll('|', '\\|'),
  ];
  return `| ${cells.join(' | ')} |`;
}

const HIDDEN = '(hidden)';

/** The configuration in force as YAML, with secrets replaced by `(hidden)`. */
export function printConfig(config: Config): string {
  const secrets = new Set(
    configKeys()
      .filter((key) => key.secret)
      .map((key) => key.path.join('.')),
  );
  return stringify(hideSecrets(config, '', secrets), { lineWidth: 0 });
}

function hideSecrets(value: unknown, path: string, secrets: ReadonlySet<string>): unknown {
  if (secrets.has(path)) return HIDDEN;
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  if (Array.isArray(value)) return value.map((item) => hideSecrets(item, below('*'), secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, hideSecrets(inner, below(name), secrets)]),
  );
}
