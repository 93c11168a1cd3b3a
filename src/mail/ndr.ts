// The non-delivery report of `ndr: on`: for devices that cannot write one themselves. RFC 3464 (delivery status),
// RFC 6522 (multipart/report), RFC 3834 (automatic responses). Pure: it builds bytes and sends nothing.
import MimeNode from 'nodemailer/lib/mime-node/index.js';
import type { Reply } from './reply.ts';

export interface NonDelivery {
  /** Who is told: the envelope sender of the refused mail. */
  readonly to: string;
  /** The From of the report, for example `postmaster@example.org`. */
  readonly from: string;
  /** Name of the host that reports. */
  readonly reportingMta: string;
  readonly recipients: readonly string[];
  readonly reply: Reply;
  readonly messageId: string;
  readonly subject: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** `Remote Server returned '550;5.7.711 Access denied, bad inbound connector. AS(2204).'` */
export function remoteServerReturned(reply: Reply): string {
  return `Remote Server returned '${reply.code};${reply.enhanced} ${reply.text}'`;
}

/** The whole message, CRLF line ends. It is sent with a null reverse-path (RFC 3464 2), so that nothing answers it. */
export async function buildNonDeliveryReport(nonDelivery: NonDelivery): Promise<Buffer> {
  const report = new MimeNode('multipart/report; report-type=delivery-status', {
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  report.setHeader('From', { name: 'Mail Delivery System', address: nonDelivery.from });
  report.setHeader('To', nonDelivery.to);
  report.setHeader('Subject', 'Undelivered mail: your message was not sent');
  report.setHeader('Auto-Submitted', 'auto-replied');
  report.setHeader('Date', new Date(nonDelivery.at).toUTCString().replace('GMT', '+0000'));
  if (isMessageId(nonDelivery.messageId)) report.setHeader('In-Reply-To', nonDelivery.messageId);
  report.createChild('text/plain; charset=utf-8').setContent(words(nonDelivery));
  report.createChild('message/delivery-status').setContent(status(nonDelivery));
  return report.build();
}

function words({ reply, recipients, subject }: NonDelivery): string {
  return [
    reply.human ?? '',
    '',
    ...(subject === '' ? [] : [`Subject: ${oneLineOf(subject)}`]),
    'Your message was not sent to:',
    ...recipients.map((recipient) => `  ${oneLineOf(recipient)}`),
    '',
    remoteServerReturned(reply),
    '',
  ].join('\r\n');
}

/** RFC 3464 2.1: one group about the message, then one for each recipient. */
function status({ reportingMta, recipients, reply, at }: NonDelivery): string {
  const perRecipient = recipients.map((recipient) =>
    [
      `Final-Recipient: rfc822; ${oneLineOf(recipient)}`,
      'Action: failed',
      `Status: ${reply.enhanced}`,
      `Diagnostic-Code: smtp; ${reply.code} ${reply.enhanced} ${reply.text}`,
    ].join('\r\n'),
  );
  const perMessage = `Reporting-MTA: dns; ${reportingMta}\r\nArrival-Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`;
  return `${[perMessage, ...perRecipient].join('\r\n\r\n')}\r\n`;
}

function isMessageId(text: string): boolean {
  return /^<[\x21-\x7e]+>$/.test(text);
}

/** What a client wrote must not begin a line of its own. */
function oneLineOf(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 500);
}
