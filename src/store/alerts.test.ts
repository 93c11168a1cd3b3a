import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { expect, test } from 'vitest';
import { Alerts } from './alerts.ts';
import type { ControlDatabase } from './control-database.ts';
import { aGuid } from './samples.ts';
import type { ControlTables } from './tables.ts';

const sql = new Kysely<ControlTables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

test('attempts of ten thousand who are blocked are twenty statements in one write, and others have their turn between', async () => {
  const units: (readonly Compilable<unknown>[])[] = [];
  const write = async (...unit: readonly Compilable<unknown>[]) => void units.push(unit);
  const alerts = new Alerts({ sql, write } as unknown as ControlDatabase);
  let turns = 0;
  let isWritten = false;
  const count = () => {
    turns++;
    if (!isWritten) setImmediate(count);
  };
  setImmediate(count);
  await alerts.addHits(Array.from({ length: 10_000 }, () => ({ incidentId: aGuid(), count: 2 })));
  isWritten = true;
  expect(units.map((unit) => unit.length)).toEqual([20]);
  expect(turns).toBeGreaterThan(15);
});
