// Requests and answers as the reference has them (microsoft-365.md section 8), and what is refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AdminApi, anAdminApi } from '../../../test/admin-api-world.ts';
import { EVIDENCE, NOW } from '../../../test/api-world.ts';
import { Browser } from '../../../test/browser.ts';
import { hashPassword } from '../../access/password.ts';
import { cmdlet } from '../../cmdlets/cmdlet.ts';
import { boolean, int, text, texts } from '../../cmdlets/parameter.ts';
import { CMDLETS } from '../../cmdlets/table.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';

/** Shows what it was given, in every type there is. */
const getThing = cmdlet({
  name: 'Get-Thing',
  synopsis: 'Show what is given.',
  parameters: {
    Names: texts({ help: 'Some.' }),
    Many: int({ help: 'How many.' }),
    Enabled: boolean({ help: 'Whether.' }),
    Legacy: text({ help: 'Old.', ignored: 'nobody needs it' }),
  },
  action: 'connectors.read',
  isChange: false,
  outputType: 'Thing',
  output: [
    { name: 'Id', type: 'Guid', help: '' },
    { name: 'At', type: 'DateTime', help: '' },
    { name: 'Many', type: 'Int32', help: '' },
    { name: 'Bytes', type: 'Int64', help: '' },
    { name: 'Enabled', type: 'Boolean', help: '' },
    { name: 'Names', type: 'String[]', help: '' },
    { name: 'Text', type: 'String', help: '' },
    { name: 'Settings', type: 'Object', help: '' },
    { name: 'Until', type: 'DateTime', help: '' },
  ],
  examples: [],
  run: async ({ Names = [], Many = 0, Enabled = false }) => [
    {
      Id: UNKNOWN,
      At: new Date(NOW + 47),
      Many,
      Bytes: 5_000_000_000,
      Enabled,
      Names,
      Text: 'a',
      Settings: { b: [1] },
      Until: null,
    },
  ],
});

const breakThing = cmdlet({
  ...getThing,
  name: 'Break-Thing',
  run: async () => {
    throw new Error('secret path /var/lib');
  },
});

let api: AdminApi;
let invoke: AdminApi['invoke'];
beforeAll(async () => {
  api = await anAdminApi({ cmdlets: [...CMDLETS, getThing, breakThing] });
  invoke = api.invoke;
});
afterAll(() => api.close());

