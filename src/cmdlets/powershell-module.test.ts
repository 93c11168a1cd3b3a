import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { VERSION } from '../version.ts';
import { printModule } from './powershell-module.ts';
import { CMDLETS } from './table.ts';

const FOLDER = '../../powershell/Cordon';
const printed = printModule(CMDLETS, VERSION);

test.each(Object.entries(printed))('powershell/Cordon/%s is what the table prints', async (file, text) => {
  await expect(text).toMatchFileSnapshot(`${FOLDER}/${file}`);
});

test('the module has the files that its manifest lists, and no other', () => {
  const there = readdirSync(path.join(import.meta.dirname, FOLDER), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(path.join(import.meta.dirname, FOLDER), path.join(entry.parentPath, entry.name)));
  expect(there.sort()).toEqual([...Object.keys(printed), 'Client.ps1'].sort());
  for (const file of there) expect(printed['Cordon.psd1']).toContain(`'${file}'`);
});

test('it stands on the engine and .NET alone: no command of another module is called', () => {
  const ours = /^function ([A-Z][a-z]+-\w+)/gm;
  const client = readFileSync(path.join(import.meta.dirname, FOLDER, 'Client.ps1'), 'utf8');
  const code = `${client}\n${printed['Cordon.psm1']}`.replace(/<#[\s\S]*?#>/g, '').replace(/^\s*#.*$/gm, '');
  const known = new Set([...code.matchAll(ours)].map((match) => match[1]!));
  const called = code.replace(/'[^']*'|"[^"]*"/g, '""').matchAll(/(?<![\w$.-])([A-Z][a-z]+-[A-Z]\w+)/g);
  const others = [...called].map((match) => match[1]!).filter((name) => !known.has(name));
  expect([...new Set(others)]).toEqual(['Set-StrictMode']);
});
