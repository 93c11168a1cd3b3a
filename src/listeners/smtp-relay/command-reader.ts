// Command lines of an SMTP client, from its bytes. The first thing that they meet; also hands over what follows DATA or STARTTLS.
import { isUtf8 } from 'node:buffer';

/**
 * Octets of a line with its CRLF. RFC 5321 4.5.3.1.4 asks for 512, and each extension that we offer adds its parameters
 * (SIZE 26, 8BITMIME 17, SMTPUTF8 10, AUTH 500); XCLIENT has no limit of its own.
 */
export const LONGEST_COMMAND = 2048;
/** RFC 4954 4: lines of an authentication exchange. */
export const LONGEST_AUTH_LINE = 12_288;

const LF = 0x0a;
const CR = 0x0d;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * The lines of one connection: `push` what was received, then `next` until it is undefined. Once `malformed` says why, there is
 * no next line any more: whoever ends his lines otherwise than we do could smuggle commands.
 */
export class CommandReader {
  malformed: string | undefined;
  #bytes = NOTHING;
  /** Where the next line begins. */
  #from = 0;

  push(bytes: Buffer): void {
    if (this.malformed !== undefined) return;
    this.#bytes = this.#from === this.#bytes.length ? bytes : Buffer.concat([this.#bytes.subarray(this.#from), bytes]);
    this.#from = 0;
  }

  /** The next whole line without its CRLF; undefined where it has not come yet, or where `malformed`. */
  next(longest = LONGEST_COMMAND): string | undefined {
    if (this.malformed !== undefined || this.#from === this.#bytes.length) return undefined;
    const end = this.#bytes.indexOf(LF, this.#from);
    const length = (end === -1 ? this.#bytes.length : end + 1) - this.#from;
    if (length > longest) return this.#stop(`a line of more than ${longest} octets`);
    if (end === -1) return undefined;
    const from = this.#from;
    this.#from = end + 1;
    if (end === from || this.#bytes[end - 1] !== CR) return this.#stop('a line feed without carriage return');
    return this.#read(this.#bytes.subarray(from, end - 1));
  }

  /** Everything that was received and not read yet; the reader has nothing more then. */
  take(): Buffer {
    const rest = this.#bytes.subarray(this.#from);
    this.#bytes = NOTHING;
    this.#from = 0;
    return rest;
  }

  #read(line: Buffer): string | undefined {
    const text = line.toString('latin1');
    if (text.includes('\r')) return this.#stop('a carriage return without line feed');
    if (text.includes('\0')) return this.#stop('a NUL byte');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is looked for
    if (/^[\x00-\x7f]*$/.test(text)) return text;
    return isUtf8(line) ? line.toString() : this.#stop('bytes that are neither ASCII nor UTF-8');
  }

  #stop(why: string): undefined {
    this.malformed = why;
    this.take();
  }
}
