// Test support: the term of a message, and the terms of several after each other.
import type { ObservationEntry } from '../entry.ts';
import { factsOf } from '../facts.ts';
import { readMessage } from '../message.ts';
import type { EntityState } from '../state.ts';
import { step } from '../step.ts';
import type { Family } from './family.ts';

export function termOf(family: Family, state: EntityState, entry: ObservationEntry): number {
  return family.term(state, factsOf(state, readMessage(entry, state.key)));
}

export function termsOf(family: Family, state: EntityState, entries: readonly ObservationEntry[]): number[] {
  return entries.map((entry) => {
    const term = termOf(family, state, entry);
    step(state, entry);
    return term;
  });
}

export function wordsOf(family: Family, state: EntityState, entry: ObservationEntry): string {
  const facts = factsOf(state, readMessage(entry, state.key));
  return family.words(state, facts, ...family.count(facts));
}
