// One line of Postfix's log becomes an event (postlogd(8), and what syslog daemons make of it). Pure, never throws, linear.
//
// Clients choose envelope addresses, logins and HELO names, and remote servers choose their answers; all of that stands in the log as text.
// Therefore fields are taken from where Postfix writes them, one after the other, addresses with their quotes, and never
// looked for all over the line: nobody's text can become an event of somebody else's mail.
import { normalizeIp } from '../../mail/ip-address.ts';
import { readTime, type Yearless, yearlessTimes } from './log-time.ts';

export interface LogSource {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly host: string;
  /** 'postfix', the syslog_name of a second instance, or 'postfix/submission' where master.cf says so. */
  readonly instance: string;
  /** 'smtpd', 'qmgr', 'smtp' ... */
  readonly service: string;
}

export interface LoggedClient {
  /** 'unknown' where there is no name; 'localhost' for mail of sendmail(1). */
  readonly clientName: string;
  /** Canonical text, or 'unknown'; '127.0.0.1' for mail of sendmail(1). */
  readonly clientAddress: string;
  readonly saslUsername?: string | undefined;
}

export interface LoggedDelivery {
  /** As logged, without brackets. */
  readonly recipient: string;
  /** Before an alias led elsewhere. */
  readonly originalRecipient?: string | undefined;
  /** 'mx.example[192.0.2.1]:25', 'local', 'none'. */
  readonly relay: string;
  /** RFC 3463, '5.1.1'. */
  readonly dsn: string;
  /** 'sent', 'deferred', 'bounced', 'undeliverable', 'deliverable' ... */
  readonly status: string;
  /** The answer or the reason. */
  readonly text: string;
  /** SMTP code of the answer where there was one. */
  readonly code?: number | undefined;
  /** The queue id that the next server gave it. */
  readonly queuedAs?: string | undefined;
}

export type LogEvent = LogSource &
  (
    | ({ readonly kind: 'received'; readonly queueId: string } & LoggedClient)
    | { readonly kind: 'message-id'; readonly queueId: string; readonly messageId: string }
    | {
        readonly kind: 'queued';
        readonly queueId: string;
        readonly envelopeSender: string;
        readonly messageBytes: number;
        readonly recipients: number;
      }
    | ({ readonly kind: 'delivery'; readonly queueId: string } & LoggedDelivery)
    /** Its time in the queue was over; it goes back to its sender. */
    | { readonly kind: 'expired'; readonly queueId: string }
    | { readonly kind: 'removed'; readonly queueId: string }
    | { readonly kind: 'notification'; readonly queueId: string; readonly bounceQueueId: string }
    /** Refused in the SMTP session, by Postfix, a policy server or a milter. Without a queue id nothing had been taken yet. */
    | ({
        readonly kind: 'refused';
        readonly queueId?: string | undefined;
        /** 'RCPT', 'END-OF-MESSAGE' ... */
        readonly stage: string;
        readonly code: number;
        readonly dsn: string;
        readonly text: string;
        readonly envelopeSender: string;
        readonly recipient: string;
        readonly heloName: string;
      } & LoggedClient)
  );

export type LogEventOf<Kind extends LogEvent['kind']> = Extract<LogEvent, { readonly kind: Kind }>;

/** What follows `QUEUEID: ` in a line. */
interface Rest {
  readonly source: LogSource;
  /** '' for NOQUEUE. */
  readonly queueId: string;
  readonly text: string;
}

const LONGEST_LINE = 16_384;
/** Short ids are hexadecimal, long ones (enable_long_queue_ids) have no vowels: no word of a log line looks like them. */
const QUEUE_ID = /^(?:[\dA-F]{5,20}|[\dB-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,24})$/;

