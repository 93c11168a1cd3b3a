// Rspamd over HTTP (rspamd.com/doc/architecture/protocol.html): POST /checkv2 with the message as it is, and what is known of its
// envelope in request header fields. Observed with Rspamd 3.4.
import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { addressText, type FilterAddress } from './address.ts';
import type { Envelope, FilterAnswer, FilterProtocol } from './content-filter.ts';

export interface RspamdOptions {
  /** Of its normal worker; by default it listens on 127.0.0.1:11333. */
  readonly address: FilterAddress;
  /** What its controller wants, should that be asked instead. */
  readonly password?: string | undefined;
  /** From this score on a message is spam. */
  readonly spamScore: number;
}

/** With every symbol and link of a long message a reply has some 100 KiB. */
const LONGEST_REPLY = 1_048_576;
/** More of them say nothing more of the text; all of 1 000 would exceed what Rspamd takes for a header. */
const MOST_RECIPIENTS = 50;

export function rspamd({ address, password, spamScore }: RspamdOptions): FilterProtocol {
  const where: RequestOptions = 'path' in address ? { socketPath: address.path } : { ...address };
  return {
    name: `Rspamd at ${addressText(address)}`,
    ask: (message, envelope, signal) =>
      new Promise((resolve) => {
        const fail = (error: Error) => resolve({ failure: 'unreachable', words: error.message });
        const headers = {
          ...envelopeFields(envelope),
          ...(password === undefined ? {} : { Password: password }),
          'Content-Length': message.length,
        };
        // A connection of its own: one that was kept may have been closed by the other side when it is used again.
        const question = request({ ...where, method: 'POST', path: '/checkv2', headers, agent: false, signal });
        question.on('error', fail);
        question.on('response', (reply) => {
          reply.on('error', fail);
          readReply(reply, (text) => resolve(readAnswer(reply.statusCode, text, spamScore)));
        });
        question.end(message);
      }),
  };
}

/**
 * What Rspamd's own milter would tell it, and a user in any case: Cordon asks about mail of clients that it knows. Without one
 * Rspamd takes the client for a foreign mail server and counts its missing host name, SPF and the like against the message: an
 * ordinary letter of a printer, -0.1 points with a user, has 7.3 without.
 */
function envelopeFields({ client, envelopeSender, recipients, queueId }: Envelope): Record<string, string | string[]> {
  const fields: [string, string | undefined][] = [
    ['IP', client.clientAddress === 'unknown' ? undefined : client.clientAddress],
    ['Helo', client.heloName],
    ['Hostname', client.clientName],
    ['From', envelopeSender],
    ['User', client.saslUsername ?? client.clientAddress],
    ['Queue-Id', queueId],
  ];
  const given = fields.flatMap(([name, text]) => (text === undefined ? [] : [[name, fieldValue(text)] as const]));
  return { ...Object.fromEntries(given), Rcpt: recipients.slice(0, MOST_RECIPIENTS).map(fieldValue) };
}

/** UTF-8 as Node's client takes it, in bytes; nothing that the client of the mail server said can end the field. */
function fieldValue(text: string): string {
  return Buffer.from(text).toString('latin1').replaceAll(CONTROL_CHARACTERS, ' ').slice(0, 1_000);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTERS = /[\x00-\x1f\x7f]/g;

/** The whole reply; of one that is too long nothing, and no more of it is read. */
function readReply(reply: IncomingMessage, done: (text: string) => void): void {
  let text = '';
  reply.setEncoding('utf8');
  reply.on('data', (piece: string) => {
    text += piece;
    if (text.length <= LONGEST_REPLY) return;
    reply.destroy();
    done('');
  });
  reply.on('end', () => done(text));
}

/** Exported for its test. */
export function readAnswer(status: number | undefined, text: string, spamScore: number): FilterAnswer {
  if (status !== 200) return { failure: 'unreadable', words: `HTTP status ${status}` };
  const { score, action, is_skipped: isSkipped } = parseObject(text);
  if (typeof score !== 'number' || typeof action !== 'string') {
    return { failure: 'unreadable', words: 'a reply without score and action' };
  }
  if (action === 'reject' || score >= spamScore) return { spam: true };
  // Deferred for another reason than its text (a rate limit, greylisting), or not looked at by its settings.
  if (action === 'soft reject' || isSkipped === true) return { spam: undefined };
  return { spam: false };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
