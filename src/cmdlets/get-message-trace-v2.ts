import type { Fate, FateStatus } from '../activity/fates.ts';
import type { TraceQuery } from '../activity/journal-store.ts';
import type { MessageRecord } from '../activity/record.ts';
import { parsePrefix } from '../mail/ip-address.ts';
import { readMessages, searchMessages, type TracedMessage, withFates } from '../operations/message-trace.ts';
import { addressMatcher } from './address-pattern.ts';
import { type ArgumentsOf, type Call, cmdlet, type Row, type RowRange } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { messageTraceId, seqOf } from './message-trace-id.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { dateTime, guid, int, oneOf, someOf, text, texts } from './parameter.ts';
import { quoted } from './quoted.ts';
import { greatestFirst, inOrderOf } from './row-order.ts';
import { Turns } from './turns.ts';

const HOUR_MS = 3_600_000;
const DEFAULT_HOURS = 48;
const MOST_DAYS = 10;
const DEFAULT_ROWS = 1_000;
const MOST_ROWS = 5_000;
const READ_AT_ONCE = 1_000;
/** Of the journal in one search: what is filtered here and not in the store must not read for minutes. */
const MOST_READ = 200_000;
/** Of a list: each is compared with each message. */
const LISTED = { most: 200 };
/** Messages with more than so many recipients together become rows in several steps. */
const ROWS_AT_ONCE = 500;

const STATUSES = [
  'None',
  'GettingStatus',
  'Failed',
  'Pending',
  'Delivered',
  'Expanded',
  'Quarantined',
  'FilteredAsSpam',
] as const;
type Status = (typeof STATUSES)[number];

const parameters = {
  StartDate: dateTime({ help: `From when on; ${DEFAULT_HOURS} hours before the end where it is not given.` }),
  EndDate: dateTime({
    help: `Until when, itself included; now where it is not given. At most ${MOST_DAYS} days after the start.`,
  }),
  SenderAddress: texts(
    { help: 'Envelope senders, in any case, * for anything: *@contoso.com. <> is the empty one.' },
    LISTED,
  ),
  RecipientAddress: texts({ help: 'Recipients, in any case, * for anything.' }, LISTED),
  FromIP: text({ help: 'The address of the client.' }),
  ToIP: text({ help: 'Is not used.', ignored: 'to which address mail went on is not kept.' }),
  MessageId: texts({ help: 'The Message-ID of the header, with or without its angle brackets.' }, LISTED),
  MessageTraceId: guid({ help: 'Of one message, whenever it came: Reason of Get-BlockedConnector names one.' }),
  Status: someOf(STATUSES, {
    help: 'Delivered, Failed, Pending (it waits for another try), GettingStatus (taken, no answer yet) or None (taken, and no mail log is followed that would tell). The others never come.',
  }),
  Subject: text({ action: 'trace.content', help: 'What is in the subject, in any case.' }),
  SubjectFilterType: oneOf(['Contains', 'StartsWith', 'EndsWith'], { help: 'Where; Contains where it is not given.' }),
  ResultSize: int({ help: `At most so many rows; ${DEFAULT_ROWS} where it is not given.` }, { min: 1, max: MOST_ROWS }),
  StartingRecipientAddress: text({
    help: 'The last recipient of the page before; -EndDate is then its Received. A warning says both.',
  }),
};

type Given = ArgumentsOf<typeof parameters>;

