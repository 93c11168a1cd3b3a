// The replies of the next hop, from its bytes (RFC 5321 4.2.1). They are kept as they are, to be handed through word for word.

/** RFC 5321 4.5.3.1.5 says 512 octets a line; many a server says more. */
const LONGEST_REPLY = 65_536;

const LINE = /^([2-5][0-9]{2})(?:$|([ -]))/;

/**
 * The replies of one connection: `push` what was received (latin1, so that no byte changes), then `next` until it is undefined.
 * Once `malformed` says why, there is no next reply any more.
 */
export class ReplyReader {
  malformed: string | undefined;
  #text = '';
  /** The lines of a reply whose last one has not come yet. */
  #lines: string[] = [];

  push(text: string): void {
    this.#text += text;
    if (this.#text.length > LONGEST_REPLY) this.malformed = 'a reply that is too long';
  }

  /** A whole reply: its lines with CRLF between them and none at the end. */
  next(): string | undefined {
    while (this.malformed === undefined) {
      const end = this.#text.indexOf('\n');
      if (end === -1) return undefined;
      const line = this.#text.slice(0, this.#text[end - 1] === '\r' ? end - 1 : end);
      this.#text = this.#text.slice(end + 1);
      const parts = LINE.exec(line);
      if (parts === null || line.includes('\r') || line.includes('\0')) this.malformed = 'a line that is no SMTP reply';
      else if (this.#lines.length > 0 && !this.#lines[0]!.startsWith(parts[1]!)) this.malformed = 'codes that differ';
      else if (this.#lines.push(line) > 100) this.malformed = 'a reply of too many lines';
      else if (parts[2] !== '-') return this.#takeReply();
    }
    return undefined;
  }

  /** Nothing of a further reply has come. */
  get isEmpty(): boolean {
    return this.#text === '' && this.#lines.length === 0;
  }

  #takeReply(): string {
    const reply = this.#lines.join('\r\n');
    this.#lines = [];
    return reply;
  }
}

/** The code of a reply, ours or the next hop's. */
export const codeOf = (reply: string): number => Number(reply.slice(0, 3));
