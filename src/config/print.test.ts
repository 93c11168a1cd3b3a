import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ConfigKey, configKeys, configTree } from './keys.ts';
import { parseConfig } from './load.ts';
import { printConfig, printExample, printReference } from './print.ts';
import { configSchema, defaultConfig } from './schema.ts';

const load = (text: string) => parseConfig(text, { file: 'cordon.yaml', environment: {} });

/** Every key with its default or its example: a configuration in which nothing is left out. */
function everything(keys: readonly ConfigKey[]): Record<string, unknown> {
  return Object.fromEntries(
    keys.map((key) => {
      const name = key.path.at(-1)!;
      if (key.kind === 'section') return [name, everything(key.keys)];
      if (key.kind === 'objects') return [name, [everything(key.keys)]];
      return [name, key.example ?? key.default];
    }),
  );
}

describe('the schema', () => {
  test('says a sentence about every key that holds a value', () => {
    const silent = configKeys().filter((key) => key.kind !== 'section' && key.sentence === '');
    expect(silent.map((key) => key.path.join('.'))).toEqual([]);
  });

  test('gives examples that it would accept itself', () => {
    expect(configSchema.safeParse(everything(configTree())).error?.issues).toBeUndefined();
  });

  test('has an example wherever there is no default', () => {
    const bare = configKeys().filter((key) => key.kind !== 'section' && key.default === undefined);
    expect(bare.filter((key) => key.example === undefined).map((key) => key.path.join('.'))).toEqual([]);
  });
});

describe('the example file', () => {
  test('says the defaults', () => {
    expect(load(printExample())).toEqual(defaultConfig());
  });

  test('names every key', () => {
    for (const key of configKeys()) expect(printExample()).toContain(`${key.path.at(-1)}:`);
  });

  test('has an optional section that can be uncommented line by line', () => {
    const lines = printExample().split('\n');
    const start = lines.findIndex((line) => line.trim() === '# nextHop:');
    const length = lines.slice(start).findIndex((line) => !/^ {4}# ( {2}|n)/.test(line));
    const section = lines.slice(start, start + length);
    const yaml = section.map((line) => line.replace('# ', '')).join('\n');
    expect(parse(yaml)).toEqual({ nextHop: { host: 'mail.example.com', port: 25, tls: 'opportunistic' } });
  });
});

describe('the configuration in force', () => {
  test('is printed so that it could be read again', () => {
    expect(load(printConfig(defaultConfig()))).toEqual(defaultConfig());
  });

  test('hides secrets', () => {
    const config = configSchema.parse(everything(configTree()));
    const printed = printConfig(config);
    for (const secret of [
      config.signIn.oidc[0]!.clientSecret,
      config.contentFilter.secret!,
      config.listeners.smtpRelay.accounts[0]!.passwordHash,
    ]) {
      expect(JSON.stringify(config)).toContain(secret);
      expect(printed).not.toContain(secret);
    }
    expect(printed).toContain('login: scanner-3\n');
    expect(printed).toContain('passwordHash: (hidden)\n');
  });
});

test('docs/configuration.md is the one that the schema gives; `vitest run src/config -u` writes it anew', async () => {
  await expect(printReference()).toMatchFileSnapshot('../../docs/configuration.md');
});
