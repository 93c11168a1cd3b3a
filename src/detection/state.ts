// All that the detector remembers of one entity, and the same as bytes for a snapshot.
import { Acquaintances } from './acquaintances.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { Clusters } from './clusters.ts';
import { Culprits } from './culprits.ts';
import { DEFAULT_SETTINGS, type DetectionSettings } from './entry.ts';
import { Incident } from './incident.ts';
import type { Rate } from './rate.ts';
import { RecentSet } from './recent-set.ts';
import { Traffic } from './traffic.ts';

/** Of the bytes and of their meaning. A snapshot of another version is worth nothing: the journal is replayed instead. */
export const DETECTOR_VERSION = 3;

export const FAMILY_COUNT = 8;

/** Slots of a generation: 4 096 recipients each, so that the last 4 096 to 8 192 are remembered in at most 40 KB. */
const RECIPIENT_SLOTS = 5_120;
/** Senders, domains, clients, sites, contradictions and names together. */
const MOST_ACQUAINTANCES = 512;
/** Recipients who were new a moment ago. */
const MOST_NEWCOMERS = 64;

/** A message that weighed much in one family. */
export interface TopMessage {
  readonly name: string;
  readonly at: number;
  readonly term: number;
  /** Whose it is, as a hash; 0 without a login. */
  readonly login: number;
}

/** Refused while restricted: tells when an attack ended. `lastAt` is 0 before the first. */
export interface Attempts {
  messages: number;
  recipients: number;
  lastAt: number;
}

/** `step` changes it in place. */
export interface EntityState {
  /** Of the hashes. */
  readonly key: number;
  settings: DetectionSettings;
  epoch: number;
  /** The time of the last entry that counted; 0 before the first. */
  at: number;
  /** Messages judged so far. */
  messages: number;
  /** True once the content filter has said anything of this entity's mail. */
  hasVerdicts: boolean;
  restrictedSince: number | undefined;
  attempts: Attempts;
  graceUntil: number;
  /** An admin was told of what the sum shows now; again only after it has fallen. */
  told: boolean;
  /** The day (from 1970, UTC) on which an admin was told of too many recipients of a new entity. */
  toldDay: number;
  /** The day on which an admin was warned of what is not yet, or never, enough to restrict. */
  warnedDay: number;
  /** Relayed recipients of one day, and which. */
  relayed: number;
  relayedDay: number;

  /** E of each family at `at`, in the order of FAMILIES. */
  readonly sums: Float64Array;
  /** Since the sum last was 0, two numbers a family: how often it was the case, and of how many. For the evidence only. */
  readonly seen: Float64Array;
  /** Of each family the messages with the largest terms, at most 2 of one login and 3 in all, largest first. */
  readonly tops: TopMessage[][];
  /** Whose evidence the sums are made of. */
  readonly culprits: Culprits;
  readonly incident: Incident;

  readonly spamRate: Rate;
  readonly newRecipientRate: Rate;
  readonly refusalRate: Rate;
  readonly newIdentityRate: Rate;
  readonly newSiteRate: Rate;
  readonly newSiteAgainRate: Rate;
  readonly contradictionRate: Rate;
  readonly recipients: RecentSet;
  readonly acquaintances: Acquaintances;
  readonly newcomers: Acquaintances;
  readonly clusters: Clusters;
  readonly traffic: Traffic;
}

/** An entity of which nothing is known yet. The key keeps senders from choosing addresses that collide. */
export function newState(key: number, settings: DetectionSettings = DEFAULT_SETTINGS): EntityState {
  return {
    key,
    settings,
    epoch: 0,
    at: 0,
    messages: 0,
    hasVerdicts: false,
    restrictedSince: undefined,
    attempts: { messages: 0, recipients: 0, lastAt: 0 },
    graceUntil: 0,
    told: false,
    toldDay: 0,
    warnedDay: 0,
    relayed: 0,
    relayedDay: 0,
    sums: new Float64Array(FAMILY_COUNT),
    seen: new Float64Array(2 * FAMILY_COUNT),
    tops: Array.from({ length: FAMILY_COUNT }, () => []),
    culprits: new Culprits(),
    incident: new Incident(),
    spamRate: { yes: 0.3, no: 10 },
    newRecipientRate: { yes: 1, no: 1 },
    refusalRate: { yes: 0.2, no: 10 },
    newIdentityRate: { yes: 1, no: 5 },
    newSiteRate: { yes: 1, no: 5 },
    newSiteAgainRate: { yes: 1, no: 5 },
    contradictionRate: { yes: 1, no: 5 },
    recipients: new RecentSet(RECIPIENT_SLOTS),
    acquaintances: new Acquaintances(MOST_ACQUAINTANCES),
    newcomers: new Acquaintances(MOST_NEWCOMERS),
    clusters: new Clusters(),
    traffic: new Traffic(),
  };
}

