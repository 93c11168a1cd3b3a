// What a family is: one question about each message, answered by how much likelier the message is from a hijacked entity than
// from this one as it usually is.
import type { Facts, Lesson } from '../facts.ts';
import type { EntityState } from '../state.ts';
import type { FamilyName } from '../verdict.ts';

export interface Family {
  readonly name: FamilyName;
  /** The least and the most that one message can contribute. */
  readonly bounds: readonly [least: number, most: number];
  /** The natural-log likelihood ratio of this message, before anything is learnt from it. Changes nothing; 0 where there is nothing to say. */
  term(state: EntityState, facts: Facts): number;
  /** Takes a quiet message for normal. */
  learn(state: EntityState, lesson: Lesson): void;
  /** In how many cases of this message it was so, and of how many; what the evidence counts up. */
  count(facts: Facts): readonly [so: number, of: number];
  /** What was seen since the sum last was 0, this message included, against what is usual for the entity. One short phrase. */
  words(state: EntityState, facts: Facts, so: number, of: number): string;
}

/** "97 %", "0.4 %" */
export function percent(part: number): string {
  const value = 100 * part;
  return `${value > 0 && value < 10 ? value.toFixed(1).replace('.0', '') : Math.round(value)} %`;
}

/** "97 % (58 of 60)" */
export function shareOf(so: number, of: number): string {
  return of === 0 ? 'none' : `${percent(so / of)} (${so} of ${of})`;
}
