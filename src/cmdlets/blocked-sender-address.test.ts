import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { EVIDENCE } from '../../test/api-world.ts';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';

const { world, run, error, audit, unblockAll, close } = await cmdletCalls();
afterEach(unblockAll);
afterAll(close);

async function block(login: string, of: 'ours' | 'theirs' = 'ours', until?: number): Promise<string> {
  const { ports } = world;
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
  (await run('ours', 'Get-BlockedSenderAddress')).rows.map(({ SenderAddress }) => SenderAddress).sort();

describe('Get-BlockedSenderAddress', () => {
  test('shows the documented properties in their order, and a block that ends by itself as temporary', async () => {
    const { now } = world.clock;
    const id = await block('julia@ours.example', 'ours', now + 3_600_000);
    const { rows } = await run('ours', 'Get-BlockedSenderAddress');
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
    const { ports, ourConnector } = world;
    await ports.restrictions.restrict({ entity: ourConnector, cause: 'manual', reason: 'r', by: 'a' }).settled;
    await block('scanner');
    await block('shop-login', 'theirs');
    expect(await listed()).toEqual(['scanner']);
  });

  test('finds a login in any case', async () => {
    await block('julia@ours.example');
    const { rows } = await run('ours', 'Get-BlockedSenderAddress', { SenderAddress: 'JULIA@ours.EXAMPLE' });
    expect(rows).toEqual([expect.objectContaining({ SenderAddress: 'julia@ours.example', TemporaryBlock: false })]);
  });
});

describe('Remove-BlockedSenderAddress', () => {
  test('unblocks a login in any case, prints nothing, and leaves a record with the reason', async () => {
    const id = await block('julia@ours.example');
    await block('otto@ours.example');
    const { rows } = await run('ours', 'Remove-BlockedSenderAddress', {
      SenderAddress: 'Julia@Ours.Example',
      Reason: 'password changed',
    });
    expect(rows).toEqual([]);
    expect(await listed()).toEqual(['otto@ours.example']);
    expect(await audit('Remove-BlockedSenderAddress')).toEqual([
      expect.objectContaining({ objectId: id, parameters: expect.objectContaining({ reason: 'password changed' }) }),
    ]);
  });

  test("answers an unknown login and another organization's in the same words", async () => {
    await block('shop-login', 'theirs');
    for (const name of ['Get-BlockedSenderAddress', 'Remove-BlockedSenderAddress']) {
      for (const SenderAddress of ['nobody@ours.example', 'shop-login']) {
        expect((await error('ours', name, { SenderAddress })).message).toBe(
          `The operation couldn't be performed because object '${SenderAddress}' couldn't be found on 'Cordon'.`,
        );
      }
    }
    expect((await run('theirs', 'Get-BlockedSenderAddress', {}, world.theirs.id)).rows).toHaveLength(1);
  });
});
