// The sequential test: one reflected, decaying sum of bounded log-likelihood ratios for each entity. A deterministic function of
// the log: it reads the state and the entry, no clock, no configuration, no randomness. Live, in replay and in recovery
// this is the code that runs.
import type { ControlEntry, Entry, LateAnswerEntry, ObservationEntry } from './entry.ts';
import { type Facts, factsOf, minuteOf, momentOf } from './facts.ts';
import { failureTerm, learnFailures } from './families/failures.ts';
import { FAMILIES } from './families/index.ts';
import { NO_CLUSTER } from './incident.ts';
import { loginHash, type Message, readMessage, silentMessage } from './message.ts';
import { copyState, type EntityState, FAMILY_COUNT, type TopMessage } from './state.ts';
import type { Verdict } from './verdict.ts';
import { added, dayOf, decay, HOUR, NO_TERMS, nothing, total, verdictOf, type Weighing, weighed } from './weighing.ts';

/** Messages of each family that are kept: two of one login, and one that is left where he takes his with him. */
const MOST_TOPS = 3;
const MOST_TOPS_OF_ONE = 2;

/** Nothing is learnt from this part of the threshold on: an attacker cannot teach. */
const QUIET_BELOW = 0.5;

const NOTHING_NAMED = new Uint32Array(0);

const FAILURES = FAMILIES.findIndex((family) => family.name === 'failures');

/** What `step` would say of this message, without changing the state. */
export function weigh(state: EntityState, entry: ObservationEntry): Verdict {
  return weighMessage(state, readMessage(entry, state.key), entry.epoch).verdict;
}

/** Takes the next entry of the entity's log. Changes the state in place. Entries need not be in the order of their times. */
export function step(state: EntityState, entry: Entry): Verdict {
  switch (entry.kind) {
    case 'observation':
      return stepMessage(state, readMessage(entry, state.key), entry.epoch);
    case 'late-answer':
      return stepLateAnswer(state, entry);
    case 'attempt':
      if (state.restrictedSince === undefined) return nothing(state);
      state.attempts.messages++;
      state.attempts.recipients += entry.recipients;
      state.attempts.lastAt = Math.max(state.attempts.lastAt, entry.at);
      return nothing(state);
    case 'held':
      state.told = true;
      state.toldDay = dayOf(entry.at);
      return nothing(state);
    default:
      control(state, entry);
      return nothing(state);
  }
}

/** As `weigh`, for a message that was read already. Where it is not judged there is only a verdict. */
export function weighMessage(
  state: EntityState,
  message: Message,
  epoch: number,
): Weighing | { readonly verdict: Verdict; readonly facts?: never } {
  if (!isJudged(state, epoch)) return { verdict: nothing(state) };
  if (epoch === state.epoch) return weighed(state, message);
  const caughtUp = copyState(state);
  catchUp(caughtUp, epoch);
  return weighed(caughtUp, message);
}

/** As `step`, for a message that was read already and, if the state has not changed since, was weighed. */
export function stepMessage(state: EntityState, message: Message, epoch: number, known?: Weighing): Verdict {
  catchUp(state, epoch);
  if (!isJudged(state, epoch)) {
    if (epoch === state.epoch) keepForLater(state, message);
    return nothing(state);
  }
  const weighing = known ?? weighed(state, message);
  take(state, weighing);
  return weighing.verdict;
}

function take(state: EntityState, weighing: Weighing): void {
  const { facts, terms, sums, verdict } = weighing;
  const { message, now } = facts;
  moveTo(state, message.at);
  state.messages++;
  if (facts.spam !== undefined) state.hasVerdicts = true;
  countRelayed(state, now, message.relayed);
  if (!facts.windowed) state.traffic.addToHour(facts.minute, facts.recipients);
  state.culprits.add(message.login, weighing.evidence, weighing.rest);
  const quiet = settle(state, sums, verdict);
  if (verdict.culprit) relieve(state, message.login, weighing.share);
  meetAll(state, facts, quiet);
  const cluster = countText(state, facts, quiet);
  if (total(sums) > 0 && !verdict.culprit) remember(state, facts, terms);
  if (facts.windowed) return;
  if (quiet) for (const family of FAMILIES) family.learn(state, facts);
  else state.incident.push(facts, cluster);
}

