import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { cmdletCalls } from '../../test/cmdlet-calls.ts';
import { EMPTY_DRAFT } from '../attribution/connector-draft.ts';
import type { Connector } from '../attribution/entity.ts';

const FINGERPRINT = 'ab'.repeat(32);

const { world, run, error, audit, unblockAll, close } = await cmdletCalls();
afterAll(close);

/** The organization's only one, as it is before each test. */
let ourConnector: Connector;
beforeEach(async () => {
  await unblockAll();
  const { directory } = world.ports;
  for (const { id } of directory.connectors(world.ours.id)) await directory.removeConnector(id);
  const draft = { ...EMPTY_DRAFT, name: 'branch office', senderIpAddresses: ['192.0.2.0/24'] };
  ourConnector = await directory.addConnector(world.ours.id, draft);
});

/** The provider assigned these to the organization. */
async function assigned(...blocks: readonly string[]): Promise<void> {
  const { ports, ours } = world;
  for (const block of blocks) await ports.directory.assignIdentity(ours.id, 'addressPrefix', block);
}

const get = async (Identity: string) => (await run('ours', 'Get-InboundConnector', { Identity })).rows[0]!;

describe('New-InboundConnector', () => {
  test("takes the line of an Exchange administrator's script, and says what of it means nothing here", async () => {
    await assigned('203.0.113.0/24');
    const { rows, warnings } = await run('ours', 'New-InboundConnector', {
      Name: 'Branch office 2',
      ConnectorType: 'OnPremises',
      SenderDomains: ['*'],
      SenderIPAddresses: ['203.0.113.7', '203.0.113.64/26'],
      RequireTls: true,
      CloudServicesMailEnabled: true,
      Comment: 'from the script',
    });
    expect(rows).toEqual([
      expect.objectContaining({
        Name: 'Branch office 2',
        Identity: 'Branch office 2',
        ConnectorType: 'OnPremises',
        SenderIPAddresses: ['203.0.113.64/26', '203.0.113.7/32'],
        SenderDomains: ['smtp:*;1'],
        Comment: 'from the script',
        Enabled: true,
        TenantId: world.ours.id,
        Mode: 'enforce',
      }),
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^-RequireTls does nothing here: /),
      expect.stringMatching(/^-CloudServicesMailEnabled does nothing here: /),
    ]);
    expect(await get(rows[0]!.Guid as string)).toEqual(rows[0]);
  });

  test('without a type it is a Partner connector, which a warning says', async () => {
    const { rows, warnings } = await run('ours', 'New-InboundConnector', { Name: 'p', SenderDomains: 'smtp:*;1' });
    expect(rows[0]).toMatchObject({ ConnectorType: 'Partner' });
    expect(warnings).toEqual([
      '"p" is a Partner connector and may not relay. Use -ConnectorType OnPremises for one that relays.',
    ]);
  });

  test('names the sender domains that decide nothing here', async () => {
    const { warnings } = await run('ours', 'New-InboundConnector', {
      Name: 'p',
      ConnectorType: 'on',
      SenderDomains: ['smtp:contoso.com;1', '*', 'fabrikam.com'],
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^-SenderDomains smtp:contoso\.com;1, fabrikam\.com does nothing here/),
    ]);
  });

  test("takes what is Cordon's own", async () => {
    const { ports, ours } = world;
    await ports.directory.assignIdentity(ours.id, 'certificateFingerprint', FINGERPRINT);
    await ports.directory.assignIdentity(ours.id, 'saslUsername', 'printer');
    const { rows } = await run('ours', 'New-InboundConnector', {
      Name: 'p',
      ConnectorType: 'OnPremises',
      ClientCertificateFingerprints: FINGERPRINT.toUpperCase(),
      SaslUsernames: ['printer'],
      Mode: 'Observe',
      Bulk: true,
      Armed: '$true',
    });
    expect(rows[0]).toMatchObject({
      ClientCertificateFingerprints: [FINGERPRINT],
      SaslUsernames: ['printer'],
      Mode: 'observe',
      Bulk: true,
      Armed: true,
      RequireTls: false,
    });
  });

  test('is refused for a name that is taken and for what is not assigned, and that is recorded', async () => {
    const before = await audit('New-InboundConnector');
    expect(await error('ours', 'New-InboundConnector', { Name: 'BRANCH office' })).toMatchObject({
      type: 'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException',
      category: 'ResourceExists',
      target: 'BRANCH office',
    });
    expect(await error('ours', 'New-InboundConnector', { Name: 'x', SenderIPAddresses: '198.51.100.9' })).toMatchObject(
      { category: 'PermissionDenied' },
    );
    expect(await error('security', 'New-InboundConnector', { Name: 'x' })).toMatchObject({
      status: 403,
    });
    const records = await audit('New-InboundConnector');
    expect(records).toEqual([...Array(3).fill(expect.objectContaining({ result: 'Failed' })), ...before]);
  });

  test('-WhatIf makes nothing', async () => {
    const { asks } = await run('ours', 'New-InboundConnector', { Name: 'x', WhatIf: true });
    expect(asks).toBe('Creating inbound connector "x".');
    expect((await run('ours', 'Get-InboundConnector')).rows).toHaveLength(1);
  });
});