describe('what there is', () => {
  test('is told with the types of its values, in the order of the table', async () => {
    const { world } = api;
    const entity = await world.ports.directory.addConnector(world.ours.id, {
      ...world.ourConnector,
      name: 'press',
      senderIpAddresses: ['203.0.113.0/24'],
      saslUsernames: [],
    });
    const { restriction, settled } = world.ports.restrictions.restrict({
      entity,
      cause: 'detection',
      reason: 'sends spam',
      by: 'Cordon',
      evidence: EVIDENCE,
      until: NOW + 3_600_000,
    });
    await settled;
    const answer = await invoke('ours', 'Get-BlockedConnector', { ConnectorId: entity.id });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      '@odata.context': `http://localhost:80/adminapi/beta/${world.ours.id}/$metadata#Collection(Exchange.GenericHashTable)`,
      'adminapi.warnings@odata.type': '#Collection(String)',
      '@adminapi.warnings': [],
      value: [
        expect.objectContaining({
          'ConnectorId@data.type': 'System.Guid',
          'ConnectorId@odata.type': '#Guid',
          ConnectorId: entity.id,
          ConnectorName: 'press',
          TenantId: world.ours.id,
          Reason: expect.stringMatching(/^Suspicious connector activity/),
          'CreatedTime@data.type': 'System.DateTime',
          CreatedTime: '2026-11-22T08:00:00.0000000+00:00',
          ExpirationTime: '2026-11-22T09:00:00.0000000+00:00',
          'Evidence@odata.type': '#Collection(String)',
          Evidence: ['new recipients 97 % against 21 % usual', 'spam 80 % against 1 % usual'],
          IncidentId: restriction.incidentId,
        }),
      ],
    });
    const names = Object.keys(answer.body.value[0]).filter((name) => !name.includes('@'));
    expect(names.slice(0, 6)).toEqual([
      'ConnectorId',
      'ConnectorName',
      'TenantId',
      'Reason',
      'CreatedTime',
      'ExpirationTime',
    ]);
  });

  test('has a type beside each value that JSON has none for', async () => {
    const given = {
      '@odata.type': '#Exchange.GenericHashTable',
      'Names@odata.type': '#Collection(String)',
      Names: ['x', 'y'],
      MANY: 7,
      enab: true,
    };
    const { body } = await invoke('ours', 'get-thing', given);
    expect(body.value).toEqual([
      {
        'Id@data.type': 'System.Guid',
        'Id@odata.type': '#Guid',
        Id: UNKNOWN,
        'At@data.type': 'System.DateTime',
        At: '2026-11-22T08:00:00.0470000+00:00',
        'Many@data.type': 'System.Int32',
        Many: 7,
        'Bytes@data.type': 'System.Int64',
        'Bytes@odata.type': '#Int64',
        Bytes: 5_000_000_000,
        Enabled: true,
        'Names@odata.type': '#Collection(String)',
        Names: ['x', 'y'],
        Text: 'a',
        Settings: { b: [1] },
        Until: null,
      },
    ]);
  });

  test('comes with the headers that clients read', async () => {
    const { headers } = await invoke('ours', 'Get-Thing', {}, { headers: { 'client-request-id': UNKNOWN } });
    expect(headers).toMatchObject({
      'content-type':
        'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
      'odata-version': '4.0',
      'request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'client-request-id': UNKNOWN,
      'rate-limit-limit': '30000',
      'rate-limit-reset': '2026-11-22T08:05:00.000Z',
    });
    const { headers: next } = await invoke('ours', 'Get-Thing');
    expect(Number(headers['rate-limit-remaining']) - Number(next['rate-limit-remaining'])).toBe(1);
  });

  test('is only what $select names, in any case', async () => {
    const url = `${api.world.ours.id}/InvokeCommand`;
    const chosen = await invoke('ours', 'Get-Thing', {}, { url: `${url}?$select=text,%20id` });
    expect(chosen.body.value).toEqual([
      { 'Id@data.type': 'System.Guid', 'Id@odata.type': '#Guid', Id: UNKNOWN, Text: 'a' },
    ]);
    expect((await invoke('ours', 'Get-Thing', {}, { url: `${url}?` })).body.value[0]).toHaveProperty('Many');
    expect((await invoke('ours', 'Get-Thing', {}, { url: `${url}?$select=Id,Color` })).body.error).toMatchObject({
      message: expect.stringContaining('Get-Thing has no property Color. It has Id, At,'),
      details: [{ target: 'Color' }],
    });
  });

  test('warns of a parameter that does nothing here, unless the client ignores warnings', async () => {
    const warned = await invoke('ours', 'Get-Thing', { Legacy: 'x' }, { headers: { WarningAction: '' } });
    expect(warned.body['@adminapi.warnings']).toEqual(['-Legacy does nothing here: nobody needs it']);
    const ignored = await invoke('ours', 'Get-Thing', { Legacy: 'x' }, { headers: { WarningAction: 'Ignore' } });
    expect(ignored.body['@adminapi.warnings']).toEqual([]);
  });

  test('is found under the name of an accepted domain, in any case of the whole path, and under v1.0', async () => {
    for (const url of ['/AdminApi/beta/OURS.Example', '/adminapi/v1.0/ours.example', '/adminapi/beta/ours.example.']) {
      expect((await invoke('ours', 'Get-Thing', {}, { url: `${url}/InvokeCommand` })).status).toBe(200);
    }
  });

  test('is listed for whoever asks before he begins, as far as he may', async () => {
    const { ours } = api.world;
    const service = await api.ask('reader', { method: 'GET', url: ours.id });
    expect(service.body.value.map(({ name }: { name: string }) => name)).toEqual(['InvokeCommand', '$batch']);
    expect(service.body['@adminapi.cmdlets']).toContain('Get-BlockedConnector');
    const url = `/AdminApi/v1.0/${ours.id}/EXOModuleFile?Version=3.7.1`;
    const exported = async (who: 'ours' | 'reader') =>
      (await api.ask(who, { method: 'GET', url })).body.value[0].exportedCmdlets.split(',');
    expect(await exported('ours')).toContain('Remove-BlockedConnector');
    expect(await exported('reader')).not.toContain('Remove-BlockedConnector');
    expect((await api.ask('theirs', { method: 'GET', url })).status).toBe(404);
  });
});

