// A notification as a message: text and HTML (RFC 2046 multipart/alternative), marked as written by a program (RFC 3834), so that
// nothing answers it. Pure.
import MimeNode from 'nodemailer/lib/mime-node/index.js';
import { oneLine } from '../mail/one-line.ts';
import type { Notification } from './details.ts';
import { asHtml, asText, type Block } from './letter.ts';
import { portalLinks } from './portal-links.ts';

export interface Letter {
  readonly subject: string;
  readonly blocks: readonly Block[];
}

export interface MessageHead {
  /** An address, or `Name <address>`; ours. */
  readonly from: string;
  readonly to: string;
  /** The same at each try, so that a second copy can be told. */
  readonly messageId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The whole message, CRLF line ends. */
export function renderMessage({ from, to, messageId, at }: MessageHead, { subject, blocks }: Letter): Promise<Buffer> {
  const message = new MimeNode('multipart/alternative', { disableFileAccess: true, disableUrlAccess: true });
  message.setHeader('From', from);
  message.setHeader('To', { name: '', address: to });
  message.setHeader('Subject', oneLine(subject, 200));
  message.setHeader('Message-ID', messageId);
  message.setHeader('Date', new Date(at).toUTCString().replace('GMT', '+0000'));
  message.setHeader('Auto-Submitted', 'auto-generated');
  message.createChild('text/plain; charset=utf-8').setContent(asText(blocks));
  message.createChild('text/html; charset=utf-8').setContent(asHtml(blocks, subject));
  return message.build();
}

/** `publicUrl`: of the portal, without a slash at the end. */
export function letterOf({ event, details }: Notification, publicUrl: string): Letter {
  const { policyName, severity, entity } = event;
  const about = entity === undefined ? '' : `: ${entity.kind} ${entity.name}`;
  return {
    subject: `${severity}-severity alert: ${policyName}${about}`,
    blocks: [
      { kind: 'headline', text: headline(severity) },
      { kind: 'paragraph', text: event.summary },
      { kind: 'facts', facts: factsOf({ event, details }) },
      { kind: 'links', links: linksOf(event, publicUrl) },
      ...evidenceOf(details),
      ...unblockOf({ event, details }, publicUrl),
      ...recommendationsOf(details),
      { kind: 'paragraph', text: leftToday(event.notificationsLeftToday) },
    ],
  };
}

function headline(severity: string): string {
  return `${severity === 'Informational' ? 'An' : 'A'} ${severity.toLowerCase()}-severity alert has been triggered`;
}

function factsOf({ event, details }: Notification): (readonly [string, string])[] {
  const { entity, policyName, severity, at, hitCount, incidentId, alertId } = event;
  return [
    ['Alert', policyName],
    ['Severity', severity],
    ['Time', timeText(at, details.timeZone)],
    ...(entity === undefined ? [] : ([[entity.kind === 'connector' ? 'Connector' : 'User', entity.name]] as const)),
    ...(details.organizationName === undefined ? [] : ([['Organization', details.organizationName]] as const)),
    ...(hitCount > 1 ? ([['Hits', String(hitCount)]] as const) : []),
    ...(incidentId === undefined ? [] : ([['Incident', incidentId]] as const)),
    ['Alert id', alertId],
  ];
}

function linksOf(event: Notification['event'], publicUrl: string): (readonly [string, string])[] {
  const { alert, evidence } = portalLinks(event, publicUrl);
  const view = ['View alert details', alert] as const;
  return evidence === undefined ? [view] : [view, ['Evidence of the incident', evidence]];
}

/** `22 Nov 2026, 09:00:00 Europe/Zurich (2026-11-22 08:00:00 UTC)` */
export function timeText(at: number, timeZone: string): string {
  const utc = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  if (timeZone === 'UTC') return utc;
  try {
    const local = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'medium' }).format(at);
    return `${local} ${timeZone} (${utc})`;
  } catch {
    // A zone that this Node does not know (any more).
    return utc;
  }
}

function evidenceOf({ restriction, gotOut, timeZone }: Notification['details']): Block[] {
  if (restriction === undefined) return [];
  const { reason, sum, threshold, seen } = restriction;
  const blocks: Block[] = [{ kind: 'heading', text: 'What was seen' }];
  if (reason !== '') blocks.push({ kind: 'paragraph', text: reason });
  if (seen.length > 0) blocks.push({ kind: 'list', items: seen.map(({ family, words }) => `${family}: ${words}`) });
  if (sum !== undefined && threshold !== undefined)
    blocks.push({ kind: 'paragraph', text: `All evidence together: ${sum.toFixed(1)}, threshold ${threshold}.` });
  if (gotOut !== undefined) {
    blocks.push({ kind: 'heading', text: 'What got out before' });
    blocks.push({ kind: 'paragraph', text: gotOutText(gotOut, timeZone) });
  }
  return blocks;
}

/** "12 messages to 48 recipients since ...: 30 delivered, 4 still queued, 14 bounced." */
function gotOutText(gotOut: NonNullable<Notification['details']['gotOut']>, timeZone: string): string {
  const { since, messages, accepted, delivered, queued, bounced, unknown } = gotOut;
  const begin = timeText(since, timeZone);
  if (accepted === 0) return `Nothing since ${begin}.`;
  const head = `${many(messages, 'message')} to ${many(accepted, 'recipient')} since ${begin}`;
  if (unknown === accepted) return `${head}. What became of them is not known: no mail log is followed.`;
  const rest = unknown === 0 ? '' : `, ${unknown} unknown`;
  return `${head}: ${delivered} delivered, ${queued} still queued, ${bounced} bounced${rest}.`;
}

const many = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

function unblockOf({ event, details: { restriction, timeZone } }: Notification, publicUrl: string): Block[] {
  const { entity } = event;
  if (entity === undefined || restriction?.isInForce !== true) return [];
  const { kind, id, name } = entity;
  const isPlain = /^[A-Za-z0-9][\w@.+-]{0,99}$/.test(name);
  const end =
    restriction.until === undefined
      ? 'It stays restricted until somebody unblocks it on the page Restricted entities, on the command line or over the API:'
      : `The restriction ends by itself at ${timeText(restriction.until, timeZone)}. To end it sooner, unblock it on the page Restricted entities, on the command line or over the API:`;
  return [
    { kind: 'heading', text: 'How to unblock it' },
    {
      kind: 'paragraph',
      text: `Regain control of the ${kind} first: what to do is below. ${end}`,
    },
    { kind: 'links', links: [['Restricted entities', portalLinks(event, publicUrl).restrictedEntities]] },
    {
      kind: 'command',
      text: `cordon unblock ${isPlain ? name : id}\nPOST /api/v1/restricted-entities/${id}/unblock`,
    },
  ];
}

function recommendationsOf({ recommendations }: Notification['details']): Block[] {
  if (recommendations.length === 0) return [];
  return [
    { kind: 'heading', text: 'What to do' },
    ...recommendations.flatMap(({ title, text, command }, i): Block[] => [
      { kind: 'paragraph', text: `${i + 1}. ${title}. ${text}` },
      ...(command === undefined ? [] : [{ kind: 'command', text: command } as const]),
    ]),
  ];
}

function leftToday(left: number): string {
  return left === 0
    ? 'This is the last mail about this alert and entity today. What follows is counted on the alert.'
    : `At most ${left} more ${left === 1 ? 'mail' : 'mails'} about this alert and entity may come today.`;
}
