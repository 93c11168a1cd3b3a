import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aCmdletRunner, type CmdletRunner } from '../../test/cmdlet-runner.ts';

const FINGERPRINT = 'ab'.repeat(32);

let cmdlets: CmdletRunner;
beforeEach(async () => {
  cmdlets = await aCmdletRunner();
});
afterEach(() => cmdlets.close());

/** The provider assigned these to the organization. */
async function assigned(...blocks: readonly string[]): Promise<void> {
  const { ports, ours } = cmdlets.world;
  for (const block of blocks) await ports.directory.assignIdentity(ours.id, 'addressPrefix', block);
}

const get = async (Identity: string) => (await cmdlets.run('Get-InboundConnector', { Identity })).rows[0]!;

describe('New-InboundConnector', () => {
  test("takes the line of an Exchange administrator's script, and says what of it means nothing here", async () => {
    await assigned('203.0.113.0/24');
    const { rows, warnings } = await cmdlets.run('New-InboundConnector', {
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
        TenantId: cmdlets.world.ours.id,
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
    const { rows, warnings } = await cmdlets.run('New-InboundConnector', { Name: 'p', SenderDomains: 'smtp:*;1' });
    expect(rows[0]).toMatchObject({ ConnectorType: 'Partner' });
    expect(warnings).toEqual([
      '"p" is a Partner connector and may not relay. Use -ConnectorType OnPremises for one that relays.',
    ]);
  });

  test('names the sender domains that decide nothing here', async () => {
    const { warnings } = await cmdlets.run('New-InboundConnector', {
      Name: 'p',
      ConnectorType: 'on',
      SenderDomains: ['smtp:contoso.com;1', '*', 'fabrikam.com'],
    });
    expect(warnings).toEqual([
      expect.stringMatching(/^-SenderDomains smtp:contoso\.com;1, fabrikam\.com does nothing here/),
    ]);
  });

  test("takes what is Cordon's own", async () => {
    const { ports, ours } = cmdlets.world;
    await ports.directory.assignIdentity(ours.id, 'certificateFingerprint', FINGERPRINT);
    await ports.directory.assignIdentity(ours.id, 'saslUsername', 'printer');
    const { rows } = await cmdlets.run('New-InboundConnector', {
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
    expect(await cmdlets.error('New-InboundConnector', { Name: 'BRANCH office' })).toMatchObject({
      type: 'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException',
      category: 'ResourceExists',
      target: 'BRANCH office',
    });
    expect(await cmdlets.error('New-InboundConnector', { Name: 'x', SenderIPAddresses: '198.51.100.9' })).toMatchObject(
      { category: 'PermissionDenied' },
    );
    expect(
      await cmdlets.error('New-InboundConnector', { Name: 'x' }, { role: 'Security Administrator' }),
    ).toMatchObject({
      status: 403,
    });
    const results = (await cmdlets.audit('New-InboundConnector')).map(({ result }) => result);
    expect(results).toEqual(['Failed', 'Failed', 'Failed']);
  });

  test('-WhatIf makes nothing', async () => {
    const { asks } = await cmdlets.run('New-InboundConnector', { Name: 'x', WhatIf: true });
    expect(asks).toBe('Creating inbound connector "x".');
    expect((await cmdlets.run('Get-InboundConnector')).rows).toHaveLength(1);
  });
});

describe('Set-InboundConnector', () => {
  const set = (values: Readonly<Record<string, unknown>>) =>
    cmdlets.run('Set-InboundConnector', { Identity: 'Branch OFFICE', ...values });

  test('changes what is given, prints nothing, and leaves the rest', async () => {
    const before = await get('branch office');
    expect((await set({ Comment: 'new', Mode: 'exempt' })).rows).toEqual([]);
    expect(await get('branch office')).toEqual({ ...before, Comment: 'new', Mode: 'exempt' });
    expect(await cmdlets.audit('Set-InboundConnector')).toEqual([
      expect.objectContaining({ objectId: before.Guid, result: 'Succeeded' }),
    ]);
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
    expect((await cmdlets.error('Get-InboundConnector', { Identity: 'branch office' })).category).toBe(
      'ObjectNotFound',
    );
  });

  test('does not turn off a blocked connector', async () => {
    const { ports, ourConnector } = cmdlets.world;
    await ports.restrictions.restrict({ entity: ourConnector, cause: 'manual', reason: 'r', by: 'a' }).settled;
    expect(await get('branch office')).toMatchObject({ Blocked: true });
    const { message } = await cmdlets.error('Set-InboundConnector', { Identity: ourConnector.id, Enabled: false });
    expect(message).toBe('connector branch office is restricted');
  });
});

describe('another organization', () => {
  test("'s connector is answered like an unknown one, by name and by GUID, and stays as it is", async () => {
    const { theirConnector, ports } = cmdlets.world;
    for (const Identity of ['nothing', theirConnector.name, theirConnector.id]) {
      for (const name of ['Get-InboundConnector', 'Set-InboundConnector', 'Remove-InboundConnector']) {
        expect((await cmdlets.error(name, { Identity })).message, name).toBe(
          `The operation couldn't be performed because object '${Identity}' couldn't be found on 'Cordon'.`,
        );
      }
      expect((await cmdlets.error('Remove-InboundConnector', { Identity, WhatIf: true })).category).toBe(
        'ObjectNotFound',
      );
    }
    expect(ports.directory.connector(theirConnector.id)).toEqual(theirConnector);
  });
});

describe('Get-InboundConnector', () => {
  test('lists by name, at most as many as asked for, and says that there are more', async () => {
    for (const Name of ['b', 'A', 'c']) await cmdlets.run('New-InboundConnector', { Name });
    const names = async (values = {}) => {
      const { rows, warnings } = await cmdlets.run('Get-InboundConnector', values);
      return [rows.map(({ Name }) => Name), warnings.length];
    };
    expect(await names()).toEqual([['A', 'b', 'branch office', 'c'], 0]);
    expect(await names({ ResultSize: '2' })).toEqual([['A', 'b'], 1]);
    expect(await names({ ResultSize: 'unlimited' })).toEqual([['A', 'b', 'branch office', 'c'], 0]);
    for (const ResultSize of ['0', '-1', 'many']) {
      expect((await cmdlets.error('Get-InboundConnector', { ResultSize })).message).toMatch(/neither a number/);
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
  const { ports, ourConnector } = cmdlets.world;
  await ports.restrictions.restrict({ entity: ourConnector, cause: 'manual', reason: 'r', by: 'a' }).settled;
  expect((await cmdlets.error('Remove-InboundConnector', { Identity: 'branch office' })).category).toBe(
    'InvalidOperation',
  );
  await cmdlets.run('Remove-BlockedConnector', { ConnectorId: ourConnector.id });
  expect((await cmdlets.run('Remove-InboundConnector', { Identity: 'branch office' })).rows).toEqual([]);
  expect((await cmdlets.run('Get-InboundConnector')).rows).toEqual([]);
});
