// XCLIENT (Postfix's XCLIENT_README): a trusted proxy says whom it speaks for. Pure. A refusal is the answer itself.
import { decodeXtext } from '../../mail/address.ts';
import { networkOf, normalizeIp, type Prefix, parsePrefix } from '../../mail/ip-address.ts';

export const XCLIENT_ATTRIBUTES = 'NAME ADDR PORT PROTO HELO LOGIN';

/** What the proxy said. Undefined: it did not say it, or that it is not known (`[UNAVAILABLE]`, `[TEMPUNAVAIL]`). */
export interface XclientFacts {
  /** Canonical, or 'unknown'; undefined where the address does not change. */
  readonly clientAddress: string | undefined;
  /** 0 where not known. */
  readonly clientPort: number;
  readonly clientName: string | undefined;
  readonly heloName: string | undefined;
  readonly saslUsername: string | undefined;
  readonly isExtended: boolean;
}

const SYNTAX = '501 5.5.4 Syntax: XCLIENT attribute=value...';
/** DESTADDR and DESTPORT are ours, and known. */
const KNOWN = new Set([...XCLIENT_ATTRIBUTES.split(' '), 'DESTADDR', 'DESTPORT']);

/** `ADDR=192.0.2.7 NAME=mail.example LOGIN=anna`, or the answer that refuses it. */
export function readXclient(argument: string): XclientFacts | string {
  const attributes = new Map<string, string | undefined>();
  for (const word of argument.split(' ')) {
    if (word === '') continue;
    const equals = word.indexOf('=');
    const name = word.slice(0, equals).toUpperCase();
    if (equals === -1 || !KNOWN.has(name)) return SYNTAX;
    attributes.set(name, readValue(word.slice(equals + 1)));
  }
  const address = attributes.get('ADDR');
  const clientAddress = address === undefined ? 'unknown' : normalizeIp(address.replace(/^ipv6:/i, ''));
  if (attributes.size === 0 || clientAddress === undefined) return SYNTAX;
  const port = attributes.get('PORT') ?? '0';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return SYNTAX;
  return {
    clientAddress: attributes.has('ADDR') ? clientAddress : undefined,
    clientPort: Number(port),
    clientName: attributes.get('NAME')?.toLowerCase(),
    heloName: attributes.get('HELO'),
    saslUsername: attributes.get('LOGIN')?.toLowerCase(),
    isExtended: attributes.get('PROTO')?.toUpperCase() !== 'SMTP',
  };
}

function readValue(text: string): string | undefined {
  const value = decodeXtext(text);
  return value === '' || /^\[(UNAVAILABLE|TEMPUNAVAIL)\]$/i.test(value) ? undefined : value;
}

/** The address blocks of the configuration; single addresses, too. */
export function parsePrefixes(blocks: readonly string[]): readonly Prefix[] {
  return blocks.map(parsePrefix).filter((prefix) => prefix !== undefined);
}

/** Whether one of the prefixes holds this canonical address. */
export function isWithin(prefixes: readonly Prefix[], address: string): boolean {
  const family = address.includes(':') ? 6 : 4;
  return (
    address !== 'unknown' &&
    prefixes.some((prefix) => prefix.family === family && networkOf(address, prefix.length) === prefix.network)
  );
}
