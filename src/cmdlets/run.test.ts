// Get- and Remove-BlockedConnector as the article has them, and what is the same for every cmdlet.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EVIDENCE } from '../../test/api-world.ts';
import { aCmdletRunner, type CmdletRunner } from '../../test/cmdlet-runner.ts';
import { CMDLETS } from './table.ts';

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
        parameters: expect.objectContaining({ reason: 'password changed,  host rebuilt' }),
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

describe('a refusal', () => {
  test('keeps little of what was sent, and only what the cmdlet takes', async () => {
    const ConnectorId = await block();
    const unknown = Object.fromEntries(
      Array.from({ length: 49 }, (_, i) => [`${i}`.padEnd(1_000, 'x'), 'y'.repeat(1_000)]),
    );
    const values = { ConnectorId, Reason: 'r'.repeat(100_000), ...unknown };
    await cmdlets.error('Remove-BlockedConnector', values, { role: 'Global Reader' });
    const [record] = await cmdlets.audit('Remove-BlockedConnector');
    expect(record!.parameters).toEqual({
      ConnectorId,
      Reason: expect.stringMatching(/^r{195}…$/),
      unknownParameters: 49,
      cut: '1 value',
      error: 'forbidden',
    });
    const spellings = Object.fromEntries(
      Array.from({ length: 64 }, (_, i) => [
        [...'reason'].map((letter, bit) => (i & (1 << bit) ? letter.toUpperCase() : letter)).join(''),
        'y'.repeat(1_000),
      ]),
    );
    await cmdlets.error('Remove-BlockedConnector', spellings, { role: 'Global Reader' });
    const records = await cmdlets.audit('Remove-BlockedConnector');
    expect(records.map((one) => JSON.stringify(one).length < 2_600)).toEqual([true, true]);
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