describe('a change', () => {
  test('is made, prints nothing, and leaves one record with its reason', async () => {
    const [connector] = await api.blocked(1);
    const reason = 'password changed, laptop found';
    const answer = await invoke('security', 'Remove-BlockedConnector', { ConnectorId: connector!.id, Reason: reason });
    expect(answer).toMatchObject({ status: 200, body: { value: [] } });
    expect(api.world.ports.restrictions.active.get(connector!.id)).toBeUndefined();
    const records = (await api.audit('Remove-BlockedConnector')).filter(({ objectId }) => objectId === connector!.id);
    expect(records).toEqual([
      expect.objectContaining({
        by: 'our guard',
        result: 'Succeeded',
        parameters: { ConnectorId: connector!.id, Reason: reason },
      }),
    ]);
  });

  test('that asks first is not made before the client has said yes', async () => {
    const [connector] = await api.blocked(1);
    await invoke('ours', 'Remove-BlockedConnector', { ConnectorId: connector!.id });
    const { directory } = api.world.ports;
    const asked = await invoke('ours', 'Remove-InboundConnector', { Identity: connector!.id, Confirm: true });
    expect(asked).toMatchObject({
      status: 200,
      body: { '@adminapi.confirmationmessage': `Removing inbound connector "${connector!.name}".`, value: [] },
    });
    expect(directory.connector(connector!.id)).toBeDefined();
    const done = await invoke('ours', 'Remove-InboundConnector', { Identity: connector!.id, Confirm: false });
    expect(done.status).toBe(200);
    expect(done.body).not.toHaveProperty('@adminapi.confirmationmessage');
    expect(directory.connector(connector!.id)).toBeUndefined();
  });

  test('is not made where its answer would be an error', async () => {
    const [connector] = await api.blocked(1);
    const given = { ConnectorId: connector!.id };
    for (const asked of [
      { url: `${api.world.ours.id}/InvokeCommand?$select=Color` },
      { headers: { prefer: 'odata.maxpagesize=0' } },
      { headers: { 'X-ResponseFormat': 'clixml' } },
    ]) {
      expect((await invoke('ours', 'Remove-BlockedConnector', given, asked)).status).toBe(400);
      expect(api.world.ports.restrictions.active.get(connector!.id)).toBeDefined();
    }
  });

  test('that somebody may not make is refused with the roles that may, and stands in the audit log', async () => {
    const [connector] = await api.blocked(1);
    for (const asked of [{}, { headers: { prefer: 'odata.maxpagesize=none' } }]) {
      const given = { ConnectorId: connector!.id, Reason: 'please' };
      const refused = await invoke('reader', 'Remove-BlockedConnector', given, asked);
      expect(refused.status).toBe(403);
      expect(refused.body.error).toMatchObject({
        code: 'Forbidden',
        message: expect.stringContaining('Organization Management, Provider Administrator or Security Administrator'),
        details: [{ code: 'PermissionDenied' }],
        innererror: { errorid: 'CmdletAccessDeniedException' },
      });
    }
    const records = (await api.audit('Remove-BlockedConnector')).filter(({ by }) => by === 'our reader');
    expect(records.map(({ result, organizationId }) => [result, organizationId])).toEqual([
      ['Failed', api.world.ours.id],
      ['Failed', api.world.ours.id],
    ]);
    expect(records[0]?.parameters).toMatchObject({ Reason: 'please', error: 'forbidden' });
  });

  test("in another's tenant, or in none, is answered as ever, and stands in the log of who tried", async () => {
    const { ours, theirs, ourConnector } = api.world;
    for (const tenant of [ours.id, UNKNOWN, 'nobody.example']) {
      const before = (await api.audit('Remove-InboundConnector')).length;
      const url = `${tenant}/InvokeCommand`;
      const given = { Identity: ourConnector.id };
      const { status, body } = await invoke('theirs', 'remove-inboundconnector', given, { url });
      expect(status).toBe(404);
      expect(body.error.message).toMatch(`There is no tenant '${tenant}', or it is not yours.`);
      const records = await api.audit('Remove-InboundConnector');
      expect(records).toHaveLength(before + 1);
      expect(records[0]).toMatchObject({
        organizationId: theirs.id,
        objectId: tenant,
        result: 'Failed',
        parameters: { Identity: ourConnector.id, error: 'not_found' },
      });
      const all = (await api.world.store.audit.list({ limit: 1_000 })).length;
      await invoke('theirs', 'Get-InboundConnector', {}, { url });
      await invoke('theirs', 'No-Cmdlet', {}, { url });
      await api.ask('theirs', { url, body: { CmdletInput: 'none' } });
      expect(await api.world.store.audit.list({ limit: 1_000 })).toHaveLength(all);
    }
  });

  test('that is refused is recorded in little, however much was sent', async () => {
    const parameters = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, ['y'.repeat(2_000)]]));
    expect((await invoke('reader', 'Remove-BlockedConnector', { ...parameters, ConnectorId: UNKNOWN })).status).toBe(
      403,
    );
    const [record] = await api.audit('Remove-BlockedConnector');
    expect(JSON.stringify(record!.parameters).length).toBeLessThan(60_000);
  });
});

