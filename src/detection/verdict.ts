// What the sequential test says of an entity after an entry.
import type { FamilyEvidence } from '../restrictions/restriction.ts';

export type FamilyName = 'content' | 'recipients' | 'failures' | 'volume' | 'bulk' | 'identity' | 'links' | 'deception';

/** `suspect` from 0.6 H on. */
export type VerdictLevel = 'clear' | 'suspect' | 'compromised';

export interface Verdict {
  readonly level: VerdictLevel;
  /** The sum after this entry, and the threshold it is held against. */
  readonly sum: number;
  readonly threshold: number;
  /** What each family carries of the sum, in the order of FAMILIES; undefined where nothing was judged. */
  readonly sums?: Readonly<Float64Array> | undefined;
  /**
   * What the level leads to, by the entity's settings: `restrict` (compromised, enforce), `hold` (compromised, but still
   * observed as new: 451 and a High alert), `warn` (once a day: suspect, or deceiving without more), `report` (compromised in observe, exempt or grace: say what would have been), `none`.
   * `report` comes once an incident, with its first message; `hold` with each message that is to be answered 451. A `hold` at
   * another level than compromised is for the relayed recipients of one day.
   */
  readonly action: 'none' | 'warn' | 'report' | 'hold' | 'restrict';
  /** With `restrict` at a connector: nearly all of the evidence is this message's login's, and he alone is to be restricted. */
  readonly culprit: boolean;
  /** An admin has to hear of it: once an incident, however many messages follow. */
  readonly alert: boolean;
  /** Six of them, in the order of FamilyName, where `alert` is true; else empty. */
  readonly families: readonly FamilyEvidence[];
}
