// The payloads of the milter protocol become facts: client, sender, recipient, header field, macros.
// Strings end with NUL; a payload that is not of its command's form gives undefined.
import { decodeBytes } from '../../mail/charset.ts';
import { isLoopback, normalizeIp } from '../../mail/ip-address.ts';

export interface ConnectedClient {
  /** Undefined where the mail server knows none. */
  readonly name: string | undefined;
  /** Canonical text, or 'unknown'. */
  readonly address: string;
  readonly port: number;
}

/**
 * Mail from sendmail(1) has no client. Postfix's cleanup(8) then says 127.0.0.1 or ::1 and port 0, which no SMTP session has, save that
 * of a proxy that is trusted with XCLIENT.
 */
export function isLocalSubmission({ address, port }: ConnectedClient): boolean {
  return port === 0 && isLoopback(address);
}

/** SMFIC_CONNECT: host name, family; except for the unknown family also port and address. */
export function readClient(payload: Buffer): ConnectedClient | undefined {
  const nameEnd = payload.indexOf(0);
  if (nameEnd === -1) return undefined;
  const name = clientName(decodeBytes(payload.subarray(0, nameEnd)));
  const family = payload[nameEnd + 1];
  if (family === UNKNOWN) return { name, address: 'unknown', port: 0 };
  if (family !== INET && family !== INET6 && family !== UNIX) return undefined;
  const addressAt = nameEnd + 4;
  if (payload.length <= addressAt || payload[payload.length - 1] !== 0) return undefined;
  const address = payload.toString('latin1', addressAt, payload.length - 1);
  // A Unix socket's address is a path and proves nothing that a connector could be configured by.
  const ip = family === UNIX ? undefined : normalizeIp(address);
  return { name, address: ip ?? 'unknown', port: ip === undefined ? 0 : payload.readUInt16BE(nameEnd + 2) };
}

const INET = 0x34;
const INET6 = 0x36;
const UNIX = 0x4c;
const UNKNOWN = 0x55;

/** Postfix says `unknown`, Sendmail `[192.0.2.7]` where the address has no name. */
function clientName(text: string): string | undefined {
  return text === '' || text === 'unknown' || text.startsWith('[') ? undefined : text;
}

/** SMFIC_HELO, MAIL, RCPT: at least one string; SMTP parameters follow as further ones. */
export function readStrings(payload: Buffer): readonly [string, ...string[]] | undefined {
  if (payload.length === 0 || payload[payload.length - 1] !== 0) return undefined;
  const [first = '', ...more] = decodeBytes(payload.subarray(0, -1)).split('\0');
  return [first, ...more];
}

/** More of a field's value nobody reads, bytes. */
const LONGEST_VALUE = 8192;

/** SMFIC_HEADER: name and value, the value still folded and encoded, cut at LONGEST_VALUE. */
export function readHeader(payload: Buffer): readonly [name: string, value: string] | undefined {
  const nameEnd = payload.indexOf(0);
  const end = payload.length - 1;
  if (nameEnd === -1 || nameEnd >= end || payload[end] !== 0) return undefined;
  const valueEnd = Math.min(end, nameEnd + 1 + LONGEST_VALUE);
  return [payload.toString('latin1', 0, nameEnd), decodeBytes(payload.subarray(nameEnd + 1, valueEnd))];
}

/** Name to value. Names are without their braces; an empty value is an absent one. Plain text, unlike the policy protocol's xtext. */
export type Macros = ReadonlyMap<string, string>;

export const NO_MACROS: Macros = new Map();

/** SMFIC_MACRO behind its first byte, the letter of the event that they belong to. */
export function readMacros(payload: Buffer): Macros | undefined {
  if (payload.length === 0) return NO_MACROS;
  const strings = readStrings(payload);
  if (strings === undefined || strings.length % 2 !== 0) return undefined;
  const macros = new Map<string, string>();
  for (let i = 0; i < strings.length; i += 2) {
    const name = strings[i]!;
    const value = strings[i + 1]!;
    if (value !== '') macros.set(name.startsWith('{') ? name.slice(1, -1) : name, value);
  }
  return macros;
}

/** The SIZE parameter of MAIL FROM (RFC 1870); 0 where the client declared none. */
export function declaredSize(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const digits = /^size=(\d{1,15})$/i.exec(parameter)?.[1];
    if (digits !== undefined) return Number(digits);
  }
  return 0;
}

/**
 * The code that the mail server answered to a recipient it refused; undefined where it took it. It then says {rcpt_mailer}
 * `error` and the enhanced status in {rcpt_host}; of the code itself only the class is told.
 */
export function refusalCode(macros: Macros): number | undefined {
  if (macros.get('rcpt_mailer') !== 'error') return undefined;
  return macros.get('rcpt_host')?.startsWith('4') ? 450 : 550;
}
