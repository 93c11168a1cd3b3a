// What an admin chooses of a connector, as the form holds it, and what of it goes to the guard.
import type { Schemas } from '../../api/client.ts';
import type { Connector, Discovered } from './connector-queries.ts';

type Chosen = Omit<Connector, 'id' | 'organizationId' | 'createdAt' | 'restricted' | 'standing'>;
type ListField = 'senderIpAddresses' | 'clientCertificateFingerprints' | 'saslUsernames' | 'associatedAcceptedDomains';

/** Lists are text, an entry on each line. */
export type ConnectorDraft = Omit<Chosen, ListField> & Readonly<Record<ListField, string>>;

export const EMPTY_DRAFT: ConnectorDraft = {
  name: '',
  enabled: true,
  type: 'OnPremises',
  senderIpAddresses: '',
  tlsSenderCertificateName: '',
  clientCertificateFingerprints: '',
  saslUsernames: '',
  localSubmission: false,
  associatedAcceptedDomains: '',
  comment: '',
  mode: 'enforce',
  bulk: false,
  armed: false,
  ndr: false,
  sendingLimits: {},
};

export function draftOf(connector: Connector): ConnectorDraft {
  const { id, organizationId, createdAt, restricted, standing, ...chosen } = connector;
  return {
    ...chosen,
    senderIpAddresses: linesOf(chosen.senderIpAddresses),
    clientCertificateFingerprints: linesOf(chosen.clientCertificateFingerprints),
    saslUsernames: linesOf(chosen.saslUsernames),
    associatedAcceptedDomains: linesOf(chosen.associatedAcceptedDomains),
  };
}

/** Known by what says most about it: its login, else its certificate, else where it stands. Observed at first. */
export function draftFrom(found: Discovered): ConnectorDraft {
  const { saslUsername, certificateFingerprint, certificateName, clientName, clientAddress, localSubmission } = found;
  const draft: ConnectorDraft = { ...EMPTY_DRAFT, mode: 'observe' };
  if (saslUsername !== '') return { ...draft, name: saslUsername, saslUsernames: saslUsername };
  if (certificateFingerprint !== '') {
    const name = certificateName === '' ? clientAddress : certificateName;
    return { ...draft, name, clientCertificateFingerprints: certificateFingerprint };
  }
  if (localSubmission) return { ...draft, name: 'sendmail', localSubmission };
  const isNamed = clientName !== '' && clientName !== 'unknown';
  return { ...draft, name: isNamed ? clientName : clientAddress, senderIpAddresses: clientAddress };
}

/** Only what has become another: what somebody else changed meanwhile stays. */
export function changesOf(before: ConnectorDraft, after: ConnectorDraft): Schemas['ConnectorChanges'] {
  const was = Object.entries(chosenOf(before));
  const is = chosenOf(after);
  const same = was.filter(([field, value]) => JSON.stringify(value) === JSON.stringify(is[field as keyof Chosen]));
  return Object.fromEntries(Object.entries(is).filter(([field]) => !same.some(([each]) => each === field)));
}

export function chosenOf(draft: ConnectorDraft): Chosen {
  return {
    ...draft,
    senderIpAddresses: listOf(draft.senderIpAddresses),
    clientCertificateFingerprints: listOf(draft.clientCertificateFingerprints),
    saslUsernames: listOf(draft.saslUsernames),
    associatedAcceptedDomains: listOf(draft.associatedAcceptedDomains),
  };
}

const linesOf = (list: readonly string[]): string => list.join('\n');

function listOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
