// Entities against whom evidence has come together although it is not enough yet: what somebody on duty wants to see before the block.
import { factsOf } from './facts.ts';
import { FAMILIES } from './families/index.ts';
import { silentMessage } from './message.ts';
import type { EntityState } from './state.ts';
import type { Verdict } from './verdict.ts';
import { standing, total } from './weighing.ts';

export interface Suspect extends Pick<Verdict, 'level' | 'sum' | 'threshold'> {
  readonly entityId: string;
  /** Of the last message, or late answer, that was judged. */
  readonly lastMessageAt: number;
  /** What the loudest families say, the loudest first, as of then. */
  readonly words: readonly string[];
}

/** A quarter of the threshold; an entity is called `suspect` from 0.6 of it on. */
const LOUD_FROM = 0.25;
const FAMILIES_SHOWN = 3;
/** The family speaks of a text at hand. */
const BULK_WORDS = 'one new text, link or Reply-To in several messages';

/** The sum at `at` of one that is to be looked at; undefined for the others: quiet, or restricted. */
export function loudSum(state: EntityState, at: number): number | undefined {
  const { threshold } = state.settings;
  // Sums only fade by themselves: most entities are told from what they were.
  if (state.restrictedSince !== undefined || total(state.sums) < LOUD_FROM * threshold) return undefined;
  const { sum } = standing(state, at);
  return sum < LOUD_FROM * threshold ? undefined : sum;
}

export function suspectOf(entityId: string, state: EntityState, at: number): Suspect {
  return { entityId, ...standing(state, at), lastMessageAt: state.at, words: loudestWords(state) };
}

function loudestWords(state: EntityState): readonly string[] {
  const facts = factsOf(state, silentMessage(state.at, ''));
  return FAMILIES.map((family, k) => ({ family, k, sum: state.sums[k]! }))
    .filter(({ sum }) => sum > 0)
    .sort((a, b) => b.sum - a.sum)
    .slice(0, FAMILIES_SHOWN)
    .map(({ family, k }) => {
      if (family.name === 'bulk') return BULK_WORDS;
      return family.words(state, facts, state.seen[2 * k]!, state.seen[2 * k + 1]!);
    });
}

const SAMPLE_EVERY_MS = 10 * 60_000;
const LOOK_BACK_MS = 60 * 60_000;

/** The loud sums of the last hour, every ten minutes. In memory: nothing is known of the time before the start. */
export class SumSamples {
  #samples: { readonly at: number; readonly sums: ReadonlyMap<string, number> }[] = [];

  /** Takes a sample where the last one is old enough. */
  note(at: number, take: () => ReadonlyMap<string, number>): void {
    // The clock was set back: what is of the future tells nothing.
    this.#samples = this.#samples.filter((sample) => sample.at <= at);
    if (at - (this.#samples.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < SAMPLE_EVERY_MS) return;
    this.#samples.push({ at, sums: take() });
    while (this.#samples.length > 1 && at - this.#samples[1]!.at >= LOOK_BACK_MS) this.#samples.shift();
  }

  /**
   * Is the sum higher than an hour ago, or than at the start where that is not so long ago? Undefined in the first ten minutes.
   */
  isRising(entityId: string, sum: number, at: number): boolean | undefined {
    const [earliest] = this.#samples;
    if (earliest === undefined || at - earliest.at < SAMPLE_EVERY_MS) return undefined;
    return sum > (earliest.sums.get(entityId) ?? 0);
  }
}