/** Takes the new sums over. True while the sum is low enough to learn. */
function settle(state: EntityState, sums: Float64Array, verdict: Verdict): boolean {
  state.sums.set(sums);
  if (verdict.sum === 0) forgetEvidence(state);
  const quiet = verdict.sum < QUIET_BELOW * state.settings.threshold;
  if (quiet) {
    state.told = false;
    state.incident.clear();
  } else if (verdict.alert && (verdict.action === 'report' || verdict.action === 'hold')) state.told = true;
  if (verdict.action === 'hold') state.toldDay = dayOf(state.at);
  if (verdict.action === 'warn') state.warnedDay = dayOf(state.at);
  return quiet;
}

/** The evidence of this login is his own affair from now on: he is restricted, and what is left is the others', in words and figures. */
function relieve(state: EntityState, login: number, share: number): void {
  for (let k = 0; k < FAMILY_COUNT; k++) if (state.sums[k]! > 0) state.sums[k]! *= 1 - share;
  state.told = false;
  if (total(state.sums) <= 0) {
    state.sums.fill(0);
    forgetEvidence(state);
    return;
  }
  const his = state.culprits.seenOf(login);
  for (let i = 0; i < his.length; i++) state.seen[i]! -= his[i]!;
  for (let k = 0; k < FAMILY_COUNT; k++) state.tops[k] = state.tops[k]!.filter((top) => top.login !== login);
  state.culprits.forget(login);
}

/** Each message counts for what it names, but only quiet ones bring that nearer to being known. */
function meetAll({ acquaintances, newcomers, recipients }: EntityState, facts: Facts, quiet: boolean): void {
  const { things, newRecipients, recipientHashes, minute, windowed } = facts;
  const ageing = quiet && !windowed;
  for (const thing of things) acquaintances.meet(thing, newRecipients, minute, ageing);
  for (const hash of recipientHashes) {
    if (newcomers.has(hash) || !recipients.has(hash)) newcomers.meet(hash, 0, minute, ageing);
  }
}

/** The message that tipped the sum and those under way with it, when the restriction came first: an admin may call them normal. */
function keepForLater(state: EntityState, message: Message): void {
  const facts = factsOf(state, message);
  if (!facts.windowed) state.incident.push(facts, facts.template?.serial ?? NO_CLUSTER);
}

/** Every message counts for its text, but only quiet ones bring the text nearer to being known. */
function countText(state: EntityState, facts: Facts, quiet: boolean): number {
  const { template, message, newRecipients, minute, windowed } = facts;
  if (template === undefined || message.sketch === undefined) return NO_CLUSTER;
  return state.clusters.count(template, message.sketch, newRecipients, minute, quiet && !windowed);
}

function countRelayed(state: EntityState, now: number, relayed: number): void {
  if (state.relayedDay !== dayOf(now)) {
    state.relayedDay = dayOf(now);
    state.relayed = 0;
  }
  state.relayed += relayed;
}

function stepLateAnswer(state: EntityState, entry: LateAnswerEntry): Verdict {
  catchUp(state, entry.epoch);
  if (!isJudged(state, entry.epoch)) return nothing(state);
  const recipients = entry.accepted + entry.refused;
  const term = failureTerm(state, recipients, entry.refused);
  const facts: Facts = {
    ...factsOf(state, silentMessage(entry.at, entry.messageId)),
    newIdentity: false,
    things: NOTHING_NAMED,
  };
  const terms = new Float64Array(FAMILY_COUNT);
  terms[FAILURES] = term;
  const sums = added(state, terms, facts.now);
  const rest = decay(state, state.at, facts.now);
  const evidence = Math.max(term, 0);
  const login = entry.userId === undefined ? 0 : loginHash(entry.userId, state.key);
  const share = state.culprits.shareOf(login, evidence, rest);
  state.culprits.add(login, evidence, rest);
  if (total(sums) > 0) {
    const counts = new Array<number>(2 * FAMILY_COUNT).fill(0);
    counts[2 * FAILURES] = entry.refused;
    counts[2 * FAILURES + 1] = recipients;
    count(state, login, counts);
    if (term > 0) noteTop(state, FAILURES, { name: entry.messageId, at: facts.now, term, login });
  }
  const verdict = verdictOf(state, facts, NO_TERMS, sums, share);
  moveTo(state, entry.at);
  const quiet = settle(state, sums, verdict);
  if (verdict.culprit) relieve(state, login, share);
  if (quiet && !facts.windowed) learnFailures(state, recipients, entry.refused);
  return verdict;
}