describe('an error', () => {
  const NOT_FOUND = `The operation couldn't be performed because object '${UNKNOWN}' couldn't be found on 'Cordon'.`;
  const NO_PARAMETER =
    'Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters specified. BogusParameter';
  const NO_GUID =
    'Cannot process argument transformation on parameter \'ConnectorId\'. Cannot convert value "x" to type "System.Guid". Error: "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."';
  const INVOCATION = 'Microsoft.Exchange.AdminApi.CommandInvocation';

  test.for([
    [
      { ConnectorId: UNKNOWN },
      NOT_FOUND,
      'ObjectNotFound',
      UNKNOWN,
      'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
      'ManagementObjectNotFoundException',
    ],
    [
      { BogusParameter: 1 },
      NO_PARAMETER,
      'InvalidArgument',
      'BogusParameter',
      `${INVOCATION}.AmbiguousParameterSetException`,
      'AmbiguousParameterSet',
    ],
    [
      { ConnectorId: 'x' },
      NO_GUID,
      'InvalidData',
      'ConnectorId',
      `${INVOCATION}.ParameterTransformationException`,
      'ParameterArgumentTransformationError',
    ],
  ] as const)('says the same wherever clients look: %o', async ([given, words, category, target, type, errorId]) => {
    const { status, headers, body } = await invoke('ours', 'get-BlockedConnector', given);
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        code: 'BadRequest',
        message: words,
        details: [{ code: category, target, message: `${errorId}|${type}|${words}` }],
        innererror: {
          message: words,
          type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
          stacktrace: '',
          errorid: errorId,
          internalexception: { message: words, type, stacktrace: '' },
        },
      },
    });
    expect(headers).toMatchObject({
      'x-exceptiontype': type,
      'x-exceptiontargettype': 'System.String',
      'cmdlet-name': 'Get-BlockedConnector',
    });
  });

  test('has two bars in its detail, whatever bars the client sent', async () => {
    const { body } = await invoke('ours', 'Get-BlockedConnector', { ConnectorId: 'a|b|c' });
    expect(body.error.details[0].message.split('|').length).toBe(3);
    expect(body.error.message).toContain('a|b|c');
  });

  test('of a cmdlet that is not there names it', async () => {
    const { status, body } = await invoke('ours', 'Get-Mailbox');
    expect(status).toBe(404);
    expect(body.error.message).toContain("The term 'Get-Mailbox' is not recognized as the name of a cmdlet");
  });

  test('says what to do where the text does not', async () => {
    const { body } = await invoke('ours', 'Remove-InboundConnector', { Identity: (await api.blocked(1))[0]!.id });
    expect(body.error.message).toMatch(/ is restricted\. Unblock the connector first/);
  });

  test('of ours is told without detail', async () => {
    const { status, headers, body } = await invoke('ours', 'Break-Thing');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(body.error.message).toContain(String(headers['request-id']));
  });
});

