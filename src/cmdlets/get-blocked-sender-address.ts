import type { Restriction } from '../restrictions/restriction.ts';
import { cmdlet, type Row } from './cmdlet.ts';
import { address } from './parameter.ts';
import { machineReason } from './reason.ts';
import { restrictedUsers, restrictedUsersNamed } from './restricted-user.ts';
import { newestFirst } from './row-order.ts';

export const getBlockedSenderAddress = cmdlet({
  name: 'Get-BlockedSenderAddress',
  synopsis: 'View users that may not send because they sent spam or exceeded a sending limit.',
  description:
    'Without a parameter it lists all blocked users of the organization, the newest first. A user is whoever signs in at the mail server: the login stands for the sender address.',
  parameters: {
    SenderAddress: address({ help: 'The blocked user to view: the login, in any case.' }),
  },
  action: 'restricted-entities.read',
  isChange: false,
  outputType: 'BlockedSenderAddress',
  output: [
    { name: 'SenderAddress', type: 'String', help: 'What Remove-BlockedSenderAddress takes.' },
    { name: 'Reason', type: 'String', help: 'Machine-readable, parts separated by semicolons.' },
    { name: 'CreatedDatetime', type: 'DateTime', help: 'Since when the user is blocked.' },
    { name: 'ChangedDatetime', type: 'DateTime', help: 'When the block was last changed.' },
    { name: 'TemporaryBlock', type: 'Boolean', help: 'True: it ends by itself.' },
    { name: 'ExpirationTime', type: 'DateTime', help: 'Until when; empty: until somebody unblocks the user.' },
    { name: 'UserId', type: 'Guid', help: 'Of the user, in Cordon.' },
    { name: 'TenantId', type: 'Guid', help: 'The organization.' },
    { name: 'Evidence', type: 'String[]', help: 'What was seen against what is usual, in plain words.' },
    { name: 'IncidentId', type: 'Guid', help: 'Evidence and samples hang on it.' },
  ],
  examples: [
    { command: 'Get-BlockedSenderAddress', says: 'Lists the blocked users.' },
    { command: 'Get-BlockedSenderAddress -SenderAddress julia@contoso.com', says: 'Shows the details of one.' },
  ],
  run: async ({ SenderAddress: wanted }, { ports, organizationId }) => {
    const found =
      wanted === undefined
        ? restrictedUsers(ports, organizationId)
        : restrictedUsersNamed(ports, organizationId, wanted);
    return found.map(rowOf);
  },
  targetOf: ({ SenderAddress = '' }) => SenderAddress,
  keyOf: ({ CreatedDatetime, IncidentId }) => newestFirst(CreatedDatetime as Date, IncidentId as string),
});

function rowOf(restriction: Restriction): Row {
  const { since, until, evidence } = restriction;
  return {
    SenderAddress: restriction.entityName,
    Reason: machineReason(restriction),
    CreatedDatetime: new Date(since),
    // Nothing of a block changes before it ends.
    ChangedDatetime: new Date(since),
    TemporaryBlock: until !== undefined,
    ExpirationTime: until === undefined ? null : new Date(until),
    UserId: restriction.entityId,
    TenantId: restriction.organizationId,
    Evidence: evidence === undefined ? [] : evidence.families.map(({ words }) => words),
    IncidentId: restriction.incidentId,
  };
}