function control(state: EntityState, entry: ControlEntry): void {
  switch (entry.kind) {
    case 'settings':
      state.settings = entry.settings;
      return;
    case 'restricted':
      state.restrictedSince = entry.at;
      state.attempts = { messages: 0, recipients: 0, lastAt: 0 };
      startAfresh(state);
      return;
    case 'unblocked':
      if (entry.learn) learnIncident(state);
      beginEpoch(state, entry.epoch);
      state.graceUntil = entry.graceHours > 0 ? entry.at + entry.graceHours * HOUR : 0;
  }
}

/** "What was sent is normal": what the incident kept back is learnt as if it had come quietly, and its texts are known. */
function learnIncident(state: EntityState): void {
  for (const { lesson, cluster } of state.incident) {
    for (const family of FAMILIES) family.learn(state, lesson);
    if (cluster !== NO_CLUSTER) state.clusters.makeKnown(cluster);
    for (const thing of lesson.things) state.acquaintances.makeKnown(thing);
  }
}

function beginEpoch(state: EntityState, epoch: number): void {
  state.epoch = Math.max(state.epoch, epoch);
  state.restrictedSince = undefined;
  state.incident.clear();
  startAfresh(state);
}

function startAfresh(state: EntityState): void {
  state.sums.fill(0);
  state.told = false;
  forgetEvidence(state);
}

function forgetEvidence(state: EntityState): void {
  state.seen.fill(0);
  for (const top of state.tops) top.length = 0;
  state.culprits.clear();
}

/** An observation of a newer epoch tells of an unblock that this log has missed. */
function catchUp(state: EntityState, epoch: number): void {
  if (epoch > state.epoch) beginEpoch(state, epoch);
}

/** Nothing is judged of what began before the last unblock, nor while the entity is restricted. */
export function isJudged(state: EntityState, epoch: number): boolean {
  return epoch > state.epoch || (epoch === state.epoch && state.restrictedSince === undefined);
}

function moveTo(state: EntityState, at: number): void {
  const { now, turnedBack } = momentOf(state, at);
  if (turnedBack) state.traffic.turnBack(minuteOf(now));
  state.at = now;
}

function remember(state: EntityState, facts: Facts, terms: Float64Array): void {
  const { name, login } = facts.message;
  const counts = FAMILIES.flatMap((family) => family.count(facts));
  count(state, login, counts);
  for (let k = 0; k < FAMILY_COUNT; k++) {
    if (terms[k]! > 0) noteTop(state, k, { name, at: facts.now, term: terms[k]!, login });
  }
}

function count(state: EntityState, login: number, counts: readonly number[]): void {
  for (let i = 0; i < counts.length; i++) state.seen[i]! += counts[i]!;
  state.culprits.count(login, counts);
}

function noteTop(state: EntityState, family: number, message: TopMessage): void {
  const top = state.tops[family]!;
  const weight = (m: TopMessage): number => m.term * decay(state, m.at, message.at);
  const place = top.findIndex((m) => weight(m) < message.term);
  if (place === -1 && top.length >= MOST_TOPS) return;
  // A copy of its own: a part of a larger text would keep all of it in memory.
  const name = Buffer.from(message.name, 'utf8').toString('utf8');
  top.splice(place === -1 ? top.length : place, 0, { ...message, name });
  const ofOne = top.filter(({ login }) => login === message.login);
  if (ofOne.length > MOST_TOPS_OF_ONE) top.splice(top.indexOf(ofOne.at(-1)!), 1);
  top.length = Math.min(top.length, MOST_TOPS);
}
