import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PostfixMapFiles } from './postfix-maps.ts';
import { MAP_NAMES } from './render.ts';

let folder: string;
let logins: string[];
let failures: unknown[];
let written: number;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cordon-maps-'));
  logins = ['ben'];
  failures = [];
  written = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (directory: string) =>
  new PostfixMapFiles({
    directory,
    subject: () => ({
      restrictions: logins.map((entityName) => ({ entityId: entityName, entityKind: 'user', entityName })),
      connectors: [],
      acceptedDomains: [],
    }),
    onFailure: (error) => failures.push(error),
    onWritten: () => written++,
  });
const sasl = (directory: string) => readFileSync(path.join(directory, 'restricted-sasl'), 'utf8');

test('the tables are there, readable for all, and follow each change', async () => {
  const directory = path.join(folder, 'postfix');
  const maps = open(directory);
  await maps.update();
  expect(readdirSync(directory).sort()).toEqual([...MAP_NAMES].sort());
  expect(statSync(path.join(directory, 'restricted-sasl')).mode & 0o777).toBe(0o644);
  expect(sasl(directory)).toContain('/^ben$/ cordon_user');
  logins = [];
  await maps.update();
  expect(sasl(directory)).not.toContain('ben');
});

test('whom the tables let pass is known when they are on disk, and not before', async () => {
  const maps = open(folder);
  expect(await maps.letPass('carl')).toBe(false);
  void maps.update();
  expect([await maps.letPass('ben'), await maps.letPass('carl')]).toEqual([false, true]);
  expect(sasl(folder)).toContain('ben');
  logins = [];
  const passes = maps.letPass('ben');
  void maps.update();
  expect([await passes, await maps.letPass('ben')]).toEqual([false, true]);
  expect(sasl(folder)).not.toContain('ben');
});

test('tables that could not be written let nobody pass, as far as is known, until they are', async () => {
  const directory = path.join(folder, 'postfix');
  const maps = open(directory);
  await maps.update();
  rmSync(directory, { recursive: true });
  writeFileSync(directory, 'no directory');
  logins = [];
  void maps.update();
  expect(await maps.letPass('ben')).toBe(false);
  expect(failures).toHaveLength(1);
  rmSync(directory);
  void maps.update();
  expect(await maps.letPass('ben')).toBe(true);
});

test('many changes at once are written once, the last one with them', async () => {
  const maps = open(folder);
  const updates = Array.from({ length: 50 }, (_, i) => {
    logins = [`user${i}`];
    return maps.update();
  });
  await Promise.all(updates);
  expect(written).toBe(1);
  expect(sasl(folder)).toContain('user49');
});

test('a table that has not changed is left as it is', async () => {
  const maps = open(folder);
  await maps.update();
  const before = statSync(path.join(folder, 'refused-by-user')).ino;
  logins = ['carl'];
  await maps.update();
  expect(statSync(path.join(folder, 'refused-by-user')).ino).toBe(before);
});

test('where they cannot be written that is told, nothing is left behind, and the next change tries again', async () => {
  const file = path.join(folder, 'postfix');
  writeFileSync(file, '');
  const maps = open(file);
  await maps.update();
  expect(failures).toHaveLength(1);
  rmSync(file);
  await maps.update();
  expect(sasl(file)).toContain('ben');
  chmodSync(file, 0o755);
});
