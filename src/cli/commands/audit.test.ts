import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOW } from '../../../test/api-world.ts';
import { aCommandWorld } from '../../../test/command-world.ts';
import { AUDIT_KEY } from '../../store/audit-log-in-test.ts';
import { anAuditRecord } from '../../store/samples.ts';

const commands = await aCommandWorld();
const { world, run, cordon, json, folder } = commands;
afterAll(() => commands.close());

beforeAll(async () => {
  writeFileSync(path.join(world.folder, 'audit.key'), AUDIT_KEY.toString('hex'));
  const organizationId = world.ours.id;
  for (let i = 1; i <= 1_200; i++) {
    const what = { at: NOW - 10_000 + i, organizationId, objectId: `object ${i % 3}`, by: 'Müller\u001b[2J' };
    await world.ports.audit.append(anAuditRecord({ ...what, operation: i % 600 === 0 ? 'Set-X' : 'Set-Y' }));
  }
}, 60_000);

test('records are listed, filtered, page by page, and steer no terminal', async () => {
  const { out, err } = await cordon('audit', '--limit', '1100');
  expect(out.trimEnd().split('\n')).toHaveLength(1_101);
  expect(out).toContain('Müller\\x1b[2J');
  expect(err).toBe('There are more than 1100: narrow the search, or raise --limit.\n');
  expect(await json('audit', 'list', '--operation', 'Set-X', '--operation', 'Set-Z')).toHaveLength(2);
  expect(await json('audit', '--entity', 'object 0', '--organization', 'ours', '--limit', '2000')).toHaveLength(400);
  expect(await json('audit', '--text', 'OBJECT 2', '--user', 'nobody')).toEqual([]);
  expect((await cordon('audit', '--from', 'x')).status).toBe(2);
});

test('an export goes to standard output or into a file, whole or not at all', async () => {
  const { out } = await cordon('audit', 'export', '--format', 'jsonl', '--operation', 'Set-X');
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).UserId),
  ).toEqual(['Müller\u001b[2J', 'Müller\u001b[2J']);
  const file = path.join(folder, 'audit.csv');
  expect((await cordon('audit', 'export', '--output', file)).status).toBe(0);
  expect(
    readFileSync(file, 'utf8')
      .split('\r\n')
      .filter((line) => line.includes(',Set-Y,')),
  ).toHaveLength(1_198);
  expect(existsSync(`${file}.unfinished`)).toBe(false);
  const nowhere = await cordon('audit', 'export', '--output', path.join(folder, 'not', 'there.csv'));
  expect([nowhere.status, nowhere.err]).toEqual([2, expect.stringContaining('cannot be written')]);
  const refused = path.join(folder, 'refused.csv');
  expect(
    (await cordon('audit', 'export', '--output', refused, '--from', '2026-11-22', '--user', 'x'.repeat(300))).status,
  ).toBe(2);
  expect(existsSync(refused) || existsSync(`${refused}.unfinished`)).toBe(false);
});

test('the log is turned off and on', async () => {
  expect((await cordon('audit', 'off', '--organization', 'ours')).out).toBe('The audit log is off.\n');
  expect(world.ports.directory.organization(world.ours.id)?.auditLog).toBe(false);
  expect((await cordon('audit', 'on', '--organization', 'ours')).out).toBe('The audit log is on.\n');
  expect((await cordon('audit', 'off')).err).toContain('there are several organizations');
});

test('it is verified while the guard runs; what is wrong is told, with status 1', async () => {
  const verify = (...more: string[]) => run(['audit', 'verify', '--data', world.folder, ...more]);
  const heads = world.ports.audit
    .heads()
    .flatMap(({ organizationId, sequence, mac }) => ['--head', `${organizationId}:${sequence}:${mac}`]);
  expect(await verify(...heads)).toMatchObject({ status: 0, err: '' });
  expect((await verify(...heads)).out).toMatch(/^\d+ records in 2 chains\.\nAll of them are as they were written\.\n$/);
  const blind = await verify(...heads.slice(2));
  expect(blind.status).toBe(1);
  expect(blind.out).toMatch(/ in 2 chains\.\nWhether records were cut off .* is not known without --head\.\n$/);
  expect(blind.err).toContain('AUDIT_BROKEN: audit-heads.json is missing\n');

  const db = new DatabaseSync(path.join(world.folder, 'cordon.db'));
  db.prepare(`update audit_record set parameters = '{}' where organization_id = ? and sequence = 600`).run(
    world.ours.id,
  );
  db.close();
  const bad = await verify('--head', `${world.ours.id}:99999:${'a'.repeat(64)}`);
  expect(bad.status).toBe(1);
  expect(bad.err).toBe(
    'cordon: AUDIT_BROKEN: 2 things are wrong with the audit log\nThe audit log is not what was written: see docs/audit.md for what to do.\n',
  );
  expect(bad.out).toMatch(
    new RegExp(`^${world.ours.id} +600 +changed +[\\w-]{36} +Set-X +2026-11-22 08:59:50\\+01:00 +it is not`, 'm'),
  );
  expect(bad.out).toMatch(/ cut off .*known to --head$/m);
  expect(JSON.parse((await verify('--json')).out)).toMatchObject({
    broken: 1,
    breaks: [{ sequence: 600, kind: 'changed' }],
  });
});

test('what cannot be verified is told as such', async () => {
  expect((await run(['audit', 'verify', '--data', folder])).err).toContain('has no audit.key');
  expect((await run(['audit', 'verify', '--data', world.folder, '--head', 'x:1:2'])).status).toBe(2);
});
