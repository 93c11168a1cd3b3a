// The word of a content filter that the mail server asked before us: what Rspamd or SpamAssassin wrote into the header.
// Everybody can write such fields into his mail, so that each filter has a rule which occurrence is its own.
// What the two write and where was observed with Rspamd 3.4, SpamAssassin 4.0.1 with spamass-milter 0.4.0, and Postfix 3.7.
import { CordonError } from '../errors.ts';
import type { HeaderField } from '../mail/header-reader.ts';

/**
 * Did a content filter call this message spam (true) or not (false)? Undefined: it did not speak. What the client wrote
 * itself, however often and wherever, neither makes a word nor changes or hides the filter's.
 * `headers` are all fields in order; of very many the middle may be missing. Pure; never throws.
 */
export type ContentFilterWord = (
  headers: readonly HeaderField[],
  context: { readonly queueId?: string | undefined },
) => boolean | undefined;

/** No content filter. */
export const none: ContentFilterWord = () => undefined;

export interface RspamdOptions {
  /** From this score on a message is spam. Default 6, Rspamd's own for its action `add header`. */
  readonly spamScore?: number | undefined;
}

export interface SpamAssassinOptions {
  /** 16 to 64 letters, digits, '-' or '_', known to SpamAssassin and Cordon only. */
  readonly secret: string;
}

/**
 * The word of a filter that runs as a milter before Cordon on the same mail server.
 *
 * **rspamd**, with `extended_spam_headers = true` in its milter_headers.conf (and, for mail from local addresses and logins,
 * `skip_local = false` and `skip_authenticated = false`), removes fields of the names it writes and appends its own.
 * Its word is the last `X-Spamd-Result`, if the last `X-Rspamd-Queue-Id` is the queue id of this very message: the client
 * cannot know it while it sends. Without it Rspamd did not see the message.
 *
 * **spamassassin** overwrites the first `X-Spam-Status`, or appends one; others that came with the mail stay. Nothing in what
 * it writes is unknown to the client, and therefore it has to add a secret, in local.cf:
 *
 *     add_header all Status "_YESNO_, score=_SCORE_ required=_REQD_ cordon=SECRET tests=_TESTS_"
 *
 * Its word is the first `X-Spam-Status` that has `cordon=SECRET`. The mail server must take the field off again on the way out
 * (Postfix: `smtp_header_checks = regexp:{{/^X-Spam-Status:/ IGNORE}}`): who has read the secret can speak for the filter while it is down.
 *
 * Throws CONFIG_INVALID where the secret is not of its form.
 */
export function headersOf(filter: 'rspamd', options?: RspamdOptions): ContentFilterWord;
export function headersOf(filter: 'spamassassin', options: SpamAssassinOptions): ContentFilterWord;
export function headersOf(filter: string, options: RspamdOptions | SpamAssassinOptions = {}): ContentFilterWord {
  return filter === 'rspamd' ? rspamd(options as RspamdOptions) : spamAssassin(options as SpamAssassinOptions);
}

/** `default: False [7.20 / 15.00]; SYMBOL(...)...`: name of the metric, would-be rejection, score, score of rejection. */
const SPAMD_RESULT = /^\s*[\w.-]{1,64}: (True|False) \[(-?\d{1,9}(?:\.\d{1,9})?) \//;

function rspamd({ spamScore = 6 }: RspamdOptions): ContentFilterWord {
  return (headers, { queueId }) => {
    if (queueId === undefined || last(headers, 'x-rspamd-queue-id')?.trim() !== queueId) return undefined;
    const result = SPAMD_RESULT.exec(last(headers, 'x-spamd-result') ?? '');
    return result === null ? undefined : result[1] === 'True' || Number(result[2]) >= spamScore;
  };
}

const SECRET = /^[A-Za-z0-9_-]{16,64}$/;

function spamAssassin({ secret }: SpamAssassinOptions): ContentFilterWord {
  if (!SECRET.test(secret)) {
    throw new CordonError(
      'CONFIG_INVALID',
      "The content filter's secret must be 16 to 64 letters, digits, '-' or '_'",
      {
        fields: [{ path: 'contentFilter.secret', message: "must be 16 to 64 letters, digits, '-' or '_'" }],
      },
    );
  }
  const mark = `cordon=${secret}`;
  return (headers) => {
    for (const [name, value] of headers) {
      if (!isNamed(name, 'x-spam-status') || !value.includes(mark)) continue;
      const words = value.split(/[\s,]+/).filter((word) => word !== '');
      if (words.includes(mark)) return words[0] === 'Yes' ? true : words[0] === 'No' ? false : undefined;
    }
    return undefined;
  };
}

function last(headers: readonly HeaderField[], name: string): string | undefined {
  for (let i = headers.length - 1; i >= 0; i--) {
    const [key, value] = headers[i]!;
    if (isNamed(key, name)) return value;
  }
  return undefined;
}

function isNamed(key: string, name: string): boolean {
  return key.length === name.length && key.toLowerCase() === name;
}
