import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlRecord, DeliveryRecord, JournalRecord, MessageRecord, Outcome } from '../activity/record.ts';
import { Detector } from './detector.ts';
import { DEFAULT_SETTINGS, type Entry, type ObservationEntry } from './entry.ts';
import { anObservation, aText, entryArbitrary, observationArbitrary, START } from './log-arbitrary.ts';
import type { Snapshot } from './snapshot-store.ts';
import { DETECTOR_VERSION } from './state.ts';

const KEY = 42;

function messageRecord(seq: number, entry: ObservationEntry, more: Partial<MessageRecord> = {}): MessageRecord {
  return {
    kind: 'message',
    seq,
    at: entry.at,
    organizationId: 'o',
    connectorId: 'c',
    connectorEpoch: entry.epoch,
    userEpoch: 0,
    basis: '',
    listener: 'milter',
    mailServer: 'local',
    clientAddress: entry.clientAddress,
    clientName: '',
    heloName: '',
    envelopeSender: entry.envelopeSender,
    recipients: entry.recipients.map((recipient) => ({ ...recipient, relaying: recipient.relaying !== false })),
    messageBytes: entry.messageBytes,
    headerFrom: entry.headerFrom,
    subject: '',
    messageId: entry.messageId,
    queueId: entry.queueId,
    instance: '',
    spam: entry.spam,
    sketch: entry.sketch,
    attempted: entry.attempted,
    outcome: 'accepted',
    reply: '250',
    ...more,
  };
}

function controlRecord(seq: number, entry: Entry, entityId = 'c'): ControlRecord {
  return { kind: 'control', seq, at: entry.at, organizationId: 'o', entityId, entry };
}

/** An attack's message; each is another one. */
const evil = (n: number, more: Partial<MessageRecord> = {}): MessageRecord =>
  messageRecord(
    n + 1,
    anObservation({
      at: START + n,
      recipients: [0, 1, 2].map((k) => ({ address: `victim${n}x${k}@example.com`, code: k === 0 ? 550 : 250 })),
      sketch: aText(1),
      spam: true,
      messageId: `<evil${n}>`,
    }),
    more,
  );

/** All states as bytes, by entity. */
const bytesOf = (detector: Detector): Map<string, Uint8Array> =>
  new Map(detector.snapshots().map(({ entityId, state }) => [entityId, state]));

function restarted(snapshots: Iterable<Snapshot>, journal: readonly JournalRecord[]): Detector {
  const detector = new Detector({ key: KEY });
  for (const snapshot of snapshots) detector.restore(snapshot);
  for (const record of journal) if (record.seq > detector.replayFrom) detector.apply(record);
  return detector;
}

