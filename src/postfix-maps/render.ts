// The active restrictions as Postfix lookup tables, for the time when nobody answers (access(5), cidr_table(5), regexp_table(5)). Pure.
//
// Postfix asks them in the order in which the guard attributes mail: login, certificate, address. A hit names a restriction class of main.cf,
// which then looks at the recipient. What the tables cannot say: a certificate known by its name; whose domain an accepted one is
// (mail of a restricted connector to any organization's domains passes); that a login belongs to another connector than its address.
import type { Connector } from '../attribution/entity.ts';
import { parsePrefix } from '../mail/ip-address.ts';
import { REPLIES } from '../mail/replies.ts';
import { oneLine } from '../mail/reply.ts';
import type { Restriction } from '../restrictions/restriction.ts';

export interface MapSubject {
  /** Active ones. */
  readonly restrictions: readonly Pick<Restriction, 'entityId' | 'entityKind' | 'entityName'>[];
  readonly connectors: readonly Connector[];
  /** Normalized, of all organizations. */
  readonly acceptedDomains: readonly string[];
}

/** File name and text. */
export type PostfixMaps = Readonly<Record<MapName, string>>;

export const MAP_NAMES = [
  'restricted-client.cidr',
  'restricted-sasl',
  'restricted-ccert',
  'refused-by-user',
  'refused-by-connector',
] as const;
export type MapName = (typeof MAP_NAMES)[number];

/** Restriction classes of the documented main.cf. */
const REFUSE_USER = 'cordon_user';
const REFUSE_CONNECTOR = 'cordon_connector';
const HEADER =
  '# Written by Cordon at each change of its restrictions. Postfix asks it while Cordon does not answer.\n';

export function renderMaps({ restrictions, connectors, acceptedDomains }: MapSubject): PostfixMaps {
  const restrictedIds = new Set(restrictions.map(({ entityId }) => entityId));
  const recognized = connectors.filter(({ enabled }) => enabled);
  const restricted = recognized.filter(({ id }) => restrictedIds.has(id));
  const users = restrictions.filter(({ entityKind }) => entityKind === 'user').map(({ entityName }) => entityName);
  return {
    'restricted-client.cidr': table(clients(recognized, restrictedIds)),
    'restricted-sasl': table([
      ...whole(users).map((login) => `${login} ${REFUSE_USER}`),
      ...whole(restricted.flatMap(({ saslUsernames }) => saslUsernames)).map((login) => `${login} ${REFUSE_CONNECTOR}`),
    ]),
    'restricted-ccert': table(
      whole(restricted.flatMap((connector) => connector.clientCertificateFingerprints.map(withColons))).map(
        (fingerprint) => `${fingerprint} ${REFUSE_CONNECTOR}`,
      ),
    ),
    'refused-by-user': table([
      `!/^(postmaster|abuse)(@(${domains(acceptedDomains)}))?$/ ${oneLine(REPLIES.restrictedUser)}`,
    ]),
    // A routed local part relays whatever its domain.
    'refused-by-connector': table([
      `!/^([^@%!]+@(${domains(acceptedDomains)})|postmaster|abuse)$/ ${oneLine(REPLIES.restrictedConnector)}`,
    ]),
  };
}

const table = (lines: readonly string[]): string => HEADER + lines.map((line) => `${line}\n`).join('');

/**
 * The prefixes of the restricted, and of others those that lie within them; the longest first, since the first hit counts. Others are only
 * there to let pass.
 */
function clients(connectors: readonly Connector[], restrictedIds: ReadonlySet<string>): string[] {
  return connectors
    .flatMap(({ id, senderIpAddresses }) =>
      senderIpAddresses.map((cidr) => ({ cidr, isRestricted: restrictedIds.has(id) })),
    )
    .map((entry) => ({ ...entry, length: parsePrefix(entry.cidr)?.length ?? 0 }))
    .sort((a, b) => b.length - a.length || (a.cidr < b.cidr ? -1 : 1))
    .map(({ cidr, isRestricted }) => `${cidr} ${isRestricted ? REFUSE_CONNECTOR : 'DUNNO'}`);
}

/** Regular expressions that are the text and nothing else, sorted. Postfix hears no control character from a client. */
function whole(texts: readonly string[]): string[] {
  return texts
    .filter((text) => text !== '' && !hasControl(text))
    .sort()
    .map((text) => `/^${escaped(text)}$/`);
}

function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}

/** POSIX extended: what is special gets a class of its own, but for `^` and `\`, which cannot stand in one alone, and the delimiter. */
function escaped(text: string): string {
  return text
    .replace(/[\\^/]/g, '\\$&')
    .replace(/[[\]().*+?{}|$]/g, '[$&]')
    .replaceAll('[]]', '\\]');
}

const withColons = (fingerprint: string): string => fingerprint.toUpperCase().replace(/..(?!$)/g, '$&:');

/** Of an organization without domains nothing is its own. */
function domains(accepted: readonly string[]): string {
  return accepted.length === 0 ? '[.]' : accepted.toSorted().map(escaped).join('|');
}
