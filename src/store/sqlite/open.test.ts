import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Mention } from '../../mail/mention.ts';
import { accountStoreContract } from '../account-store-contract.ts';
import { alertPolicyStoreContract } from '../alert-policy-store-contract.ts';
import { alertStoreContract } from '../alert-store-contract.ts';
import { anAuditLog } from '../audit-log-in-test.ts';
import { auditStoreContract } from '../audit-store-contract.ts';
import { connectorStoreContract } from '../connector-store-contract.ts';
import { journalStoreContract } from '../journal-store-contract.ts';
import { outboxStoreContract } from '../outbox-store-contract.ts';
import { privacyStoreContract } from '../privacy-store-contract.ts';
import { restrictionStoreContract } from '../restriction-store-contract.ts';
import {
  aDelivery,
  aMessage,
  anAlert,
  anAlertWrite,
  anAuditRecord,
  aRestriction,
  NOON,
  ORGANIZATION,
} from '../samples.ts';
import { snapshotStoreContract } from '../snapshot-store-contract.ts';
import type { StoreTrouble } from '../store.ts';
import type { MakePlace } from '../store-contract.ts';
import { tokenStoreContract } from '../token-store-contract.ts';
import { openSqliteStore } from './open.ts';

const quiet = {
  log: { info: () => {} },
  onTrouble: () => {},
  onRecovered: () => {},
  batchMs: 20,
  retryMs: 50,
};

const sqlite: MakePlace = async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
  return {
    open: () =>
      openSqliteStore({
        ...quiet,
        directory,
        onTrouble: (trouble) => {
          throw trouble.error;
        },
      }),
    remove: () => rm(directory, { recursive: true }),
  };
};

connectorStoreContract(sqlite);
restrictionStoreContract(sqlite);
journalStoreContract(sqlite);
snapshotStoreContract(sqlite);
auditStoreContract(sqlite);
tokenStoreContract(sqlite);
accountStoreContract(sqlite);
alertStoreContract(sqlite);
alertPolicyStoreContract(sqlite);
privacyStoreContract(sqlite);
outboxStoreContract(sqlite);