describe('a request that is none', () => {
  test.for([
    ['no JSON', '{"CmdletInput"'],
    ['no object', '[]'],
    ['null', 'null'],
    ['no CmdletInput', '{}'],
    ['another CmdletInput', '{"CmdletInput":"Get-Thing"}'],
    ['no name', '{"CmdletInput":{"Parameters":{}}}'],
    ['a name that is none', '{"CmdletInput":{"CmdletName":["Get-Thing"]}}'],
    ['an endless name', `{"CmdletInput":{"CmdletName":"${'x'.repeat(201)}"}}`],
    ['parameters that are none', '{"CmdletInput":{"CmdletName":"Get-Thing","Parameters":[1]}}'],
    ['a prototype', '{"CmdletInput":{"CmdletName":"Get-Thing","Parameters":{"__proto__":{"Many":1}}}}'],
    ['a constructor', '{"CmdletInput":{"CmdletName":"Get-Thing","Parameters":{"constructor":1}}}'],
    ['a method of objects', '{"CmdletInput":{"CmdletName":"Get-Thing","Parameters":{"toString":1}}}'],
    ['a cmdlet that is a method of objects', '{"CmdletInput":{"CmdletName":"__proto__"}}'],
    [
      'an abyss',
      `{"CmdletInput":{"CmdletName":"Get-Thing","Parameters":{"Names":${'['.repeat(400_000)}${']'.repeat(400_000)}}}}`,
    ],
    ['nothing', ''],
  ])('is refused: %s', async ([, body]) => {
    const url = `${api.world.ours.id}/InvokeCommand`;
    const answer = await api.ask('ours', { url, body, headers: { 'content-type': 'application/json; charset=utf-8' } });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.error.details[0].message.split('|').length).toBe(3);
  });

  test('is refused beyond a megabyte, and in another type', async () => {
    const large = await invoke('ours', 'Get-Thing', { Names: ['x'.repeat(1_048_576)] });
    expect(large).toMatchObject({ status: 413, body: { error: { code: 'RequestEntityTooLarge' } } });
    const xml = { headers: { 'content-type': 'application/xml' }, body: '<Get-Thing/>' };
    expect((await invoke('ours', 'Get-Thing', {}, xml)).status).toBe(415);
    expect((await invoke('ours', 'Get-Thing', { Names: ['x'.repeat(90_000), 'y'.repeat(90_000)] })).status).toBe(200);
  });

  test('has an answer of the same form where there is nothing', async () => {
    const answer = await api.ask('ours', { method: 'GET', url: `${api.world.ours.id}/Mailbox` });
    expect(answer).toMatchObject({
      status: 404,
      body: { error: { message: expect.stringContaining('InvokeCommand') } },
    });
  });
});

