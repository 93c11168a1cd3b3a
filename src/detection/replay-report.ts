// What a replay found: as JSON for programs, as text for a terminal.
import { printable } from '../mail/address.ts';
import type { FamilyEvidence } from '../restrictions/restriction.ts';
import type { DetectionSettings } from './entry.ts';

/** Something that an admin would have heard of. Times are ISO 8601, UTC. */
export interface ReplayedEvent {
  /** `connector:NAME` or `user:LOGIN`. */
  readonly entity: string;
  readonly action: 'restrict' | 'hold' | 'report';
  readonly at: string;
  /** The message that tipped the sum. */
  readonly message: number;
  /** Its name: `#17`, or its queue id. */
  readonly messageName: string;
  readonly sum: number;
  readonly threshold: number;
  readonly families: readonly FamilyEvidence[];
  /** What was refused, that message included, until the block's end. */
  readonly refused: { messages: number; recipients: number };
  lastRefusedAt: string | null;
}

export interface ReplayReport {
  readonly trace: string;
  /** True where the replay was ended before the trace. */
  readonly interrupted: boolean;
  readonly messages: number;
  readonly recipients: number;
  readonly connectors: number;
  readonly users: number;
  readonly from: string | null;
  readonly until: string | null;
  readonly settings: Pick<DetectionSettings, 'threshold' | 'gate' | 'halfLifeHours' | 'armed' | 'mode'> & {
    readonly blockHours: number;
  };
  readonly without: readonly string[];
  readonly refused: { readonly messages: number; readonly recipients: number };
  /** How often an admin would have been warned of something suspect: at most once a day and entity. */
  readonly warnings: number;
  readonly events: readonly ReplayedEvent[];
}

/** The report in words, lines ended by \n. */
export function describeReport(report: ReplayReport): string {
  return [...heading(report), '', ...report.events.flatMap(describeEvent), ...closing(report), ''].join('\n');
}

function heading({ settings, without, ...report }: ReplayReport): string[] {
  const sizes = `${report.messages} messages, ${report.recipients} recipients, ${report.connectors} connectors, ${report.users} users`;
  const span = report.from === null ? '' : `, ${moment(report.from)} to ${moment(report.until!)} UTC`;
  const block = settings.blockHours === 0 ? 'blocks to the end' : `blocks of ${settings.blockHours} h`;
  return [
    `${printable(report.trace)}: ${sizes}${span}${report.interrupted ? ' (interrupted)' : ''}`,
    `threshold ${settings.threshold}, ${settings.gate} families, half-life ${settings.halfLifeHours} h, ${block}` +
      (settings.mode === 'enforce' ? '' : `, mode ${settings.mode}`) +
      (settings.armed ? '' : ', new entities observed first') +
      (without.length === 0 ? '' : `, without ${without.join(', ')}`),
  ];
}

const DID = {
  restrict: 'would have been restricted',
  hold: 'would have been held as new',
  report: 'would be reported',
};

function describeEvent(event: ReplayedEvent): string[] {
  const { messages, recipients } = event.refused;
  const refused = messages === 0 ? '' : `; ${messages} messages to ${recipients} recipients refused`;
  const until = event.lastRefusedAt === null ? '' : `, the last at ${moment(event.lastRefusedAt)}`;
  const line = `${moment(event.at)}  ${printable(event.entity)} ${DID[event.action]}`;
  const families = [...event.families].sort((a, b) => b.sum - a.sum);
  return [
    `${line} at message ${printable(event.messageName)}: ${event.sum.toFixed(1)} of ${event.threshold}${refused}${until}`,
    ...families.map(
      (family) => `    ${family.sum.toFixed(1).padStart(5)}  ${family.family.padEnd(10)}  ${family.words}`,
    ),
    '',
  ];
}

function closing({ events, refused, messages, warnings }: ReplayReport): string[] {
  const warned =
    warnings === 0 ? [] : [`${warnings} warnings (Medium) of what looked suspect, at most one a day and entity.`];
  if (events.length === 0) return ['Nothing would have been blocked.', ...warned];
  const entities = new Set(events.map((event) => event.entity)).size;
  const part = messages === 0 ? 0 : (100 * refused.messages) / messages;
  const times = events.length === 1 ? 'once' : `${events.length} times`;
  return [
    `An admin would have heard ${times} of ${entities} entities; ${refused.messages} messages (${part.toFixed(2)} %) refused.`,
    ...warned,
  ];
}

/** "2026-03-12 07:00:04" */
function moment(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
