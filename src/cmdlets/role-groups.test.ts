import { afterAll, describe, expect, test } from 'vitest';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import { ROLE_NAMES, type RoleName } from '../access/roles.ts';

const { world, run, audit, close } = await cmdletCalls();
afterAll(close);

const { accounts } = world.ports;
const admin = world.signIn(['Organization Management'], world.ours.id);
const chief = world.signIn(['Provider Administrator']);
let made = 0;
async function anAccount(
  roles: readonly RoleName[],
  organizationId: string | undefined = world.ours.id,
  mail?: string,
) {
  const name = `person-${++made}`;
  return accounts.add({ name, mail, organizationId, roles, passwordHash: 'h' }, undefined);
}
const anProviderAccount = (roles: readonly RoleName[]) =>
  accounts.add({ name: `chief-${++made}`, roles, passwordHash: 'h' }, undefined);
const rolesOf = (id: string) => accounts.get(id)?.roles;
const names = (rows: readonly Readonly<Record<string, unknown>>[], key = 'Name') => rows.map((row) => row[key]);
const DENIED = { category: 'PermissionDenied', status: 403 };

// So that nobody below is the last administrator by chance.
await anAccount(['Global Administrator']);

describe('Get-ManagementRole', () => {
  const role = async (values: Record<string, unknown>) =>
    names((await run('reader', 'Get-ManagementRole', values)).rows);

  test('lists the roles by name, each with what it may run', async () => {
    const { rows } = await run('reader', 'Get-ManagementRole');
    expect(names(rows)).toEqual([...ROLE_NAMES].sort());
    const [reader] = rows.filter(({ Name }) => Name === 'Global Reader');
    expect(reader).toMatchObject({ RoleType: 'GlobalReader', Rights: expect.arrayContaining(['audit.read']) });
    expect(reader!.RoleEntries).toContain('Get-BlockedConnector');
    expect(reader!.RoleEntries).not.toContain('Remove-BlockedConnector');
    expect(reader!.Description).toMatch(/^May see restricted entities/);
  });

  test('names the roles that may run a cmdlet, as the article has them', async () => {
    expect(await role({ Cmdlet: 'remove-blockedconnector' })).toEqual([
      'Global Administrator',
      'Organization Management',
      'Provider Administrator',
      'Security Administrator',
    ]);
    expect(await role({ Cmdlet: 'Get-BlockedConnector' })).toHaveLength(ROLE_NAMES.length);
  });

  test('names those that may give the parameters, too', async () => {
    const values = { Cmdlet: 'Remove-BlockedConnector', CmdletParameters: ['ConnectorId', 'Reason'] };
    expect(await role(values)).toHaveLength(4);
  });

  test('shows one by its name', async () => {
    expect(await role({ Identity: 'global READER' })).toEqual(['Global Reader']);
    expect(await role({ Identity: 'Global Reader', Cmdlet: 'Remove-BlockedConnector' })).toEqual([]);
  });

  test.each([
    [{ Identity: 'Transport Hygiene' }, 'ObjectNotFound', 'Transport Hygiene'],
    [{ Cmdlet: 'Remove-Everything' }, 'ObjectNotFound', 'Remove-Everything'],
    [{ CmdletParameters: 'Reason' }, 'InvalidArgument', 'CmdletParameters'],
    [{ Cmdlet: 'Remove-BlockedConnector', CmdletParameters: ['Colour'] }, 'InvalidData', 'CmdletParameters'],
  ])('%j is refused', async (values, category, target) => {
    await expect(role(values)).rejects.toMatchObject({ category, target });
  });
});

