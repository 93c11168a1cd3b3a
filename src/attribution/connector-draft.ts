// What an admin types about a connector, checked and brought into the one form in which identities are compared.
import { CordonError } from '../errors.ts';
import { normalizeDomain } from '../mail/address.ts';
import { type Prefix, parsePrefix } from '../mail/ip-address.ts';
import type { Connector } from './entity.ts';
import { checkLimits } from './sending-limits.ts';

/** Everything of a connector that an admin may choose. */
export type ConnectorDraft = Omit<Connector, 'kind' | 'id' | 'organizationId' | 'createdAt'>;

export const EMPTY_DRAFT: ConnectorDraft = {
  name: '',
  enabled: true,
  type: 'OnPremises',
  senderIpAddresses: [],
  tlsSenderCertificateName: '',
  clientCertificateFingerprints: [],
  saslUsernames: [],
  localSubmission: false,
  associatedAcceptedDomains: [],
  comment: '',
  mode: 'enforce',
  bulk: false,
  armed: false,
  ndr: false,
  sendingLimits: {},
};

type Problem = { path: string; message: string };

/**
 * The draft with normalized, sorted, unique identities.
 * Throws INVALID_REQUEST naming every wrong field, or PREFIX_TOO_SHORT.
 */
export function normalizeDraft(draft: ConnectorDraft): ConnectorDraft {
  const problems: Problem[] = [];
  const name = draft.name.trim();
  if (name === '' || name.length > 64) problems.push({ path: 'name', message: 'give 1 to 64 characters' });
  const certificateName = normalizeCertificateName(draft.tlsSenderCertificateName, problems);
  const normalized: ConnectorDraft = {
    ...draft,
    name,
    senderIpAddresses: normalizeList('senderIpAddresses', draft.senderIpAddresses, normalizeCidr, problems),
    tlsSenderCertificateName: certificateName,
    clientCertificateFingerprints: normalizeList(
      'clientCertificateFingerprints',
      draft.clientCertificateFingerprints,
      normalizeFingerprint,
      problems,
    ),
    saslUsernames: normalizeList('saslUsernames', draft.saslUsernames, normalizeLogin, problems),
    associatedAcceptedDomains: normalizeList(
      'associatedAcceptedDomains',
      draft.associatedAcceptedDomains,
      (text) => normalizeDomain(text.trim()) || undefined,
      problems,
    ),
  };
  if (problems.length > 0) throw new CordonError('INVALID_REQUEST', describe(problems), { fields: problems });
  checkLimits(draft.sendingLimits, 'sendingLimits');
  refuseShortPrefixes(normalized.senderIpAddresses);
  return normalized;
}

/** 64 lower-case hexadecimal digits, with or without colons in the input; undefined where it is no SHA-256. */
export function normalizeFingerprint(text: string): string | undefined {
  const digits = text.trim().replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}

function normalizeCidr(text: string): string | undefined {
  const prefix = parsePrefix(text.trim());
  return prefix === undefined ? undefined : `${prefix.network}/${prefix.length}`;
}

function normalizeLogin(text: string): string | undefined {
  const login = text.trim().toLowerCase();
  return login === '' ? undefined : login;
}

function normalizeCertificateName(text: string, problems: Problem[]): string {
  const name = text.trim();
  if (name === '') return '';
  const wildcard = name.startsWith('*.');
  const domain = normalizeDomain(wildcard ? name.slice(2) : name);
  const labels = domain.split('.');
  // "*.com" would make a connector of everybody with a certificate.
  if (domain === '' || domain.includes('*') || (wildcard && labels.length < 2)) {
    problems.push({
      path: 'tlsSenderCertificateName',
      message: `${name} is no DNS name, nor *. before one of two labels`,
    });
    return '';
  }
  return wildcard ? `*.${domain}` : domain;
}

function normalizeList(
  path: string,
  values: readonly string[],
  normalize: (text: string) => string | undefined,
  problems: Problem[],
): string[] {
  const unique = new Set<string>();
  values.forEach((value, i) => {
    const normalized = normalize(value);
    if (normalized === undefined) problems.push({ path: `${path}[${i}]`, message: `${value} cannot be read` });
    else unique.add(normalized);
  });
  return [...unique].sort();
}

/** Design section 3: so short a prefix is somebody else's network, too. */
function refuseShortPrefixes(cidrs: readonly string[]): void {
  for (const cidr of cidrs) {
    const prefix = parsePrefix(cidr)!;
    if (prefix.length < (prefix.family === 4 ? 16 : 32)) {
      throw new CordonError('PREFIX_TOO_SHORT', `${cidr} is shorter than /${prefix.family === 4 ? 16 : 32}`);
    }
  }
}

/** True where one of the two prefixes holds the other. */
export function overlap(a: Prefix, b: Prefix): boolean {
  if (a.family !== b.family) return false;
  const length = Math.min(a.length, b.length);
  return parsePrefix(`${a.network}/${length}`)!.network === parsePrefix(`${b.network}/${length}`)!.network;
}

function describe(problems: readonly Problem[]): string {
  return problems.map((p) => `${p.path}: ${p.message}`).join('; ');
}