describe('a data directory', () => {
  test('of Cordon 0.1 still tells what became of its messages', async () => {
    const directory = path.join(parent, 'data');
    const before = await openSqliteStore({ ...quiet, directory });
    for (let seq = 1; seq <= 300; seq++) before.journal.append(aMessage(seq));
    before.journal.append(aDelivery(301, 300));
    await before.close();
    const db = new DatabaseSync(path.join(directory, 'journal.db'));
    db.exec(`update mention set subject_id = 'deliveries 1' where subject_id like 'deliveries%'`);
    db.close();
    const store = await openSqliteStore({ ...quiet, directory });
    store.journal.append(aDelivery(302, 300));
    expect(await store.journal.deliveries([300])).toEqual([aDelivery(301, 300), aDelivery(302, 300)]);
    await store.close();
  });

  let parent: string;
  let directory: string;

  beforeEach(async () => {
    parent = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
    directory = path.join(parent, 'var', 'data');
  });
  afterEach(() => rm(parent, { recursive: true }));

  const open = () => openSqliteStore({ ...quiet, directory });
  test('holds nothing of what was removed or replaced, in no free page and in no write-ahead log', async () => {
    const store = await open();
    const audit = await anAuditLog(store.audit);
    const { reseal } = audit;
    const anna = 'anna.personal@ours.example';
    const written = (i: number) => [
      audit.append(anAuditRecord({ by: i % 2 === 0 ? anna : 'eve', at: NOON + i })),
      store.alerts.write(anAlertWrite(anAlert({ summary: `${anna} ${'x'.repeat(i % 300)}`, createdAt: NOON - i }))),
    ];
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => written(i)).flat());
    const holders = async () => {
      const names = await readdir(directory);
      const texts = await Promise.all(names.map((name) => readFile(path.join(directory, name), 'latin1')));
      return names.filter((_, i) => texts[i]!.includes(anna));
    };
    expect(await holders()).not.toEqual([]);
    const mention = Mention.of(anna)!;
    await store.privacy.eraseMentions(
      { mention },
      { erased: '[erased]', pseudonym: 'forgotten-0123456789abcdef', reseal },
    );
    expect(await store.privacy.removeEvidence(ORGANIZATION, NOON - 10)).toBe(989);
    await store.privacy.purge();
    expect(await holders()).toEqual([]);
    await store.close();
    expect(await holders()).toEqual([]);
  });

  const openAndClose = async () => (await open()).close();
  const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);
  const change = (file: string, sql: string) => {
    const db = new DatabaseSync(path.join(directory, file));
    db.exec(sql);
    db.close();
  };

  test('is made with its files for its owner only', async () => {
    const store = await open();
    await store.restrictions.restrict(aRestriction());
    store.journal.append(aMessage(1));
    await store.journal.flush();
    expect(await modeOf(directory)).toBe('700');
    const files = await readdir(directory);
    expect(files).toEqual(expect.arrayContaining(['cordon.db', 'cordon.db-wal', 'journal.db', 'journal.db-wal']));
    for (const file of files) expect(`${file} ${await modeOf(path.join(directory, file))}`).toBe(`${file} 600`);
    await store.close();
  });

  test('belongs to one store at a time', async () => {
    const store = await open();
    await expect(open()).rejects.toMatchObject({ code: 'DATA_IN_USE' });
    await store.close();
    await openAndClose();
  });

  test.each(['cordon.db', 'journal.db'])('whose %s was written by a newer Cordon is left alone', async (file) => {
    await openAndClose();
    change(file, "insert into kysely_migration (name, timestamp) values ('9999-later', '2030-01-01')");
    await expect(open()).rejects.toMatchObject({ code: 'STORE_NEWER', message: expect.stringContaining('9999-later') });
    change(file, "delete from kysely_migration where name = '9999-later'");
    await openAndClose();
  });

  test.each(['cordon.db', 'journal.db'])('whose %s is no database is refused, and not locked by it', async (file) => {
    await openAndClose();
    await writeFile(path.join(directory, file), 'this is a text, longer than a header of SQLite would be'.repeat(50));
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await rm(path.join(directory, file));
    await openAndClose();
  });

  test('that cannot be made is refused', async () => {
    await writeFile(path.join(parent, 'var'), '');
    await expect(open()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('a closed store refuses to write and does not reject when it is closed again', async () => {
    const store = await open();
    await store.close();
    await store.close();
    await expect(store.restrictions.restrict(aRestriction())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.journal.flush()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('a record out of order is not kept, and said to be lost', async () => {
    const lost: StoreTrouble[] = [];
    const store = await openSqliteStore({ ...quiet, directory, onTrouble: (trouble) => lost.push(trouble) });
    for (const seq of [5, 4, 5, 6]) store.journal.append(aMessage(seq));
    await store.close();
    expect(lost).toMatchObject([
      { part: 'journal', lostRecords: 1 },
      { part: 'journal', lostRecords: 1 },
    ]);
    const again = await open();
    const seqs: number[] = [];
    for await (const some of again.journal.readFrom(0)) seqs.push(...some.map((record) => record.seq));
    expect(seqs).toEqual([5, 6]);
    await again.close();
  });

  test.each([
    ['cut off', 'cast(substr(body, 1, length(body) - 1) as blob)'],
    ['overwritten', 'randomblob(length(body))'],
  ])('whose journal is damaged says so to who reads that part: %s', async (_, body) => {
    let store = await open();
    store.journal.append(aMessage(1));
    await store.close();
    change('journal.db', `update block set body = ${body}`);
    store = await open();
    await expect(store.journal.trace({ limit: 1 })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await store.close();
  });

  test('keeps no reading transaction open after a search that ended early', async () => {
    const store = await open();
    for (let seq = 1; seq <= 300; seq++) {
      store.journal.append(aMessage(seq, { subject: 'x'.repeat(3_000) }));
      if (seq % 50 === 0) await store.journal.flush();
    }
    await store.journal.trace({ limit: 1 });
    const db = new DatabaseSync(path.join(directory, 'journal.db'));
    expect(db.prepare('pragma wal_checkpoint(truncate)').get()).toMatchObject({ busy: 0 });
    db.close();
    await store.close();
  });
});
