// A connector as the API shows it, and what an admin may choose of one.
import { z } from 'zod';
import type { Discovered } from '../attribution/discovery.ts';
import type { Connector } from '../attribution/entity.ts';
import { id, shortText, toTime } from './fields.ts';
import { sendingLimitsSchema } from './limit-view.ts';
import type { ApiPorts } from './ports.ts';

const list = z.array(shortText).max(1_000);

/** Everything that an admin chooses of a connector. */
const draftFields = {
  name: shortText,
  enabled: z.boolean().describe('Nobody is recognized as a disabled connector; its identities stay taken.'),
  type: z.enum(['OnPremises', 'Partner']).describe('A Partner connector delivers to you and does not relay.'),
  senderIpAddresses: list.describe('Addresses and address blocks, at least /16 (IPv4) or /32 (IPv6).'),
  tlsSenderCertificateName: shortText.describe('Name in the client certificate; *.example.com for one label.'),
  clientCertificateFingerprints: list.describe('SHA-256 of client certificates.'),
  saslUsernames: list.describe('Logins that are this connector.'),
  localSubmission: z
    .boolean()
    .describe(
      'Mail that is handed in on the mail server itself, with sendmail(1), is its. At most one connector has this.',
    ),
  associatedAcceptedDomains: list,
  comment: z.string().max(1_000),
  mode: z.enum(['enforce', 'observe', 'exempt']).describe('observe: says what would have been blocked.'),
  bulk: z.boolean().describe('Sends to new recipients by nature: newsletters, invoices.'),
  armed: z.boolean().describe('Judged from the first message, without the days of observation of a new connector.'),
  sendingLimits: sendingLimitsSchema.describe("Its own; measures that are missing are the organization's."),
  ndr: z.boolean().describe('A report goes to the sender of refused mail (for devices that cannot bounce).'),
};

export const newConnectorSchema = z
  .strictObject({ ...z.object(draftFields).partial().shape, name: draftFields.name, organizationId: id.optional() })
  .meta({ id: 'NewConnector' });
export const changesSchema = z.strictObject(z.object(draftFields).partial().shape).meta({ id: 'ConnectorChanges' });
export const standingSchema = z.object({
  level: z.enum(['clear', 'suspect', 'compromised']),
  sum: z.number(),
  threshold: z.number(),
});
export const connectorSchema = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    ...draftFields,
    createdAt: z.string(),
    restricted: z.boolean(),
    standing: standingSchema.optional().describe('How the detector sees it; absent while it has seen nothing.'),
  })
  .meta({ id: 'Connector' });
export const discoveredSchema = z
  .object({
    clientAddress: z.string(),
    clientName: z.string(),
    certificateFingerprint: z.string(),
    certificateName: z.string(),
    saslUsername: z.string(),
    localSubmission: z.boolean().describe('Handed in on the mail server itself, with sendmail(1).'),
    recipients: z.number().int(),
    firstSeen: z.string(),
    lastSeen: z.string(),
  })
  .meta({ id: 'DiscoveredRelaying' });

export function presentConnector(
  connector: Connector,
  { restrictions, standingOf }: ApiPorts,
): z.output<typeof connectorSchema> {
  const { kind, createdAt, ...fields } = connector;
  return {
    ...fields,
    senderIpAddresses: [...fields.senderIpAddresses],
    clientCertificateFingerprints: [...fields.clientCertificateFingerprints],
    saslUsernames: [...fields.saslUsernames],
    associatedAcceptedDomains: [...fields.associatedAcceptedDomains],
    createdAt: toTime(createdAt),
    restricted: restrictions.active.get(connector.id) !== undefined,
    standing: standingOf?.(connector.id),
  };
}

export function presentDiscovered(found: Discovered): z.output<typeof discoveredSchema> {
  return { ...found, firstSeen: toTime(found.firstSeen), lastSeen: toTime(found.lastSeen) };
}
