import { expect, test } from 'vitest';
import type { Envelope, FilterAnswer } from './content-filter.ts';
import { GuardedFilter } from './guarded-filter.ts';

const ENVELOPE: Envelope = {
  client: { mailServer: 'local', clientAddress: '192.0.2.7', clientPort: 4_711 },
  envelopeSender: 'anna@contoso.example',
  recipients: ['bob@far.example'],
};
const FAILURE: FilterAnswer = { failure: 'unreachable', words: 'connect ECONNREFUSED' };

/** A filter that is scripted, and a budget that ends when the test says so. */
function openFilter() {
  const told: string[] = [];
  const clock = { now: 1_000_000 };
  const questions: PromiseWithResolvers<FilterAnswer>[] = [];
  const budgets = new Set<() => void>();
  const script = {
    answer: (): Promise<FilterAnswer> => {
      const question = Promise.withResolvers<FilterAnswer>();
      questions.push(question);
      return question.promise;
    },
  };
  const filter = new GuardedFilter({
    protocol: { name: 'Rspamd at nowhere', ask: () => script.answer() },
    budgetMilliseconds: 2_000,
    maximumBytes: 100,
    now: () => clock.now,
    setTimer: (act) => {
      budgets.add(act);
      return () => budgets.delete(act);
    },
    onOpened: (why) => told.push(`opened: ${why}`),
    onClosed: () => told.push('closed'),
  });
  const word = (message = 'Subject: x\r\n\r\n'): Promise<boolean | undefined> => {
    const copy = filter.begin('plain');
    copy.write(Buffer.from(message));
    return filter.word(copy, ENVELOPE);
  };
  const endBudgets = (): void => {
    for (const act of budgets) act();
  };
  return { filter, script, questions, budgets, word, endBudgets, clock, told };
}

async function failFiveTimes({ script, word }: ReturnType<typeof openFilter>): Promise<void> {
  const scripted = script.answer;
  script.answer = async () => FAILURE;
  for (let i = 0; i < 5; i++) await word();
  script.answer = scripted;
}

test('the budget ends the wait of a message whose filter says nothing', async () => {
  const { filter, word, endBudgets } = openFilter();
  const waiting = word();
  endBudgets();
  expect(await waiting).toBeUndefined();
  expect(filter.counts.timeout).toBe(1);
});

test('an answer ends the budget, and one behind its end counts for nothing', async () => {
  const { filter, word, questions, budgets, endBudgets } = openFilter();
  const answered = word();
  questions[0]!.resolve({ spam: true });
  expect(await answered).toBe(true);
  expect(budgets.size).toBe(0);
  const late = word();
  endBudgets();
  questions[1]!.resolve({ spam: true });
  expect(await late).toBeUndefined();
  expect(filter.counts).toMatchObject({ spam: 1, timeout: 1 });
});

test('a fault of our own is a filter that failed, and no mail waits for it', async () => {
  const { filter, script, word } = openFilter();
  script.answer = () => Promise.reject(new Error('bug'));
  expect(await word()).toBeUndefined();
  expect(filter.counts.unreadable).toBe(1);
});

test('a filter that failed five times in a row is asked no more, and this is told with the reason', async () => {
  const world = openFilter();
  await failFiveTimes(world);
  expect(world.told).toEqual(['opened: Rspamd at nowhere: connect ECONNREFUSED']);
  expect(world.filter.isAnswering).toBe(false);
  expect(await world.word()).toBeUndefined();
  expect(world.questions).toHaveLength(0);
  expect(world.filter.counts).toMatchObject({ unreachable: 5, skipped: 1 });
});

test('ten seconds later one message probes, and neither it nor any other waits for the answer', async () => {
  const world = openFilter();
  await failFiveTimes(world);
  world.clock.now += 10_000;
  expect(await Promise.all([world.word(), world.word(), world.word()])).toEqual([undefined, undefined, undefined]);
  expect(world.questions).toHaveLength(1);
  world.questions[0]!.resolve({ spam: false });
  await expect.poll(() => world.filter.isAnswering).toBe(true);
  expect(world.told.at(-1)).toBe('closed');
  const next = world.word();
  world.questions[1]!.resolve({ spam: true });
  expect(await next).toBe(true);
});

test('a probe that the filter does not answer ends with the budget, and the next comes ten seconds later', async () => {
  const world = openFilter();
  await failFiveTimes(world);
  for (let round = 1; round <= 3; round++) {
    world.clock.now += 10_000;
    await world.word();
    expect(world.questions).toHaveLength(round);
    world.endBudgets();
    await new Promise(setImmediate);
    await world.word();
    expect(world.questions).toHaveLength(round);
  }
});

test('a message too long for the filter is not asked about', async () => {
  const { filter, word, questions } = openFilter();
  expect(await word('x'.repeat(101))).toBeUndefined();
  expect(questions).toHaveLength(0);
  expect(filter.counts['too-long']).toBe(1);
});

test('no more than 64 questions are under way; who comes then goes on without a word', async () => {
  const { filter, word, questions, endBudgets } = openFilter();
  const waiting = Array.from({ length: 64 }, () => word());
  expect(await word()).toBeUndefined();
  expect(filter.counts.busy).toBe(1);
  questions[0]!.resolve({ spam: false });
  expect(await waiting[0]).toBe(false);
  const next = word();
  endBudgets();
  expect(await next).toBeUndefined();
  expect(questions).toHaveLength(65);
});