const READERS: Readonly<Record<string, (rest: Rest) => LogEvent | undefined>> = {
  smtpd: (rest) => received(rest) ?? refused(rest),
  cleanup: (rest) => messageId(rest) ?? refused(rest),
  pickup,
  qmgr: (rest) => removed(rest) ?? queued(rest),
  nqmgr: (rest) => removed(rest) ?? queued(rest),
  postsuper: removed,
  bounce: notification,
  smtp: delivery,
  lmtp: delivery,
  local: delivery,
  virtual: delivery,
  pipe: delivery,
  error: delivery,
  discard: delivery,
};

const systemTime = yearlessTimes(Date.now);

/**
 * The event of a line; undefined for lines of other programs and those that tell nothing of a message. Times without a year are
 * the latest that are not in the future, in the time zone of this machine (TZ), unless `yearless` says otherwise.
 */
export function readLogLine(line: string, yearless: Yearless = systemTime): LogEvent | undefined {
  // The cheap questions first: most lines tell of connections.
  const tagEnd = line.indexOf(']: ', 16);
  if (tagEnd === -1 || line.length > LONGEST_LINE) return undefined;
  const tagStart = line.lastIndexOf(' ', tagEnd) + 1;
  const bracket = line.indexOf('[', tagStart);
  const slash = line.lastIndexOf('/', bracket);
  if (bracket === -1 || bracket > tagEnd || slash < tagStart) return undefined;
  const service = line.slice(slash + 1, bracket);
  const reader = Object.hasOwn(READERS, service) ? READERS[service] : undefined;
  if (reader === undefined) return undefined;
  const textStart = tagEnd + 3;
  const idEnd = line.indexOf(': ', textStart);
  if (idEnd === -1 || idEnd > textStart + 24) return undefined;
  const id = line.slice(textStart, idEnd);
  const queueId = id === 'NOQUEUE' ? '' : id;
  if (queueId !== '' && !QUEUE_ID.test(queueId)) return undefined;
  const hostStart = line.lastIndexOf(' ', tagStart - 2) + 1;
  const at = readTime(line, hostStart - 1, yearless);
  if (at === undefined) return undefined;
  const source = { at, host: line.slice(hostStart, tagStart - 1), instance: line.slice(tagStart, slash), service };
  return reader({ source, queueId, text: line.slice(idEnd + 2) });
}

/** `client=name[192.0.2.1]:4711, sasl_method=PLAIN, sasl_username=ben, sasl_sender=...` */
function received({ source, queueId, text }: Rest): LogEvent | undefined {
  if (queueId === '' || !text.startsWith('client=')) return undefined;
  const client = clientAt(text, 7);
  if (client === undefined) return undefined;
  const saslUsername = loginIn(text.slice(client.end));
  return { ...source, kind: 'received', queueId, clientName: client.name, clientAddress: client.address, saslUsername };
}

const LOGIN_FIELD = ', sasl_username=';

function loginIn(text: string): string | undefined {
  const start = text.indexOf(LOGIN_FIELD);
  if (start === -1) return undefined;
  const from = start + LOGIN_FIELD.length;
  const end = text.indexOf(', ', from);
  return text.slice(from, end === -1 ? undefined : end).toLowerCase() || undefined;
}

/** `uid=1000 from=<anna>`: mail of sendmail(1). */
function pickup({ source, queueId, text }: Rest): LogEvent | undefined {
  if (queueId === '' || !text.startsWith('uid=')) return undefined;
  return { ...source, kind: 'received', queueId, clientName: 'localhost', clientAddress: '127.0.0.1' };
}

function messageId({ source, queueId, text }: Rest): LogEvent | undefined {
  if (queueId === '' || !text.startsWith('message-id=')) return undefined;
  return { ...source, kind: 'message-id', queueId, messageId: text.slice(11).trim() };
}

function removed({ source, queueId, text }: Rest): LogEvent | undefined {
  return queueId !== '' && text.trimEnd() === 'removed' ? { ...source, kind: 'removed', queueId } : undefined;
}