describe('messages under way', () => {
  it('count for each other: of twenty at once the later ones are refused, not each the first', () => {
    const detector = new Detector({ key: KEY });
    const actions = Array.from({ length: 20 }, (_, n) => detector.judge(evil(n)).judgement.connector!.action);
    expect(actions.indexOf('restrict')).toBeLessThan(8);
    expect(actions.at(-1)).toBe('restrict');
  });

  it('are judged as one after the other would be', () => {
    const together = new Detector({ key: KEY });
    const sums = Array.from({ length: 6 }, (_, n) => together.judge(evil(n)).judgement.connector!.sum);
    const inTurn = new Detector({ key: KEY });
    const expected = Array.from({ length: 6 }, (_, n) => {
      const ticket = inTurn.judge(evil(n));
      inTurn.settle(ticket, evil(n));
      return ticket.judgement.connector!.sum;
    });
    expect(sums).toEqual(expected);
  });

  it('that are withdrawn were never there', () => {
    const detector = new Detector({ key: KEY });
    const tickets = Array.from({ length: 10 }, (_, n) => detector.judge(evil(n)));
    for (const ticket of tickets) detector.withdraw(ticket);
    const untouched = new Detector({ key: KEY });
    for (const n of [11, 12, 13]) {
      const { sum } = untouched.judge(evil(n)).judgement.connector!;
      expect(detector.judge(evil(n)).judgement.connector!.sum).toBe(sum);
    }
    expect(detector.snapshots()).toEqual([]);
  });

  it.each<Outcome>(['deferred', 'aborted', 'rejected', 'repeated', 'denied'])(
    'that end as %s are no evidence',
    (outcome) => {
      const detector = new Detector({ key: KEY });
      const tickets = Array.from({ length: 10 }, (_, n) => detector.judge(evil(n)));
      for (const [n, ticket] of tickets.entries()) detector.settle(ticket, evil(n, { outcome }));
      expect(detector.snapshots()).toEqual([]);
      expect(detector.standing('c')).toBeUndefined();
    },
  );

  it('may be settled in another order than they were judged: the order of settling is the log', () => {
    const detector = new Detector({ key: KEY });
    const [a, b, c] = [evil(0, { seq: 3 }), evil(1, { seq: 1 }), evil(2, { seq: 2 })].map((record) => ({
      record,
      ticket: detector.judge(record),
    }));
    for (const { record, ticket } of [b!, c!, a!]) detector.settle(ticket, record);
    expect(bytesOf(detector)).toEqual(bytesOf(restarted([], [b!.record, c!.record, a!.record])));
  });

  it('are taken by the settings that hold when they are settled', () => {
    const detector = new Detector({ key: KEY });
    const ticket = detector.judge(evil(0));
    const settings = controlRecord(1, { kind: 'settings', at: START, settings: { ...DEFAULT_SETTINGS, bulk: true } });
    detector.apply(settings);
    detector.settle(ticket, evil(0, { seq: 2 }));
    expect(bytesOf(detector)).toEqual(bytesOf(restarted([], [settings, evil(0, { seq: 2 })])));
  });

  it('change no state before they are settled', () => {
    const detector = new Detector({ key: KEY });
    detector.settle(detector.judge(evil(0)), evil(0));
    const before = bytesOf(detector);
    for (let n = 1; n < 10; n++) detector.judge(evil(n));
    expect(bytesOf(detector)).toEqual(before);
  });
});

describe('messages under way of a user who is restricted and unblocked meanwhile', () => {
  it('count for nobody any more', () => {
    const detector = new Detector({ key: KEY });
    const his = Array.from({ length: 3 }, (_, n) => evil(n, { userId: 'u' }));
    const tickets = his.map((record) => detector.judge(record));
    const probe = detector.judge(evil(10));
    expect(probe.judgement.connector!.sum).toBeGreaterThan(10);
    detector.withdraw(probe);
    detector.apply(controlRecord(1, { kind: 'restricted', at: START }, 'u'));
    detector.apply(controlRecord(2, { kind: 'unblocked', at: START, epoch: 1, graceHours: 0, learn: false }, 'u'));
    const { sum } = new Detector({ key: KEY }).judge(evil(10)).judgement.connector!;
    const ticket = detector.judge(evil(10));
    expect(ticket.judgement.connector!.sum).toBe(sum);
    for (const [n, record] of his.entries()) {
      expect(detector.isNeverJudged(record)).toBe(true);
      detector.settle(tickets[n]!, { ...record, seq: 3 + n, neverJudged: true });
    }
    detector.settle(ticket, evil(10, { seq: 10 }));
    expect(detector.standing('c')!.sum).toBe(sum);
  });
});

describe('two tests', () => {
  const both = { userId: 'u' };

  it('the user learns only from what the connector’s test let pass', () => {
    const detector = new Detector({ key: KEY });
    detector.settle(detector.judge(evil(0, both)), evil(0, { ...both, outcome: 'tipped', tippedBy: 'connector' }));
    expect(detector.standing('c')!.sum).toBeGreaterThan(0);
    expect(detector.standing('u')).toBeUndefined();
    detector.settle(detector.judge(evil(1, both)), evil(1, { ...both, outcome: 'tipped', tippedBy: 'user' }));
    expect(detector.standing('u')!.sum).toBeGreaterThan(0);
  });

  it('an attempt counts for the one whose restriction refused it', () => {
    const detector = new Detector({ key: KEY });
    detector.apply(controlRecord(1, { kind: 'restricted', at: START }, 'u'));
    detector.apply(evil(5, { ...both, outcome: 'restricted', tippedBy: 'user' }));
    expect(detector.standing('u')).toMatchObject({ isRestricted: true, attempts: { messages: 1, recipients: 3 } });
    expect(detector.standing('c')).toBeUndefined();
  });
});

