// A reply to a mail server is a value. RFC 5321 4.2, enhanced codes RFC 2034 and 3463.

export interface Reply {
  readonly code: number;
  /** Enhanced status code, for example '5.7.711'. */
  readonly enhanced: string;
  /** The machine's sentence: the fixed, last line. Printable ASCII. */
  readonly text: string;
  /** A sentence for the person whose mail it is; goes before the machine's where the protocol can say two lines. */
  readonly human?: string | undefined;
}

/** One line, for a protocol that has no more: `550 5.7.711 Access denied, ...`. No line end. */
export function oneLine(reply: Reply): string {
  return `${reply.code} ${reply.enhanced} ${reply.text}`;
}

/** RFC 5321 4.5.3.1.5: a reply line has at most 512 octets with its CRLF. */
const LONGEST_LINE = 510;

/** One or two lines with CRLF between them and none at the end: the human sentence first, the machine's last. */
export function multiLine(reply: Reply): string {
  if (reply.human === undefined) return oneLine(reply);
  const first = `${reply.code}-${reply.enhanced} ${reply.human}`.slice(0, LONGEST_LINE);
  return `${first}\r\n${oneLine(reply)}`;
}
