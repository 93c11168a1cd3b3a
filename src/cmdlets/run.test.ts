// Get- and Remove-BlockedConnector as the article has them, and what is the same for every cmdlet.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { EVIDENCE } from '../../test/api-world.ts';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

const { world, run, error, audit, unblockAll, close } = await cmdletCalls();
afterEach(unblockAll);
afterAll(close);

async function block(entity = world.ourConnector): Promise<string> {
  const order = { entity, cause: 'detection', reason: 'r', by: 'Cordon', evidence: EVIDENCE } as const;
  await world.ports.restrictions.restrict(order).settled;
  return entity.id;
}

describe('Remove-BlockedConnector', () => {
  test('unblocks and says nothing', async () => {
    const ConnectorId = await block();
    expect(await run('ours', 'Remove-BlockedConnector', { ConnectorId })).toEqual({
      rows: [],
      warnings: [],
      asks: undefined,
    });
    expect((await run('ours', 'Get-BlockedConnector')).rows).toEqual([]);
  });

  test('writes -Reason, spaces and all, into the audit log', async () => {
    const ConnectorId = await block();
    const before = await audit('Remove-BlockedConnector');
    await run('ours', 'Remove-BlockedConnector', { ConnectorId, Reason: 'password changed,  host rebuilt' });
    expect(await audit('Remove-BlockedConnector')).toEqual([
      expect.objectContaining({
        objectId: ConnectorId,
        organizationId: world.ours.id,
        result: 'Succeeded',
        parameters: { ConnectorId, Reason: 'password changed,  host rebuilt' },
      }),
      ...before,
    ]);
  });

  test('takes a reason of at most 1 000 characters', async () => {
    const ConnectorId = await block();
    const { message } = await error('ours', 'Remove-BlockedConnector', { ConnectorId, Reason: 'x'.repeat(1_001) });
    expect(message).toMatch(/^Cannot validate argument on parameter 'Reason'\./);
    expect((await run('ours', 'Get-BlockedConnector')).rows).toHaveLength(1);
  });

  test("answers unknown, not blocked and another organization's connector in the same words", async () => {
    const { ourConnector, theirConnector } = world;
    await block(theirConnector);
    for (const name of ['Remove-BlockedConnector', 'Get-BlockedConnector']) {
      const answers = [];
      for (const ConnectorId of [UNKNOWN, ourConnector.id, theirConnector.id]) {
        const { message, target, ...others } = await error('ours', name, { ConnectorId });
        expect(message).toBe(
          `The operation couldn't be performed because object '${ConnectorId}' couldn't be found on 'Cordon'.`,
        );
        expect(target).toBe(ConnectorId);
        answers.push(others);
      }
      expect(answers[0]).toMatchObject({
        type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
        category: 'ObjectNotFound',
        status: 400,
      });
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[2]).toEqual(answers[0]);
    }
    expect(world.ports.restrictions.active.get(theirConnector.id)).toBeDefined();
  });

  test('is refused to whoever only reads, before anything is looked at, and that is recorded', async () => {
    await block();
    const before = await audit('Remove-BlockedConnector');
    const { type, status } = await error('reader', 'Remove-BlockedConnector', { ConnectorId: 'no guid' });
    expect([type, status]).toEqual(['Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException', 403]);
    expect(await audit('Remove-BlockedConnector')).toEqual([expect.objectContaining({ result: 'Failed' }), ...before]);
  });
});

describe('a refusal', () => {
  test('keeps little of what was sent, and only what the cmdlet takes', async () => {
    const ConnectorId = await block();
    const unknown = Object.fromEntries(
      Array.from({ length: 49 }, (_, i) => [`${i}`.padEnd(1_000, 'x'), 'y'.repeat(1_000)]),
    );
    const values = { ConnectorId, Reason: 'r'.repeat(100_000), ...unknown };
    await error('reader', 'Remove-BlockedConnector', values);
    const [record] = await audit('Remove-BlockedConnector');
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
    await error('reader', 'Remove-BlockedConnector', spellings);
    const records = (await audit('Remove-BlockedConnector')).slice(0, 2);
    expect(records.map((one) => JSON.stringify(one).length < 2_600)).toEqual([true, true]);
  });
});

describe('Get-BlockedConnector', () => {
  test('shows the properties of the documented tool first, in its order, then what Cordon adds', async () => {
    const CreatedTime = new Date(world.clock.now);
    const id = await block();
    const { rows } = await run('ours', 'Get-BlockedConnector', { ConnectorId: id.toUpperCase() });
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
      TenantId: world.ours.id,
      CreatedTime,
      ExpirationTime: null,
    });
  });

  test('of the organization that is named, also for a provider', async () => {
    await block();
    await block(world.theirConnector);
    for (const who of ['theirs', 'provider'] as const) {
      const { rows } = await run(who, 'Get-BlockedConnector', {}, world.theirs.id);
      expect(rows.map(({ ConnectorName }) => ConnectorName)).toEqual(['shop']);
    }
  });

  test('of an empty variable is refused, and does not list all', async () => {
    await block();
    const { message } = await error('ours', 'Get-BlockedConnector', { ConnectorId: null });
    expect(message).toMatch(/Cannot convert null to the type "System\.Guid"/);
  });
});

describe('every cmdlet', () => {
  test('that asks does nothing when it is asked what if', async () => {
    const { directory } = world.ports;
    const { id: Identity } = await directory.addConnector(world.ours.id, { ...EMPTY_DRAFT, name: 'asked about' });
    for (const how of [{ WhatIf: true }, { Confirm: true }, { WhatIf: true, Confirm: false }]) {
      const ran = await run('ours', 'Remove-InboundConnector', { Identity, ...how });
      expect(ran).toEqual({ rows: [], warnings: [], asks: 'Removing inbound connector "asked about".' });
    }
    expect(directory.connector(Identity)).toBeDefined();
    await run('ours', 'Remove-InboundConnector', { Identity, Confirm: false });
    expect(directory.connector(Identity)).toBeUndefined();
  });
});
