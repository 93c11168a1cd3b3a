// What the module sends and how it reads what it gets, against a server that says what the test wants and notes what it was asked: every type of
// parameter and property, pages, warnings, and answers that no guard gives. The module is printed from a table of the test's own.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cmdlet } from '../../src/cmdlets/cmdlet.ts';
import { boolean, dateTime, flag, guid, int, listChange, oneOf, text, texts } from '../../src/cmdlets/parameter.ts';
import { printModule } from '../../src/cmdlets/powershell-module.ts';
import { MODULES, PowerShell, withEachPowerShell } from './powershell.ts';

const testThing = cmdlet({
  name: 'Test-Thing',
  synopsis: "It's a thing #> of the test.",
  parameters: {
    Id: guid({ help: 'An id.', pipeline: 'ByPropertyName' }),
    Name: text({ help: 'A name.', position: 0, aliases: ['Called'], pipeline: 'ByPropertyName' }),
    Color: oneOf(["d'or", 'Blue'], { help: '.hidden' }),
    On: boolean({ help: 'A boolean.' }),
    Force: flag({ help: 'A switch.' }),
    Count: int({ help: 'A number.' }),
    Since: dateTime({ help: 'A time.' }),
    Names: texts({ help: 'Names.' }),
    Change: listChange({ help: 'A list.' }),
  },
  action: 'organization.read',
  isChange: false,
  outputType: 'Thing',
  output: [{ name: 'Name', type: 'String', help: 'Its name.' }],
  examples: [],
  run: async () => [],
});

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what was sent
  readonly body: any;
}
interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly body: unknown;
}