export const getMessageTraceV2 = cmdlet({
  name: 'Get-MessageTraceV2',
  synopsis: 'Trace messages: who wrote to whom, when, and what became of it; a row for each recipient.',
  description:
    'The newest first. The audit log keeps who searched for what. Subjects are empty for whoever may not see content.',
  parameters,
  action: 'trace.read',
  isChange: false,
  outputType: 'MessageTrace',
  output: [
    { name: 'Received', type: 'DateTime', help: 'When it came.' },
    { name: 'SenderAddress', type: 'String', help: 'The envelope sender; <> for the empty one.' },
    { name: 'RecipientAddress', type: 'String', help: 'One of its recipients.' },
    { name: 'Subject', type: 'String', help: 'Empty for whoever may not see it.' },
    { name: 'Status', type: 'String', help: 'What became of it for this recipient.' },
    { name: 'FromIP', type: 'String', help: 'The client.' },
    { name: 'ToIP', type: 'String', help: 'Empty.' },
    { name: 'Size', type: 'Int64', help: 'Bytes.' },
    { name: 'MessageId', type: 'String', help: 'Of the header.' },
    { name: 'MessageTraceId', type: 'Guid', help: 'Of the message, for all its recipients.' },
    { name: 'ConnectorId', type: 'Guid', help: 'The connector it came through; empty: none.' },
    { name: 'SaslUsername', type: 'String', help: 'The login; empty: none.' },
    { name: 'Outcome', type: 'String', help: 'What was done with the message at the door.' },
    { name: 'Detail', type: 'String', help: 'The words of the mail log or of our answer.' },
  ],
  examples: [
    { command: 'Get-MessageTraceV2', says: 'Shows the messages of the last 48 hours.' },
    {
      command: 'Get-MessageTraceV2 -SenderAddress *@contoso.com -StartDate 11/20/2026 -EndDate 11/25/2026',
      says: 'Shows five days of what a domain sent.',
    },
    {
      command: 'Get-MessageTraceV2 -MessageTraceId 2c1ef3f4-5a3f-8b7c-9d1e-0000000004d2',
      says: 'Shows the message that the reason of a block names.',
    },
  ],
  run: (given, call) => {
    const query = queryOf(given, call);
    const { ports, requester, organizationId } = call;
    const search = { operation: 'Get-MessageTraceV2', organizationId, parameters: asRecorded(given) };
    const find = async () => {
      const lines = await linesOf(query, given, call);
      return (call.left === undefined ? pageOf(lines, query, given, call) : lines).map(({ row }) => row);
    };
    const act = call.left === undefined ? () => searchMessages(ports, requester, search, find) : find;
    return oneAtATime(requester.principal.id, act);
  },
  targetOf: ({ MessageTraceId = '' }) => MessageTraceId,
  keyOf: (row) => orderOf(row, seqIn(row)),
});

/** A row, and its place among the others. */
interface Line {
  readonly row: Row;
  readonly at: number;
  readonly recipient: string;
  readonly order: string;
}

function queryOf(given: Given, { ports, organizationId, left }: Call): TraceQuery {
  const { SenderAddress: senders, RecipientAddress: recipients } = given;
  return {
    organizationId,
    ...(left === undefined ? windowOf(given, ports.now()) : { from: timeIn(left.last), until: timeIn(left.after) + 1 }),
    sender: onlyWhole(senders),
    recipient: onlyWhole(recipients),
    limit: READ_AT_ONCE,
  };
}

/** An id alone leads to its message, however old. */
function windowOf({ StartDate, EndDate, MessageTraceId }: Given, now: number): Pick<TraceQuery, 'from' | 'until'> {
  if (MessageTraceId !== undefined && StartDate === undefined && EndDate === undefined) return {};
  const end = EndDate?.getTime() ?? now;
  const start = StartDate?.getTime() ?? end - DEFAULT_HOURS * HOUR_MS;
  if (start > end) throw CmdletError.validation('StartDate', 'It is after the end (-EndDate, or now).');
  if (end - start > MOST_DAYS * 24 * HOUR_MS) {
    throw CmdletError.validation('StartDate', `It is more than ${MOST_DAYS} days before the end (-EndDate, or now).`);
  }
  return { from: start, until: end + 1 };
}

/** What the store can look for by itself. */
function onlyWhole(addresses: readonly string[] | undefined): string | undefined {
  const [only] = addresses ?? [];
  const isWhole = addresses?.length === 1 && only !== undefined && !only.includes('*') && only.trim() !== NULL_SENDER;
  return isWhole ? only.trim() : undefined;
}

function asRecorded(given: Given): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}

