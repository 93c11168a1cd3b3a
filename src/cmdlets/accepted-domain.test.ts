import { afterAll, expect, test } from 'vitest';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';

const { world, run, error, audit, close } = await cmdletCalls();
afterAll(close);

for (const domain of ['new.example', 'relay.example', 'ours.example']) {
  await world.ports.directory.assignIdentity(world.ours.id, 'acceptedDomain', domain);
}

const listed = async () => (await run('ours', 'Get-AcceptedDomain')).rows.map(({ DomainName }) => DomainName);

test('a domain is added, shown by name and GUID, and removed', async () => {
  const before = await listed();
  expect(before).toContain('ours.example');
  const { rows, warnings } = await run('ours', 'New-AcceptedDomain', { DomainName: 'New.Example' });
  expect(rows).toEqual([
    {
      DomainName: 'new.example',
      Name: 'new.example',
      DomainType: 'Authoritative',
      Identity: 'new.example',
      Guid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      TenantId: world.ours.id,
      IsValid: true,
    },
  ]);
  expect(warnings).toEqual([]);
  for (const Identity of ['NEW.example', rows[0]!.Guid]) {
    expect((await run('ours', 'Get-AcceptedDomain', { Identity })).rows).toEqual(rows);
  }
  expect(await listed()).toEqual(['new.example', ...before]);
  const { asks } = await run('ours', 'Remove-AcceptedDomain', { Identity: rows[0]!.Guid, Confirm: true });
  expect(asks).toBe('Removing accepted domain "new.example".');
  expect(await listed()).toEqual(['new.example', ...before]);
  expect((await run('ours', 'Remove-AcceptedDomain', { Identity: 'new.example' })).rows).toEqual([]);
  expect(await listed()).toEqual(before);
  for (const operation of ['New-AcceptedDomain', 'Remove-AcceptedDomain']) {
    expect((await audit(operation)).filter(({ objectId }) => objectId === 'new.example')).toEqual([
      expect.objectContaining({ organizationId: world.ours.id, result: 'Succeeded' }),
    ]);
  }
});

test('what means nothing here is told', async () => {
  const { warnings } = await run('ours', 'New-AcceptedDomain', {
    Name: 'Contoso',
    DomainName: 'relay.example',
    DomainType: 'internal',
  });
  expect(warnings).toEqual([
    expect.stringMatching(/^-Name does nothing here/),
    expect.stringMatching(/^-DomainType InternalRelay means the same/),
  ]);
});

test("another organization's domain is answered like an unknown one and stays; one that is taken or no domain is refused", async () => {
  for (const Identity of ['theirs.example', 'nobodys.example']) {
    for (const name of ['Get-AcceptedDomain', 'Remove-AcceptedDomain']) {
      expect((await error('ours', name, { Identity })).message).toBe(
        `The operation couldn't be performed because object '${Identity}' couldn't be found on 'Cordon'.`,
      );
    }
  }
  expect((await run('theirs', 'Get-AcceptedDomain', {}, world.theirs.id)).rows).toHaveLength(1);
  expect((await error('ours', 'New-AcceptedDomain', { DomainName: 'theirs.example' })).category).toBe(
    'PermissionDenied',
  );
  expect((await error('ours', 'New-AcceptedDomain', { DomainName: 'no domain' })).category).toBe('InvalidArgument');
});