describe('Get-ManagementRoleAssignment', () => {
  const assigned = async (values: Record<string, unknown>, who: Parameters<typeof run>[0] = 'reader') =>
    (await run(who, 'Get-ManagementRoleAssignment', values)).rows;

  test('tells what the recipe of the article asks: who may run a cmdlet', async () => {
    const found = [];
    for (const { Name } of (await run('reader', 'Get-ManagementRole', { Cmdlet: 'Remove-BlockedConnector' })).rows) {
      found.push(...(await assigned({ Role: Name, Delegating: false })));
    }
    expect(
      found.map(({ Role, RoleAssigneeType, RoleAssigneeName }) => [Role, RoleAssigneeType, RoleAssigneeName]),
    ).toEqual(
      ['Global Administrator', 'Organization Management', 'Provider Administrator', 'Security Administrator'].map(
        (name) => [name, 'RoleGroup', name],
      ),
    );
  });

  test('tells who may give a role: whoever has all of it, and may give any', async () => {
    const givers = async (Role: RoleName) => names(await assigned({ Role, Delegating: true }), 'RoleAssigneeName');
    const administrators = ['Global Administrator', 'Organization Management', 'Provider Administrator'];
    expect(await givers('Security Reader')).toEqual(administrators);
    expect(await givers('Organization Management')).toEqual(administrators);
    expect(await givers('Provider Administrator')).toEqual(['Provider Administrator']);
  });

  test('lists accounts and, for whoever may revoke them, API tokens one by one, each row once and in order', async () => {
    const { id, name } = await anAccount(['Security Reader']);
    const token = await world.tokenOf(['Security Reader'], world.ours.id);
    await world.tokenOf(['Security Reader'], world.ours.id);
    const values = { Role: 'security reader', Delegating: '$false', GetEffectiveUsers: true };
    const rows = await assigned(values, 'ours');
    expect(rows).toContainEqual(
      expect.objectContaining({
        RoleAssigneeType: 'User',
        EffectiveUserName: name,
        AssignmentMethod: 'RoleGroup',
        AssigneeId: id,
      }),
    );
    const tokens = rows.filter(({ RoleAssigneeType }) => RoleAssigneeType === 'ServicePrincipal');
    expect(tokens).toHaveLength(2);
    expect(names(tokens, 'AssigneeId')).toContain((token as unknown as { token: { id: string } }).token.id);
    expect(names(await assigned(values), 'RoleAssigneeType')).toEqual(['RoleGroup', 'User']);
  });

  test('finds those of one assignee', async () => {
    const { name } = await anAccount(['Security Reader', 'Global Reader']);
    const roles = ['Global Reader', 'Security Reader'];
    expect(names(await assigned({ RoleAssignee: name.toUpperCase() }), 'Role')).toEqual(roles);
    expect(names(await assigned({ RoleAssignee: name, RoleAssigneeType: 'us' }), 'Role')).toEqual(roles);
    expect(await assigned({ RoleAssignee: name, RoleAssigneeType: 'RoleGroup' })).toEqual([]);
  });

  test('shows nothing of another organization, nor of the provider but to the provider', async () => {
    const { name } = await anAccount(['Security Reader'], world.theirs.id);
    const { name: provider } = await anProviderAccount(['Security Reader']);
    const seenBy = async (who: Parameters<typeof run>[0]) =>
      names(await assigned({ Role: 'Security Reader', GetEffectiveUsers: true }, who), 'RoleAssigneeName');
    for (const who of ['ours', 'reader'] as const) {
      expect(await seenBy(who)).not.toContain(name);
      expect(await seenBy(who)).not.toContain(provider);
    }
    expect(await seenBy('provider')).toContain(provider);
    expect(await seenBy('provider')).not.toContain(name);
  });

  test('of a role that there is not is refused', async () => {
    await expect(assigned({ Role: 'Mail Flow' })).rejects.toMatchObject({
      category: 'ObjectNotFound',
      target: 'Mail Flow',
    });
  });
});

