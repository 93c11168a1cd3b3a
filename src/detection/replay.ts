// Runs the real detector over history and tells what would have been blocked, when and why. Nobody unblocks in a replay: a block
// ends after a number of hours.
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { DeliveryRecord, MessageRecord, Outcome } from '../activity/record.ts';
import { CordonError } from '../errors.ts';
import { linksOf } from '../mail/links.ts';
import { Detector } from './detector.ts';
import { type ControlEntry, DEFAULT_SETTINGS, type DetectionSettings } from './entry.ts';
import type { Tested } from './judge.ts';
import type { ReplayedEvent, ReplayReport } from './replay-report.ts';
import { sketchMessage } from './sketch.ts';
import { type ReadProgress, readTrace, readVerdicts, type TraceMessage } from './trace-reader.ts';
import type { FamilyName, Verdict } from './verdict.ts';

/** What can be taken from the detector to see what it is worth: the filter's words, texts, the answers to recipients, or any family. */
export type Withheld = 'verdict' | 'text' | FamilyName;

/** What a replay runs over: messages, and what became of their recipients later. */
export type ReplayItem =
  | { readonly kind: 'message'; readonly message: TraceMessage }
  | {
      readonly kind: 'answers';
      /** The message's. */
      readonly index: number;
      readonly at: number;
      readonly accepted: number;
      readonly refused: number;
    };

export interface ReplayOptions {
  /** The trace's path; plain or gzip. With `items` only its name in the report. */
  readonly trace: string;
  /** What is replayed in place of a trace. */
  readonly items?: ((onProgress: (progress: ReadProgress) => void) => AsyncIterable<readonly ReplayItem[]>) | undefined;
  /** The content filter's words: JSON Lines `{"i":0,"spam":true}`. Without, the filter is taken to be silent. */
  readonly verdicts?: string | undefined;
  /** Where to write `{"i":0,"action":"accept"}` or `{"i":7,"action":"reject","entity":"connector:x","reason":"..."}`, a line a message. */
  readonly decisions?: string | undefined;
  readonly without?: readonly Withheld[] | undefined;
  /** How long a block lasts; default 24, 0: to the end of the trace. */
  readonly blockHours?: number | undefined;
  /** What differs from DEFAULT_SETTINGS, for every entity. Entities are armed unless this says otherwise. */
  readonly settings?: Partial<Omit<DetectionSettings, 'createdAt'>> | undefined;
  readonly onProgress?:
    | ((progress: ReadProgress & { readonly messages: number; readonly at: number }) => void)
    | undefined;
  /** Ends the replay early; the report then covers what was read. */
  readonly signal?: AbortSignal | undefined;
}

/** Waits on the files. Rejects with TRACE_INVALID or TRACE_UNREADABLE. */
export async function replay(options: ReplayOptions): Promise<ReplayReport> {
  const verdicts = options.verdicts === undefined ? undefined : await readVerdicts(options.verdicts);
  const out = options.decisions === undefined ? undefined : await openDecisions(options.decisions);
  const run = new Run(options, verdicts);
  let progress: ReadProgress = { bytesRead: 0, bytes: 0 };
  try {
    const itemsOf = options.items ?? ((onProgress) => traceItems(options.trace, onProgress));
    for await (const batch of itemsOf((now) => {
      progress = now;
    })) {
      const decisions = batch.map((item) => (item.kind === 'message' ? run.take(item.message) : run.hear(item)));
      if (out !== undefined && !out.write(decisions.join(''))) await once(out, 'drain');
      options.onProgress?.({ ...progress, messages: run.messages, at: run.until });
      if (options.signal?.aborted) break;
    }
  } finally {
    if (out !== undefined) await finished(out.end());
  }
  return run.report(options.signal?.aborted === true);
}

async function* traceItems(
  trace: string,
  onProgress: (progress: ReadProgress) => void,
): AsyncGenerator<readonly ReplayItem[]> {
  for await (const batch of readTrace(trace, onProgress)) yield batch.map((message) => ({ kind: 'message', message }));
}

async function openDecisions(path: string): Promise<WriteStream> {
  const out = createWriteStream(path);
  try {
    await once(out, 'open');
  } catch (cause) {
    throw new CordonError('TRACE_UNREADABLE', `${path}: ${(cause as Error).message}`, { cause });
  }
  return out;
}

interface Block {
  readonly event: ReplayedEvent;
  readonly until: number;
}

/** Names of entities in decisions, as the scorer reads them. */
type EntityName = `${Tested}:${string}`;

