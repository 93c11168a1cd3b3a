// What a change leaves in the audit log when it is made by its cmdlet: one record in the cmdlet's names, also of what is refused, and none of a question.
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import { cmdletNamed } from './table.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

const { world, run, error: refusal, close } = await cmdletCalls();
afterAll(close);

let known: ReadonlySet<string>;
beforeEach(async () => {
  known = new Set((await all()).map(({ id }) => id));
});
const all = () => world.store.audit.list({ limit: 1_000 });
/** During the test. */
const recorded = async (name: string) =>
  (await all()).filter(({ id, operation }) => operation === name && !known.has(id));

describe('a change', () => {
  const MEMBER = { Identity: 'Security Reader', Member: 'nobody' };
  const REFUSED = [
    ['Set-InboundConnector', { Identity: UNKNOWN, Comment: 'x' }, UNKNOWN, 'not_found'],
    ['Remove-InboundConnector', { Identity: 'nobody' }, 'nobody', 'not_found'],
    ['Remove-AcceptedDomain', { Identity: 'nobody.example' }, 'nobody.example', 'not_found'],
    ['Remove-ProtectionAlert', { Identity: 'nothing' }, 'nothing', 'not_found'],
    ['Set-ProtectionAlert', { Identity: 'nothing', Severity: 'High' }, 'nothing', 'not_found'],
    ['Enable-ProtectionAlert', { Identity: 'nothing' }, 'nothing', 'not_found'],
    ['Add-RoleGroupMember', MEMBER, 'Security Reader', 'not_found'],
    ['Remove-RoleGroupMember', { ...MEMBER, Identity: 'Bogus' }, 'Bogus', 'not_found'],
    ['Set-HostedOutboundSpamFilterPolicy', { Identity: 'Bogus', RecipientLimitPerDay: 5 }, 'Bogus', 'not_found'],
    ['New-InboundConnector', { Name: 'branch office' }, '', 'name_taken'],
    ['Remove-BlockedConnector', { ConnectorId: UNKNOWN, Reason: 'x'.repeat(1_001) }, UNKNOWN, 'invalid_request'],
    ['Remove-BlockedConnector', { ConnectorId: 'x' }, '', 'invalid_request'],
  ] as const;

  test.each(REFUSED)('%s (%#) that is refused leaves one record, and none where it is only asked', async (...row) => {
    const [name, given, objectId, error] = row;
    const refused = await refusal('ours', name, given);
    const records = await recorded(name);
    const { id: organizationId } = world.ours;
    expect(records).toEqual([expect.objectContaining({ organizationId, objectId, result: 'Failed' })]);
    expect(records[0]!.parameters).toMatchObject({ [Object.keys(given)[0]!]: Object.values(given)[0], error });
    if (cmdletNamed(name)!.shouldProcess === undefined) return;
    for (const how of [{ WhatIf: true }, { confirm: '$true' }]) {
      const { message, ...others } = await refusal('ours', name, { ...given, ...how });
      expect({ message, ...others }).toEqual({ ...refused, message: refused.message });
    }
    expect(await recorded(name)).toHaveLength(1);
  });

  test("of another organization's is recorded in one's own", async () => {
    const { theirConnector, ours } = world;
    await refusal('ours', 'Remove-InboundConnector', { Identity: theirConnector.id });
    expect(await recorded('Remove-InboundConnector')).toEqual([
      expect.objectContaining({
        organizationId: ours.id,
        objectId: theirConnector.id,
        parameters: { Identity: theirConnector.id, error: 'not_found' },
      }),
    ]);
  });

  test('that unblocks what is not blocked leaves no record', async () => {
    await refusal('ours', 'Remove-BlockedConnector', { ConnectorId: world.ourConnector.id });
    await refusal('ours', 'Remove-BlockedSenderAddress', { SenderAddress: 'nobody@ours.example' });
    expect(await recorded('Remove-BlockedConnector')).toEqual([]);
    expect(await recorded('Remove-BlockedSenderAddress')).toEqual([]);
  });

  test('is recorded with what was given, in the names and types of the cmdlet', async () => {
    const given = { name: 'scanner', senderdomains: '*', connectortype: 'onprem', Enab: '$true', Confirm: false };
    await run('ours', 'New-InboundConnector', {
      ...given,
      AssociatedAcceptedDomains: { Add: ['ours.example'] },
      Comment: undefined,
    });
    const [record] = await recorded('New-InboundConnector');
    expect(record!.parameters).toEqual({
      Name: 'scanner',
      SenderDomains: '*',
      ConnectorType: 'OnPremises',
      Enabled: true,
      AssociatedAcceptedDomains: { Add: ['ours.example'] },
    });
  });

  test('of nothing changes nothing, says so and leaves no record', async () => {
    const before = world.ports.directory.connector(world.ourConnector.id);
    for (const more of [{}, { SenderDomains: '*' }]) {
      const { warnings } = await run('ours', 'Set-InboundConnector', { Identity: 'Branch Office', ...more });
      expect(warnings).toEqual([
        "The command completed successfully but no settings of 'branch office' have been modified.",
      ]);
    }
    expect(await recorded('Set-InboundConnector')).toEqual([]);
    expect(world.ports.directory.connector(world.ourConnector.id)).toBe(before);
  });
});
