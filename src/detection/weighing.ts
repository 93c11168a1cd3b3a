// A message weighed against an entity's state: its terms, the sums with it, the verdict and what the verdict leads to. Reads alone.
import type { FamilyEvidence } from '../restrictions/restriction.ts';
import { BOMBING_FROM, type Facts, factsOf, momentOf } from './facts.ts';
import { FAMILIES } from './families/index.ts';
import type { Message } from './message.ts';
import { clamp } from './rate.ts';
import { type EntityState, FAMILY_COUNT } from './state.ts';
import type { Verdict, VerdictLevel } from './verdict.ts';

/** No family may carry more, so that a block takes at least three of them at the usual threshold. */
const MOST = 6;
/** Good behaviour counts for so much; without this floor an entity could save up for an attack. */
const LEAST = -4;
const SPEAKS_FROM = 1;
const SUSPECT_FROM = 0.6;
/** A user who has brought so much of the evidence is restricted in place of the connector. */
const CULPRIT_FROM = 0.8;
/** Five letters in the boss's name are no mailing and never tip a sum, but somebody should hear of them. */
const WARN_OF_DECEPTION_FROM = 3;
/** Families that praise what any sender can have cheaply: that mail is delivered, and at the usual pace. */
const CREDITS = FAMILIES.map(({ name }) => name === 'failures' || name === 'volume');
/** Messages of each family in the evidence. */
const SHOWN = 2;
const DECEPTION = FAMILIES.findIndex((family) => family.name === 'deception');

export const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A new entity is observed until both have passed, at most NEW_AT_MOST. */
const NEW_FOR = 7 * DAY;
const NEW_MESSAGES = 200;
const NEW_AT_MOST = 30 * DAY;
/** Relayed recipients a day (UTC) of a new entity; beyond it is held. */
const NEW_RELAYED_A_DAY = 500;

/** A message weighed against a state: of use for as long as the state is the same. */
export interface Weighing {
  readonly facts: Facts;
  readonly terms: Float64Array;
  /** The sums with this message in them. */
  readonly sums: Float64Array;
  /** What is left of the sums of before. */
  readonly rest: number;
  /** The message's terms against the entity, and what part of all such evidence its login has brought with it, 0 to 1. */
  readonly evidence: number;
  readonly share: number;
  readonly verdict: Verdict;
}

/** Of a message that says nothing. */
export const NO_TERMS: Float64Array = new Float64Array(FAMILY_COUNT);

/** The level and the sum of now, without any new message. */
export function standing(state: EntityState, at: number): Pick<Verdict, 'level' | 'sum' | 'threshold'> {
  const sums = added(state, NO_TERMS, momentOf(state, at).now);
  const sum = total(sums);
  return { level: levelOf(state, sum, sums, false), sum, threshold: state.settings.threshold };
}

/** Of a message that is judged (see `step`). */
export function weighed(state: EntityState, message: Message): Weighing {
  const facts = factsOf(state, message);
  const terms = new Float64Array(FAMILY_COUNT);
  let evidence = 0;
  for (let k = 0; k < FAMILY_COUNT; k++) {
    const family = FAMILIES[k]!;
    const said = state.settings.silent?.includes(family.name) ? 0 : family.term(state, facts);
    const term = facts.earnsNoCredit && CREDITS[k] ? Math.max(said, Math.min(0, -state.sums[k]!)) : said;
    terms[k] = term;
    if (term > 0) evidence += term;
  }
  const sums = added(state, terms, facts.now);
  const rest = decay(state, state.at, facts.now);
  const share = state.culprits.shareOf(message.login, evidence, rest);
  return { facts, terms, sums, rest, evidence, share, verdict: verdictOf(state, facts, terms, sums, share) };
}

/** The state's sums, decayed until now, with the terms added. */
export function added(state: EntityState, terms: Float64Array, now: number): Float64Array {
  const sums = new Float64Array(FAMILY_COUNT);
  const rest = decay(state, state.at, now);
  for (let k = 0; k < FAMILY_COUNT; k++) sums[k] = clamp(state.sums[k]! * rest + terms[k]!, LEAST, MOST);
  if (total(sums) < 0) sums.fill(0);
  return sums;
}

