// What every journal store must do.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalErasure, JournalStore, MessageDigest, TraceQuery, VolumeBin } from '../activity/journal-store.ts';
import type { ControlRecord, JournalRecord, MessageRecord } from '../activity/record.ts';
import { Mention } from '../mail/mention.ts';
import { aControl, aDelivery, aGuid, aMessage, NOON, ORGANIZATION, OTHER_ORGANIZATION } from './samples.ts';
import { type MakePlace, StoreInTest } from './store-contract.ts';

async function all(journal: JournalStore, after = 0): Promise<JournalRecord[]> {
  const found: JournalRecord[] = [];
  for await (const some of journal.readFrom(after)) found.push(...some);
  return found;
}

function appendAll(journal: JournalStore, records: readonly JournalRecord[]): void {
  for (const record of records) journal.append(record);
}

function messages(count: number, over: (seq: number) => Partial<MessageRecord> = () => ({})): MessageRecord[] {
  return Array.from({ length: count }, (_, i) => aMessage(i + 1, over(i + 1)));
}

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const anyNumber = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });

/** Whatever a client can make us write, lone surrogates and NUL included. */
const anyMessage: fc.Arbitrary<Partial<MessageRecord>> = fc.record(
  {
    at: anyNumber,
    saslUsername: anyText,
    clientName: anyText,
    heloName: anyText,
    envelopeSender: anyText,
    recipients: fc.array(fc.record({ address: anyText, code: fc.nat(599), relaying: fc.boolean() }), { maxLength: 50 }),
    messageBytes: fc.nat(),
    headerFrom: anyText,
    subject: anyText,
    messageId: anyText,
    instance: anyText,
    spam: fc.boolean(),
    sketch: fc.array(fc.nat(2 ** 32 - 1), { minLength: 16, maxLength: 16 }),
    reply: anyText,
  },
  { requiredKeys: [] },
);
const anyControl: fc.Arbitrary<Partial<ControlRecord>> = fc.record({
  at: anyNumber,
  entry: fc.json().map((text) => JSON.parse(text)),
});

