// A connector as the cmdlets show and take it: the names of the original, each with what it means here, then Cordon's own.
import type { Connector, ConnectorMode, ConnectorType } from '../attribution/entity.ts';
import type { ConnectorChanges } from '../operations/connectors.ts';
import type { ArgumentsOf, Call, Property, Row } from './cmdlet.ts';
import { identified } from './identity.ts';
import { boolean, listChange, oneOf, text } from './parameter.ts';
import { byName } from './row-order.ts';

export const INBOUND_CONNECTOR: readonly Property[] = [
  { name: 'Enabled', type: 'Boolean', help: 'False: nobody is recognized as it.' },
  { name: 'ConnectorType', type: 'String', help: 'OnPremises relays; Partner delivers to the organization only.' },
  { name: 'ConnectorSource', type: 'String', help: 'Default.' },
  { name: 'Comment', type: 'String', help: 'What somebody noted.' },
  { name: 'SenderIPAddresses', type: 'String[]', help: 'Address blocks by which it is recognized.' },
  { name: 'SenderDomains', type: 'String[]', help: 'smtp:*;1: what a client says of itself decides nothing.' },
  { name: 'TrustedOrganizations', type: 'String[]', help: 'Empty.' },
  { name: 'ClientHostNames', type: 'String[]', help: 'Empty.' },
  { name: 'AssociatedAcceptedDomains', type: 'String[]', help: 'Accepted domains that it is meant for.' },
  { name: 'RequireTls', type: 'Boolean', help: 'True: it is recognized by a certificate alone.' },
  { name: 'RestrictDomainsToIPAddresses', type: 'Boolean', help: 'False.' },
  { name: 'RestrictDomainsToCertificate', type: 'Boolean', help: 'False.' },
  { name: 'CloudServicesMailEnabled', type: 'Boolean', help: 'False.' },
  { name: 'TreatMessagesAsInternal', type: 'Boolean', help: 'False.' },
  { name: 'TlsSenderCertificateName', type: 'String', help: 'Name in the client certificate; empty: none.' },
  { name: 'EFTestMode', type: 'Boolean', help: 'False.' },
  { name: 'ScanAndDropRecipients', type: 'String[]', help: 'Empty.' },
  { name: 'EFSkipLastIP', type: 'Boolean', help: 'False.' },
  { name: 'EFSkipIPs', type: 'String[]', help: 'Empty.' },
  { name: 'EFSkipMailGateway', type: 'String[]', help: 'Empty.' },
  { name: 'EFUsers', type: 'String[]', help: 'Empty.' },
  { name: 'AdminDisplayName', type: 'String', help: 'Empty.' },
  { name: 'Name', type: 'String', help: 'What -Identity takes.' },
  { name: 'Identity', type: 'String', help: 'The name.' },
  { name: 'WhenChangedUTC', type: 'DateTime', help: 'Empty: the audit log tells what was changed when.' },
  { name: 'WhenCreatedUTC', type: 'DateTime', help: 'When it was created.' },
  { name: 'Guid', type: 'Guid', help: 'What -Identity and -ConnectorId take.' },
  { name: 'IsValid', type: 'Boolean', help: 'True.' },
  { name: 'TenantId', type: 'Guid', help: 'The organization.' },
  { name: 'ClientCertificateFingerprints', type: 'String[]', help: 'SHA-256 of client certificates.' },
  { name: 'SaslUsernames', type: 'String[]', help: 'Logins by which it is recognized.' },
  { name: 'LocalSubmission', type: 'Boolean', help: 'Mail handed in on the mail server itself is its.' },
  { name: 'Mode', type: 'String', help: 'enforce, observe or exempt.' },
  { name: 'Bulk', type: 'Boolean', help: 'It sends to new recipients by nature.' },
  { name: 'Armed', type: 'Boolean', help: 'Blocked from its first message on, without days of observation.' },
  { name: 'SendNdr', type: 'Boolean', help: 'Senders of refused mail get a report.' },
  { name: 'Blocked', type: 'Boolean', help: 'It may not relay now: see Get-BlockedConnector.' },
];

