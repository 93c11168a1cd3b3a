// What stands behind MAIL and RCPT: the path and the parameters (RFC 5321 4.1.1.2, 4.1.1.3). Pure. A refusal is the answer itself.
import { unbracket } from '../../mail/address.ts';

export interface ReversePath {
  /** '' is the null reverse-path. As given, without brackets and source route. */
  readonly sender: string;
  /** Bytes, as the client announced (RFC 1870). */
  readonly size: number | undefined;
  readonly is8BitMime: boolean;
  readonly isSmtpUtf8: boolean;
}

export interface PathRules {
  readonly maxMessageBytes: number;
  /** SMTP AUTH is offered, and with it the AUTH parameter of MAIL (RFC 4954 5). */
  readonly offersAuth: boolean;
}

/** `FROM:<a@b> SIZE=1000 BODY=8BITMIME`, or the answer that refuses it. */
export function readReversePath(argument: string, rules: PathRules): ReversePath | string {
  const parts = splitPath(argument, /^FROM:/i);
  if (parts === undefined) return '501 5.5.4 Syntax: MAIL FROM:<address>';
  const parameters = readParameters(parts.parameters);
  if (parameters === undefined) return '501 5.5.4 Malformed parameters';
  let size: number | undefined;
  let is8BitMime = false;
  let isSmtpUtf8 = false;
  for (const [name, value] of parameters) {
    if (name === 'SIZE') {
      if (value === undefined || !/^\d{1,20}$/.test(value)) return '501 5.5.4 Syntax: SIZE=bytes';
      size = Number(value);
    } else if (name === 'BODY') {
      const kind = value?.toUpperCase();
      if (kind !== '7BIT' && kind !== '8BITMIME') return '501 5.5.4 Syntax: BODY=7BIT or BODY=8BITMIME';
      is8BitMime = kind === '8BITMIME';
    } else if (name === 'SMTPUTF8' && value === undefined) isSmtpUtf8 = true;
    // Who first submitted the message, as the client says: his word counts for nothing here, and it goes no further.
    else if (name !== 'AUTH' || value === undefined || !rules.offersAuth) return unsupported(name);
  }
  const sender = unbracket(parts.path);
  if (sender !== '' && !isAddress(sender)) return '501 5.1.7 Bad sender address syntax';
  if (!isSmtpUtf8 && !isAscii(sender)) return '553 5.6.7 Address beyond ASCII needs SMTPUTF8';
  if (size !== undefined && size > rules.maxMessageBytes) return '552 5.3.4 Message size exceeds the limit';
  return { sender, size, is8BitMime, isSmtpUtf8 };
}

/** `TO:<a@b>`; the recipient, or the answer that refuses it. */
export function readForwardPath(argument: string, isSmtpUtf8: boolean): { readonly recipient: string } | string {
  const parts = splitPath(argument, /^TO:/i);
  if (parts === undefined) return '501 5.5.4 Syntax: RCPT TO:<address>';
  const parameters = readParameters(parts.parameters);
  if (parameters === undefined) return '501 5.5.4 Malformed parameters';
  for (const [name] of parameters) return unsupported(name);
  const recipient = unbracket(parts.path);
  if (!isAddress(recipient)) return '501 5.1.3 Bad recipient address syntax';
  if (!isSmtpUtf8 && !isAscii(recipient)) return '553 5.6.7 Address beyond ASCII needs SMTPUTF8';
  return { recipient };
}

const unsupported = (name: string): string => `555 5.5.4 Parameter ${name} is not supported`;

interface PathAndParameters {
  readonly path: string;
  readonly parameters: string;
}

/** In brackets, where a quoted local part may hold a `>`; or bare, as many a device writes it. */
const BRACKETED = /^(<(?:"(?:[^"\\]|\\.)*"|[^"<>])*>)(?: +(.*))?$/;
const BARE = /^([^\s<>]+)(?: +(.*))?$/;

/** RFC 5321 has no blank behind the colon, but devices write it. */
function splitPath(argument: string, keyword: RegExp): PathAndParameters | undefined {
  if (!keyword.test(argument)) return undefined;
  const text = argument.slice(argument.indexOf(':') + 1).trim();
  const parts = BRACKETED.exec(text) ?? BARE.exec(text);
  return parts === null ? undefined : { path: parts[1]!, parameters: parts[2] ?? '' };
}

/** Names in upper case. RFC 5321 4.1.2: esmtp-param. Undefined where one is malformed or stands there twice. */
function readParameters(text: string): ReadonlyMap<string, string | undefined> | undefined {
  const parameters = new Map<string, string | undefined>();
  for (const word of text.split(' ')) {
    if (word === '') continue;
    const parts = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\s=]+))?$/.exec(word);
    if (parts === null) return undefined;
    const name = parts[1]!.toUpperCase();
    if (parameters.has(name)) return undefined;
    parameters.set(name, parts[2]);
  }
  return parameters;
}

// A quoted or a plain local part, then a domain or an address literal. Laxer than RFC 5321 4.1.2 where that harms nobody
// (`a..b@c`, no domain), strict where two servers could read two addresses: no second @, no blank, no control character.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const LOCAL_PART = /^(?:"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"|[^\x00-\x20\x7f"(),:;<>@[\\\]]+)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const DOMAIN = /^(?:@(?:[^\x00-\x20\x7f"(),:;<>@[\\\]]+|\[[A-Za-z0-9.:-]+\]))?$/;

function isAddress(text: string): boolean {
  const local = LOCAL_PART.exec(text);
  return local !== null && DOMAIN.test(text.slice(local[0].length));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is looked for
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
