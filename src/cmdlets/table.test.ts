// What holds of every cmdlet: clients, help and the manual are made from the table and rely on it.
import { afterAll, expect, test } from 'vitest';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import { parameterNamed } from './bind.ts';
import type { Row } from './cmdlet.ts';
import { CMDLETS } from './table.ts';

const { world, run, close } = await cmdletCalls();
afterAll(close);

const EACH = CMDLETS.map((cmdlet) => [cmdlet.name, cmdlet] as const);

const SENTENCES = /^\S.*[.)]$/;

test('each cmdlet is in it once', () => {
  const names = CMDLETS.map(({ name }) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
});

test.each(EACH)('%s is named and explained in whole sentences', (name, { synopsis, description = '.', ...cmdlet }) => {
  expect(name).toMatch(/^[A-Z][a-z]+-[A-Z][A-Za-z0-9]+$/);
  for (const text of [synopsis, description]) expect(text).toMatch(/\.$/);
  for (const [parameter, { help }] of Object.entries(cmdlet.parameters)) {
    expect(parameter).toMatch(/^[A-Z][A-Za-z0-9]*$/);
    expect([parameter, help]).toEqual([parameter, expect.stringMatching(SENTENCES)]);
  }
  for (const property of cmdlet.output) expect(property).toMatchObject({ help: expect.stringMatching(SENTENCES) });
  expect(cmdlet.output.length > 0).toBe(cmdlet.outputType !== undefined);
  expect(new Set(cmdlet.output.map((property) => property.name)).size).toBe(cmdlet.output.length);
  const positions = Object.values(cmdlet.parameters).flatMap(({ position }) => position ?? []);
  expect(positions.sort()).toEqual(positions.map((_, i) => i));
});

test.each(EACH)('%s has examples, with parameters that it has', (name, cmdlet) => {
  expect(cmdlet.examples.length).toBeGreaterThan(0);
  for (const { command } of cmdlet.examples) {
    expect(command).toContain(name);
    const own = new RegExp(`\\b${name}\\b([^|\n}]*)`).exec(command)![1]!.replaceAll(/"[^"]*"|'[^']*'/g, '');
    for (const [, written] of own.matchAll(/(?<=\s)-([A-Za-z]\w*)/g)) {
      expect([command, parameterNamed(cmdlet, written!)]).toEqual([command, written]);
    }
  }
});

test.each(
  EACH.filter(([, { isChange, parameters }]) => !isChange && !Object.values(parameters).some((p) => p.required)),
)('%s puts out what the table says, in its order, each row once', async (name, { output, keyOf }) => {
  const { id: organizationId } = world.ours;
  await world.ports.accounts.add(
    { name: `of ${name}`.replaceAll(' ', '.'), organizationId, roles: ['Global Reader'], passwordHash: 'h' },
    undefined,
  );
  const { rows } = await run('ours', name, name === 'Get-ManagementRoleAssignment' ? { GetEffectiveUsers: true } : {});
  for (const row of rows) expect(Object.keys(row)).toEqual(output.map((property) => property.name));
  for (const row of rows) {
    expect(output.flatMap(({ name: property, type }) => (isOf(type, row[property]) ? [] : [property]))).toEqual([]);
  }
  if (keyOf === undefined) return;
  const keys = rows.map(keyOf);
  expect(keys).toEqual([...new Set(keys)].sort());
});

/** Null is of every type. */
function isOf(type: string, value: Row[string] | undefined): boolean {
  if (value === undefined) return false;
  if (value === null || type === 'Object') return true;
  if (type === 'DateTime') return value instanceof Date;
  if (type === 'String[]') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  if (type === 'Guid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(value));
  if (type === 'Int32' || type === 'Int64') return Number.isSafeInteger(value);
  return typeof value === type.toLowerCase();
}