describe('a held message', () => {
  it('is no evidence, and is told once', () => {
    const detector = new Detector({ key: KEY });
    const settings = { ...DEFAULT_SETTINGS, armed: false, createdAt: START };
    const entry = detector.configure('c', settings, START)!;
    detector.apply(controlRecord(1, entry));
    expect(detector.configure('c', { ...settings }, START)).toBeUndefined();
    let seq = 1;
    const heard: boolean[] = [];
    for (let n = 0; n < 30; n++) {
      const ticket = detector.judge(evil(n));
      const { by, connector } = ticket.judgement;
      heard.push(connector!.alert && connector!.action === 'hold');
      const outcome = by === undefined ? 'accepted' : 'held';
      detector.settle(ticket, evil(n, { seq: ++seq, outcome, tippedBy: by }));
    }
    expect(heard.filter(Boolean)).toHaveLength(1);
    const [first, second] = [detector.judge(evil(31)), detector.judge(evil(31))].map((ticket) => ticket.judgement);
    expect(first!.connector!.action).toBe('hold');
    expect(second!.connector!.sum).toBe(first!.connector!.sum);
  });
});

describe('a late finding', () => {
  it('of a message that had passed asks for the restriction', () => {
    const detector = new Detector({ key: KEY });
    let n = 0;
    while (detector.judge(evil(n)).judgement.connector!.sum < 11) n++;
    const findings = Array.from({ length: n + 3 }, (_, k) => detector.apply(evil(k, { seq: k + 1 }))).flat();
    expect(findings.at(-1)).toMatchObject({ entityId: 'c', verdict: { action: 'restrict' } });
  });
});