/** In order: on the first page all that it needs and what comes right after it, on a further one all that are left. */
async function linesOf(query: TraceQuery, given: Given, call: Call): Promise<readonly Line[]> {
  const { ports, requester, organizationId, left } = call;
  const isWanted = messageFilter(given);
  const isShown = lineFilter(given, left);
  const { ResultSize: size = DEFAULT_ROWS, MessageTraceId: id } = given;
  const turns = new Turns();
  let lines: Line[] = [];
  const take = async (messages: readonly MessageRecord[]) => {
    const wanted: MessageRecord[] = [];
    for (const message of messages) {
      if (turns.isOver()) await turns.next();
      if (isWanted(message)) wanted.push(message);
    }
    for (const some of inSteps(wanted)) {
      for (const traced of await withFates(ports, requester, some)) {
        for (const line of linesIn(traced, organizationId)) {
          if (turns.isOver()) await turns.next();
          if (isShown(line)) lines.push(line);
        }
      }
      lines.sort(inOrderOf(({ order }) => order));
      const next = left === undefined ? lines[size] : undefined;
      if (next !== undefined) lines = lines.filter(({ at }) => at >= next.at);
      if (turns.isOver()) await turns.next();
    }
  };
  if (id !== undefined) {
    const seq = seqOf(organizationId, id);
    const [message] = seq === undefined ? [] : await readMessages(ports, { ...query, beforeSeq: seq + 1, limit: 1 });
    if (message !== undefined && message.seq === seq) await take([message]);
    return lines;
  }
  let read = 0;
  for (let beforeSeq: number | undefined; ; ) {
    const messages = await readMessages(ports, { ...query, beforeSeq });
    await take(messages);
    beforeSeq = messages.at(-1)?.seq;
    if (beforeSeq === undefined || messages.length < query.limit) return lines;
    const next = left === undefined ? lines[size] : undefined;
    // Records are in the order in which messages ended, rows in that in which they came.
    if (next !== undefined && beforeSeq <= (await ports.journal.seqBefore(next.at)) + 1) return lines;
    read += messages.length;
    if (read >= MOST_READ) {
      if (left === undefined) {
        call.warn(
          `The search stopped after ${read} messages: there may be more. Give nearer dates, or whole addresses.`,
        );
      }
      return lines;
    }
  }
}

function* inSteps(messages: readonly MessageRecord[]): Iterable<readonly MessageRecord[]> {
  let step: MessageRecord[] = [];
  let rows = 0;
  for (const message of messages) {
    step.push(message);
    rows += message.recipients.length;
    if (rows < ROWS_AT_ONCE) continue;
    yield step;
    step = [];
    rows = 0;
  }
  if (step.length > 0) yield step;
}

function messageFilter(given: Given): (message: MessageRecord) => boolean {
  const { SenderAddress: senders, FromIP, MessageId: messageIds, Subject: subject } = given;
  const isSender = senders === undefined ? undefined : addressMatcher(senders);
  const client = FromIP === undefined ? undefined : networkIn(FromIP);
  const wantedIds = messageIds && new Set(messageIds.map(withoutBrackets));
  const hasSubject = subject === undefined ? undefined : subjectFilter(subject, given.SubjectFilterType);
  return (message) =>
    (isSender === undefined || isSender(message.envelopeSender || NULL_SENDER)) &&
    (client === undefined || networkOf(message.clientAddress) === client) &&
    (wantedIds === undefined || wantedIds.has(withoutBrackets(message.messageId))) &&
    (hasSubject === undefined || hasSubject(message.subject.toLowerCase()));
}

function subjectFilter(subject: string, where: Given['SubjectFilterType'] = 'Contains') {
  const wanted = subject.toLowerCase();
  if (where === 'StartsWith') return (lowered: string) => lowered.startsWith(wanted);
  if (where === 'EndsWith') return (lowered: string) => lowered.endsWith(wanted);
  return (lowered: string) => lowered.includes(wanted);
}

function lineFilter(given: Given, left: RowRange | undefined): (line: Line) => boolean {
  const { RecipientAddress: recipients, Status: statuses, StartingRecipientAddress: after, EndDate } = given;
  const isRecipient = recipients === undefined ? undefined : addressMatcher(recipients);
  const last = after?.trim().toLowerCase();
  return ({ row, at, recipient, order }) =>
    (left === undefined || (order > left.after && order <= left.last)) &&
    (isRecipient === undefined || isRecipient(recipient)) &&
    (statuses === undefined || statuses.includes(row.Status as Status)) &&
    (last === undefined || at !== EndDate?.getTime() || recipient > last);
}

