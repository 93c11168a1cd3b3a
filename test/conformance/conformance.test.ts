// Each of the published clients against a server on a socket: what it lists, changes, is told and is refused. The clients are written from their sources; none of
// them is used here.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connector } from '../../src/attribution/entity.ts';
import { type AdminApi, anAdminApi } from '../admin-api-world.ts';
import { cipp } from './cipp.ts';
import { type Client, ClientError, type Connection } from './client.ts';
import { exoHelper } from './exo-helper.ts';
import { goExoscc } from './go-exoscc.ts';
import { officialModule } from './official-module.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
/** More than the largest page. */
const BLOCKED = 1_020;

let api: AdminApi;
let connectionOf: (who: keyof AdminApi['world']['secrets'], tenant?: string) => Connection;
let connectors: readonly Connector[];
beforeAll(async () => {
  api = await anAdminApi();
  const url = await api.app.listen({ host: '127.0.0.1', port: 0 });
  connectionOf = (who, tenant = api.world.ours.id) => ({ url, tenant, token: api.world.secrets[who] });
  connectors = await api.blocked(BLOCKED);
}, 300_000);
afterAll(() => api.close());

const isBlocked = ({ id }: Connector) => api.world.ports.restrictions.active.get(id) !== undefined;
let used = 0;
const aBlockedOne = (): Connector => connectors[used++]!;

async function refusalOf(asked: Promise<unknown>): Promise<ClientError> {
  const outcome = await asked.catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ClientError);
  return outcome as ClientError;
}

/** What each of them shows of an error, which is the whole detail with CIPP and the official module. */
interface Published {
  readonly name: string;
  readonly open: (connection: Connection) => Client;
  readonly shows: (errorId: string, type: string, text: string) => string;
}
const bars: Published['shows'] = (...parts) => parts.join('|');
const plain: Published['shows'] = (_errorId, _type, text) => text;
const CLIENTS: readonly Published[] = [
  { name: 'the official module', open: officialModule, shows: bars },
  { name: 'go-exoscc', open: goExoscc, shows: plain },
  { name: 'CIPP', open: cipp, shows: bars },
  { name: 'ExoHelper', open: exoHelper, shows: plain },
];

const INVOCATION = 'Microsoft.Exchange.AdminApi.CommandInvocation';
const REFUSALS = [
  {
    what: 'an unknown connector',
    given: { ConnectorId: UNKNOWN },
    errorId: 'ManagementObjectNotFoundException',
    type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
    text: `The operation couldn't be performed because object '${UNKNOWN}' couldn't be found on 'Cordon'.`,
  },
  {
    what: 'a GUID that is none',
    given: { ConnectorId: 'x' },
    errorId: 'ParameterArgumentTransformationError',
    type: `${INVOCATION}.ParameterTransformationException`,
    text: 'Cannot process argument transformation on parameter \'ConnectorId\'. Cannot convert value "x" to type "System.Guid". Error: "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."',
  },
  {
    what: 'an unknown parameter',
    given: { BogusParameter: true },
    errorId: 'AmbiguousParameterSet',
    type: `${INVOCATION}.AmbiguousParameterSetException`,
    text: 'Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters specified. BogusParameter',
  },
] as const;

describe.for(CLIENTS)('$name', ({ open, shows }) => {
  test('lists what is blocked, page by page, each once', async () => {
    const rows = await open(connectionOf('reader')).invoke('Get-BlockedConnector');
    const expected = connectors.filter(isBlocked).map(({ id }) => id);
    expect(rows.map(({ ConnectorId }) => ConnectorId)).toEqual(expected.toReversed());
    expect(rows.length).toBeGreaterThan(1_000);
    const byDomain = open(connectionOf('reader', 'Ours.Example'));
    expect((await byDomain.invoke('Get-BlockedConnector')).length).toBe(rows.length);
  });

  test('shows one, unblocks it, and does not find it again', async () => {
    const client = open(connectionOf('security'));
    const one = aBlockedOne();
    const given = { ConnectorId: one.id };
    expect(await client.invoke('Get-BlockedConnector', given)).toEqual([
      expect.objectContaining({
        ConnectorId: one.id,
        'ConnectorId@data.type': 'System.Guid',
        ConnectorName: one.name,
        ExpirationTime: null,
      }),
    ]);
    expect(await client.invoke('Remove-BlockedConnector', { ...given, Reason: 'password changed' })).toEqual([]);
    expect(isBlocked(one)).toBe(false);
    expect((await refusalOf(client.invoke('Get-BlockedConnector', given))).message).toContain("couldn't be found");
  });

  test.for(REFUSALS)('is told of $what', async ({ given, errorId, type, text }) => {
    for (const cmdlet of ['Get-BlockedConnector', 'Remove-BlockedConnector']) {
      const { status, message } = await refusalOf(open(connectionOf('ours')).invoke(cmdlet, given));
      expect([status, message]).toEqual([400, shows(errorId, type, text)]);
    }
  });

  test('is told which role is missing', async () => {
    const one = aBlockedOne();
    const asked = open(connectionOf('reader')).invoke('Remove-BlockedConnector', { ConnectorId: one.id });
    const { status, message } = await refusalOf(asked);
    expect(status).toBe(403);
    expect(message).toContain(
      'this needs Global Administrator, Organization Management, Provider Administrator or Security Administrator',
    );
    expect(isBlocked(one)).toBe(true);
  });

  test('is told that its token is none, and that a tenant is not its', async () => {
    const stranger = open({ ...connectionOf('ours'), token: 'cordon_nobody' });
    const unknown = await refusalOf(stranger.invoke('Get-BlockedConnector'));
    expect([unknown.status, unknown.message]).toEqual([401, expect.stringContaining('no valid API token')]);
    const foreign = await refusalOf(open(connectionOf('theirs')).invoke('Get-BlockedConnector'));
    expect([foreign.status, foreign.message]).toEqual([404, expect.stringContaining('There is no tenant')]);
  });

  test('acts at once where it says itself that nobody is to be asked', async () => {
    const client = open(connectionOf('ours'));
    const { id } = aBlockedOne();
    await client.invoke('Remove-BlockedConnector', { ConnectorId: id });
    await client.invoke('Remove-InboundConnector', { Identity: id, Confirm: false });
    expect(api.world.ports.directory.connector(id)).toBeUndefined();
  });
});

