// Plays messages to the detector of one entity, as the guard would: a restriction refuses from the very message that tipped the sum.
import {
  type ControlEntry,
  DEFAULT_SETTINGS,
  type DetectionSettings,
  type ObservationEntry,
} from '../../src/detection/entry.ts';
import { type EntityState, newState } from '../../src/detection/state.ts';
import { step } from '../../src/detection/step.ts';
import type { Verdict } from '../../src/detection/verdict.ts';

export const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

export class Story {
  readonly state: EntityState;
  /** The verdicts that somebody heard of. */
  readonly heard: Verdict[] = [];
  /** Of what is suspect, or deceives, and does not stop anybody. */
  readonly warnings: Verdict[] = [];
  restriction: Verdict | undefined;
  accepted = 0;

  constructor(settings: Partial<DetectionSettings> = {}) {
    this.state = newState(7, { ...DEFAULT_SETTINGS, ...settings });
  }

  /** How many of these were accepted. */
  send(messages: readonly ObservationEntry[]): number {
    const before = this.accepted;
    for (const message of messages) this.#one(message);
    return this.accepted - before;
  }

  control(entry: ControlEntry): void {
    step(this.state, entry);
    if (entry.kind === 'unblocked') this.restriction = undefined;
  }

  #one(message: ObservationEntry): void {
    if (this.restriction !== undefined) {
      step(this.state, { kind: 'attempt', at: message.at, recipients: message.recipients.length });
      return;
    }
    const verdict = step(this.state, { ...message, epoch: this.state.epoch });
    if (verdict.alert) (verdict.action === 'warn' ? this.warnings : this.heard).push(verdict);
    if (verdict.action === 'restrict') {
      this.restriction = verdict;
      step(this.state, { kind: 'restricted', at: message.at });
    } else this.accepted++;
  }
}

/** How much each family carries in a verdict. */
export function sumsOf(verdict: Verdict | undefined): Record<string, number> {
  return Object.fromEntries(verdict?.families.map(({ family, sum }) => [family, sum]) ?? []);
}

/** What a journal's record has beyond an observation, and no story cares about. */
export const NO_RECORD = {
  organizationId: '',
  connectorId: 'c',
  connectorEpoch: 0,
  userEpoch: 0,
  basis: '',
  listener: 'milter',
  mailServer: 'local',
  clientName: '',
  heloName: '',
  subject: '',
  instance: '',
  outcome: 'accepted',
  reply: '',
} as const;