describe('a member of a role group', () => {
  const members = async (Identity: RoleName, who: Parameters<typeof run>[0] = 'reader') =>
    names((await run(who, 'Get-RoleGroupMember', { Identity })).rows);
  const add = (who: Parameters<typeof run>[0], Identity: string, Member: string, more = {}) =>
    run(who, 'Add-RoleGroupMember', { Identity, Member, ...more });
  const remove = (who: Parameters<typeof run>[0], Identity: string, Member: string, more = {}) =>
    run(who, 'Remove-RoleGroupMember', { Identity, Member, ...more });

  test('is added and removed: nothing is printed, the list shows it, the audit log keeps it', async () => {
    const { id, name } = await anAccount(['Global Reader']);
    expect(await add(admin, 'security ADMINISTRATOR', name.toUpperCase())).toEqual({ rows: [], warnings: [] });
    expect(rolesOf(id)).toEqual(['Global Reader', 'Security Administrator']);
    expect(await members('Security Administrator')).toContain(name);
    const roles = ['Global Reader', 'Security Administrator'];
    expect((await audit('Add-RoleGroupMember'))[0]).toMatchObject({
      by: 'Paula',
      result: 'Succeeded',
      organizationId: world.ours.id,
      objectId: id,
      parameters: { Identity: 'security ADMINISTRATOR', Member: name.toUpperCase() },
      changes: [{ name: 'roles', before: ['Global Reader'], after: roles }],
    });
    expect(await remove(admin, 'Security Administrator', id)).toEqual({ rows: [], warnings: [] });
    expect(await members('Security Administrator')).not.toContain(name);
    expect((await audit('Remove-RoleGroupMember'))[0]).toMatchObject({
      objectId: id,
      parameters: { Identity: 'Security Administrator', Member: id },
      changes: [{ name: 'roles', before: roles, after: ['Global Reader'] }],
    });
  });

  test('is shown with its properties, in the order of their names', async () => {
    const { id, name } = await anAccount(['View-Only Organization Management'], world.ours.id, 'anna@ours.example');
    await anAccount(['View-Only Organization Management']);
    const { rows } = await run('reader', 'Get-RoleGroupMember', { Identity: 'View-Only Organization Management' });
    expect(rows[0]).toEqual({
      Name: name,
      RecipientType: 'User',
      PrimarySmtpAddress: 'anna@ours.example',
      Identity: name,
      Guid: id,
      IsValid: true,
      Enabled: true,
      Roles: ['View-Only Organization Management'],
      RolesFrom: 'Local',
      LastSignInTime: null,
    });
    expect(names(rows)).toEqual([...names(rows)].sort());
  });

  test('is meant by its mail address, where only one has it', async () => {
    const { id } = await anAccount([], world.ours.id, 'one@ours.example');
    for (const _ of [1, 2]) await anAccount([], world.ours.id, 'shared@ours.example');
    await add(admin, 'Global Reader', 'One@Ours.example');
    expect(rolesOf(id)).toEqual(['Global Reader']);
    await expect(add(admin, 'Global Reader', 'shared@ours.example')).rejects.toMatchObject({
      category: 'ObjectNotFound',
    });
  });

  test('cannot be added twice, nor removed where it is none', async () => {
    const { name } = await anAccount(['Global Reader']);
    await expect(add(admin, 'Global Reader', name)).rejects.toMatchObject({
      message: `The recipient "${name}" is already a member of the group "Global Reader".`,
      errorId: 'MemberAlreadyExistsException',
    });
    await expect(remove(admin, 'Security Reader', name)).rejects.toMatchObject({
      message: `The recipient "${name}" isn't a member of the group "Security Reader".`,
      category: 'ObjectNotFound',
    });
  });

  test('keeps what two people give it at the same time', async () => {
    const { id, name } = await anAccount([]);
    await Promise.all([add(admin, 'Global Reader', name), add(admin, 'Security Reader', name)]);
    expect(rolesOf(id)).toEqual(['Global Reader', 'Security Reader']);
  });

  test('that is the last administrator keeps its role, and the refusal is recorded', async () => {
    const { id, name } = await anAccount(['Organization Management'], world.theirs.id);
    const theirs = world.signIn(['Organization Management'], world.theirs.id);
    const order = { Identity: 'Organization Management', Member: name };
    await expect(run(theirs, 'Remove-RoleGroupMember', order, world.theirs.id)).rejects.toMatchObject({
      message: expect.stringContaining('last local administrator'),
      category: 'InvalidOperation',
    });
    expect(rolesOf(id)).toEqual(['Organization Management']);
    expect((await audit('Remove-RoleGroupMember'))[0]).toMatchObject({
      result: 'Failed',
      objectId: id,
      parameters: { error: 'last_administrator' },
    });
  });

  test('gets nothing that its giver has not, and nothing from a token', async () => {
    const { id, name } = await anAccount([]);
    const { name: provider } = await anProviderAccount([]);
    const global = world.signIn(['Global Administrator']);
    await expect(add(global, 'Provider Administrator', provider)).rejects.toMatchObject(DENIED);
    await expect(add('ours', 'Global Reader', name)).rejects.toMatchObject({
      ...DENIED,
      message: expect.stringContaining('a token lets nobody in'),
    });
    expect((await audit('Add-RoleGroupMember'))[0]).toMatchObject({
      result: 'Failed',
      parameters: { error: 'forbidden' },
    });
    await expect(add(chief, 'Provider Administrator', name)).rejects.toMatchObject({ category: 'InvalidArgument' });
    expect(rolesOf(id)).toEqual([]);
  });

  test('of the provider is changed by the provider only', async () => {
    const { id, name } = await anProviderAccount([]);
    await expect(add(admin, 'Global Reader', name)).rejects.toMatchObject({
      category: 'ObjectNotFound',
      target: name,
    });
    await add(chief, 'Provider Administrator', name);
    expect(rolesOf(id)).toEqual(['Provider Administrator']);
    expect(await members('Provider Administrator', chief)).toContain(name);
    expect(await members('Provider Administrator', admin)).toEqual([]);
    expect((await audit('Add-RoleGroupMember'))[0]).toMatchObject({ organizationId: '', objectId: id });
  });

  test('of another organization is like one that is not there', async () => {
    const { id, name } = await anAccount(['Global Reader'], world.theirs.id);
    for (const Member of [id, name, 'nobody']) {
      await expect(remove(admin, 'Global Reader', Member)).rejects.toMatchObject({ category: 'ObjectNotFound' });
      await expect(add(chief, 'Security Reader', Member)).rejects.toMatchObject({ category: 'ObjectNotFound' });
    }
    expect(await members('Global Reader', admin)).not.toContain(name);
    expect(rolesOf(id)).toEqual(['Global Reader']);
  });

  test('whose roles a sign-in provider asserts is changed there', async () => {
    const assertion = { issuer: 'https://idp.example', subject: '1', organizationId: world.ours.id };
    const { after } = await accounts.asserted({ ...assertion, name: 'fede', roles: ['Global Reader'] });
    await expect(add(admin, 'Security Reader', 'fede')).rejects.toMatchObject({
      message: expect.stringContaining('sign-in provider'),
    });
    await expect(remove(admin, 'Global Reader', 'fede')).rejects.toMatchObject({ category: 'InvalidArgument' });
    expect(rolesOf(after.id)).toEqual(['Global Reader']);
  });

  test('is not touched by -WhatIf and -Confirm', async () => {
    const { id, name } = await anAccount(['Global Reader']);
    const asks = `Removing member "${name}" from role group "Global Reader".`;
    expect(await remove(admin, 'Global Reader', name, { WhatIf: true })).toMatchObject({ asks });
    expect(await remove(admin, 'Global Reader', name, { Confirm: true })).toMatchObject({ asks });
    expect(await add(admin, 'Security Reader', name, { WhatIf: true })).toMatchObject({
      asks: expect.stringMatching(/^Adding/),
    });
    expect(rolesOf(id)).toEqual(['Global Reader']);
  });

  test.each([
    ['Transport Hygiene', 'person-1', 'ObjectNotFound'],
    ['Global Reader', '', 'InvalidData'],
    ['', 'person-1', 'InvalidData'],
    ['Global Reader', "' or 1=1", 'ObjectNotFound'],
  ])('%j, %j is refused', async (group, member, category) => {
    await expect(add(admin, group, member)).rejects.toMatchObject({ category });
  });

  test('needs both named', async () => {
    await expect(run(admin, 'Add-RoleGroupMember')).rejects.toMatchObject({ target: 'Identity Member' });
  });
});

