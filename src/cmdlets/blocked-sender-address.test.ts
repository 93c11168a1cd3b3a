import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EVIDENCE } from '../../test/api-world.ts';
import { aCmdletRunner, type CmdletRunner } from '../../test/cmdlet-runner.ts';

let cmdlets: CmdletRunner;
beforeEach(async () => {
  cmdlets = await aCmdletRunner();
});
afterEach(() => cmdlets.close());

async function block(login: string, of: 'ours' | 'theirs' = 'ours', until?: number): Promise<string> {
  const { ports, ...world } = cmdlets.world;
  const entity = ports.directory.user(world[of].id, login);
  await ports.restrictions.restrict({
    entity,
    cause: 'detection',
    reason: 'r',
    by: 'Cordon',
    evidence: EVIDENCE,
    until,
  }).settled;
  return entity.id;
}

const listed = async () =>
  (await cmdlets.run('Get-BlockedSenderAddress')).rows.map(({ SenderAddress }) => SenderAddress).sort();

describe('Get-BlockedSenderAddress', () => {
  test('shows the documented properties in their order, and a block that ends by itself as temporary', async () => {
    const { now } = cmdlets.world.clock;
    const id = await block('julia@ours.example', 'ours', now + 3_600_000);
    const { rows } = await cmdlets.run('Get-BlockedSenderAddress');
    expect(Object.keys(rows[0]!).slice(0, 5)).toEqual([
      'SenderAddress',
      'Reason',
      'CreatedDatetime',
      'ChangedDatetime',
      'TemporaryBlock',
    ]);
    expect(rows).toEqual([
      expect.objectContaining({
        SenderAddress: 'julia@ours.example',
        CreatedDatetime: new Date(now),
        ChangedDatetime: new Date(now),
        TemporaryBlock: true,
        ExpirationTime: new Date(now + 3_600_000),
        UserId: id,
        Evidence: EVIDENCE.families.map(({ words }) => words),
      }),
    ]);
  });

  test('lists users only, and only those of the organization', async () => {
    const { ports, ourConnector } = cmdlets.world;
    await ports.restrictions.restrict({ entity: ourConnector, cause: 'manual', reason: 'r', by: 'a' }).settled;
    await block('scanner');
    await block('shop-login', 'theirs');
    expect(await listed()).toEqual(['scanner']);
  });

  test('finds a login in any case', async () => {
    await block('julia@ours.example');
    const { rows } = await cmdlets.run('Get-BlockedSenderAddress', { SenderAddress: 'JULIA@ours.EXAMPLE' });
    expect(rows).toEqual([expect.objectContaining({ SenderAddress: 'julia@ours.example', TemporaryBlock: false })]);
  });
});

describe('Remove-BlockedSenderAddress', () => {
  test('unblocks a login in any case, prints nothing, and leaves a record with the reason', async () => {
    const id = await block('julia@ours.example');
    await block('otto@ours.example');
    const { rows } = await cmdlets.run('Remove-BlockedSenderAddress', {
      SenderAddress: 'Julia@Ours.Example',
      Reason: 'password changed',
    });
    expect(rows).toEqual([]);
    expect(await listed()).toEqual(['otto@ours.example']);
    expect(await cmdlets.audit('Remove-BlockedSenderAddress')).toEqual([
      expect.objectContaining({
        objectId: id,
        parameters: { SenderAddress: 'Julia@Ours.Example', Reason: 'password changed' },
      }),
    ]);
  });

  test("answers an unknown login and another organization's in the same words", async () => {
    await block('shop-login', 'theirs');
    for (const name of ['Get-BlockedSenderAddress', 'Remove-BlockedSenderAddress']) {
      for (const SenderAddress of ['nobody@ours.example', 'shop-login']) {
        expect((await cmdlets.error(name, { SenderAddress })).message).toBe(
          `The operation couldn't be performed because object '${SenderAddress}' couldn't be found on 'Cordon'.`,
        );
      }
    }
    expect((await cmdlets.run('Get-BlockedSenderAddress', {}, { of: 'theirs' })).rows).toHaveLength(1);
  });
});
