import { restrictionsInForce } from '../operations/restricted-entities.ts';
import type { Restriction } from '../restrictions/restriction.ts';
import { cmdlet, type Row } from './cmdlet.ts';
import { CmdletError } from './cmdlet-error.ts';
import { guid } from './parameter.ts';
import { machineReason } from './reason.ts';
import { newestFirst } from './row-order.ts';

export const getBlockedConnector = cmdlet({
  name: 'Get-BlockedConnector',
  synopsis: 'View inbound connectors that have been detected as potentially compromised and may not relay.',
  description: 'Without a parameter it lists all blocked connectors of the organization, the newest first.',
  parameters: {
    ConnectorId: guid({ help: 'The blocked connector to view, for example 159eb7c4-75d7-43e2-95fe-ced44b3e0a56.' }),
  },
  action: 'restricted-entities.read',
  isChange: false,
  outputType: 'BlockedConnector',
  output: [
    { name: 'ConnectorId', type: 'Guid', help: 'What Remove-BlockedConnector takes.' },
    { name: 'ConnectorName', type: 'String', help: 'As it was called when it was blocked.' },
    { name: 'TenantId', type: 'Guid', help: 'The organization.' },
    { name: 'Reason', type: 'String', help: 'Machine-readable, parts separated by semicolons.' },
    { name: 'CreatedTime', type: 'DateTime', help: 'Since when it is blocked.' },
    { name: 'ExpirationTime', type: 'DateTime', help: 'Until when; empty: until somebody unblocks it.' },
    { name: 'Evidence', type: 'String[]', help: 'What was seen against what is usual, in plain words.' },
    { name: 'IncidentId', type: 'Guid', help: 'Evidence and samples hang on it.' },
  ],
  examples: [
    { command: 'Get-BlockedConnector', says: 'Lists the blocked connectors.' },
    {
      command: 'Get-BlockedConnector -ConnectorId 159eb7c4-75d7-43e2-95fe-ced44b3e0a56 | Format-List',
      says: 'Shows the details of one.',
    },
  ],
  run: async ({ ConnectorId: wanted }, { ports, organizationId }) => {
    const blocked = restrictionsInForce(ports, organizationId).filter(({ entityKind }) => entityKind === 'connector');
    if (wanted === undefined) return blocked.map(rowOf);
    const found = blocked.filter(({ entityId }) => entityId === wanted);
    if (found.length === 0) throw CmdletError.notFound(wanted);
    return found.map(rowOf);
  },
  targetOf: ({ ConnectorId = '' }) => ConnectorId,
  keyOf: ({ CreatedTime, IncidentId }) => newestFirst(CreatedTime as Date, IncidentId as string),
});

function rowOf(restriction: Restriction): Row {
  const { until, evidence } = restriction;
  return {
    ConnectorId: restriction.entityId,
    ConnectorName: restriction.entityName,
    TenantId: restriction.organizationId,
    Reason: machineReason(restriction),
    CreatedTime: new Date(restriction.since),
    ExpirationTime: until === undefined ? null : new Date(until),
    Evidence: evidence === undefined ? [] : evidence.families.map(({ words }) => words),
    IncidentId: restriction.incidentId,
  };
}