export const keyOfConnector = ({ Name, Guid }: Row): string => byName(Name as string, Guid as string);

export function connectorRow(connector: Connector, { ports }: Pick<Call, 'ports'>): Row {
  const { tlsSenderCertificateName: certificateName } = connector;
  return {
    Enabled: connector.enabled,
    ConnectorType: connector.type,
    ConnectorSource: 'Default',
    Comment: connector.comment,
    SenderIPAddresses: connector.senderIpAddresses,
    SenderDomains: ['smtp:*;1'],
    TrustedOrganizations: [],
    ClientHostNames: [],
    AssociatedAcceptedDomains: connector.associatedAcceptedDomains,
    RequireTls: isByCertificateAlone(connector),
    RestrictDomainsToIPAddresses: false,
    RestrictDomainsToCertificate: false,
    CloudServicesMailEnabled: false,
    TreatMessagesAsInternal: false,
    TlsSenderCertificateName: certificateName === '' ? null : certificateName,
    EFTestMode: false,
    ScanAndDropRecipients: [],
    EFSkipLastIP: false,
    EFSkipIPs: [],
    EFSkipMailGateway: [],
    EFUsers: [],
    AdminDisplayName: '',
    Name: connector.name,
    Identity: connector.name,
    WhenChangedUTC: null,
    WhenCreatedUTC: new Date(connector.createdAt),
    Guid: connector.id,
    IsValid: true,
    TenantId: connector.organizationId,
    ClientCertificateFingerprints: connector.clientCertificateFingerprints,
    SaslUsernames: connector.saslUsernames,
    LocalSubmission: connector.localSubmission,
    Mode: connector.mode,
    Bulk: connector.bulk,
    Armed: connector.armed,
    SendNdr: connector.ndr,
    Blocked: ports.restrictions.active.get(connector.id) !== undefined,
  };
}

function isByCertificateAlone(connector: Connector): boolean {
  const { senderIpAddresses, saslUsernames, localSubmission } = connector;
  const hasCertificate =
    connector.tlsSenderCertificateName !== '' || connector.clientCertificateFingerprints.length > 0;
  return hasCertificate && senderIpAddresses.length === 0 && saslUsernames.length === 0 && !localSubmission;
}

/** CmdletError where there is none. */
export function connectorNamed(identity: string, { ports, organizationId }: Call): Connector {
  const all = ports.directory.connectors(organizationId);
  return identified(identity, all, { id: ({ id }) => id, name: ({ name }) => name });
}

/** -Identity where there must be one. */
export const identity = text({
  required: true,
  position: 0,
  pipeline: 'ByPropertyName',
  help: 'The connector: its name or its GUID.',
});

const MODES: readonly ConnectorMode[] = ['enforce', 'observe', 'exempt'];
const TYPES: readonly ConnectorType[] = ['Partner', 'OnPremises'];

const TLS = 'whether TLS is demanded is settled at the mail server; a certificate is looked at wherever there is one.';
const CLAIMS = 'what a client says of itself decides nothing here.';
const HYBRID = 'there is no hybrid organization.';
const ENHANCED = 'Enhanced Filtering looks behind the client; here the client that connects is the one that is judged.';

