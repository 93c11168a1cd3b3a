// Get- and Remove-BlockedConnector as the article has them, and what is the same for every cmdlet.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EVIDENCE } from '../../test/api-world.ts';
import { aCmdletRunner, type CmdletRunner } from '../../test/cmdlet-runner.ts';
import { CMDLETS, cmdletNamed } from './table.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

let cmdlets: CmdletRunner;
beforeEach(async () => {
  cmdlets = await aCmdletRunner();
});
afterEach(() => cmdlets.close());

async function block(entity = cmdlets.world.ourConnector): Promise<string> {
  const order = { entity, cause: 'detection', reason: 'r', by: 'Cordon', evidence: EVIDENCE } as const;
  await cmdlets.world.ports.restrictions.restrict(order).settled;
  return entity.id;
}

describe('Remove-BlockedConnector', () => {
  test('unblocks and says nothing', async () => {
    const ConnectorId = await block();
    expect(await cmdlets.run('Remove-BlockedConnector', { ConnectorId })).toEqual({
      rows: [],
      warnings: [],
      asks: undefined,
    });
    expect((await cmdlets.run('Get-BlockedConnector')).rows).toEqual([]);
  });

  test('writes -Reason, spaces and all, into the audit log', async () => {
    const ConnectorId = await block();
    await cmdlets.run('Remove-BlockedConnector', { ConnectorId, Reason: 'password changed,  host rebuilt' });
    expect(await cmdlets.audit('Remove-BlockedConnector')).toEqual([
      expect.objectContaining({
        objectId: ConnectorId,
        organizationId: cmdlets.world.ours.id,
        result: 'Succeeded',
        parameters: { ConnectorId, Reason: 'password changed,  host rebuilt' },
      }),
    ]);
  });

  test('takes a reason of at most 1 000 characters', async () => {
    const ConnectorId = await block();
    const { message } = await cmdlets.error('Remove-BlockedConnector', { ConnectorId, Reason: 'x'.repeat(1_001) });
    expect(message).toMatch(/^Cannot validate argument on parameter 'Reason'\./);
    expect((await cmdlets.run('Get-BlockedConnector')).rows).toHaveLength(1);
  });

  test("answers unknown, not blocked and another organization's connector in the same words", async () => {
    const { ourConnector, theirConnector } = cmdlets.world;
    await block(theirConnector);
    for (const name of ['Remove-BlockedConnector', 'Get-BlockedConnector']) {
      const answers = [];
      for (const ConnectorId of [UNKNOWN, ourConnector.id, theirConnector.id]) {
        const { message, target, ...error } = await cmdlets.error(name, { ConnectorId });
        expect(message).toBe(
          `The operation couldn't be performed because object '${ConnectorId}' couldn't be found on 'Cordon'.`,
        );
        expect(target).toBe(ConnectorId);
        answers.push({ ...error });
      }
      expect(answers[0]).toMatchObject({
        type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
        category: 'ObjectNotFound',
        status: 400,
      });
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    }
    expect(cmdlets.world.ports.restrictions.active.get(theirConnector.id)).toBeDefined();
  });

  test('is refused to whoever only reads, before anything is looked at, and that is recorded', async () => {
    await block();
    const { type, status } = await cmdlets.error(
      'Remove-BlockedConnector',
      { ConnectorId: 'no guid' },
      { role: 'Global Reader' },
    );
    expect([type, status]).toEqual(['Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException', 403]);
    expect(await cmdlets.audit('Remove-BlockedConnector')).toEqual([expect.objectContaining({ result: 'Failed' })]);
  });
});