describe('recovery', () => {
  const outcomes = fc.constantFrom<Outcome>(
    'accepted',
    'accepted',
    'accepted',
    'tipped',
    'held',
    'restricted',
    'deferred',
    'repeated',
  );
  const by = fc.constantFrom('connector' as const, 'user' as const);
  const recordArbitrary = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .record({
          entry: observationArbitrary,
          outcome: outcomes,
          tippedBy: by,
          user: fc.constantFrom(undefined, 'u1', 'u2'),
          userEpoch: fc.nat(2),
          connector: fc.constantFrom('c1', 'c2'),
        })
        .map(
          ({ entry, outcome, tippedBy, user, userEpoch, connector }) =>
            (seq: number): JournalRecord =>
              messageRecord(seq, entry, { outcome, tippedBy, userId: user, userEpoch, connectorId: connector }),
        ),
    },
    {
      weight: 1,
      arbitrary: fc.record({ at: fc.constant(START), userEpoch: fc.nat(2), refused: fc.nat(3) }).map(
        (answers) =>
          (seq: number): JournalRecord => ({
            ...messageRecord(seq, anObservation(), { userId: 'u1', connectorId: 'c1' }),
            kind: 'delivery',
            messageSeq: 1,
            recipients: [],
            accepted: 0,
            ...answers,
          }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(1, 2).map(
        (epoch) =>
          (seq: number): JournalRecord =>
            controlRecord(seq, { kind: 'unblocked', at: START, epoch, graceHours: 0, learn: false }, 'u1'),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({
          entry: entryArbitrary.filter(({ kind }) => kind !== 'observation'),
          id: fc.constantFrom('c1', 'c2', 'u1'),
        })
        .map(
          ({ entry, id }) =>
            (seq: number): JournalRecord =>
              controlRecord(seq, entry, id),
        ),
    },
  );

  it('from snapshots taken anywhere and the journal gives the same sums, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(recordArbitrary, fc.nat(9), fc.integer({ min: 1, max: 3 })), { maxLength: 120, size: 'max' }),
        (steps) => {
          const live = new Detector({ key: KEY });
          const stored = new Map<string, Snapshot>();
          const journal: JournalRecord[] = [];
          steps.forEach(([make, dice, most], n) => {
            const made = make(n + 1);
            const neverJudged = made.kind !== 'control' && live.isNeverJudged(made);
            const record = neverJudged ? { ...made, neverJudged } : made;
            journal.push(record);
            // Some messages are judged first, as live; a judgement leaves no trace.
            if (record.kind === 'message' && dice > 4) live.settle(live.judge(record), record);
            else live.apply(record);
            if (dice === 0) {
              const some = live.snapshots(most);
              // A snapshot that could not be written is not told as saved.
              if (most < 3) {
                for (const snapshot of some) stored.set(snapshot.entityId, snapshot);
                live.saved(some);
              }
            }
          });
          const recovered = restarted(stored.values(), journal);
          for (const id of ['c1', 'c2', 'u1', 'u2']) expect(recovered.standing(id)).toEqual(live.standing(id));
          const all = (detector: Detector) => {
            const complete = new Map(stored);
            for (const snapshot of detector.snapshots()) complete.set(snapshot.entityId, snapshot);
            complete.delete('detector');
            return [...complete.values()].map(({ entityId, state }) => [entityId, state]).sort();
          };
          expect(all(recovered)).toEqual(all(live));
          expect(recovered.lastSeq).toBe(live.lastSeq);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts a user’s mail for his connector as it did live, though his own snapshot is of after his unblock', () => {
    const live = new Detector({ key: KEY });
    const journal: JournalRecord[] = [];
    const his = { userId: 'u', connectorId: 'c' };
    const take = (record: MessageRecord | DeliveryRecord) => {
      journal.push(live.isNeverJudged(record) ? { ...record, neverJudged: true } : record);
      live.apply(journal.at(-1)!);
      return live.standing('c')!.sum;
    };
    const late = (seq: number): DeliveryRecord => ({
      ...{ ...evil(seq, his), kind: 'delivery', seq, messageSeq: 1 },
      ...{ recipients: [], accepted: 0, refused: 2 },
    });
    take(evil(0, his));
    const sum = take(late(2));
    journal.push(controlRecord(3, { kind: 'unblocked', at: START, epoch: 1, graceHours: 0, learn: false }, 'u'));
    live.apply(journal.at(-1)!);
    expect(take(evil(3, his))).toBe(sum);
    expect(take(late(5))).toBe(sum);
    const ofUser = live.snapshots().filter(({ entityId }) => entityId === 'u');
    expect(bytesOf(restarted(ofUser, journal)).get('c')).toEqual(bytesOf(live).get('c'));
  });

  it('needs of the journal only what is in no snapshot', () => {
    const detector = new Detector({ key: KEY });
    for (let n = 0; n < 10; n++) detector.apply(evil(n, { connectorId: n < 5 ? 'a' : 'b' }));
    const first = detector.snapshots(1);
    detector.saved(first);
    expect(restarted(first, []).replayFrom).toBe(5);
    detector.apply(evil(10, { connectorId: 'a' }));
    const both = detector.snapshots();
    expect(restarted(both, []).replayFrom).toBe(11);
    detector.saved(both);
    expect(detector.snapshots()).toEqual([]);
  });

  it('goes without the snapshots where one is of another version, of another key or damaged', () => {
    const detector = new Detector({ key: KEY });
    detector.apply(evil(0));
    const [good, horizon] = detector.snapshots() as [Snapshot, Snapshot];
    expect(restarted([good, horizon], []).replayFrom).toBe(1);
    expect(restarted([{ ...good, state: good.state.subarray(9) }, horizon], []).replayFrom).toBe(0);
    const old = [good, horizon].map((snapshot) => ({ ...snapshot, detectorVersion: DETECTOR_VERSION + 1 }));
    expect(restarted(old, []).replayFrom).toBe(0);
    const other = new Detector({ key: KEY + 1 });
    expect(other.restore(good)).toBe(false);
  });

  it('remembers from the journal which mail was seen, so that a second pass stays a repeat', () => {
    const recovered = restarted([], [evil(0)]);
    expect(recovered.isRepeat(evil(0, { seq: 9 }))).toBe(true);
    expect(recovered.isRepeat(evil(1))).toBe(false);
  });
});

describe('an entity that is no more', () => {
  it('leaves nothing', () => {
    const detector = new Detector({ key: KEY });
    detector.apply(evil(0));
    detector.forget('c');
    expect(detector.standing('c')).toBeUndefined();
    expect(detector.snapshots()).toEqual([]);
  });
});