class Run {
  readonly #options: ReplayOptions;
  readonly #verdicts: ReadonlyMap<number, boolean> | undefined;
  readonly #settings: Omit<DetectionSettings, 'createdAt'>;
  readonly #without: ReadonlySet<Withheld>;
  readonly #blockMs: number;
  readonly #detector = new Detector({ key: 0 });
  readonly #epochs = new Map<EntityName, number>();
  readonly #blocks = new Map<EntityName, Block>();
  readonly #events: ReplayedEvent[] = [];
  #seq = 0;
  #from = Number.POSITIVE_INFINITY;
  until = Number.NEGATIVE_INFINITY;
  #recipients = 0;
  #refused = { messages: 0, recipients: 0 };
  #warnings = 0;
  /** Messages that were taken, whose answers may come. */
  readonly #taken = new Map<number, MessageRecord>();
  messages = 0;

  constructor(options: ReplayOptions, verdicts: ReadonlyMap<number, boolean> | undefined) {
    this.#options = options;
    this.#verdicts = verdicts;
    this.#without = new Set(options.without);
    const silent = [...this.#without].filter((each): each is FamilyName => each !== 'verdict' && each !== 'text');
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings, ...(silent.length > 0 && { silent }) };
    const hours = options.blockHours ?? 24;
    this.#blockMs = hours === 0 ? Number.POSITIVE_INFINITY : hours * 3_600_000;
  }

  /** Judges the next message; the decision as a line of JSON. */
  take(message: TraceMessage): string {
    this.messages++;
    this.#recipients += message.recipients.length;
    this.#from = Math.min(this.#from, message.at);
    this.until = Math.max(this.until, message.at);
    for (const name of namesOf(message)) this.#meet(name, message.at);
    const record = this.#recordOf(message);
    const blocked = namesOf(message).find((name) => this.#blocks.has(name));
    if (blocked === undefined) return this.#judge(message, record);
    this.#detector.apply({ ...record, outcome: 'restricted' });
    const block = this.#blocks.get(blocked)!;
    return this.#refuse(message, blocked, block.event, 'blocked');
  }

  report(interrupted: boolean): ReplayReport {
    const names = [...this.#epochs.keys()];
    const { threshold, gate, halfLifeHours, armed, mode } = this.#settings;
    return {
      trace: this.#options.trace,
      interrupted,
      messages: this.messages,
      recipients: this.#recipients,
      connectors: names.filter((name) => name.startsWith('connector:')).length,
      users: names.filter((name) => name.startsWith('user:')).length,
      from: this.messages === 0 ? null : new Date(this.#from).toISOString(),
      until: this.messages === 0 ? null : new Date(this.until).toISOString(),
      settings: { threshold, gate, halfLifeHours, armed, mode, blockHours: this.#options.blockHours ?? 24 },
      without: [...this.#without],
      refused: this.#refused,
      warnings: this.#warnings,
      events: this.#events,
    };
  }

  /** Its settings when it is new, and the end of its block when that has come. */
  #meet(name: EntityName, at: number): void {
    if (!this.#epochs.has(name)) {
      this.#epochs.set(name, 0);
      this.#control(name, { kind: 'settings', at, settings: { ...this.#settings, createdAt: at } });
    }
    const block = this.#blocks.get(name);
    if (block === undefined || at < block.until) return;
    this.#blocks.delete(name);
    const epoch = this.#epochs.get(name)! + 1;
    this.#epochs.set(name, epoch);
    this.#control(name, { kind: 'unblocked', at, epoch, graceHours: 0, learn: false });
  }

  #judge(message: TraceMessage, record: MessageRecord): string {
    const ticket = this.#detector.judge(record);
    const { judgement } = ticket;
    for (const name of namesOf(message)) {
      const verdict = judgement[testedOf(name)];
      if (verdict?.action === 'warn') this.#warnings++;
      else if (verdict?.alert) this.#events.push(eventOf(name, message, verdict));
    }
    const { by } = judgement;
    if (by === undefined) {
      this.#detector.settle(ticket, { ...record, ...ticket.elsewhere });
      this.#expectAnswers(message.index, record);
      return decision({ i: message.index, action: 'accept' });
    }
    const verdict = judgement[by]!;
    const isHeld = verdict.action === 'hold';
    this.#detector.settle(ticket, {
      ...record,
      ...ticket.elsewhere,
      outcome: isHeld ? 'held' : 'tipped',
      tippedBy: by,
    });
    const name = namesOf(message).find((each) => testedOf(each) === by)!;
    const event = this.#events.findLast((each) => each.entity === name)!;
    if (!isHeld) this.#block(name, event, message.at);
    return this.#refuse(message, name, event, isHeld ? 'held as new' : reasonOf(verdict));
  }

  #expectAnswers(index: number, record: MessageRecord): void {
    if (this.#options.items === undefined) return;
    this.#taken.set(index, { ...record, recipients: [], sketch: undefined });
    for (const oldest of this.#taken.keys()) {
      if (this.#taken.size <= MOST_TAKEN) break;
      this.#taken.delete(oldest);
    }
  }

  /** Later answers to a message; they may tip the sum. Nothing to decide: there is no line for them. */
  hear({ index, at, accepted, refused }: Extract<ReplayItem, { kind: 'answers' }>): string {
    const taken = this.#taken.get(index);
    if (taken === undefined) return '';
    const { organizationId, connectorId, userId, connectorEpoch, userEpoch, messageId, queueId, mailServer } = taken;
    const delivery: DeliveryRecord = {
      ...{ organizationId, connectorId, userId, connectorEpoch, userEpoch, messageId, queueId, mailServer },
      kind: 'delivery',
      seq: ++this.#seq,
      at: Math.max(at, taken.at),
      messageSeq: taken.seq,
      recipients: [],
      accepted,
      refused,
    };
    const neverJudged = this.#detector.isNeverJudged(delivery) || undefined;
    const findings = this.#detector.apply({ ...delivery, neverJudged });
    for (const { entityId, verdict } of findings) {
      const name = entityId as EntityName;
      if (!verdict.alert || this.#blocks.has(name)) continue;
      if (verdict.action === 'warn') {
        this.#warnings++;
        continue;
      }
      const event = eventOf(name, { index, name: messageId, at }, verdict);
      this.#events.push(event);
      if (verdict.action === 'restrict') this.#block(name, event, at);
    }
    return '';
  }

  #block(name: EntityName, event: ReplayedEvent, at: number): void {
    this.#control(name, { kind: 'restricted', at });
    this.#blocks.set(name, { event, until: at + this.#blockMs });
  }

  #refuse(message: TraceMessage, name: EntityName, event: ReplayedEvent, reason: string): string {
    const recipients = message.recipients.length;
    this.#refused.messages++;
    this.#refused.recipients += recipients;
    event.refused.messages++;
    event.refused.recipients += recipients;
    event.lastRefusedAt = new Date(message.at).toISOString();
    return decision({ i: message.index, action: 'reject', entity: name, reason });
  }

  #control(entityId: EntityName, entry: ControlEntry): void {
    this.#detector.apply({ kind: 'control', seq: ++this.#seq, at: entry.at, organizationId: '', entityId, entry });
  }

