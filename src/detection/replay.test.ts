import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../test/scenarios/random.ts';
import { attack, branchOffice, DAY, HOUR, MONDAY, template, words } from '../../test/scenarios/senders.ts';
import type { ObservationEntry } from './entry.ts';
import { type ReplayOptions, replay } from './replay.ts';
import { describeReport, type ReplayReport } from './replay-report.ts';

let folder: string;
let verdicts: string;
const trace = () => join(folder, 'trace.jsonl');
const decisionsFile = () => join(folder, 'decisions.jsonl');

const ATTACK_AT = MONDAY + 17 * DAY + 2 * HOUR;
const ATTACK_LENGTH = 60;
const PLAN = {
  messages: ATTACK_LENGTH,
  gapMs: 20_000,
  caught: 0.9,
  refused: 0.1,
  texts: 5,
  sender: () => 'person0@branch.example.org',
  clientAddress: () => '192.0.2.10',
};

/** Three weeks of an office with one night attack by a user of it, and the same attack again two days later. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-replay-'));
  const random = randomOf(1);
  const text = template(random);
  const messages = [
    ...branchOffice(random, 0, 17),
    ...attack(random, { ...PLAN, at: ATTACK_AT }),
    ...branchOffice(random, 18, 19),
    ...attack(random, { ...PLAN, at: ATTACK_AT + 2 * DAY }),
  ];
  await writeFile(trace(), messages.map((message, i) => `${JSON.stringify(line(message, i, text))}\n`).join(''));
  verdicts = join(folder, 'verdicts.jsonl');
  await writeFile(verdicts, messages.map(({ spam }, i) => `${JSON.stringify({ i, spam })}\n`).join(''));
});
afterAll(() => rm(folder, { recursive: true }));

const isAttack = ({ at }: ObservationEntry): boolean =>
  [ATTACK_AT, ATTACK_AT + 2 * DAY].some((start) => at >= start && at < start + HOUR);

function line(message: ObservationEntry, i: number, text: () => string) {
  return {
    i,
    t: new Date(message.at).toISOString(),
    connector: 'office',
    user: message.envelopeSender.split('@')[0],
    clientIp: message.clientAddress,
    mailFrom: message.envelopeSender,
    headerFrom: '',
    rcpts: message.recipients.map(({ address }) => address),
    rcptStatus: message.recipients.map(({ code }) => code),
    subject: `number ${i}`,
    size: message.messageBytes,
    // The attacks' text is one template; the office's is its own each time.
    bodyHead: isAttack(message) ? text() : words(randomOf(i), 20),
  };
}

const run = (options: Partial<ReplayOptions> = {}): Promise<ReplayReport> =>
  replay({ trace: trace(), verdicts, ...options });

interface Decided {
  i: number;
  action: string;
  entity?: string;
  reason?: string;
}

async function decisions(): Promise<Decided[]> {
  const lines = (await readFile(decisionsFile(), 'utf8')).trimEnd().split('\n');
  return lines.map((each) => JSON.parse(each) as Decided);
}

describe('a replay', () => {
  it('says what would have been restricted, when and why', async () => {
    const report = await run();
    const first = report.events[0]!;
    expect(first).toMatchObject({ entity: 'user:person0', action: 'restrict', threshold: 13 });
    expect(Date.parse(first.at)).toBeGreaterThanOrEqual(ATTACK_AT);
    expect(first.refused.messages).toBeGreaterThan(ATTACK_LENGTH - 20);
    expect(first.families.map(({ words }) => words).join()).toMatch(/new recipients 100 %/);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('ends a block after its hours: the second attack is another event', async () => {
    expect((await run()).events).toHaveLength(2);
    expect((await run({ blockHours: 0 })).events).toHaveLength(1);
  });

  it('writes one decision a message, in order, as the scorer reads them', async () => {
    const report = await run({ decisions: decisionsFile() });
    const all = await decisions();
    expect(all.map(({ i }) => i)).toEqual(Array.from({ length: report.messages }, (_, i) => i));
    const rejected = all.filter(({ action }) => action === 'reject');
    expect(rejected).toHaveLength(report.refused.messages);
    expect(rejected[0]).toMatchObject({ i: report.events[0]!.message, entity: 'user:person0' });
    expect(rejected[0]!.reason).toMatch(/^\d+\.\d of 13: .*new recipients/);
    expect(all.every(({ action, entity }) => action === 'accept' || entity !== undefined)).toBe(true);
  });

  it('is the same each time', async () => {
    expect(await run()).toEqual(await run());
  });

  it('without the filter, texts and answers hears less', async () => {
    const without = await run({ without: ['verdict', 'text', 'failures'] });
    expect(without.events.length).toBeLessThan((await run()).events.length);
    expect(without.without).toEqual(['verdict', 'text', 'failures']);
  });

  it('takes another threshold', async () => {
    const at = async (threshold: number) => (await run({ settings: { threshold } })).events[0]!.message;
    expect(await at(8)).toBeLessThan(await at(13));
  });

  it('in observe refuses nothing and reports each attack once', async () => {
    const report = await run({ settings: { mode: 'observe' } });
    expect(report.refused.messages).toBe(0);
    const ofConnector = report.events.filter(({ entity }) => entity === 'connector:office');
    expect(ofConnector.map(({ action }) => action)).toEqual(['report', 'report']);
  });

  it('with new entities observed first holds instead of restricting', async () => {
    const fromTheBeginning = join(folder, 'fresh.jsonl');
    const text = template(randomOf(3));
    const lines = attack(randomOf(2), { ...PLAN, at: MONDAY }).map((message, i) => ({
      ...line(message, i, text),
      bodyHead: text(),
    }));
    await writeFile(fromTheBeginning, lines.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const settings = { armed: false, threshold: 8 };
    const report = await run({ trace: fromTheBeginning, verdicts: undefined, settings });
    expect(new Set(report.events.map(({ action }) => action))).toEqual(new Set(['hold']));
  });

  it('can be ended early, tells its progress, and reports what it has seen', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const report = await run({
      signal: stop.signal,
      onProgress: ({ messages, bytesRead, bytes }) => {
        seen.push(messages);
        expect(bytesRead).toBeLessThanOrEqual(bytes);
        stop.abort();
      },
    });
    expect(seen).toHaveLength(1);
    expect(report).toMatchObject({ interrupted: true, messages: seen[0] });
    expect(report.messages).toBeLessThan((await run()).messages);
  });

  it('fails with a coded error for a file that cannot be read or written', async () => {
    await expect(run({ trace: join(folder, 'none') })).rejects.toMatchObject({ code: 'TRACE_UNREADABLE' });
    await expect(run({ verdicts: trace() })).rejects.toMatchObject({ code: 'TRACE_INVALID' });
    await expect(run({ decisions: join(folder, 'no', 'such') })).rejects.toMatchObject({ code: 'TRACE_UNREADABLE' });
  });
});

describe('its description', () => {
  it('tells each event with the evidence of all families, loudest first', async () => {
    const text = describeReport(await run());
    expect(text).toMatch(
      /user:person0 would have been restricted at message #\d+: 1\d\.\d of 13; \d+ messages to \d+ recipients refused/,
    );
    expect(text).toMatch(/^ {6}6\.0 {2}recipients/m);
    expect(text).toMatch(/An admin would have heard 2 times of 1 entities; \d+ messages \(\d+\.\d\d %\) refused\.\n/);
    expect(text).toMatch(/\d+ warnings \(Medium\) of what looked suspect, at most one a day and entity\.\n$/);
  });

  it('says so when nothing would have been blocked', async () => {
    const text = describeReport(await run({ settings: { threshold: 40 } }));
    expect(text).toContain('Nothing would have been blocked.');
  });

  it('lets no control character of a trace reach the terminal', async () => {
    const report = await run();
    const forged = { ...report, events: report.events.map((event) => ({ ...event, entity: 'user:\u001b[2Jx\n' })) };
    expect(describeReport(forged)).toContain('user:\\x1b[2Jx\\x0a');
  });
});