withEachPowerShell('the protocol', (engine) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cordon-module-'));
  const asked: Asked[] = [];
  let answers: Answer[] = [];
  let server: Server;
  let url: string;
  let powershell: PowerShell;

  beforeAll(async () => {
    mkdirSync(path.join(folder, 'Cordon/en-US'), { recursive: true });
    for (const [file, content] of Object.entries(printModule([testThing], '1.2.3'))) {
      writeFileSync(path.join(folder, 'Cordon', file), content);
    }
    cpSync(path.join(MODULES, 'Cordon/Client.ps1'), path.join(folder, 'Cordon/Client.ps1'));
    server = createServer(async (request, response) => {
      let sent = '';
      for await (const chunk of request) sent += chunk;
      const { method = '', url: at = '', headers } = request;
      if (at === '/api/v1/session') {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ organization: { id: 'tenant 1', name: 'Ours' } }));
        return;
      }
      asked.push({ method, path: at, headers, body: JSON.parse(sent).CmdletInput });
      const {
        status = 200,
        type = 'application/json;odata.metadata=minimal',
        body,
      } = answers.shift() ?? { body: { value: [] } };
      response.writeHead(status, { 'content-type': type, 'request-id': 'r-1' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    powershell = PowerShell.start(engine);
  });
  afterAll(async () => {
    await powershell.stop();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    asked.length = 0;
    answers = [];
    await powershell.reset();
    const { output } = await powershell.run(
      `Import-Module '${path.join(folder, 'Cordon')}'; Connect-Cordon -Uri ${url} -Token secret`,
    );
    expect(output).toBe('');
  });
  const lines = (line: string) => powershell.lines(line);
  const sent = async (line: string) => {
    asked.length = 0;
    expect((await powershell.run(line)).output).toBe('');
    return asked.map(({ body }) => body.Parameters);
  };

  test('a command is a POST with the token, to the tenant of the token', async () => {
    await lines('Test-Thing');
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      method: 'POST',
      path: '/adminapi/beta/tenant%201/InvokeCommand',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json; charset=utf-8' },
      body: { CmdletName: 'Test-Thing', Parameters: {} },
    });
    expect(asked[0]!.headers['user-agent']).toBe('Cordon-PowerShell/1.2.3');
  });

  test.each([
    ['-Id "{159EB7C4-75D7-43E2-95FE-CED44B3E0A56}"', { Id: '159eb7c4-75d7-43e2-95fe-ced44b3e0a56' }],
    ['"a `"b`" c, ünïcode ☃"', { Name: 'a "b" c, ünïcode ☃' }],
    ['-Called $null', { Name: '' }],
    ['-Name 7', { Name: '7' }],
    ['-Color blue', { Color: 'blue' }],
    ['-On $false', { On: false }],
    ['-Force', { Force: true }],
    ['-Force:$false', { Force: false }],
    ['-Count 0x10', { Count: 16 }],
    ['-Names one', { Names: ['one'] }],
    ['-Names one, two', { Names: ['one', 'two'] }],
    ['-Names @()', { Names: [] }],
    ['-Names $null', { Names: null }],
    ['-Change one, two', { Change: ['one', 'two'] }],
    ['-Change one', { Change: 'one' }],
    [
      '-Change @{Add = "a"; Remove = "b", "c"}',
      { Change: { '@odata.type': '#Exchange.GenericHashTable', Add: 'a', Remove: ['b', 'c'] } },
    ],
    ['-Since 11/24/2026', { Since: '2026-11-24T00:00:00.0000000' }],
    ['-Since ([datetime]::SpecifyKind("2026-11-24T10:30:00", "Utc"))', { Since: '2026-11-24T10:30:00.0000000Z' }],
    ['-Since 2026-11-24T10:30:00+02:00', { Since: '2026-11-24T08:30:00.0000000Z' }],
    ['-ErrorAction Stop -Verbose:$false -OutVariable x -WarningAction Ignore', {}],
  ])('sends %s as JSON, and no common parameter', async (given, expected) => {
    expect(await sent(`Test-Thing ${given}`)).toEqual([expected]);
  });

  test('objects of a pipeline fill parameters by the names of their properties, each a command', async () => {
    const pipeline =
      '[pscustomobject]@{Name = "a"; Id = [guid]::Empty}, [pscustomobject]@{Name = "b"} | Test-Thing -Force';
    expect(await sent(pipeline)).toEqual([
      { Name: 'a', Id: '00000000-0000-0000-0000-000000000000', Force: true },
      { Name: 'b', Force: true },
    ]);
  });

  test('properties have the .NET types of their annotations, and keep their order', async () => {
    const value = [
      {
        '@odata.id': 'x',
        'Id@data.type': 'System.Guid',
        'Id@odata.type': '#Guid',
        Id: '159eb7c4-75d7-43e2-95fe-ced44b3e0a56',
        'At@data.type': 'System.DateTime',
        At: '2026-11-24T10:30:00.1230000+00:00',
        'Small@data.type': 'System.Int32',
        Small: 7,
        'Large@data.type': 'System.Int64',
        'Large@odata.type': '#Int64',
        Large: 7,
        Half: 0.5,
        Huge: 5_000_000_000,
        'None@odata.type': '#Collection(String)',
        None: [],
        'One@odata.type': '#Collection(String)',
        One: ['a'],
        Text: '2026-11-24T10:30:00Z',
        Yes: true,
        Nothing: null,
        Deep: { list: [{ a: 1 }, 'b'] },
      },
    ];
    answers = [{ body: { value } }];
    expect(
      await lines(
        '$one = Test-Thing; foreach ($p in $one.PSObject.Properties) { "$($p.Name) $(if ($null -ne $p.Value) { $p.Value.GetType().Name })" }; $one.At.ToUniversalTime().ToString("o"); $one.Deep.list[0].a; $one.None.Count',
      ),
    ).toEqual([
      'Id Guid',
      'At DateTime',
      'Small Int32',
      'Large Int64',
      'Half Double',
      'Huge Int64',
      'None String[]',
      'One String[]',
      'Text String',
      'Yes Boolean',
      'Nothing ',
      'Deep PSCustomObject',
      '2026-11-24T10:30:00.1230000Z',
      '1',
      '0',
    ]);
  });

  test('further pages are asked for with the same body, of the same server whatever the link says, and come as they arrive', async () => {
    answers = [
      {
        body: {
          value: [{ Name: 'a' }],
          '@odata.nextLink': 'https://other.example/adminapi/beta/t/InvokeCommand?$skiptoken=2',
        },
      },
      { body: { value: [{ Name: 'b' }, { Name: 'c' }] } },
    ];
    expect(await lines('Test-Thing -Count 3 | ForEach-Object Name')).toEqual(['a', 'b', 'c']);
    expect(asked.map(({ method, path: at, body }) => [method, at, body.Parameters])).toEqual([
      ['POST', '/adminapi/beta/tenant%201/InvokeCommand', { Count: 3 }],
      ['POST', '/adminapi/beta/t/InvokeCommand?$skiptoken=2', { Count: 3 }],
    ]);
  });

  test('warnings are told once the answer is there, as the preference says', async () => {
    const answer = { body: { '@adminapi.warnings': ['mind this'], value: [{ Name: 'a' }] } };
    answers = [answer, answer, answer];
    expect((await lines('Test-Thing')).slice(0, 1)).toEqual(['WARNING: mind this']);
    expect(await lines('(Test-Thing -WarningAction SilentlyContinue -WarningVariable w).Name; "$w"')).toEqual([
      'a',
      'mind this',
    ]);
    expect(await lines('try { Test-Thing -WarningAction Stop } catch { "stopped" }')).toEqual([
      'WARNING: mind this',
      'stopped',
    ]);
  });

  const refused = (code: string, message: string) => ({
    error: { code: 'BadRequest', message: 'a | b', details: [{ code, target: 'x', message }] },
  });

  test.each([
    ['LimitsExceeded', 429, 'LimitsExceeded'],
    ['NoSuchCategory', 400, 'NotSpecified'],
  ])('an error of category %s is one that the command goes on from', async (code, status, category) => {
    answers = [{ status, body: refused(code, 'TooMany|Some.Type.TooManyException|a / b') }];
    expect(
      await lines(
        'Test-Thing -ErrorVariable e -ErrorAction SilentlyContinue; "$e"; $e[0].FullyQualifiedErrorId; "$($e[0].CategoryInfo.Category)"; $e[0].CategoryInfo.Reason; $e[0].TargetObject',
      ),
    ).toEqual(['a | b', 'TooMany,Test-Thing', category, 'TooManyException', 'x']);
  });

  test.each([
    [
      'a page of a proxy',
      { status: 502, type: 'text/html', body: '<html>' },
      'is not Cordon, or stands in front of it: 502 Bad Gateway.',
    ],
    ['no JSON', { status: 200, type: 'text/plain', body: 'hello' }, 'is not Cordon, or stands in front of it: 200 OK.'],
    ['broken JSON', { status: 200, body: '{"value": [' }, 'is not Cordon, or stands in front of it: 200 OK.'],
    [
      "an error of somebody else's form",
      { status: 400, body: { error: 'no' } },
      'is not Cordon, or stands in front of it: 400 Bad Request.',
    ],
    ['an error of the server', { status: 500, body: refused('NotSpecified', 'InternalServerError|x|y') }, 'a | b'],
  ])('%s ends the command', async (_, answer, words) => {
    answers = [answer];
    const [caught, ...none] = await lines(
      'try { Test-Thing -ErrorAction SilentlyContinue; "on" } catch { "caught $_" }',
    );
    expect(caught).toMatch(/^caught /);
    expect(caught).toContain(words);
    expect(none).toEqual([]);
  });

  test.each([
    ['that is a text', 502, '"bad gateway"'],
    ['of a gateway', 502, { error: 'bad gateway' }],
    ["of another form's details", 502, { error: { details: [] } }],
    ['without details', 400, { error: { message: 'no' } }],
    ['without a code', 400, { detail: 'no' }],
    ['that is empty', 400, ''],
    ['that is cut', 400, '{"error": {"code'],
    ['that is empty, though all is well', 200, ''],
  ])('an answer in JSON %s is one error', async (_, status, body) => {
    answers = [{ status, type: 'application/json', body }];
    const found = await lines(
      '$Error.Clear(); try { Test-Thing } catch { $caught = $_ }; $caught.FullyQualifiedErrorId; "$($caught.CategoryInfo.Category)"; $Error.Count',
    );
    expect(found).toEqual(['UnexpectedAnswer,Test-Thing', 'InvalidResult', '1']);
    answers = [{ status, type: 'application/json', body }];
    const { output } = await powershell.run('Test-Thing');
    expect(output.match(/is not Cordon, or stands in front of it/g)).toHaveLength(1);
    expect(output).not.toMatch(/Exception calling|Parse|GetProperty|null-valued/);
  });

  test('texts of the table that PowerShell would take for code are texts', async () => {
    expect((await powershell.run('Get-Help Test-Thing')).output).toContain("It's a thing # > of the test.");
    expect((await powershell.run('Get-Help Test-Thing -Parameter Color')).output).toContain('. hidden');
    const line = 'Test-Thing -Color ';
    expect(await lines(`(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`)).toEqual([
      "d'or",
      'Blue',
    ]);
  });
});