  #recordOf(message: TraceMessage): MessageRecord {
    const { connector, user, recipients } = message;
    const withheld = this.#without;
    return {
      ...NO_RECORD,
      seq: ++this.#seq,
      at: message.at,
      connectorId: connector && `connector:${connector}`,
      userId: user && `user:${user}`,
      connectorEpoch: this.#epochs.get(`connector:${connector}`) ?? 0,
      userEpoch: this.#epochs.get(`user:${user}`) ?? 0,
      clientAddress: message.clientAddress,
      envelopeSender: message.envelopeSender,
      recipients: recipients.map(({ address, code }) => ({
        address,
        code: withheld.has('failures') ? 0 : code,
        relaying: true,
      })),
      messageBytes: message.messageBytes,
      headerFrom: message.headerFrom,
      messageId: message.name,
      spam: withheld.has('verdict') ? undefined : this.#verdicts?.get(message.index),
      sketch: withheld.has('text') ? undefined : sketchMessage(message.subject, message.textHead),
      linkHosts: withheld.has('text') ? undefined : linksOf([{ isHtml: false, text: message.textHead }]).hosts,
    };
  }
}

/** Answers come within days; a log of a month must not keep all its messages. */
const MOST_TAKEN = 200_000;

/** What a trace does not tell. */
const NO_RECORD = {
  kind: 'message',
  organizationId: '',
  basis: '',
  listener: 'milter',
  mailServer: '',
  clientName: '',
  heloName: '',
  subject: '',
  queueId: '',
  instance: '',
  attempted: false,
  outcome: 'accepted' as Outcome,
  reply: '',
} as const;

function namesOf({ connector, user }: TraceMessage): EntityName[] {
  const names: EntityName[] = [];
  if (connector !== undefined) names.push(`connector:${connector}`);
  if (user !== undefined) names.push(`user:${user}`);
  return names;
}

const testedOf = (name: EntityName): Tested => (name.startsWith('user:') ? 'user' : 'connector');

function eventOf(
  entity: EntityName,
  message: Pick<TraceMessage, 'index' | 'name' | 'at'>,
  verdict: Verdict,
): ReplayedEvent {
  return {
    entity,
    action: verdict.action === 'restrict' || verdict.action === 'hold' ? verdict.action : 'report',
    at: new Date(message.at).toISOString(),
    message: message.index,
    messageName: message.name,
    sum: verdict.sum,
    threshold: verdict.threshold,
    families: verdict.families,
    refused: { messages: 0, recipients: 0 },
    lastRefusedAt: null,
  };
}

/** The words of the families that speak, the loudest first. */
function reasonOf(verdict: Verdict): string {
  const speaking = verdict.families.filter((family) => family.sum >= 1).sort((a, b) => b.sum - a.sum);
  return `${verdict.sum.toFixed(1)} of ${verdict.threshold}: ${speaking.map((family) => family.words).join('; ')}`;
}

const decision = (value: object): string => `${JSON.stringify(value)}\n`;