/** Another state that is equal and shares nothing that changes. */
export function copyState(state: EntityState): EntityState {
  return {
    ...state,
    attempts: { ...state.attempts },
    sums: state.sums.slice(),
    seen: state.seen.slice(),
    tops: state.tops.map((top) => [...top]),
    culprits: state.culprits.copy(),
    incident: state.incident.copy(),
    spamRate: { ...state.spamRate },
    newRecipientRate: { ...state.newRecipientRate },
    refusalRate: { ...state.refusalRate },
    newIdentityRate: { ...state.newIdentityRate },
    newSiteRate: { ...state.newSiteRate },
    newSiteAgainRate: { ...state.newSiteAgainRate },
    contradictionRate: { ...state.contradictionRate },
    recipients: state.recipients.copy(),
    acquaintances: state.acquaintances.copy(),
    newcomers: state.newcomers.copy(),
    clusters: state.clusters.copy(),
    traffic: state.traffic.copy(),
  };
}

/** The state as bytes, each number bit for bit. */
export function encode(state: EntityState): Uint8Array {
  const out = new ByteWriter();
  out.u32(state.key);
  out.text(JSON.stringify(state.settings));
  out.f64(state.epoch);
  out.f64(state.at);
  out.f64(state.messages);
  out.flag(state.hasVerdicts);
  out.maybe(state.restrictedSince);
  out.f64(state.attempts.messages);
  out.f64(state.attempts.recipients);
  out.f64(state.attempts.lastAt);
  out.f64(state.graceUntil);
  out.flag(state.told);
  out.f64(state.toldDay);
  out.f64(state.warnedDay);
  out.f64(state.relayed);
  out.f64(state.relayedDay);
  out.f64s(state.sums);
  out.f64s(state.seen);
  for (const top of state.tops) writeTop(out, top);
  state.culprits.write(out);
  state.incident.write(out);
  for (const rate of ratesOf(state)) {
    out.f64(rate.yes);
    out.f64(rate.no);
  }
  state.recipients.write(out);
  state.acquaintances.write(out);
  state.newcomers.write(out);
  state.clusters.write(out);
  state.traffic.write(out);
  return out.done();
}

/** What `encode` wrote in this version. Throws a RangeError for anything else. */
export function decode(bytes: Uint8Array): EntityState {
  const from = new ByteReader(bytes);
  const state: EntityState = {
    key: from.u32(),
    settings: readSettings(from.text()),
    epoch: from.f64(),
    at: from.f64(),
    messages: from.f64(),
    hasVerdicts: from.flag(),
    restrictedSince: from.maybe(),
    attempts: { messages: from.f64(), recipients: from.f64(), lastAt: from.f64() },
    graceUntil: from.f64(),
    told: from.flag(),
    toldDay: from.f64(),
    warnedDay: from.f64(),
    relayed: from.f64(),
    relayedDay: from.f64(),
    sums: from.f64s(),
    seen: from.f64s(),
    tops: Array.from({ length: FAMILY_COUNT }, () => readTop(from)),
    culprits: Culprits.read(from),
    incident: Incident.read(from),
    spamRate: readRate(from),
    newRecipientRate: readRate(from),
    refusalRate: readRate(from),
    newIdentityRate: readRate(from),
    newSiteRate: readRate(from),
    newSiteAgainRate: readRate(from),
    contradictionRate: readRate(from),
    recipients: RecentSet.read(from, RECIPIENT_SLOTS),
    acquaintances: Acquaintances.read(from, MOST_ACQUAINTANCES),
    newcomers: Acquaintances.read(from, MOST_NEWCOMERS),
    clusters: Clusters.read(from),
    traffic: Traffic.read(from),
  };
  from.end();
  if (state.sums.length !== FAMILY_COUNT) throw new RangeError('not the sums of all families');
  return state;
}

function ratesOf(state: EntityState): readonly Rate[] {
  return [
    state.spamRate,
    state.newRecipientRate,
    state.refusalRate,
    state.newIdentityRate,
    state.newSiteRate,
    state.newSiteAgainRate,
    state.contradictionRate,
  ];
}

function readRate(from: ByteReader): Rate {
  return { yes: from.f64(), no: from.f64() };
}

function readSettings(json: string): DetectionSettings {
  try {
    return JSON.parse(json) as DetectionSettings;
  } catch (cause) {
    throw new RangeError('no settings where they should be', { cause });
  }
}

function writeTop(out: ByteWriter, top: readonly TopMessage[]): void {
  out.u32(top.length);
  for (const { name, at, term, login } of top) {
    out.text(name);
    out.f64(at);
    out.f64(term);
    out.u32(login);
  }
}

function readTop(from: ByteReader): TopMessage[] {
  const top: TopMessage[] = [];
  for (let left = from.u32(); left > 0; left--) {
    top.push({ name: from.text(), at: from.f64(), term: from.f64(), login: from.u32() });
  }
  return top;
}
