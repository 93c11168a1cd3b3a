// The trace line that the relay adds to each message, and the count of those that others added before. Pure.
import { bodyStart } from '../../mail/header-reader.ts';
import type { RelayClient } from '../../mail/relay-request.ts';

export interface TraceFacts {
  readonly client: RelayClient;
  readonly hostname: string;
  /** EHLO, not HELO. */
  readonly isExtended: boolean;
  readonly isEncrypted: boolean;
  readonly isSmtpUtf8: boolean;
  /** The instance of the message, which finds it in the journal. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** RFC 5321 4.4, with its CRLF. Says nothing of the recipients: one must not learn of the other. */
export function receivedLine(facts: TraceFacts): string {
  const { client, hostname, id } = facts;
  const date = new Date(facts.at).toUTCString().replace('GMT', '+0000');
  const address = client.clientAddress.includes(':') ? `IPv6:${client.clientAddress}` : client.clientAddress;
  const name = harmless(client.clientName ?? 'unknown');
  return `Received: from ${harmless(client.heloName ?? 'unknown')} (${name} [${address}])\r\n\tby ${hostname} (Cordon) with ${protocol(facts)} id ${id};\r\n\t${date}\r\n`;
}

/** RFC 3848 and RFC 6531 4.3: UTF8SMTP, then S for TLS, then A for a login. */
function protocol(facts: TraceFacts): string {
  const base = facts.isSmtpUtf8 ? 'UTF8SMTP' : facts.isExtended ? 'ESMTP' : 'SMTP';
  if (base === 'SMTP') return base;
  return base + (facts.isEncrypted ? 'S' : '') + (facts.client.saslUsername === undefined ? '' : 'A');
}

/** A name as the client gave it, without anything that could end a comment or a line. */
function harmless(name: string): string {
  return name.replace(/[^A-Za-z0-9.:_[\]-]/g, '?');
}

const LF = 0x0a;
const NAME = 'received:';

/** How many Received fields the header has, as far as `head` holds it. RFC 5321 6.3: many of them are a loop. */
export function countReceived(head: Buffer): number {
  const body = bodyStart(head);
  const end = body === -1 ? head.length : body;
  let count = 0;
  for (let line = 0; line < end; ) {
    // 'R' and 'r' differ in one bit.
    if ((head[line]! | 0x20) === 0x72 && head.toString('latin1', line, line + NAME.length).toLowerCase() === NAME)
      count++;
    const lineEnd = head.indexOf(LF, line);
    if (lineEnd === -1) break;
    line = lineEnd + 1;
  }
  return count;
}