export function verdictOf(
  state: EntityState,
  facts: Facts,
  terms: Float64Array,
  sums: Float64Array,
  share: number,
): Verdict {
  const { threshold } = state.settings;
  const sum = total(sums);
  const level = levelOf(state, sum, sums, facts.spam !== undefined);
  const { action, alert } = consequence(state, level, sums, facts);
  const culprit = action === 'restrict' && share >= CULPRIT_FROM;
  // Words cost more than the whole test: only where somebody will read them.
  const families = alert ? evidence(state, facts, terms, sums) : [];
  return { level, sum, threshold, sums, families, action, culprit, alert };
}

function levelOf(state: EntityState, sum: number, sums: Float64Array, hasVerdict: boolean): VerdictLevel {
  const { threshold, gate } = state.settings;
  if (sum < SUSPECT_FROM * threshold) return 'clear';
  // Where no filter has ever said a word, content cannot speak: one family fewer need agree.
  const needed = state.hasVerdicts || hasVerdict ? gate : gate - 1;
  let speaking = 0;
  for (const value of sums) if (value >= SPEAKS_FROM) speaking++;
  return sum >= threshold && speaking >= needed ? 'compromised' : 'suspect';
}

type Consequence = Pick<Verdict, 'action' | 'alert'>;
const NO_CONSEQUENCE: Consequence = { action: 'none', alert: false };

function consequence(state: EntityState, level: VerdictLevel, sums: Float64Array, facts: Facts): Consequence {
  const { now } = facts;
  const isNew = isObservedAsNew(state, now);
  if (level !== 'compromised') {
    const relayed = (state.relayedDay === dayOf(now) ? state.relayed : 0) + facts.message.relayed;
    if (isNew && relayed > NEW_RELAYED_A_DAY) return { action: 'hold', alert: state.toldDay !== dayOf(now) };
    const warns =
      level === 'suspect' ||
      sums[DECEPTION]! >= WARN_OF_DECEPTION_FROM ||
      (facts.mostToNewcomer >= BOMBING_FROM && !facts.windowed);
    return warns && state.warnedDay !== dayOf(now) ? { action: 'warn', alert: true } : NO_CONSEQUENCE;
  }
  if (isNew) return { action: 'hold', alert: !state.told };
  if (state.settings.mode === 'enforce' && now >= state.graceUntil) return { action: 'restrict', alert: true };
  return state.told ? NO_CONSEQUENCE : { action: 'report', alert: true };
}

function isObservedAsNew(state: EntityState, now: number): boolean {
  const { mode, armed, createdAt } = state.settings;
  if (armed || mode !== 'enforce') return false;
  const age = now - createdAt;
  return age < NEW_AT_MOST && (age < NEW_FOR || state.messages < NEW_MESSAGES);
}

function evidence(
  state: EntityState,
  facts: Facts,
  terms: Float64Array,
  sums: Float64Array,
): readonly FamilyEvidence[] {
  return FAMILIES.map((family, k) => {
    const [so, of] = family.count(facts);
    const messages = state.tops[k]!.slice(0, SHOWN).map(({ name, at, term }) => ({ messageId: name, at, term }));
    if (terms[k]! > 0) messages.push({ messageId: facts.message.name, at: facts.now, term: terms[k]! });
    return {
      family: family.name,
      sum: sums[k]!,
      words: family.words(state, facts, state.seen[2 * k]! + so, state.seen[2 * k + 1]! + of),
      messages: messages.sort((a, b) => b.term - a.term).slice(0, SHOWN),
    };
  });
}

/** What is left at `now` of a sum of `then`; time that ran backwards has not run at all. */
export function decay(state: EntityState, then: number, now: number): number {
  const passed = now - then;
  return passed > 0 ? 0.5 ** (passed / (state.settings.halfLifeHours * HOUR)) : 1;
}

export function total(sums: Float64Array): number {
  let sum = 0;
  for (const value of sums) sum += value;
  return sum;
}

/** Days since 1970, UTC. */
export function dayOf(now: number): number {
  return Math.floor(now / DAY);
}

/** Nothing to say: the sums as they stand. */
export function nothing(state: EntityState): Verdict {
  return {
    level: 'clear',
    sum: total(state.sums),
    threshold: state.settings.threshold,
    families: [],
    culprit: false,
    ...NO_CONSEQUENCE,
  };
}