function networkIn(FromIP: string): string {
  const network = networkOf(FromIP.trim());
  if (network !== undefined) return network;
  throw CmdletError.transformation(
    'FromIP',
    FromIP.slice(0, 200),
    'System.Net.IPAddress',
    'An invalid IP address was specified.',
  );
}

function networkOf(address: string): string | undefined {
  const prefix = parsePrefix(address);
  return prefix && `${prefix.network}/${prefix.length}`;
}

function withoutBrackets(messageId: string): string {
  return messageId.trim().replace(/^</, '').replace(/>$/, '');
}

const NULL_SENDER = '<>';

function* linesIn({ message, fates }: TracedMessage, organizationId: string): Iterable<Line> {
  const seen = new Set<string>();
  for (const [i, fate] of fates.entries()) {
    const { address, code } = message.recipients[i]!;
    // The same address twice is one row.
    if (seen.has(address.toLowerCase())) continue;
    seen.add(address.toLowerCase());
    const row: Row = {
      Received: new Date(message.at),
      SenderAddress: message.envelopeSender || NULL_SENDER,
      RecipientAddress: address,
      Subject: message.subject,
      Status: statusOf(message, code, fate),
      FromIP: message.clientAddress,
      ToIP: null,
      Size: message.messageBytes,
      MessageId: message.messageId,
      MessageTraceId: messageTraceId(organizationId, message.seq),
      ConnectorId: message.connectorId ?? null,
      SaslUsername: message.saslUsername ?? null,
      Outcome: message.outcome,
      Detail: fate.text ?? message.reply,
    };
    yield { row, at: message.at, recipient: address.toLowerCase(), order: orderOf(row, message.seq) };
  }
}

const OF_FATES: Readonly<Record<Exclude<FateStatus, 'refused'>, Status>> = {
  delivered: 'Delivered',
  bounced: 'Failed',
  deferred: 'Pending',
  queued: 'GettingStatus',
  unknown: 'None',
};

/** What was refused for now waits at the client, who comes again. */
function statusOf({ outcome }: MessageRecord, code: number, { status }: Fate): Status {
  if (status !== 'refused') return OF_FATES[status];
  const isForNow = code < 500 && (code >= 400 || outcome === 'held' || outcome === 'deferred');
  return isForNow ? 'Pending' : 'Failed';
}

/** Newest first, then by recipient. */
function orderOf({ Received, RecipientAddress }: Row, seq: number): string {
  const received = greatestFirst((Received as Date).getTime());
  return `${received}\0${String(RecipientAddress).toLowerCase()}\0${greatestFirst(seq)}`;
}

/** Of the row with this order. */
function timeIn(order: string): number {
  return Number.MAX_SAFE_INTEGER - Number.parseInt(order, 10);
}

function seqIn({ MessageTraceId }: Row): number {
  return Number.parseInt(String(MessageTraceId).slice(24), 16);
}

/**
 * At most as many as are wanted. Where there are more, a warning says how to go on; rows that a next page could not tell apart by time and
 * recipient stay together.
 */
function pageOf(lines: readonly Line[], { from }: TraceQuery, given: Given, call: Call): readonly Line[] {
  const { ResultSize: size = DEFAULT_ROWS } = given;
  if (lines.length <= size) return lines;
  let end = size;
  while (end > 0 && isTogether(lines[end - 1]!, lines[end])) end--;
  if (end === 0) for (end = size; isTogether(lines[end - 1]!, lines[end]); ) end++;
  if (end === lines.length) return lines;
  const { at, recipient } = lines[end - 1]!;
  call.warn(
    `There are more results, use the following command to get more. ${nextCommand(given, from ?? at, at, recipient)}`,
  );
  return lines.slice(0, end);
}

function isTogether(a: Line, b: Line | undefined): boolean {
  return b !== undefined && a.at === b.at && a.recipient === b.recipient;
}

function nextCommand(given: Given, from: number, until: number, StartingRecipientAddress: string): string {
  const next = { ...given, StartDate: new Date(from), EndDate: new Date(until), StartingRecipientAddress };
  const options = Object.entries(next)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `-${name} ${[value].flat().map(written).join(',')}`);
  return `Get-MessageTraceV2 ${options.join(' ')}`;
}

/** Recipients are chosen by whoever sends mail. */
function written(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return quoted(value instanceof Date ? value.toISOString() : String(value));
}
