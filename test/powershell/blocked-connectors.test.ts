// The article on Remove-BlockedConnector in the real engine: its parameter table, its examples, and what scripts do with both commands.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Connected } from './connected.ts';
import { withEachPowerShell } from './powershell.ts';

const UNKNOWN = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const NOT_FOUND = `The operation couldn't be performed because object '${UNKNOWN}' couldn't be found on 'Cordon'.`;

withEachPowerShell('the commands of blocked connectors', (engine) => {
  let connected: Connected;
  let id: string;
  beforeAll(async () => {
    connected = await Connected.open(engine);
    id = connected.world.ourConnector.id;
  });
  afterAll(() => connected.close());
  beforeEach(async () => {
    if (!connected.isBlocked()) await connected.block();
    await connected.as('security');
  });
  const lines = (line: string, ...answers: readonly string[]) => connected.lines(line, ...answers);

  /** FullyQualifiedErrorId, category and target of what the line ends or goes on with. */
  const errorOf = (line: string) =>
    lines(
      `try { ${line} -ErrorVariable seen -ErrorAction SilentlyContinue } catch { $seen = $_ }; foreach ($e in $seen) { $e.FullyQualifiedErrorId; "$($e.CategoryInfo.Category)"; "$($e.TargetObject)" }`,
    );

  describe('Get-BlockedConnector', () => {
    test('shows one object as Format-List does, with every property in the order of the table', async () => {
      const { ours, store } = connected.world;
      const [{ incidentId } = { incidentId: '' }] = await store.restrictions.active();
      expect((await connected.run('Get-BlockedConnector')).output).toBe(`
ConnectorId    : ${id}
ConnectorName  : branch office
TenantId       : ${ours.id}
Reason         : Suspicious connector activity
CreatedTime    : 11/22/2026 8:00:00 AM
ExpirationTime : 
Evidence       : {new recipients 97 % against 21 % usual, spam 80 % against 1 % usual}
IncidentId     : ${incidentId}

`);
    });

    test('gives objects whose properties have their .NET types', async () => {
      expect(
        await lines(
          '$one = Get-BlockedConnector; $one.PSObject.TypeNames[0]; foreach ($p in $one.PSObject.Properties) { $p.Name + " " + $(if ($null -eq $p.Value) { "null" } else { $p.Value.GetType().Name }) }; $one.CreatedTime.Kind',
        ),
      ).toEqual([
        'Cordon.BlockedConnector',
        'ConnectorId Guid',
        'ConnectorName String',
        'TenantId Guid',
        'Reason String',
        'CreatedTime DateTime',
        'ExpirationTime null',
        'Evidence String[]',
        'IncidentId Guid',
        'Local',
      ]);
    });

    test('finds one by its id, whatever its case', async () => {
      const [name] = await lines(`(Get-BlockedConnector -ConnectorId ${id.toUpperCase()}).ConnectorName`);
      expect(name).toBe('branch office');
    });

    test('of none, prints nothing', async () => {
      await lines(`Remove-BlockedConnector -ConnectorId ${id}`);
      expect((await connected.run('Get-BlockedConnector')).output).toBe('');
    });

    test('its objects go down a pipeline one by one', async () => {
      expect(
        await lines(
          'Get-BlockedConnector | Where-Object ConnectorName -like "branch*" | ForEach-Object { "$($_.ConnectorId)" }',
        ),
      ).toEqual([id]);
    });

    if (engine === 'pwsh') {
      test('| Format-List shows what is shown without it', async () => {
        const { output } = await connected.run('Get-BlockedConnector');
        expect((await connected.run('Get-BlockedConnector | Format-List')).output).toBe(output);
      });
    }
  });

  describe('Remove-BlockedConnector', () => {
    test('unblocks, prints nothing, and its reason with spaces stands in the audit log', async () => {
      const line = `Remove-BlockedConnector -ConnectorId ${id} -Reason "password changed,  twice"`;
      expect(await connected.run(line)).toEqual({ output: '', prompts: [] });
      expect(connected.isBlocked()).toBe(false);
      expect(await connected.audited('Remove-BlockedConnector')).toContainEqual(
        expect.objectContaining({ Reason: 'password changed,  twice' }),
      );
    });

    test.each([
      ['-connectorid ID -reason x'],
      ['-ConnectorId:ID -Reason:x'],
      ['-C ID -R x'],
      ['-ConnectorId "{ID}"'],
      ['-ConnectorId ([guid]"ID")'],
    ])('takes its parameters as PowerShell does: %s', async (given) => {
      expect((await connected.run(`Remove-BlockedConnector ${given.replace('ID', id)}`)).output).toBe('');
      expect(connected.isBlocked()).toBe(false);
    });

    test.each([
      [
        'positional',
        'ID',
        'PositionalParameterNotFound',
        "A positional parameter cannot be found that accepts argument 'ID'.",
      ],
      [
        'a wildcard',
        '-ConnectorId *',
        'ParameterArgumentTransformationError',
        'Cannot process argument transformation on parameter \'ConnectorId\'. Cannot convert value "*" to type "System.Guid".',
      ],
      [
        'repeated',
        '-ConnectorId ID -ConnectorId ID',
        'ParameterAlreadyBound',
        "Cannot bind parameter because parameter 'ConnectorId' is specified more than once.",
      ],
      ['without its value', '-ConnectorId', 'MissingArgument', "Missing an argument for parameter 'ConnectorId'."],
      [
        'a list',
        '-ConnectorId ID, ID',
        'ParameterArgumentTransformationError',
        "Cannot process argument transformation on parameter 'ConnectorId'.",
      ],
      [
        'an unknown parameter',
        '-ConnectorId ID -Force',
        'NamedParameterNotFound',
        "A parameter cannot be found that matches parameter name 'Force'.",
      ],
      [
        'WhatIf, which the article does not have',
        '-ConnectorId ID -WhatIf',
        'NamedParameterNotFound',
        "A parameter cannot be found that matches parameter name 'WhatIf'.",
      ],
      [
        'Confirm, which the article does not have',
        '-ConnectorId ID -Confirm',
        'AmbiguousParameter|NamedParameterNotFound',
        "A parameter cannot be found that matches parameter name 'Confirm'.",
      ],
    ])('ConnectorId %s fails in PowerShell’s own words, and nothing is unblocked', async (_, given, errorId, words) => {
      const line = `Remove-BlockedConnector ${given.replaceAll('ID', id)}`;
      expect((await connected.run(line)).output).toContain(words.replaceAll('ID', id));
      const [seen] = await lines(`try { ${line} } catch { $_.FullyQualifiedErrorId }`);
      expect(seen).toMatch(new RegExp(`^(${errorId}),Remove-BlockedConnector$`));
      expect(connected.isBlocked()).toBe(true);
    });

    test('takes nothing from a pipeline', async () => {
      const words = 'The input object cannot be bound to any parameters for the command';
      expect((await connected.run(`"${id}" | Remove-BlockedConnector -ConnectorId ${id}`)).output).toContain(words);
      expect((await connected.run('Get-BlockedConnector | Remove-BlockedConnector', UNKNOWN)).output).toContain(words);
      expect(connected.isBlocked()).toBe(true);
    });

    test('asks for a missing ConnectorId, as PowerShell does for what is mandatory', async () => {
      const asked = await connected.run('Remove-BlockedConnector', id);
      expect(asked).toEqual({ output: expect.any(String), prompts: ['ConnectorId:'] });
      expect(connected.isBlocked()).toBe(false);
    });

    test('of one that is not blocked tells so in an error that scripts can look at', async () => {
      expect((await connected.run(`Remove-BlockedConnector -ConnectorId ${UNKNOWN}`)).output).toBe(
        `Remove-BlockedConnector: ${NOT_FOUND}\n`,
      );
      expect(
        await lines(
          '$e = $Error[0]; $Error.Count; $e.FullyQualifiedErrorId; "$($e.CategoryInfo)"; $e.TargetObject; $e.Exception.Message; $e.InvocationInfo.MyCommand.Name',
        ),
      ).toEqual([
        '1',
        'ManagementObjectNotFoundException,Remove-BlockedConnector',
        `ObjectNotFound: (${UNKNOWN}:String) [Remove-BlockedConnector], ManagementObjectNotFoundException`,
        UNKNOWN,
        NOT_FOUND,
        'Remove-BlockedConnector',
      ]);
    });

    test('may be run by whom the role lets: others hear which is missing', async () => {
      await connected.as('reader');
      const { output } = await connected.run(`Remove-BlockedConnector -ConnectorId ${id}`);
      expect(output).toContain('Security Administrator');
      expect(await errorOf(`Remove-BlockedConnector -ConnectorId ${id}`)).toEqual([
        'CmdletAccessDeniedException,Remove-BlockedConnector',
        'PermissionDenied',
        'Remove-BlockedConnector',
      ]);
      expect(connected.isBlocked()).toBe(true);
    });
  });

  describe('common parameters', () => {
    const failing = `Get-BlockedConnector -ConnectorId ${UNKNOWN}`;

    test('-ErrorAction: an error goes on, is silent, is not kept, or stops the script', async () => {
      expect(await lines(`${failing}; "on"`)).toEqual([`Get-BlockedConnector: ${NOT_FOUND}`, 'on']);
      expect(await lines(`$Error.Clear(); ${failing} -ErrorAction SilentlyContinue; "on"; $Error.Count`)).toEqual([
        'on',
        '1',
      ]);
      expect(await lines(`$Error.Clear(); ${failing} -ErrorAction Ignore; "on"; $Error.Count`)).toEqual(['on', '0']);
      expect((await lines(`${failing} -ErrorAction Stop; "on"`)).join('\n')).toBe(`Get-BlockedConnector: ${NOT_FOUND}`);
      expect(await lines(`try { ${failing} -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }`)).toEqual([
        'ManagementObjectNotFoundException,Get-BlockedConnector',
      ]);
      expect((await lines(`$ErrorActionPreference = "Stop"; ${failing}; "on"`)).at(-1)).not.toBe('on');
    });

    test('-ErrorVariable holds the one error, -OutVariable the objects, -OutBuffer and -PipelineVariable as ever', async () => {
      expect(await lines(`${failing} -ErrorVariable e -ErrorAction SilentlyContinue; $e.Count; "$e"`)).toEqual([
        '1',
        NOT_FOUND,
      ]);
      expect(
        await lines('$null = Get-BlockedConnector -OutVariable out -OutBuffer 10; $out.Count; $out[0].ConnectorName'),
      ).toEqual(['1', 'branch office']);
      expect(await lines('Get-BlockedConnector -PipelineVariable one | ForEach-Object { $one.ConnectorName }')).toEqual(
        ['branch office'],
      );
    });

    test('-Verbose and -Debug tell of the request, and never the token', async () => {
      const { output } = await connected.run('$null = Get-BlockedConnector -Verbose -Debug');
      expect(output).toMatch(
        new RegExp(
          `^VERBOSE: POST ${connected.url}/adminapi/beta/[-0-9a-f]{36}/InvokeCommand Get-BlockedConnector\nDEBUG: Get-BlockedConnector was answered 200, request-id [-0-9a-f]{36}\n$`,
        ),
      );
      expect(output).not.toContain(connected.world.secrets.security);
    });

    test('-InformationAction, -InformationVariable and -ProgressAction are taken', async () => {
      expect(
        await lines(
          '(Get-BlockedConnector -InformationAction Continue -InformationVariable i -ProgressAction Ignore).ConnectorName',
        ),
      ).toEqual(['branch office']);
    });
  });
});
