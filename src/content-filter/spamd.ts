// SpamAssassin's spamd: CHECK of the SPAMC protocol 1.5 (spamd/PROTOCOL in SpamAssassin's sources), one connection a message.
// Observed with SpamAssassin 4.0.1.
import { connect } from 'node:net';
import { addressText, type FilterAddress } from './address.ts';
import type { FilterAnswer, FilterProtocol } from './content-filter.ts';

export interface SpamdOptions {
  /** By default it listens on 127.0.0.1:783. */
  readonly address: FilterAddress;
  /** Whose preferences and Bayes data count; undefined: spamd's default. */
  readonly user?: string | undefined;
}

/** The header of a reply has some 100 bytes, and CHECK has no body. */
const LONGEST_REPLY = 8_192;

/**
 * spamd is told the text alone. Who sends here may relay: where he sends from, and whether his domain's SPF names him, is
 * the next server's question.
 */
export function spamd({ address, user }: SpamdOptions): FilterProtocol {
  return {
    name: `spamd at ${addressText(address)}`,
    ask: (message, _envelope, signal) =>
      new Promise((resolve) => {
        const socket = connect(address);
        let reply = '';
        const done = (answer: FilterAnswer): void => {
          signal.removeEventListener('abort', hangUp);
          socket.destroy();
          resolve(answer);
        };
        const hangUp = (): void => done({ failure: 'timeout', words: 'the budget is used up' });
        signal.addEventListener('abort', hangUp);
        socket.setEncoding('latin1');
        socket.on('error', (error) => done({ failure: 'unreachable', words: error.message }));
        socket.on('data', (piece: string) => {
          reply += piece;
          if (reply.includes('\r\n\r\n') || reply.length > LONGEST_REPLY) done(readAnswer(reply));
        });
        socket.on('close', () => done(readAnswer(reply)));
        // A half-closed connection, as spamc leaves it, tells spamd that nothing more comes.
        socket.write(requestHead(message.length, user));
        socket.end(message);
      }),
  };
}

function requestHead(length: number, user: string | undefined): string {
  const userField = user === undefined ? '' : `User: ${user}\r\n`;
  return `CHECK SPAMC/1.5\r\nContent-length: ${length}\r\n${userField}\r\n`;
}

const STATUS = /^SPAMD\/\d\.\d (\d{1,3} \w*)/;
/** `Spam: True ; 15.3 / 5.0` */
const VERDICT = /^Spam: *(true|false|yes|no) *;/im;

/** Exported for its test. */
export function readAnswer(reply: string): FilterAnswer {
  const status = STATUS.exec(reply)?.[1];
  if (status === undefined) return { failure: 'unreadable', words: 'no reply of the SPAMC protocol' };
  if (!status.startsWith('0 ')) return { failure: 'unreadable', words: `spamd said ${status}` };
  const verdict = VERDICT.exec(reply)?.[1]?.toLowerCase();
  if (verdict === undefined) return { failure: 'unreadable', words: 'a reply without a verdict' };
  return { spam: verdict === 'true' || verdict === 'yes' };
}
