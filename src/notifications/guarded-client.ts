// POSTs JSON to a URL that somebody typed: https only, to public addresses only, with the certificate verified. The name is resolved
// once, every address it has is looked at, and the connection goes to one of just these: a name server that changes its answer
// changes nothing. No redirect is followed, no answer is shown, and all of it is over after five seconds.
import type { LookupAddress } from 'node:dns';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import { CordonError } from '../errors.ts';
import { normalizeIp } from '../mail/ip-address.ts';
import { oneLine } from '../mail/one-line.ts';
import { namesLookedUp } from './name-lookup.ts';
import { ownAddresses, whyNotPublic } from './public-address.ts';

export interface GuardedClientOptions {
  /** CIDR of targets that are not public, which the provider allows. */
  readonly allowed: readonly string[];
  /** PEM: authorities that are believed beside those that Node brings. */
  readonly ca?: string | undefined;
  /** All addresses of a name; given up when the signal says so. Default: the name servers of this host. */
  readonly lookup?: (name: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;
  /** Of this host. Default: those of its interfaces, at each request. */
  readonly own?: () => readonly string[];
  readonly longestMs?: number;
}

export type Posted =
  /** Answered 2xx. */
  | { readonly result: 'taken'; readonly status: number }
  | { readonly result: 'failed'; readonly words: string }
  /** The target is not allowed; nothing was connected to. */
  | { readonly result: 'refused'; readonly words: string };

const LONGEST_MS = 5_000;
const MOST_BYTES = 65_536;
const MOST_URL = 2_048;

export class GuardedClient {
  readonly #options: GuardedClientOptions;

  constructor(options: GuardedClientOptions) {
    this.#options = options;
  }

  /**
   * The URL as it is asked for. Throws TARGET_REFUSED for another scheme than https, a login in it, and a literal address (in any
   * notation) that is not allowed. Waits on nothing: what a name leads to is looked at each time something is sent.
   */
  accept(text: string): string {
    const url = text.length <= MOST_URL && URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined) throw refused('that is no URL');
    if (url.protocol !== 'https:') throw refused('it must begin with https://');
    if (url.username !== '' || url.password !== '') throw refused('it must not have a login in it');
    url.hash = '';
    // The URL parser has made 0x7f.1 and 2130706433 into 127.0.0.1 by now.
    const literal = literalOf(url);
    const why = literal === undefined ? undefined : this.#whyNot(literal);
    if (why !== undefined) throw refused(`${literal} is ${why}`);
    return url.href;
  }

  /** Never rejects; five seconds at the most. */
  async post(url: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Posted> {
    const signal = AbortSignal.timeout(this.#options.longestMs ?? LONGEST_MS);
    try {
      const target = new URL(this.accept(url));
      const address = await this.#resolve(target, signal);
      return await this.#send(target, address, body, headers, signal);
    } catch (error) {
      if (error instanceof CordonError) return { result: 'refused', words: error.message };
      return { result: 'failed', words: this.#wordsOf(error as Error, signal) };
    }
  }

  #wordsOf(error: Error, signal: AbortSignal): string {
    const { longestMs = LONGEST_MS } = this.#options;
    if (signal.aborted) return `no answer within ${longestMs / 1_000} s`;
    return oneLine((error as NodeJS.ErrnoException).code ?? error.message, 200);
  }

  #whyNot(address: string): string | undefined {
    const { allowed, own = ownAddresses } = this.#options;
    return whyNotPublic(address, { allowed, own: own() });
  }

  /** The address to connect to. A name that has also one address that is not allowed is refused as a whole. */
  async #resolve(target: URL, signal: AbortSignal): Promise<LookupAddress> {
    const literal = literalOf(target);
    if (literal !== undefined) return { address: literal, family: isIP(literal) };
    const { lookup = namesLookedUp() } = this.#options;
    const found = await before(signal, lookup(target.hostname, signal));
    // Which one and why is not said: whoever types names would learn what this host's name servers know of the network inside.
    if (found.some(({ address }) => this.#whyNot(address) !== undefined))
      throw refused(`${target.hostname} has an address that is not allowed`);
    if (found[0] === undefined) throw new Error(`${target.hostname} has no address`);
    return found[0];
  }

  #send(
    target: URL,
    { address, family }: LookupAddress,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Posted> {
    const { ca } = this.#options;
    return new Promise((resolve, reject) => {
      const outgoing = request(target, {
        method: 'POST',
        // A connection of its own: one that is kept open could lead elsewhere.
        agent: false,
        signal,
        lookup: (_name, options, done) => {
          if (options.all === true) done(null, [{ address, family }]);
          else done(null, address, family);
        },
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Cordon',
          ...headers,
        },
        minVersion: 'TLSv1.2',
        // Said here, so that no environment variable says otherwise.
        rejectUnauthorized: true,
        ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
      });
      outgoing.on('error', reject);
      outgoing.on('response', (incoming) => {
        const status = incoming.statusCode ?? 0;
        let bytes = 0;
        const end = (): void => {
          incoming.destroy();
          resolve(outcomeOf(status));
        };
        incoming.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BYTES) end();
        });
        incoming.on('end', end);
        incoming.on('error', reject);
      });
      outgoing.end(body);
    });
  }
}

function outcomeOf(status: number): Posted {
  if (status >= 200 && status < 300) return { result: 'taken', status };
  const more = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return { result: 'failed', words: `it answers ${status}${more}` };
}

function refused(words: string): CordonError {
  return new CordonError('TARGET_REFUSED', `there can be no webhook at this URL: ${words}`);
}

/** The address of a URL without a name. */
function literalOf({ hostname }: URL): string | undefined {
  return normalizeIp(hostname.replace(/^\[|\]$/g, ''));
}

function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    promise.then(resolve, reject);
  });
}
