import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCmdletRunner, type CmdletRunner } from '../../test/cmdlet-runner.ts';

let cmdlets: CmdletRunner;
beforeEach(async () => {
  cmdlets = await aCmdletRunner();
  const { ports, ours } = cmdlets.world;
  for (const domain of ['new.example', 'ours.example']) {
    await ports.directory.assignIdentity(ours.id, 'acceptedDomain', domain);
  }
});
afterEach(() => cmdlets.close());

const listed = async () => (await cmdlets.run('Get-AcceptedDomain')).rows.map(({ DomainName }) => DomainName);

test('a domain is added, shown by name and GUID, and removed', async () => {
  const { rows, warnings } = await cmdlets.run('New-AcceptedDomain', { DomainName: 'New.Example' });
  expect(rows).toEqual([
    {
      DomainName: 'new.example',
      Name: 'new.example',
      DomainType: 'Authoritative',
      Identity: 'new.example',
      Guid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      TenantId: cmdlets.world.ours.id,
      IsValid: true,
    },
  ]);
  expect(warnings).toEqual([]);
  for (const Identity of ['NEW.example', rows[0]!.Guid]) {
    expect((await cmdlets.run('Get-AcceptedDomain', { Identity })).rows).toEqual(rows);
  }
  expect(await listed()).toEqual(['new.example', 'ours.example']);
  const { asks } = await cmdlets.run('Remove-AcceptedDomain', { Identity: rows[0]!.Guid, Confirm: true });
  expect(asks).toBe('Removing accepted domain "new.example".');
  expect(await listed()).toEqual(['new.example', 'ours.example']);
  expect((await cmdlets.run('Remove-AcceptedDomain', { Identity: 'new.example' })).rows).toEqual([]);
  expect(await listed()).toEqual(['ours.example']);
  for (const operation of ['New-AcceptedDomain', 'Remove-AcceptedDomain']) {
    expect(await cmdlets.audit(operation)).toEqual([
      expect.objectContaining({ objectId: 'new.example', organizationId: cmdlets.world.ours.id, result: 'Succeeded' }),
    ]);
  }
});

test('what means nothing here is told', async () => {
  const { warnings } = await cmdlets.run('New-AcceptedDomain', {
    Name: 'Contoso',
    DomainName: 'new.example',
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
      expect((await cmdlets.error(name, { Identity })).message).toBe(
        `The operation couldn't be performed because object '${Identity}' couldn't be found on 'Cordon'.`,
      );
    }
  }
  expect((await cmdlets.run('Get-AcceptedDomain', {}, { of: 'theirs' })).rows).toHaveLength(1);
  expect((await cmdlets.error('New-AcceptedDomain', { DomainName: 'theirs.example' })).category).toBe(
    'PermissionDenied',
  );
  expect((await cmdlets.error('New-AcceptedDomain', { DomainName: 'no domain' })).category).toBe('InvalidArgument');
});
