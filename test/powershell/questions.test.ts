// -WhatIf and -Confirm, which the server words and the client asks; pipelines by property name; lists; enumerations.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Connector } from '../../src/attribution/entity.ts';
import { Connected } from './connected.ts';
import { withEachPowerShell } from './powershell.ts';

withEachPowerShell('questions before changes', (engine) => {
  let connected: Connected;
  let connector: Connector;
  beforeAll(async () => {
    connected = await Connected.open(engine);
  });
  afterAll(() => connected.close());
  beforeEach(async () => {
    await connected.as('provider');
    const { directory } = connected.world.ports;
    connector = await directory.addConnector(connected.world.ours.id, {
      ...connected.world.ourConnector,
      name: `printer ${++made}`,
      senderIpAddresses: [`203.0.113.${made}/32`],
      saslUsernames: [],
    });
  });
  let made = 0;
  const lines = (line: string, ...answers: readonly string[]) => connected.lines(line, ...answers);
  const isThere = () => connected.world.ports.directory.connector(connector.id, undefined) !== undefined;
  const question = () => `Removing inbound connector "${connector.name}".`;
  const prompt = () => `Confirm\nAre you sure you want to perform this action?\n${question()}`;
  const remove = (more: string, ...answers: readonly string[]) =>
    connected.run(`Remove-InboundConnector '${connector.name}' ${more}`, ...answers);

  test('a cmdlet of high impact asks in the server’s words: no leaves everything as it is', async () => {
    const { output, prompts } = await remove('', 'n');
    expect(prompts).toEqual([prompt()]);
    expect(output).toBe(
      `${prompt()}\n[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend (default is "Y"): n\n`,
    );
    expect(isThere()).toBe(true);
    expect(await connected.audited('Remove-InboundConnector')).toHaveLength(0);
  });

  test('yes does it', async () => {
    expect((await remove('-Confirm', 'y')).prompts).toEqual([prompt()]);
    expect(isThere()).toBe(false);
  });

  test('-Confirm:$false does it without asking, and so does a preference of None', async () => {
    expect(await remove('-Confirm:$false')).toEqual({ output: '', prompts: [] });
    expect(isThere()).toBe(false);
    const [name] = await lines(
      '$ConfirmPreference = "None"; Get-InboundConnector | Where-Object Name -like "printer*" | Remove-InboundConnector; Get-InboundConnector | ForEach-Object Name',
    );
    expect(name).toBe('branch office');
  });

  test('-WhatIf, and its preference, say what would be done, and ask and do nothing', async () => {
    expect(await remove('-WhatIf')).toEqual({ output: `What if: ${question()}\n`, prompts: [] });
    expect((await connected.run(`$WhatIfPreference = $true; Remove-InboundConnector '${connector.name}'`)).output).toBe(
      `What if: ${question()}\n`,
    );
    expect(isThere()).toBe(true);
  });

  test('what does not exist is no question, but an error', async () => {
    for (const more of ['-WhatIf', '-Confirm', '-Confirm:$false']) {
      const { output, prompts } = await connected.run(`Remove-InboundConnector nobody ${more}`);
      expect(output).toContain("object 'nobody' couldn't be found");
      expect(prompts).toEqual([]);
    }
  });

  test('a cmdlet of medium impact asks only when told to', async () => {
    const create = `New-InboundConnector -Name 'scanner ${made}' -ConnectorType OnPremises -SenderDomains * -SaslUsernames scan${made}`;
    const asked = await connected.run(`${create} -Confirm`, 'n');
    expect(asked.prompts).toEqual([
      `Confirm\nAre you sure you want to perform this action?\nCreating inbound connector "scanner ${made}".`,
    ]);
    expect(await lines(`(${create}).Name`)).toEqual([`scanner ${made}`]);
  });

  test('a pipeline by property name carries one command’s objects to the next', async () => {
    await connected.run(`Get-InboundConnector '${connector.name}' | Set-InboundConnector -Comment "in the hall"`);
    const [comment] = await lines(`(Get-InboundConnector '${connector.name}').Comment`);
    expect(comment).toBe('in the hall');
  });

  test('lists are given as lists, and as what to add and to remove', async () => {
    const set = `Set-InboundConnector '${connector.name}' -Confirm:$false -SenderIPAddresses`;
    const addresses = `((Get-InboundConnector '${connector.name}').SenderIPAddresses) -join ' '`;
    const [a, b, c] = [100, 101, 102].map((last) => `198.51.200.${last}/32`);
    await lines(`${set} ${a}, ${b}`);
    expect((await lines(addresses))[0]?.split(' ').sort()).toEqual([a, b].sort());
    await lines(`${set} @{Add = '${c}'; Remove = '${a}'}`);
    expect((await lines(addresses))[0]?.split(' ').sort()).toEqual([b, c].sort());
  });

  test('names of enumerations are taken by prefix, and offered by completion', async () => {
    await lines(`Set-InboundConnector '${connector.name}' -ConnectorType part`);
    expect(await lines(`(Get-InboundConnector '${connector.name}').ConnectorType`)).toEqual(['Partner']);
    const line = 'New-InboundConnector -ConnectorType ';
    expect(await lines(`(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`)).toEqual([
      'Partner',
      'OnPremises',
    ]);
    expect((await connected.run(`Set-InboundConnector '${connector.name}' -ConnectorType x`)).output).toContain(
      'Unable to match the identifier name x to a valid enumerator name.',
    );
  });

  test('warnings of the server are PowerShell’s warnings', async () => {
    const create = `New-InboundConnector -Name 'guest ${made}' -SenderDomains * -SaslUsernames guest${made}`;
    const { output } = await connected.run(`$null = ${create} -WarningVariable told; $told.Count`);
    expect(output).toMatch(/^WARNING: "guest \d+" is a Partner connector and may not relay\..*\n1\n$/s);
    await lines(`Remove-InboundConnector 'guest ${made}' -Confirm:$false`);
    expect((await connected.run(`$null = ${create} -WarningAction SilentlyContinue`)).output).toBe('');
  });
});
