// What an admin types about a connector, checked and brought into the one form in which identities are compared.
import { CordonError } from '../errors.ts';
import { normalizeDomain } from '../mail/address.ts';
import type { Connector } from './entity.ts';
import {
  normalizeCertificateName,
  normalizeCidr,
  normalizeFingerprint,
  normalizeLogin,
  refuseShortPrefix,
} from './identity.ts';
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
  const normalized: ConnectorDraft = {
    ...draft,
    name,
    senderIpAddresses: normalizeList('senderIpAddresses', draft.senderIpAddresses, normalizeCidr, problems),
    tlsSenderCertificateName: certificateNameIn(draft, problems),
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
  normalized.senderIpAddresses.forEach(refuseShortPrefix);
  return normalized;
}

function certificateNameIn({ tlsSenderCertificateName: text }: ConnectorDraft, problems: Problem[]): string {
  if (text.trim() === '') return '';
  const name = normalizeCertificateName(text);
  if (name === undefined) {
    const message = `${text.trim()} is no DNS name, nor *. before one of two labels`;
    problems.push({ path: 'tlsSenderCertificateName', message });
  }
  return name ?? '';
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

function describe(problems: readonly Problem[]): string {
  return problems.map((p) => `${p.path}: ${p.message}`).join('; ');
}
