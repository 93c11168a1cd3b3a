// What Get-Help, Get-Command and the Tab key say of every cmdlet of the table.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cmdlet } from '../../src/cmdlets/cmdlet.ts';
import { parametersOf, whoMay } from '../../src/cmdlets/manual.ts';
import { CMDLETS } from '../../src/cmdlets/table.ts';
import { PowerShell, withEachPowerShell } from './powershell.ts';

/** As far apart as the width of the console puts words. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

withEachPowerShell('the module', (engine) => {
  let powershell: PowerShell;
  beforeAll(() => {
    powershell = PowerShell.start(engine);
  });
  afterAll(() => powershell.stop());
  const lines = (line: string) => powershell.lines(line);

  test('loads without a word, and has the commands of the table, Connect-Cordon and Disconnect-Cordon, and no other', async () => {
    expect((await powershell.run('Import-Module Cordon -Force')).output).toBe('');
    const names = [...CMDLETS.map(({ name }) => name), 'Connect-Cordon', 'Disconnect-Cordon'];
    expect([...(await lines('(Get-Command -Module Cordon).Name'))].sort()).toEqual(names.sort());
  });

  test('leaves nothing in the session but its commands', async () => {
    await powershell.reset();
    const seen = 'Get-Variable -ErrorAction Ignore Connection; Test-Path function:Invoke-CordonCmdlet';
    const here = engine === 'pwsh' ? seen : '"$Connection"; (Get-Command Send-CordonRequest -ErrorAction Ignore).Count';
    expect((await powershell.run(`Import-Module Cordon; ${here}`)).output.trim()).toMatch(/^(0|False)$/);
  });

  test.each(CMDLETS.map((cmdlet) => [cmdlet.name, cmdlet] as const))(
    'Get-Help tells everything of %s',
    async (name, cmdlet) => {
      const help = oneLine((await powershell.run(`Get-Help ${name} -Full`)).output);
      const shown = [cmdlet.synopsis, cmdlet.description ?? '', `Who may run it: ${whoMay(cmdlet.action)}.`];
      for (const text of [...shown, ...cmdlet.examples.flatMap(({ command, says }) => [command, says])]) {
        expect(help).toContain(oneLine(text));
      }
      for (const { name: parameter, help: says } of ownOf(cmdlet)) {
        expect(help).toContain(`-${parameter} `);
        expect(help).toContain(oneLine(says));
      }
      for (const { name: property, type } of cmdlet.output) expect(help).toContain(`${property} (${type}): `);
    },
  );

  test.each(CMDLETS.map((cmdlet) => [cmdlet.name, cmdlet] as const))(
    'the parameters of %s are those of the table',
    async (name, cmdlet) => {
      const described = await lines(
        `foreach ($p in (Get-Command ${name}).Parameters.Values) { $a = $p.Attributes.Where{ $_ -is [Parameter] }[0]; "$($p.Name) $($a.Mandatory) $($a.Position) $($a.ValueFromPipelineByPropertyName) $($a.ValueFromPipeline) $($p.Aliases -join ',')" }`,
      );
      const expected = ownOf(cmdlet).map(
        ({ name: parameter, isRequired, position, pipeline, aliases }) =>
          `${parameter} ${said(isRequired)} ${position ?? -2147483648} ${said(pipeline !== undefined)} False ${aliases.join(',')}`,
      );
      expect(described.slice(0, expected.length)).toEqual(expected);
      const further = described.slice(expected.length).map((line) => line.split(' ')[0]);
      expect(further.includes('WhatIf') && further.includes('Confirm')).toBe(cmdlet.shouldProcess !== undefined);
    },
  );

  test('the Tab key completes names of commands and of parameters', async () => {
    const complete = (text: string) =>
      lines(`(TabExpansion2 '${text}' ${text.length}).CompletionMatches.CompletionText`);
    expect(await complete('Remove-BlockedC')).toEqual(['Remove-BlockedConnector']);
    expect((await complete('Remove-BlockedConnector -')).slice(0, 2)).toEqual(['-ConnectorId', '-Reason']);
  });

  test('Get-Help about_Cordon tells how to begin', async () => {
    const { output } = await powershell.run('Get-Help about_Cordon');
    expect(output).toContain('Connect-Cordon -Uri https://cordon.contoso.com -Token $env:CORDON_TOKEN');
    for (const { name } of CMDLETS) expect(output).toContain(`    ${name}\n`);
  });

  test('Get-Help finds Connect-Cordon with each of its parameters', async () => {
    const { output } = await powershell.run('Get-Help Connect-Cordon -Full');
    const parameters = ['Uri', 'Token', 'Credential', 'Code', 'Organization', 'AllowUnencryptedAuthentication'];
    for (const parameter of parameters) expect(output).toMatch(new RegExp(`^ {4}-${parameter} .*\n {8}\\w`, 'm'));
  });
});

const ownOf = (cmdlet: Cmdlet) => parametersOf(cmdlet).filter(({ name }) => name in cmdlet.parameters);
const said = (is: boolean): string => (is ? 'True' : 'False');
