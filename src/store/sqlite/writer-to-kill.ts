// Test support: a process for the test of kill -9. It writes restrictions, audit records, journal and snapshots as fast as it can, and says on its standard
// output what it was told is on disk. `node writer-to-kill.ts DIRECTORY FIRST_SEQ`
import { writeSync } from 'node:fs';
import { anAuditLog } from '../audit-log-in-test.ts';
import { aGuid, aMessage, anAuditRecord, anEnd, aRestriction } from '../samples.ts';
import { openSqliteStore } from './open.ts';

const [directory, firstSeq] = process.argv.slice(2);
const fail = ({ error }: { error: Error }) => {
  throw error;
};
const store = await openSqliteStore({
  directory: directory!,
  log: { info: () => {} },
  onTrouble: fail,
  onRecovered: () => {},
  batchMs: 10,
});
/** Written at once: what is buffered in a stream would be lost with the process. */
const say = (...words: (string | number)[]) => writeSync(1, `${words.join(' ')}\n`);

let seq = Number(firstSeq) - 1;
/** Ids do not repeat over the processes that this test kills one after another. */
const own = (id: string) => `${process.pid}-${id}`;

async function keepRestricting(): Promise<void> {
  for (;;) {
    const restriction = aRestriction({ id: own(aGuid()), entityId: own(aGuid()) });
    await store.restrictions.restrict(restriction);
    say('restricted', restriction.id);
    if (Math.random() < 0.5) continue;
    await store.restrictions.end(restriction.id, anEnd());
    say('ended', restriction.id);
  }
}

async function keepJournaling(): Promise<void> {
  for (;;) {
    for (let i = 0; i < 50; i++) store.journal.append(aMessage(++seq));
    const last = seq;
    if (Math.random() < 0.2) {
      const state = new Uint8Array(20_000).fill(last % 256);
      await store.snapshots.putSnapshots([{ entityId: own('entity'), seq: last, detectorVersion: 1, state }]);
      say('snapshot', last);
    } else await store.journal.flush();
    say('journaled', last);
  }
}

const audit = await anAuditLog(store.audit);
async function keepAuditing(): Promise<void> {
  for (;;) {
    const records = Array.from({ length: 3 }, () => anAuditRecord({ id: own(aGuid()) }));
    await Promise.all(records.map((each) => audit.append(each).then(() => say('audited', each.id))));
  }
}

await Promise.all([keepAuditing(), keepRestricting(), keepRestricting(), keepRestricting(), keepJournaling()]);