/** `from=<anna@ours.example>, size=1234, nrcpt=2 (queue active)`, or `from=<...>, status=expired, returned to sender`. */
function queued({ source, queueId, text }: Rest): LogEvent | undefined {
  if (queueId === '' || !text.startsWith('from=<')) return undefined;
  const sender = addressAt(text, 6, [', size=', ', status=']);
  if (sender === undefined) return undefined;
  const rest = text.slice(sender.end);
  if (rest.startsWith(', status=')) {
    return /^, status=(?:force-)?expired\b/.test(rest) ? { ...source, kind: 'expired', queueId } : undefined;
  }
  const numbers = /^, size=(\d{1,15}), nrcpt=(\d{1,9})\b/.exec(rest);
  if (numbers === null) return undefined;
  const [, messageBytes, recipients] = numbers.map(Number) as [number, number, number];
  return { ...source, kind: 'queued', queueId, envelopeSender: sender.address, messageBytes, recipients };
}

function notification({ source, queueId, text }: Rest): LogEvent | undefined {
  const at = text.indexOf('notification: ');
  const bounceQueueId = text.slice(at + 14).trimEnd();
  if (queueId === '' || at === -1 || !QUEUE_ID.test(bounceQueueId)) return undefined;
  return { ...source, kind: 'notification', queueId, bounceQueueId };
}

/** `to=<b@far.example>, orig_to=<c>, relay=mx[192.0.2.1]:25, conn_use=2, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 Ok)` */
function delivery({ source, queueId, text }: Rest): LogEvent | undefined {
  if (queueId === '' || !text.startsWith('to=<')) return undefined;
  const to = addressAt(text, 4, [', relay=', ', orig_to=<']);
  if (to === undefined) return undefined;
  let at = to.end;
  let originalRecipient: string | undefined;
  if (text.startsWith(', orig_to=<', at)) {
    const original = addressAt(text, at + 11, [', relay=']);
    if (original === undefined) return undefined;
    originalRecipient = original.address;
    at = original.end;
  }
  const relayEnd = text.indexOf(', ', at + 8);
  const dsnStart = text.indexOf(', dsn=', relayEnd);
  const statusStart = text.indexOf(', status=', dsnStart);
  if (relayEnd === -1 || dsnStart === -1 || statusStart === -1) return undefined;
  const space = text.indexOf(' ', statusStart + 9);
  const status = text.slice(statusStart + 9, space === -1 ? undefined : space);
  const answer = space === -1 ? '' : withoutParentheses(text.slice(space + 1).trimEnd());
  return {
    ...source,
    kind: 'delivery',
    queueId,
    recipient: to.address,
    originalRecipient,
    relay: text.slice(at + 8, relayEnd),
    dsn: text.slice(dsnStart + 6, statusStart),
    status,
    text: answer,
    code: codeOf(answer),
    queuedAs: status === 'sent' ? queuedAs(answer) : undefined,
  };
}

function withoutParentheses(text: string): string {
  return text.startsWith('(') ? text.slice(1, text.endsWith(')') ? -1 : undefined) : text;
}

/** `250 ...`, or `host mx[192.0.2.1] said: 550 ... (in reply to RCPT TO command)`. */
function codeOf(answer: string): number | undefined {
  const said = answer.startsWith('host ') ? answer.indexOf(' said: ') : -1;
  const code = /^([245]\d\d)(?:[ -]|$)/.exec(said === -1 ? answer : answer.slice(said + 7));
  return code === null ? undefined : Number(code[1]);
}

function queuedAs(answer: string): string | undefined {
  const at = answer.lastIndexOf('queued as ');
  const id = at === -1 ? '' : (/^[\dA-Za-z]{5,40}/.exec(answer.slice(at + 10))?.[0] ?? '');
  return id || undefined;
}

const REFUSAL = /^(milter-)?reject: ([A-Z-]{4,20}) from /;

