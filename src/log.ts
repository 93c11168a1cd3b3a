// The process log: JSON Lines with times in UTC, and nothing in it that opens a door. Whatever a logged object calls by one of these
// names, at its top or three levels below, is not written. (pino's own `redact` does the same with wildcards, at twenty times the cost of
// a line: some lines are written while mail waits.)
import { type DestinationStream, type Logger, pino } from 'pino';

/** In lower case. */
const SECRETS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentpassword',
  'newpassword',
  'passwordhash',
  'pass',
  'secret',
  'secrethash',
  'token',
  'totp',
  'otp',
  'code_verifier',
  'client_secret',
  'id_token',
  'access_token',
  'refresh_token',
  'body',
]);
/** Terminals obey these as they obey an escape, or end the line there; JSON does not demand that they are escaped, so pino does not. */
const RAW = /[\u007f-\u009f\u2028\u2029]/g;
const DEPTH = 3;
const CENSORED = '[not logged]';

/** `destination`: standard output unless given. */
export function openLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: (fields: Record<string, unknown>) => withoutSecrets(fields, DEPTH) },
    hooks: { streamWrite: (line: string) => line.replace(RAW, escaped) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The object itself where there is nothing to leave out. */
function withoutSecrets(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(fields)) {
    const clean = SECRETS.has(name.toLowerCase()) ? CENSORED : cleanOf(value, depth);
    if (clean === value) continue;
    copy ??= { ...fields };
    copy[name] = clean;
  }
  return copy ?? fields;
}

/** Only what is written as an object: errors and the like have serializers of their own. */
function cleanOf(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth === 0) return value;
  if (Array.isArray(value)) return value.map((each) => cleanOf(each, depth - 1));
  const isPlain = Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
  return isPlain ? withoutSecrets(value as Record<string, unknown>, depth - 1) : value;
}
