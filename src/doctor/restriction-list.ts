// Postfix's lists as they stand in main.cf: `smtpd_*_restrictions` and `smtpd_milters`. Pure.
import { type ListenAddress, parseListenAddress } from '../config/listen-address.ts';

/** Words of a list: separated by white space and commas, with what stands in braces as one word. */
export function wordsOf(list: string): string[] {
  const words: string[] = [];
  let depth = 0;
  let word = '';
  for (const c of list) {
    if (depth === 0 && /[\s,]/.test(c)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (c === '{') depth++;
    if (c === '}') depth--;
    word += c;
  }
  return word === '' ? words : [...words, word];
}

/** Somebody whom Postfix asks: `inet:127.0.0.1:5712`, or `{ inet:127.0.0.1:5712, timeout=5s }`. */
export interface Peer {
  readonly address: string;
  /** Its own settings, for example `timeout`. */
  readonly attributes: ReadonlyMap<string, string>;
}

export function readPeer(word: string): Peer {
  const [address = '', ...rest] = wordsOf(word.replace(/^\{|\}$/g, ''));
  return {
    address,
    attributes: new Map(rest.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
  };
}

/** Whether Postfix's `inet:localhost:5712` or `unix:private/cordon` is where a door of cordon.yaml listens. */
export function isDoor({ address }: Peer, door: string): boolean {
  const listens = parseListenAddress(door);
  if (listens === undefined) return false;
  if ('path' in listens) return address.startsWith('unix:') && listens.path.endsWith(address.slice('unix:'.length));
  const [, host = '', port] = /^inet:(?:(.*):)?(\d+)$/.exec(address) ?? [];
  return Number(port) === listens.port && isHost(host.replace(/^\[|\]$/g, ''), listens.host);
}

const EVERYWHERE = ['0.0.0.0', '::'];
const LOOPBACK = ['', 'localhost', '127.0.0.1', '::1'];

function isHost(host: string, listens: string): boolean {
  return host === listens || EVERYWHERE.includes(listens) || (LOOPBACK.includes(host) && LOOPBACK.includes(listens));
}

/** How Postfix writes the address of a door. */
export function peerOf(door: string): string {
  const listens: ListenAddress | undefined = parseListenAddress(door);
  if (listens === undefined || 'path' in listens) return door;
  return `inet:${listens.host.includes(':') ? `[${listens.host}]` : listens.host}:${listens.port}`;
}

export interface PolicyCheck {
  readonly peer: Peer;
  /** Permits that stand before it in the same list: whom they permit the policy server is not asked about. */
  readonly permitsBefore: readonly string[];
  /** Tables before it, which end the list where they say OK. */
  readonly tablesBefore: readonly string[];
  /** The list with the check at its head. */
  readonly better: string;
}

/** Where a list asks the policy server of this door; undefined where it does not. `classOf` gives a restriction class's list. */
export function findPolicyCheck(
  list: string,
  door: string,
  classOf: (name: string) => string | undefined = () => undefined,
): PolicyCheck | undefined {
  const words = wordsOf(list).flatMap((word) => {
    const inClass = classOf(word);
    return inClass === undefined ? [word] : wordsOf(inClass);
  });
  const at = words.findIndex(
    (word, i) => word === 'check_policy_service' && isDoor(readPeer(words[i + 1] ?? ''), door),
  );
  if (at === -1) return undefined;
  const before = words.slice(0, at);
  const rest = [...before, ...words.slice(at + 2)];
  return {
    peer: readPeer(words[at + 1]!),
    permitsBefore: before.filter((word) => word.startsWith('permit')),
    tablesBefore: before.filter((word) => /^check_.*_access$/.test(word)),
    better: [`check_policy_service ${words[at + 1]},`, ...rest].join(' '),
  };
}