describe('a session', () => {
  const PASSWORD = 'correct horse battery';

  test('opens it to pages of ours, and to nobody who only brings the cookie', async () => {
    const { ports, ours } = api.world;
    const passwordHash = await hashPassword(PASSWORD);
    const roles = ['Organization Management'] as const;
    const { id } = await ports.accounts.add({ name: 'paula', organizationId: ours.id, roles, passwordHash }, undefined);
    await ports.accounts.setPassword(id, passwordHash, 'himself');
    const browser = new Browser(api.app, '10.0.0.1');
    await browser.signIn('paula', PASSWORD);
    const cookie = `cordon-session=${browser.cookies.get('cordon-session')}`;
    const [connector] = await api.blocked(1);
    const unblock = (headers: Record<string, string>) =>
      invoke('nobody', 'Remove-BlockedConnector', { ConnectorId: connector!.id }, { headers: { cookie, ...headers } });

    for (const from of [{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect(await unblock(from)).toMatchObject({
        status: 403,
        body: { error: { code: 'Forbidden', innererror: { errorid: 'CrossSite' } } },
      });
    }
    expect(ports.restrictions.active.get(connector!.id)).toBeDefined();
    const [record] = await api.audit('POST /adminapi/beta/:tenant/InvokeCommand');
    expect(record).toMatchObject({ by: 'paula', result: 'Failed', parameters: { error: 'cross_site' } });
    expect((await unblock({ origin: 'http://localhost:80' })).status).toBe(200);
  });
});

describe('whoever is not known, or is another', () => {
  test('is challenged, and told in JSON', async () => {
    const nobody = await invoke('nobody', 'Get-Thing');
    expect(nobody).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="cordon"' },
      body: { error: { code: 'Unauthorized', message: expect.stringContaining('no valid API token') } },
    });
    const wrong = await invoke({ secret: 'cordon_x' }, 'Get-Thing');
    expect(wrong.headers['www-authenticate']).toBe('Bearer realm="cordon", error="invalid_token"');
    const basic = await invoke('nobody', 'Get-Thing', {}, { headers: { authorization: 'Basic YTpi' } });
    expect(basic.status).toBe(401);
    expect((await api.ask('nobody', { method: 'GET', url: 'x/y/z' })).status).toBe(401);
  });

  test('hears the same of an organization that is not his and of one that is not there', async () => {
    const { ours } = api.world;
    for (const [tenant, other] of [
      [ours.id, UNKNOWN],
      ['ours.example', 'nobody.example'],
    ] as const) {
      const [foreign, unknown] = await Promise.all(
        [tenant, other].map((name) => invoke('theirs', 'Get-Thing', {}, { url: `${name}/InvokeCommand` })),
      );
      expect(foreign!.status).toBe(404);
      expect(JSON.stringify(foreign!.body).replaceAll(tenant, '')).toBe(
        JSON.stringify(unknown!.body).replaceAll(other, ''),
      );
    }
    expect((await invoke('provider', 'Get-Thing')).status).toBe(200);
  });

  test('finds nothing of another organization, though he names his own', async () => {
    const [connector] = await api.blocked(1);
    const url = 'theirs.example/InvokeCommand';
    const given = { ConnectorId: connector!.id };
    expect((await invoke('theirs', 'Get-BlockedConnector', {}, { url })).body.value).toEqual([]);
    for (const [who, name] of [
      ['theirs', 'Get-BlockedConnector'],
      ['theirs', 'Remove-BlockedConnector'],
      ['provider', 'Remove-BlockedConnector'],
    ] as const) {
      const { status, body } = await invoke(who, name, given, { url });
      expect([status, body.error.details[0].code]).toEqual([400, 'ObjectNotFound']);
    }
    expect(api.world.ports.restrictions.active.get(connector!.id)).toBeDefined();
  });
});