describe('the official module', () => {
  test('makes an ErrorRecord of what it is told', async () => {
    const asked = officialModule(connectionOf('ours')).invoke('Get-BlockedConnector', { ConnectorId: UNKNOWN });
    expect(await refusalOf(asked)).toMatchObject({
      type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
      code: 'ObjectNotFound',
      target: UNKNOWN,
    });
  });

  test('takes pages of the size that it was opened with', async () => {
    const client = officialModule(connectionOf('reader'), 333);
    expect((await client.invoke('Get-BlockedConnector')).length).toBe(connectors.filter(isBlocked).length);
    const none = officialModule(connectionOf('reader'), 0).invoke('Get-BlockedConnector');
    expect((await refusalOf(none)).message).toContain('must be a whole number from 1 to 1000');
  });

  test('asks first what the cmdlet wants to have asked; nothing is done before the yes', async () => {
    const client = officialModule(connectionOf('ours'));
    const { id, name } = aBlockedOne();
    await client.invoke('Remove-BlockedConnector', { ConnectorId: id });
    expect(await client.question('Remove-InboundConnector', { Identity: id })).toBe(
      `Removing inbound connector "${name}".`,
    );
    expect(api.world.ports.directory.connector(id)).toBeDefined();
    await client.invoke('Remove-InboundConnector', { Identity: id, Confirm: false });
    expect(api.world.ports.directory.connector(id)).toBeUndefined();
  });

  test('sends ten commands at once, of which one fails', async () => {
    const some = Array.from({ length: 9 }, aBlockedOne);
    const commands = [...some.slice(0, 4), { id: UNKNOWN }, ...some.slice(4)].map(
      ({ id }) => ['Remove-BlockedConnector', { ConnectorId: id }] as const,
    );
    const answers = await officialModule(connectionOf('security')).batch(commands);
    expect(answers.map(({ value, error }) => value ?? error?.details?.[0]?.code)).toEqual([
      ...[[], [], [], []],
      'ObjectNotFound',
      ...[[], [], [], [], []],
    ]);
    expect(some.some(isBlocked)).toBe(false);
  });
});

describe('CIPP', () => {
  test('chooses properties', async () => {
    const [row] = await cipp(connectionOf('reader')).select('Get-BlockedConnector', 'ConnectorName,Reason');
    expect(Object.keys(row!)).toEqual(['ConnectorName', 'Reason']);
  });

  test('sends several commands at once, and shows which of them failed', async () => {
    const one = aBlockedOne();
    const rows = await cipp(connectionOf('security')).bulk([
      ['Get-BlockedConnector', { ConnectorId: one.id }],
      ['Remove-BlockedConnector', { ConnectorId: UNKNOWN }],
      ['Remove-BlockedConnector', { ConnectorId: one.id }],
    ]);
    expect(rows).toEqual([
      expect.objectContaining({ ConnectorId: one.id }),
      {
        error: expect.stringMatching(/^ManagementObjectNotFoundException\|Microsoft\.[\w.]+\|The operation/),
        target: UNKNOWN,
      },
    ]);
    expect(isBlocked(one)).toBe(false);
  });

  test('asks which cmdlets there are for it', async () => {
    expect(await cipp(connectionOf('security')).availableCmdlets()).toContain('Remove-BlockedConnector');
    expect(await cipp(connectionOf('reader')).availableCmdlets()).not.toContain('Remove-BlockedConnector');
  });
});

describe('ExoHelper', () => {
  test('reads code and type of an error', async () => {
    const asked = exoHelper(connectionOf('ours')).invoke('Get-BlockedConnector', { ConnectorId: 'a|b' });
    expect(await refusalOf(asked)).toMatchObject({
      code: 'ParameterArgumentTransformationError',
      type: `${INVOCATION}.ParameterTransformationException`,
      message: expect.stringContaining('Cannot convert value "a/b"'),
    });
  });
});