/** What New-InboundConnector and Set-InboundConnector take alike. */
export const CONNECTOR_SETTINGS = {
  AssociatedAcceptedDomains: listChange({ help: 'Accepted domains that it is meant for, for people who read it.' }),
  Comment: text({ help: 'A note.' }),
  ConnectorType: oneOf(TYPES, {
    help: 'OnPremises relays for the organization. Partner delivers to it and does not relay.',
  }),
  Enabled: boolean({ help: 'False: nobody is recognized as it. A blocked one cannot be turned off.' }),
  SenderIPAddresses: listChange({ help: 'Addresses and blocks such as 192.0.2.0/24 by which it is recognized.' }),
  SenderDomains: listChange({
    help: 'Taken because the original demands it. Anything but * is told as a warning: what a client says of itself decides nothing here.',
  }),
  TlsSenderCertificateName: text({
    help: 'Name in the client certificate by which it is recognized: mail.contoso.com, or *.contoso.com.',
  }),
  ClientHostNames: listChange({ help: 'Is not used.', ignored: CLAIMS }),
  CloudServicesMailEnabled: boolean({ help: 'Is not used.', ignored: HYBRID }),
  ConnectorSource: oneOf(['Default', 'HybridWizard', 'Migrated'], { help: 'Is not kept.', ignored: HYBRID }),
  EFSkipIPs: listChange({ help: 'Is not used.', ignored: ENHANCED }),
  EFSkipLastIP: boolean({ help: 'Is not used.', ignored: ENHANCED }),
  EFSkipMailGateway: listChange({ help: 'Is not used.', ignored: ENHANCED }),
  EFTestMode: boolean({ help: 'Is not used.', ignored: ENHANCED }),
  EFUsers: listChange({ help: 'Is not used.', ignored: ENHANCED }),
  RequireTls: boolean({ help: 'Is not used.', ignored: TLS }),
  RestrictDomainsToCertificate: boolean({ help: 'Is not used.', ignored: CLAIMS }),
  RestrictDomainsToIPAddresses: boolean({ help: 'Is not used.', ignored: CLAIMS }),
  ScanAndDropRecipients: listChange({ help: 'Is not used.', ignored: 'no mail is taken and dropped.' }),
  TreatMessagesAsInternal: boolean({ help: 'Is not used.', ignored: 'all mail to others is judged alike.' }),
  TrustedOrganizations: listChange({ help: 'Is not used.', ignored: HYBRID }),
  ClientCertificateFingerprints: listChange({ help: 'SHA-256 of client certificates by which it is recognized.' }),
  SaslUsernames: listChange({ help: 'Logins by which it is recognized.' }),
  LocalSubmission: boolean({ help: 'Mail handed in on the mail server itself is its. One connector at most has it.' }),
  Mode: oneOf(MODES, { help: 'enforce blocks, observe only tells, exempt is not judged.' }),
  Bulk: boolean({ help: 'It sends to new recipients by nature: a newsletter, an application.' }),
  Armed: boolean({ help: 'Blocked from its first message on, without days of observation.' }),
  SendNdr: boolean({ help: 'Send a report to the sender of refused mail, for devices that cannot.' }),
};

type Given = Partial<ArgumentsOf<typeof CONNECTOR_SETTINGS>>;

type Lists = Pick<
  Connector,
  'senderIpAddresses' | 'clientCertificateFingerprints' | 'saslUsernames' | 'associatedAcceptedDomains'
>;

/** `before`: what the lists are now. */
export function changesOf(given: Given, before: Lists): Omit<ConnectorChanges, 'name'> {
  return {
    associatedAcceptedDomains: given.AssociatedAcceptedDomains?.(before.associatedAcceptedDomains),
    comment: given.Comment,
    type: given.ConnectorType,
    enabled: given.Enabled,
    senderIpAddresses: given.SenderIPAddresses?.(before.senderIpAddresses),
    tlsSenderCertificateName: given.TlsSenderCertificateName,
    clientCertificateFingerprints: given.ClientCertificateFingerprints?.(before.clientCertificateFingerprints),
    saslUsernames: given.SaslUsernames?.(before.saslUsernames),
    localSubmission: given.LocalSubmission,
    mode: given.Mode,
    bulk: given.Bulk,
    armed: given.Armed,
    ndr: given.SendNdr,
  };
}

/** All senders: `*`, `smtp:*`, `smtp:*;1`. */
const EVERY_SENDER = /^(smtp:)?\*(;\d{1,3})?$/i;

/** In the original they choose the connector; a script that names some must hear that here they do not. */
export function warnOfSenderDomains({ SenderDomains: change }: Given, call: Pick<Call, 'warn'>): void {
  const named = change?.([]).filter((domain) => !EVERY_SENDER.test(domain.trim())) ?? [];
  if (named.length === 0) return;
  call.warn(
    `-SenderDomains ${named.slice(0, 10).join(', ')} does nothing here: a connector is recognized by address, certificate or login, and what a client says of itself decides nothing.`,
  );
}