describe('Get-ConnectionInformation', () => {
  test('says who is connected, where, and until when', async () => {
    const order = { name: 'portal', organizationId: world.ours.id, roles: ['Global Reader'] } as const;
    const expiresAt = world.clock.now + 3_600_000;
    const { token, secret } = await world.ports.tokens.create({ ...order, expiresAt });
    const { rows } = await run({ secret }, 'Get-ConnectionInformation');
    expect(rows).toEqual([
      expect.objectContaining({
        ConnectionId: token.id,
        State: 'Connected',
        UserPrincipalName: 'portal',
        ConnectionUri: 'http://127.0.0.1:8080',
        TokenExpiryTimeUTC: new Date(expiresAt),
        Organization: 'Ours',
        DelegatedOrganization: null,
        AppId: token.id,
        TenantID: world.ours.id,
        TokenStatus: 'Active',
        Roles: ['Global Reader'],
      }),
    ]);
  });

  test('of somebody who signed in has no token; of the provider it is delegated', async () => {
    expect((await run(admin, 'Get-ConnectionInformation')).rows[0]).toMatchObject({
      UserPrincipalName: 'Paula',
      AppId: null,
      TokenExpiryTimeUTC: null,
    });
    expect((await run('provider', 'Get-ConnectionInformation')).rows[0]).toMatchObject({
      DelegatedOrganization: 'Ours',
    });
  });

  test('keeps the secret to itself', async () => {
    expect(JSON.stringify((await run('ours', 'Get-ConnectionInformation')).rows)).not.toContain(world.secrets.ours);
  });
});