describe('Set-InboundConnector', () => {
  const set = (values: Readonly<Record<string, unknown>>) =>
    run('ours', 'Set-InboundConnector', { Identity: 'Branch OFFICE', ...values });

  test('changes what is given, prints nothing, and leaves the rest', async () => {
    const before = await get('branch office');
    expect((await set({ Comment: 'new', Mode: 'exempt' })).rows).toEqual([]);
    expect(await get('branch office')).toEqual({ ...before, Comment: 'new', Mode: 'exempt' });
    const records = (await audit('Set-InboundConnector')).filter(({ objectId }) => objectId === before.Guid);
    expect(records).toEqual([expect.objectContaining({ result: 'Succeeded' })]);
  });

  test('adds to and removes from a list, replaces it, and empties it', async () => {
    await assigned('192.0.2.0/24', '203.0.113.0/24');
    await set({ SenderIPAddresses: { '@odata.type': '#Exchange.GenericHashTable', Add: '203.0.113.7' } });
    expect(await get('branch office')).toMatchObject({ SenderIPAddresses: ['192.0.2.0/24', '203.0.113.7/32'] });
    await set({ SenderIPAddresses: { Remove: '192.0.2.0/24', Add: ['203.0.113.8'] } });
    expect(await get('branch office')).toMatchObject({ SenderIPAddresses: ['203.0.113.7/32', '203.0.113.8/32'] });
    await set({ SenderIPAddresses: ['203.0.113.9'] });
    expect(await get('branch office')).toMatchObject({ SenderIPAddresses: ['203.0.113.9/32'] });
    await set({ SenderIPAddresses: null, Comment: null });
    expect(await get('branch office')).toMatchObject({ SenderIPAddresses: [], Comment: '' });
  });

  test('renames', async () => {
    await set({ Name: 'head office' });
    expect(await get('head office')).toMatchObject({ Identity: 'head office' });
    expect((await error('ours', 'Get-InboundConnector', { Identity: 'branch office' })).category).toBe(
      'ObjectNotFound',
    );
  });

  test('does not turn off a blocked connector', async () => {
    const { ports } = world;
    await ports.restrictions.restrict({ entity: ourConnector, cause: 'manual', reason: 'r', by: 'a' }).settled;
    expect(await get('branch office')).toMatchObject({ Blocked: true });
    const { message } = await error('ours', 'Set-InboundConnector', { Identity: ourConnector.id, Enabled: false });
    expect(message).toBe('connector branch office is restricted');
  });
});

describe('another organization', () => {
  test("'s connector is answered like an unknown one, by name and by GUID, and stays as it is", async () => {
    const { theirConnector, ports } = world;
    for (const Identity of ['nothing', theirConnector.name, theirConnector.id]) {
      for (const name of ['Get-InboundConnector', 'Set-InboundConnector', 'Remove-InboundConnector']) {
        expect((await error('ours', name, { Identity })).message, name).toBe(
          `The operation couldn't be performed because object '${Identity}' couldn't be found on 'Cordon'.`,
        );
      }
      expect((await error('ours', 'Remove-InboundConnector', { Identity, WhatIf: true })).category).toBe(
        'ObjectNotFound',
      );
    }
    expect(ports.directory.connector(theirConnector.id)).toEqual(theirConnector);
  });
});

describe('Get-InboundConnector', () => {
  test('lists by name, at most as many as asked for, and says that there are more', async () => {
    for (const Name of ['b', 'A', 'c']) await run('ours', 'New-InboundConnector', { Name });
    const names = async (values = {}) => {
      const { rows, warnings } = await run('ours', 'Get-InboundConnector', values);
      return [rows.map(({ Name }) => Name), warnings.length];
    };
    expect(await names()).toEqual([['A', 'b', 'branch office', 'c'], 0]);
    expect(await names({ ResultSize: '2' })).toEqual([['A', 'b'], 1]);
    expect(await names({ ResultSize: 'unlimited' })).toEqual([['A', 'b', 'branch office', 'c'], 0]);
    for (const ResultSize of ['0', '-1', 'many']) {
      expect((await error('ours', 'Get-InboundConnector', { ResultSize })).message).toMatch(/neither a number/);
    }
  });

  test('has the properties of the original in its order', async () => {
    const properties = Object.keys(await get('branch office'));
    expect(properties.slice(0, 28).join(' ')).toBe(
      'Enabled ConnectorType ConnectorSource Comment SenderIPAddresses SenderDomains TrustedOrganizations ClientHostNames AssociatedAcceptedDomains RequireTls RestrictDomainsToIPAddresses RestrictDomainsToCertificate CloudServicesMailEnabled TreatMessagesAsInternal TlsSenderCertificateName EFTestMode ScanAndDropRecipients EFSkipLastIP EFSkipIPs EFSkipMailGateway EFUsers AdminDisplayName Name Identity WhenChangedUTC WhenCreatedUTC Guid IsValid',
    );
  });
});

test('Remove-InboundConnector deletes, but not a blocked one', async () => {
  const { ports } = world;
  await ports.restrictions.restrict({ entity: ourConnector, cause: 'manual', reason: 'r', by: 'a' }).settled;
  expect((await error('ours', 'Remove-InboundConnector', { Identity: 'branch office' })).category).toBe(
    'InvalidOperation',
  );
  await run('ours', 'Remove-BlockedConnector', { ConnectorId: ourConnector.id });
  expect((await run('ours', 'Remove-InboundConnector', { Identity: 'branch office' })).rows).toEqual([]);
  expect((await run('ours', 'Get-InboundConnector')).rows).toEqual([]);
});