/** `reject: RCPT from name[192.0.2.1]: 550 5.1.1 <x@far.example>: ...; from=<a@b> to=<x@far.example> proto=ESMTP helo=<h>` */
function refused({ source, queueId, text }: Rest): LogEvent | undefined {
  const begin = REFUSAL.exec(text);
  const client = begin === null ? undefined : clientAt(text, begin[0].length);
  if (begin === null || client === undefined) return undefined;
  const answer = /^: (?:([45]\d\d) )?([45]\.\d{1,3}\.\d{1,3})? ?/.exec(text.slice(client.end, client.end + 40));
  if (answer === null || (answer[1] === undefined && answer[2] === undefined)) return undefined;
  const textStart = client.end + answer[0].length;
  const envelopeStart = text.indexOf('; from=<', textStart);
  const said = text.slice(textStart, envelopeStart === -1 ? undefined : envelopeStart);
  const envelope = envelopeStart === -1 ? NO_ENVELOPE : envelopeIn(text, envelopeStart + 8);
  const dsn = answer[2] ?? `${answer[1]![0]}.0.0`;
  return {
    ...source,
    kind: 'refused',
    queueId: queueId || undefined,
    stage: begin[2]!,
    clientName: client.name,
    clientAddress: client.address,
    saslUsername: envelope.saslUsername,
    code: answer[1] === undefined ? Number(`${dsn[0]}50`) : Number(answer[1]),
    dsn,
    text: said,
    envelopeSender: envelope.envelopeSender,
    recipient: envelope.recipient,
    heloName: envelope.heloName,
  };
}

const NO_ENVELOPE = { envelopeSender: '', recipient: '', heloName: '', saslUsername: undefined };

/** `a@b> to=<c@d> proto=ESMTP helo=<h> sasl_username=<ben>`: whatever the client has not said yet is missing. */
function envelopeIn(text: string, at: number) {
  const sender = addressAt(text, at, [' to=<', ' proto=']);
  if (sender === undefined) return NO_ENVELOPE;
  const hasRecipient = text.startsWith(' to=<', sender.end);
  const to = hasRecipient ? addressAt(text, sender.end + 5, [' proto=']) : undefined;
  const rest = text.slice(to?.end ?? sender.end);
  const helo = /^ proto=\S{1,20} helo=<([^>]{0,255})>/.exec(rest);
  const login = helo === null ? null : /^ sasl_username=<([^>]{1,255})>/.exec(rest.slice(helo[0].length));
  return {
    envelopeSender: sender.address,
    recipient: to?.address ?? '',
    heloName: helo?.[1] ?? '',
    saslUsername: login?.[1]?.toLowerCase(),
  };
}

/** `name[address]`, with or without `:port`. */
function clientAt(text: string, at: number): { name: string; address: string; end: number } | undefined {
  const open = text.indexOf('[', at);
  const close = text.indexOf(']', open);
  if (open === -1 || close === -1 || open - at > 255 || close - open > 60) return undefined;
  const address = text.slice(open + 1, close);
  const port = /^:\d{1,5}/.exec(text.slice(close + 1, close + 7))?.[0].length ?? 0;
  return { name: text.slice(at, open), address: normalizeIp(address) ?? 'unknown', end: close + 1 + port };
}

/**
 * The address that begins at `at`, behind its bracket, up to `>` and one of `ends`. A quoted local part (Postfix writes it with its
 * quotes since 3.5, info_log_address_format) may hold anything and ends at its quote.
 */
function addressAt(text: string, at: number, ends: readonly string[]): { address: string; end: number } | undefined {
  let from = at;
  if (text[at] === '"') {
    from++;
    while (from < text.length && text[from] !== '"') from += text[from] === '\\' ? 2 : 1;
  }
  for (let close = text.indexOf('>', from); close !== -1; close = text.indexOf('>', close + 1)) {
    if (ends.some((end) => text.startsWith(end, close + 1))) return { address: text.slice(at, close), end: close + 1 };
  }
  return undefined;
}