describe('Get-BlockedConnector', () => {
  test('shows the properties of the documented tool first, in its order, then what Cordon adds', async () => {
    const id = await block();
    const { rows } = await cmdlets.run('Get-BlockedConnector', { ConnectorId: id.toUpperCase() });
    expect(Object.keys(rows[0]!)).toEqual([
      'ConnectorId',
      'ConnectorName',
      'TenantId',
      'Reason',
      'CreatedTime',
      'ExpirationTime',
      'Evidence',
      'IncidentId',
    ]);
    expect(rows[0]).toMatchObject({
      ConnectorId: id,
      ConnectorName: 'branch office',
      TenantId: cmdlets.world.ours.id,
      CreatedTime: new Date(cmdlets.world.clock.now),
      ExpirationTime: null,
    });
  });

  test('of the organization that is named, also for a provider', async () => {
    await block();
    await block(cmdlets.world.theirConnector);
    const { rows } = await cmdlets.run('Get-BlockedConnector', {}, { of: 'theirs' });
    expect(rows.map(({ ConnectorName }) => ConnectorName)).toEqual(['shop']);
  });

  test('of an empty variable is refused, and does not list all', async () => {
    await block();
    const { message } = await cmdlets.error('Get-BlockedConnector', { ConnectorId: null });
    expect(message).toMatch(/Cannot convert null to the type "System\.Guid"/);
  });
});

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

  test.each(REFUSED)('%s %j that is refused leaves one record, and none where it is only asked', async (...row) => {
    const [name, given, objectId, error] = row;
    const refused = await cmdlets.error(name, given);
    const { id: organizationId } = cmdlets.world.ours;
    const records = (await cmdlets.audit(name)).filter((record) => record.organizationId === organizationId);
    expect(records).toEqual([expect.objectContaining({ objectId, operation: name, result: 'Failed' })]);
    expect(records[0]!.parameters).toMatchObject({ [Object.keys(given)[0]!]: Object.values(given)[0], error });
    if (cmdletNamed(name)!.shouldProcess === undefined) return;
    for (const how of [{ WhatIf: true }, { confirm: '$true' }]) {
      const { message, ...others } = await cmdlets.error(name, { ...given, ...how });
      expect({ message, ...others }).toEqual({ ...refused, message: refused.message });
    }
    expect(await cmdlets.audit(name)).toHaveLength(1);
  });

  test("of another organization's is recorded in one's own", async () => {
    const { theirConnector, ours } = cmdlets.world;
    await cmdlets.error('Remove-InboundConnector', { Identity: theirConnector.id });
    expect(await cmdlets.audit('Remove-InboundConnector')).toEqual([
      expect.objectContaining({
        organizationId: ours.id,
        objectId: theirConnector.id,
        parameters: { Identity: theirConnector.id, error: 'not_found' },
      }),
    ]);
  });

  test('that unblocks what is not blocked leaves no record', async () => {
    await cmdlets.error('Remove-BlockedConnector', { ConnectorId: cmdlets.world.ourConnector.id });
    await cmdlets.error('Remove-BlockedSenderAddress', { SenderAddress: 'nobody@ours.example' });
    expect(await cmdlets.audit('Remove-BlockedConnector')).toEqual([]);
    expect(await cmdlets.audit('Remove-BlockedSenderAddress')).toEqual([]);
  });

  test('is recorded with what was given, in the names and types of the cmdlet', async () => {
    const given = { name: 'scanner', senderdomains: '*', connectortype: 'onprem', Enab: '$true', Confirm: false };
    await cmdlets.run('New-InboundConnector', {
      ...given,
      AssociatedAcceptedDomains: { Add: ['ours.example'] },
      Comment: undefined,
    });
    const [record] = await cmdlets.audit('New-InboundConnector');
    expect(record!.parameters).toEqual({
      Name: 'scanner',
      SenderDomains: '*',
      ConnectorType: 'OnPremises',
      Enabled: true,
      AssociatedAcceptedDomains: { Add: ['ours.example'] },
    });
  });

  test('of nothing changes nothing, says so and leaves no record', async () => {
    const before = cmdlets.world.ports.directory.connector(cmdlets.world.ourConnector.id);
    for (const more of [{}, { SenderDomains: '*' }]) {
      const { warnings } = await cmdlets.run('Set-InboundConnector', { Identity: 'Branch Office', ...more });
      expect(warnings).toEqual([
        "The command completed successfully but no settings of 'branch office' have been modified.",
      ]);
    }
    expect(await cmdlets.audit('Set-InboundConnector')).toEqual([]);
    expect(cmdlets.world.ports.directory.connector(cmdlets.world.ourConnector.id)).toBe(before);
  });
});

describe('every cmdlet', () => {
  test('has each property of its rows in its table, and a name, a help and an example', () => {
    for (const { name, output, outputType, examples, parameters, synopsis } of CMDLETS) {
      expect(name).toMatch(/^(Get|New|Set|Remove|Enable|Disable|Search|Add)-[A-Z][A-Za-z0-9]+$/);
      expect(output.length > 0, name).toBe(outputType !== undefined);
      expect(new Set(output.map((property) => property.name)).size, name).toBe(output.length);
      expect(examples.length, name).toBeGreaterThan(0);
      const helps = [synopsis, ...output.map(({ help }) => help), ...Object.values(parameters).map(({ help }) => help)];
      for (const help of helps) expect(help, name).toMatch(/[.)]$/);
    }
  });

  test('that asks does nothing when it is asked what if', async () => {
    const { ourConnector } = cmdlets.world;
    for (const how of [{ WhatIf: true }, { Confirm: true }, { WhatIf: true, Confirm: false }]) {
      const ran = await cmdlets.run('Remove-InboundConnector', { Identity: ourConnector.id, ...how });
      expect(ran).toEqual({ rows: [], warnings: [], asks: 'Removing inbound connector "branch office".' });
    }
    expect(cmdlets.world.ports.directory.connector(ourConnector.id)).toBeDefined();
    await cmdlets.run('Remove-InboundConnector', { Identity: ourConnector.id, Confirm: false });
    expect(cmdlets.world.ports.directory.connector(ourConnector.id)).toBeUndefined();
  });
});