export function journalStoreContract(make: MakePlace): void {
  describe('journal store', () => {
    const place = new StoreInTest(make);

    describe('kept', () => {
      test('an empty journal ends at 0 and has no records', async () => {
        expect(await place.store.journal.lastSeq()).toBe(0);
        expect(await all(place.store.journal)).toEqual([]);
        expect(await place.store.journal.trace({ limit: 10 })).toEqual([]);
      });

      test('what was flushed is there after a restart, in order', async () => {
        const records = [aMessage(1), aControl(2), aMessage(5), aControl(6)];
        appendAll(place.store.journal, records);
        await place.store.journal.flush();
        const { journal } = await place.restart();
        expect(await journal.lastSeq()).toBe(6);
        expect(await all(journal)).toEqual(records);
      });

      test('what was appended is on disk without a flush, too', async () => {
        place.store.journal.append(aMessage(1));
        await expect.poll(() => place.store.journal.lastSeq(), { timeout: 5_000 }).toBe(1);
      });

      test('closing keeps what was appended last', async () => {
        appendAll(place.store.journal, messages(10));
        expect(await (await place.restart()).journal.lastSeq()).toBe(10);
      });

      test('many small flushes keep every record, in order, once', async () => {
        const records = messages(60);
        for (const record of records) {
          place.store.journal.append(record);
          await place.store.journal.flush();
        }
        expect(await all((await place.restart()).journal)).toEqual(records);
      });

      test('reading goes on after any record', async () => {
        const records = messages(100, () => ({})).filter(({ seq }) => seq % 3 !== 0);
        appendAll(place.store.journal, records.slice(0, 30));
        await place.store.journal.flush();
        appendAll(place.store.journal, records.slice(30));
        await place.store.journal.flush();
        for (const after of [0, 1, 3, 44, 45, 46, 98, 99, 100, 1_000]) {
          expect(await all(place.store.journal, after)).toEqual(records.filter(({ seq }) => seq > after));
        }
      });

      test('a long journal is read in batches', async () => {
        const { journal } = place.store;
        appendAll(journal, messages(30_000));
        await journal.flush();
        const sizes: number[] = [];
        for await (const some of journal.readFrom(0)) sizes.push(some.length);
        expect(sizes.length).toBeGreaterThan(1);
        expect(sizes.reduce((sum, size) => sum + size)).toBe(30_000);
      });

      test('whatever a record holds comes back as it was', async () => {
        let seq = 0;
        const record = fc.oneof(
          anyMessage.map((over) => (next: number) => aMessage(next, over)),
          anyControl.map((over) => (next: number) => aControl(next, over)),
        );
        await fc.assert(
          fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), async (makers) => {
            const before = seq;
            const records = makers.map((makeRecord) => makeRecord(++seq));
            appendAll(place.store.journal, records);
            await place.store.journal.flush();
            expect(await all(place.store.journal, before)).toEqual(records);
          }),
          { numRuns: 300 },
        );
      });

      test('a record with fifty thousand recipients comes back as it was', async () => {
        const recipients = Array.from({ length: 50_000 }, (_, i) => ({
          address: `${'ü'.repeat(200)}${i}@far.example`,
          code: 250,
          relaying: true,
        }));
        const records = [aMessage(1), aMessage(2, { recipients }), aMessage(3)];
        appendAll(place.store.journal, records);
        await place.store.journal.flush();
        expect(await all(place.store.journal)).toEqual(records);
      });
    });

    describe('searched', () => {
      const seqs = async (query: Omit<TraceQuery, 'limit'> & { limit?: number }) =>
        (await place.store.journal.trace({ limit: 1_000, ...query })).map((record) => record.seq);

      test('finds what was appended a moment ago, newest first, and no control records', async () => {
        appendAll(place.store.journal, [aMessage(1), aControl(2), aMessage(3)]);
        expect(await place.store.journal.trace({ limit: 10 })).toEqual([aMessage(3), aMessage(1)]);
      });

      test('by sender and recipient, whole and in any case', async () => {
        const recipients = (...addresses: string[]) =>
          addresses.map((address) => ({ address, code: 250, relaying: true }));
        appendAll(place.store.journal, [
          aMessage(1, {
            envelopeSender: 'Anna@Ours.example',
            recipients: recipients('x@far.example', 'BOB@far.example'),
          }),
          aMessage(2, { envelopeSender: 'xanna@ours.example', recipients: recipients('bob@far.example.org') }),
          aMessage(3, { envelopeSender: '', recipients: recipients('anna@ours.example') }),
          aMessage(4, { envelopeSender: '"a\\"b"@ours.example', recipients: [], subject: 'bob@far.example' }),
          aMessage(5, { envelopeSender: 'ΑΛΦΑΣ@ours.example', recipients: recipients('\ud800@far.example') }),
        ]);
        expect(await seqs({ sender: 'anna@ours.EXAMPLE' })).toEqual([1]);
        expect(await seqs({ recipient: 'bob@far.example' })).toEqual([1]);
        expect(await seqs({ recipient: 'Anna@ours.example' })).toEqual([3]);
        expect(await seqs({ sender: '' })).toEqual([3]);
        expect(await seqs({ sender: '"A\\"b"@ours.example' })).toEqual([4]);
        expect(await seqs({ sender: 'αλφας@ours.example' })).toEqual([5]);
        expect(await seqs({ recipient: '\ud800@FAR.example' })).toEqual([5]);
        expect(await seqs({ sender: 'anna@ours.example', recipient: 'bob@far.example' })).toEqual([1]);
        expect(await seqs({ sender: 'anna@ours.example', recipient: 'anna@ours.example' })).toEqual([]);
      });

      test('by organization: nobody finds the mail of another', async () => {
        const theirs = aGuid();
        appendAll(place.store.journal, [
          aMessage(1),
          aMessage(2, { organizationId: OTHER_ORGANIZATION, connectorId: theirs, subject: ORGANIZATION }),
        ]);
        expect(await seqs({ organizationId: ORGANIZATION })).toEqual([1]);
        expect(await seqs({ organizationId: OTHER_ORGANIZATION })).toEqual([2]);
        expect(await seqs({ organizationId: ORGANIZATION, entityId: theirs })).toEqual([]);
        expect(await seqs({})).toEqual([2, 1]);
      });

      test('by connector or user', async () => {
        const [connectorId, userId] = [aGuid(), aGuid()];
        appendAll(place.store.journal, [
          aMessage(1, { connectorId }),
          aMessage(2, { userId }),
          aMessage(3, { connectorId, userId }),
          aControl(4, { entityId: userId }),
        ]);
        expect(await seqs({ entityId: connectorId })).toEqual([3, 1]);
        expect(await seqs({ entityId: userId })).toEqual([3, 2]);
        expect(await seqs({ entityId: aGuid() })).toEqual([]);
      });

      test('by outcome', async () => {
        appendAll(place.store.journal, [
          aMessage(1),
          aMessage(2, { outcome: 'restricted' }),
          aMessage(3, { outcome: 'tipped' }),
          aMessage(4, { subject: '"outcome":"restricted"' }),
        ]);
        expect(await seqs({ outcomes: ['restricted'] })).toEqual([2]);
        expect(await seqs({ outcomes: ['tipped', 'restricted', 'held'] })).toEqual([3, 2]);
        expect(await seqs({ outcomes: [] })).toEqual([]);
      });

      test('by Message-ID, with or without angle brackets, and by queue id', async () => {
        appendAll(place.store.journal, [
          aMessage(1, { messageId: '<a"1@ours.example>', queueId: '4XAB' }),
          aMessage(2, { messageId: '<aa"1@ours.example>', queueId: '4XABC', subject: '<a"1@ours.example>' }),
          aMessage(3, { messageId: '', queueId: '4XAB' }),
        ]);
        expect(await seqs({ messageId: '<a"1@ours.example>' })).toEqual([1]);
        expect(await seqs({ messageId: 'a"1@ours.example' })).toEqual([1]);
        expect(await seqs({ messageId: '4XAB' })).toEqual([3, 1]);
        expect(await seqs({ messageId: '4xab' })).toEqual([]);
      });

      test("by the client's address", async () => {
        appendAll(place.store.journal, [
          aMessage(1, { clientAddress: '192.0.2.1' }),
          aMessage(2, { clientAddress: '192.0.2.10', heloName: '192.0.2.1' }),
        ]);
        expect(await seqs({ clientAddress: '192.0.2.1' })).toEqual([1]);
      });

      test('by the test whose sum was at its threshold', async () => {
        const reached = { sum: 14, threshold: 13, level: 'compromised' } as const;
        const clear = { sum: 0, threshold: 13 };
        appendAll(place.store.journal, [
          aMessage(1, { score: { connector: reached, user: clear } }),
          aMessage(2, { score: { connector: { sum: 9, threshold: 13, level: 'suspect' } } }),
          aMessage(3, { score: { connector: clear, user: reached } }),
          aMessage(4, { subject: '"level":"compromised"' }),
        ]);
        expect(await seqs({ compromised: 'connector' })).toEqual([1]);
        expect(await seqs({ compromised: 'user' })).toEqual([3]);
      });

      test('as digests, newest first, over all blocks: of the recipients only the domains of those who got it', async () => {
        const [connectorId, score] = [aGuid(), { connector: { sum: 0, threshold: 13 } }];
        const recipients = [
          { address: 'bob@Far.example', code: 250, relaying: true },
          { address: 'gone@far.example', code: 550, relaying: true },
          { address: 'anna@ours.example', code: 250, relaying: false },
          { address: '[erased]', code: 250, relaying: true },
        ];
        const { journal } = place.store;
        const records = messages(300, (seq) =>
          seq === 300
            ? { connectorId, recipients, score }
            : { connectorId, outcome: seq % 2 === 0 ? 'accepted' : 'restricted' },
        );
        for (let i = 0; i < 300; i += 100) {
          appendAll(journal, records.slice(i, i + 100));
          await journal.flush();
        }
        journal.append(aMessage(301));
        const found: MessageDigest[] = [];
        for await (const some of journal.digests({ entityId: connectorId, outcomes: ['accepted'] }))
          found.push(...some);
        expect(found.map(({ seq }) => seq)).toEqual(Array.from({ length: 150 }, (_, i) => 300 - 2 * i));
        expect(found[0]).toMatchObject({ outcome: 'accepted', recipients: 4, relayedTo: ['far.example'], score });
        expect(JSON.stringify(found[0])).not.toContain('@');
      });

      test('as digests of a long journal: in batches, and none twice or left out', async () => {
        const { journal } = place.store;
        appendAll(journal, messages(30_000));
        const batches: number[][] = [];
        for await (const some of journal.digests({})) batches.push(some.map(({ seq }) => seq));
        expect(batches.length).toBeGreaterThan(1);
        expect(batches.flat()).toEqual(Array.from({ length: 30_000 }, (_, i) => 30_000 - i));
      });

      test('by time, from the first moment up to before the last, also where the clock jumped', async () => {
        const times = [100, 200, 300, 150, 400, 50, 500];
        for (const [i, at] of times.entries()) {
          place.store.journal.append(aMessage(i + 1, { at }));
          if (i % 2 === 0) await place.store.journal.flush();
        }
        const within = (from: number, until: number) =>
          times.flatMap((at, i) => (at >= from && at < until ? [i + 1] : [])).reverse();
        for (const [from, until] of [
          [100, 200],
          [0, 101],
          [150, 301],
          [400, 1_000],
          [600, 700],
          [0, 50],
          [0, 60],
        ] as const) {
          expect(await seqs({ from, until })).toEqual(within(from, until));
          expect(await seqs({ from, until, organizationId: ORGANIZATION })).toEqual(within(from, until));
        }
        expect(await seqs({ from: 300 })).toEqual(within(300, 1e9));
        expect(await seqs({ until: 300 })).toEqual(within(0, 300));
      });

      test('page by page: every record once', async () => {
        const entityId = aGuid();
        for (let seq = 1; seq <= 100; seq++) {
          place.store.journal.append(aMessage(seq, seq % 2 === 0 ? { connectorId: entityId } : {}));
          if (seq % 7 === 0) await place.store.journal.flush();
        }
        for (const query of [{}, { entityId }, { organizationId: ORGANIZATION }]) {
          const paged: number[] = [];
          for (let beforeSeq: number | undefined; ; ) {
            const page = await seqs({ ...query, limit: 9, beforeSeq });
            if (page.length === 0) break;
            paged.push(...page);
            beforeSeq = page.at(-1);
          }
          expect(paged).toEqual(await seqs(query));
          expect(paged).toHaveLength('entityId' in query ? 50 : 100);
        }
      });

      test('through a long journal for the one that is there', async () => {
        const needle = { recipients: [{ address: 'needle@far.example', code: 550, relaying: true }] };
        appendAll(
          place.store.journal,
          messages(30_000, (seq) => (seq === 17 ? needle : {})),
        );
        expect(await seqs({ recipient: 'needle@far.example' })).toEqual([17]);
        expect(await seqs({ recipient: 'nobody@far.example' })).toEqual([]);
      });
    });

    describe('counted', () => {
      const everything = Number.MAX_SAFE_INTEGER;

      test('in equal parts of the time, by outcome, also what was appended a moment ago', async () => {
        const { journal } = place.store;
        const two = ['a', 'b'].map((name) => ({ address: `${name}@far.example`, code: 250, relaying: true }));
        appendAll(journal, [
          aMessage(1, { at: 99 }),
          aMessage(2, { at: 100, recipients: two }),
          aMessage(3, { at: 124, outcome: 'tipped' }),
          aControl(4, { at: 124 }),
          aDelivery(5, 2, { at: 124 }),
          aMessage(6, { at: 125 }),
          aMessage(7, { at: 199, outcome: 'tipped' }),
          aMessage(8, { at: 200 }),
        ]);
        const { bins, completeFrom } = await journal.volume({
          from: 100,
          until: 200,
          bins: 4,
          bytesAtMost: everything,
        });
        expect(bins).toEqual([
          { messages: 2, recipients: 3, byOutcome: { accepted: 1, tipped: 1 } },
          { messages: 1, recipients: 1, byOutcome: { accepted: 1 } },
          { messages: 0, recipients: 0, byOutcome: {} },
          { messages: 1, recipients: 1, byOutcome: { tipped: 1 } },
        ]);
        expect(completeFrom).toBe(100);
      });

      test('are the messages that the trace finds', async () => {
        const { journal } = place.store;
        const entityId = aGuid();
        appendAll(
          journal,
          messages(3_000, (seq) => ({
            at: seq * 1_000,
            organizationId: seq % 3 === 0 ? OTHER_ORGANIZATION : ORGANIZATION,
            ...(seq % 5 === 0 ? { userId: entityId } : {}),
            outcome: seq % 7 === 0 ? 'held' : 'accepted',
            envelopeSender: `${seq % 2}@ours.example`,
            recipients: Array.from({ length: seq % 4 }, (_, i) => {
              return { address: `"address":é${i}@far.example`, code: 250, relaying: true };
            }),
            subject: `ü","at":1,"outcome":"tipped","organizationId":"${OTHER_ORGANIZATION}","userId":"${entityId}"`,
            linkHosts: ['at', 'outcome', 'address'],
            saslUsername: 'Zoë "address":\\',
          })),
        );
        for (const filter of [
          {},
          { organizationId: ORGANIZATION },
          { entityId },
          { organizationId: OTHER_ORGANIZATION, entityId, outcomes: ['accepted'] as const },
          { organizationId: ORGANIZATION, entityId, sender: '1@ours.example', outcomes: ['held'] as const },
        ]) {
          const times = { from: 500_000, until: 2_500_000 };
          const found = await journal.trace({ ...filter, ...times, limit: 5_000 });
          const { bins } = await journal.volume({ ...filter, ...times, bins: 20, bytesAtMost: everything });
          const counts = Array.from({ length: 20 }, (_, i) => {
            return found.filter(({ at }) => Math.floor((at - times.from) / 100_000) === i).length;
          });
          expect(bins.map((bin) => bin.messages)).toEqual(counts);
          const sum = (of: (bin: VolumeBin) => number) => bins.reduce((all, bin) => all + of(bin), 0);
          expect(sum((bin) => bin.recipients)).toBe(found.reduce((all, { recipients }) => all + recipients.length, 0));
          for (const outcome of ['held', 'accepted', 'tipped'] as const) {
            const those = found.filter((message) => message.outcome === outcome);
            expect(sum((bin) => bin.byOutcome[outcome] ?? 0)).toBe(those.length);
          }
        }
      });

      test('no further back than is asked for, and says from when on nothing is missing', async () => {
        const { journal } = place.store;
        for (let seq = 1; seq <= 20_000; seq++) {
          journal.append(aMessage(seq, { at: seq * 10 }));
          if (seq % 1_000 === 0) await journal.flush();
        }
        const query = { from: 0, until: 200_010, bins: 20_001 };
        const all = await journal.volume({ ...query, bytesAtMost: everything });
        const some = await journal.volume({ ...query, bytesAtMost: 1 });
        expect(all.completeFrom).toBe(0);
        expect(some.completeFrom).toBeGreaterThan(0);
        expect(some.completeFrom).toBeLessThan(200_000);
        const first = Math.ceil(some.completeFrom / 10);
        expect(some.bins.slice(first)).toEqual(all.bins.slice(first));
        expect(some.bins[1]!.messages).toBe(0);
        const whole = await journal.volume({ ...query, from: some.completeFrom, bytesAtMost: 1 });
        expect(whole.completeFrom).toBe(some.completeFrom);
      });
    });

    describe('what became of messages', () => {
      test('is found for those asked for, oldest first, also what was appended a moment ago', async () => {
        const { journal } = place.store;
        const deliveries = [aDelivery(3, 1), aDelivery(4, 2), aDelivery(6, 1, { queueId: '4XAC' })];
        appendAll(journal, [aMessage(1), aMessage(2), deliveries[0]!, deliveries[1]!, aMessage(5), deliveries[2]!]);
        expect(await journal.deliveries([1])).toEqual([deliveries[0], deliveries[2]]);
        expect(await journal.deliveries([2, 1])).toEqual(deliveries);
        expect(await journal.deliveries([5, 77])).toEqual([]);
        expect(await journal.deliveries([])).toEqual([]);
      });

      test('comes days and many records after the message, and in a few steps', async () => {
        const { journal } = place.store;
        appendAll(journal, messages(20_000));
        await journal.flush();
        const late = aDelivery(20_001, 700);
        journal.append(late);
        appendAll(
          journal,
          Array.from({ length: 5_000 }, (_, i) => aDelivery(20_002 + i, 10_000 + i)),
        );
        expect(await journal.deliveries([700])).toEqual([late]);
        const asked = Array.from({ length: 1_000 }, (_, i) => 10_000 + 5 * i);
        expect((await journal.deliveries(asked)).map(({ messageSeq }) => messageSeq)).toEqual(asked);
      });

      test('is no message of the trace, and is read with the others in order', async () => {
        const records = [aMessage(1), aDelivery(2, 1), aControl(3)];
        appendAll(place.store.journal, records);
        await place.store.journal.flush();
        expect(await place.store.journal.trace({ limit: 10 })).toEqual([records[0]]);
        expect(await place.store.journal.trace({ limit: 10, recipient: 'bob@far.example' })).toEqual([records[0]]);
        expect(await all(place.store.journal)).toEqual(records);
      });

      test('goes with the journal, and a mail that quotes a record is none', async () => {
        const { journal } = place.store;
        const quoting = aMessage(2, { subject: JSON.stringify(aDelivery(9, 1)) });
        appendAll(journal, [aMessage(1), quoting, aDelivery(3, 1), aDelivery(4, 1)]);
        expect(await journal.removeOlderThan(NOON + 4)).toBe(3);
        expect(await journal.deliveries([1])).toEqual([aDelivery(4, 1)]);
      });
    });

    describe('removed', () => {
      test('what is older goes, record by record, and is counted; the rest stays', async () => {
        const { journal } = place.store;
        const records = messages(100);
        appendAll(journal, records.slice(0, 40));
        await journal.flush();
        appendAll(journal, records.slice(40));
        expect(await journal.removeOlderThan(NOON + 51)).toBe(50);
        expect(await journal.removeOlderThan(NOON + 51)).toBe(0);
        expect(await all(journal)).toEqual(records.slice(50));
        expect((await journal.trace({ limit: 1_000, organizationId: ORGANIZATION })).map((each) => each.seq)).toEqual(
          records
            .slice(50)
            .map((each) => each.seq)
            .reverse(),
        );
      });

      test('where the clock jumped, only what is older goes', async () => {
        const { journal } = place.store;
        const times = [100, 900, 120, 130, 800, 140];
        for (const [i, at] of times.entries()) {
          journal.append(aMessage(i + 1, { at }));
          if (i % 2 === 1) await journal.flush();
        }
        expect(await journal.removeOlderThan(500)).toBe(4);
        expect((await all(journal)).map((record) => record.seq)).toEqual([2, 5]);
      });

      test('a journal that lost all its records still knows where it ended', async () => {
        appendAll(place.store.journal, messages(100));
        expect(await place.store.journal.removeOlderThan(NOON + 1_000)).toBe(100);
        const { journal } = await place.restart();
        expect(await journal.lastSeq()).toBe(100);
        expect(await all(journal)).toEqual([]);
        journal.append(aMessage(101));
        await journal.flush();
        expect(await all(journal)).toEqual([aMessage(101)]);
        expect(await journal.trace({ limit: 10, organizationId: ORGANIZATION })).toEqual([aMessage(101)]);
      });

      test('what was removed does not come back with the next records', async () => {
        const { journal } = place.store;
        appendAll(journal, messages(10));
        expect(await journal.removeOlderThan(NOON + 6)).toBe(5);
        journal.append(aMessage(11));
        await journal.flush();
        expect((await all(journal)).map((record) => record.seq)).toEqual([6, 7, 8, 9, 10, 11]);
      });

      test('records that come while others are removed are kept', async () => {
        const { journal } = place.store;
        appendAll(journal, messages(20_000));
        await journal.flush();
        const removal = journal.removeOlderThan(NOON + 15_001);
        const late = Array.from({ length: 200 }, (_, i) => aMessage(20_001 + i));
        for (const record of late) {
          journal.append(record);
          if (record.seq % 10 === 0) await journal.flush();
        }
        expect(await removal).toBe(15_000);
        expect((await all(journal)).map((each) => each.seq)).toEqual(
          Array.from({ length: 5_200 }, (_, i) => 15_001 + i),
        );
      });

      test("what is older of one organization goes, and nothing of another's in the same batch", async () => {
        const { journal } = place.store;
        const whose = (seq: number) => ({ organizationId: seq % 2 === 0 ? ORGANIZATION : OTHER_ORGANIZATION });
        const records = messages(100, whose);
        appendAll(journal, records.slice(0, 40));
        await journal.flush();
        appendAll(journal, records.slice(40));
        expect(await journal.removeOlderThan(NOON + 51, ORGANIZATION)).toBe(25);
        expect(await journal.removeOlderThan(NOON + 51, ORGANIZATION)).toBe(0);
        const kept = records.filter(({ seq }) => seq > 50 || seq % 2 === 1);
        expect(await all(journal)).toEqual(kept);
        const theirs = await journal.trace({ limit: 1_000, organizationId: OTHER_ORGANIZATION });
        expect(theirs).toHaveLength(50);
        journal.append(aMessage(101));
        await journal.flush();
        expect(await all(journal)).toEqual([...kept, aMessage(101)]);
      });
    });

    describe('an address that is erased', () => {
      const mention = Mention.of('bob@far.example')!;
      const erase = (over: Partial<JournalErasure> = {}) =>
        place.store.journal.erase({
          mention,
          countOnly: false,
          onProgress: () => {},
          signal: new AbortController().signal,
          ...over,
        });
      const other = { recipients: [{ address: 'eve@far.example', code: 250, relaying: true }] };
      const text = 'host mx.far.example said: 550 5.1.1 <Bob@far.example>: no such user';

      test('is in no record any more, and what else the records tell is', async () => {
        const { journal } = place.store;
        const to = aMessage(1, {
          recipients: [{ address: 'bob@far.example', code: 250, relaying: true }, ...other.recipients],
        });
        const from = aMessage(2, {
          ...other,
          headerFrom: 'Bob Example <BOB@far.example>',
          envelopeSender: 'x+bob=far.example@list.example',
        });
        const as = aMessage(3, { ...other, saslUsername: 'bob@far.example', userId: aGuid() });
        const told = aDelivery(4, 1, {
          recipients: [{ address: 'eve@far.example', status: 'bounced', dsn: '5.1.1', text }],
        });
        appendAll(journal, [to, from, as, told, aMessage(5, other)]);
        expect(await erase()).toBe(4);
        expect(await all(journal)).toEqual([
          { ...to, recipients: [{ address: '[erased]', code: 250, relaying: true }, ...other.recipients], subject: '' },
          { ...from, headerFrom: '[erased]', envelopeSender: 'x+[erased]@list.example', subject: '' },
          { ...as, saslUsername: undefined, userId: undefined, subject: '' },
          { ...told, recipients: [{ ...told.recipients[0], text: text.replace('Bob@far.example', '[erased]') }] },
          aMessage(5, other),
        ]);
        expect(await journal.trace({ limit: 10, entityId: as.userId! })).toEqual([]);
        expect(await journal.trace({ limit: 10, organizationId: ORGANIZATION })).toHaveLength(4);
        expect(await erase()).toBe(0);
      });

      test('is counted first, which changes nothing', async () => {
        const { journal } = place.store;
        const records = [aMessage(1), aMessage(2, other), aMessage(3)];
        appendAll(journal, records);
        expect(await erase({ countOnly: true })).toBe(2);
        expect(await all(journal)).toEqual(records);
      });

      test("stays in another organization's records", async () => {
        const { journal } = place.store;
        const theirs = aMessage(2, { organizationId: OTHER_ORGANIZATION });
        appendAll(journal, [aMessage(1), theirs]);
        expect(await erase({ organizationId: ORGANIZATION })).toBe(1);
        expect((await all(journal))[1]).toEqual(theirs);
      });

      test('does not come back with the next records, and is gone from the whole of a long journal', async () => {
        const { journal } = place.store;
        appendAll(
          journal,
          messages(20_000, (seq) => (seq % 1_000 === 0 ? {} : other)),
        );
        const progress: number[] = [];
        expect(await erase({ onProgress: (done, total) => progress.push(done / total) })).toBe(20);
        expect(progress.at(-1)).toBe(1);
        journal.append(aMessage(20_001, other));
        await journal.flush();
        expect(JSON.stringify(await all(journal))).not.toContain('bob@far.example');
        expect(await journal.lastSeq()).toBe(20_001);
      });

      test('where it is aborted stays in what was not reached', async () => {
        appendAll(place.store.journal, [aMessage(1)]);
        await expect(erase({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
        expect(await all(place.store.journal)).toEqual([aMessage(1)]);
      });
    });
  });
}
