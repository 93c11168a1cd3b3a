// Our two protocols against Debian's Rspamd and spamd: the word, and what a stopped or dead filter costs.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Envelope } from '../../../src/content-filter/content-filter.ts';
import type { GuardedFilter } from '../../../src/content-filter/guarded-filter.ts';
import { openAskedFilter } from '../../../src/content-filter/open.ts';
import { GTUBE, letter, ORDINARY, PILLS, RunningFilter, whyNoFilter } from './filters.ts';

const ENVELOPE: Envelope = {
  client: { mailServer: 'local', clientAddress: '192.0.2.7', clientPort: 4_711, heloName: 'printer' },
  envelopeSender: 'anna@contoso.example',
  recipients: ['bob@far.example'],
  queueId: '4X1',
};
/** Ample for a busy machine, and short for a filter that is stopped. */
const PATIENT_MS = 5_000;
const SHORT_MS = 200;

for (const kind of ['rspamd', 'spamd'] as const) {
  const why = whyNoFilter(kind);
  const title = `Debian's ${kind}`;
  describe.skipIf(why !== undefined)(why === undefined ? title : `${title} (skipped: ${why})`, () => {
    let running: RunningFilter;
    const clock = { now: 1_000_000 };
    const told: string[] = [];

    beforeAll(async () => {
      running = await RunningFilter[kind]();
    });
    afterAll(() => running?.stop());

    const filterWith = (budgetMilliseconds: number, spamScore = 6): GuardedFilter =>
      openAskedFilter({
        kind,
        address: { host: '127.0.0.1', port: running.port },
        spamScore,
        budgetMilliseconds,
        maximumBytes: 262_144,
        now: () => clock.now,
        onOpened: (reason) => told.push(reason),
        onClosed: () => told.push('closed'),
      });

    function wordOn(filter: GuardedFilter, text: string): Promise<boolean | undefined> {
      const copy = filter.begin('plain');
      copy.write(Buffer.from(letter(text)));
      return filter.word(copy, ENVELOPE);
    }

    test('calls GTUBE spam and an ordinary letter ham', async () => {
      const filter = filterWith(PATIENT_MS);
      expect(await wordOn(filter, GTUBE)).toBe(true);
      expect(await wordOn(filter, ORDINARY)).toBe(false);
    });

    test('answers many at once, each its own', async () => {
      const filter = filterWith(PATIENT_MS);
      const words = await Promise.all(Array.from({ length: 12 }, (_, i) => wordOn(filter, i % 3 ? ORDINARY : GTUBE)));
      expect(words).toEqual(Array.from({ length: 12 }, (_, i) => i % 3 === 0));
    });

    if (kind === 'rspamd') {
      test('is believed by its score', async () => {
        expect(await wordOn(filterWith(PATIENT_MS), PILLS)).toBe(true);
        expect(await wordOn(filterWith(PATIENT_MS, 8), PILLS)).toBe(false);
      });
    }

    test('stopped, it costs five messages their budget and the next ones nothing; it is heard again when it goes on', async () => {
      const filter = filterWith(SHORT_MS);
      running.signal('SIGSTOP');
      for (let i = 0; i < 8; i++) expect(await wordOn(filter, ORDINARY)).toBeUndefined();
      expect(filter.counts).toMatchObject({ timeout: 5, skipped: 3 });
      expect(told.splice(0)).toEqual([expect.stringMatching(/at 127\.0\.0\.1:\d+: no answer within 200 ms$/)]);
      running.signal('SIGCONT');
      await expect
        .poll(
          async () => {
            clock.now += 10_000;
            await wordOn(filter, ORDINARY);
            return filter.isAnswering;
          },
          { timeout: 30_000 },
        )
        .toBe(true);
      expect(told.splice(0)).toEqual(['closed']);
    });

    test('killed, it is asked five times more and then left alone', async () => {
      const filter = filterWith(PATIENT_MS);
      await running.kill();
      for (let i = 0; i < 8; i++) expect(await wordOn(filter, GTUBE)).toBeUndefined();
      expect(filter.counts).toMatchObject({ unreachable: 5, skipped: 3 });
      expect(told.splice(0)).toEqual([expect.stringContaining('ECONNREFUSED')]);
    });
  });
}
