// Units of control data: all of a unit or nothing, and each for itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CONTROL_MIGRATIONS } from '../control-migrations/index.ts';
import { ORGANIZATION } from '../samples.ts';
import { SqliteControlDatabase } from './control.ts';
import { Health } from './health.ts';
import { migrate } from './migrate.ts';
import { DatabaseThread } from './thread.ts';

let directory: string;
let reader: DatabaseThread<never>;
let db: SqliteControlDatabase;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
  const file = path.join(directory, 'cordon.db');
  await migrate(file, CONTROL_MIGRATIONS);
  reader = new DatabaseThread(new URL('./reader.ts', import.meta.url), directory, {
    controlFile: file,
    journalFile: file,
  });
  const troubles = { onTrouble: () => {}, onRecovered: () => {} };
  db = new SqliteControlDatabase({ file, commitDelayMs: 20 }, reader, new Health('control data', troubles), 50);
});
afterEach(async () => {
  await db.close();
  await reader.close();
  await rm(directory, { recursive: true });
});

const add = (domain: string) => db.sql.insertInto('accepted_domain').values({ domain, organization_id: ORGANIZATION });
const domains = async () => {
  const rows = await db.read(db.sql.selectFrom('accepted_domain').select('domain').orderBy('domain'));
  return rows.map((row) => row.domain);
};

test('a unit that fails at its end leaves nothing of its beginning', async () => {
  await db.write(add('a.example'));
  await expect(db.write(add('b.example'), add('a.example'))).rejects.toThrow('UNIQUE');
  expect(await domains()).toEqual(['a.example']);
});

test('a unit that fails takes none along that shares its commit, before or after', async () => {
  const units = [[add('a.example')], [add('b.example'), add('b.example')], [add('c.example')], [add('d.example')]];
  const results = await Promise.allSettled(units.map((unit) => db.write(...unit)));
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await domains()).toEqual(['a.example', 'c.example', 'd.example']);
});

test('a unit answers with the rows of each of its queries', async () => {
  const [added, none, found] = await db.write(
    add('a.example').returning('domain'),
    add('b.example'),
    db.sql.selectFrom('accepted_domain').select('domain').orderBy('domain'),
  );
  expect([added, none, found]).toEqual([
    [{ domain: 'a.example' }],
    [],
    [{ domain: 'a.example' }, { domain: 'b.example' }],
  ]);
});

test('what the data forbid is an error of its own, and no trouble of the disk', async () => {
  await db.write(add('a.example'));
  await expect(db.write(add('a.example'))).rejects.not.toHaveProperty('code');
});
