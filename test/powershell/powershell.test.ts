import { afterAll, beforeAll, expect, test } from 'vitest';
import { PowerShell, withEachPowerShell } from './powershell.ts';

withEachPowerShell('the engine behind the tests', (engine) => {
  let powershell: PowerShell;
  beforeAll(() => {
    powershell = PowerShell.start(engine);
  });
  afterAll(() => powershell.stop());

  test('a session keeps what a line defines, until it is reset', async () => {
    await powershell.run('$seven = 7');
    expect(await powershell.lines('$seven')).toEqual(['7']);
    await powershell.reset();
    expect(await powershell.lines('"<$seven>"')).toEqual(['<>']);
  });

  test('what stops a line, what does not, and what cannot be read are shown as a console does, and leave their records', async () => {
    expect((await powershell.run('[int]::Parse("u"); "more"')).output).toBe(
      'MethodInvocationException: Exception calling "Parse" with "1" argument(s): "The input string \'u\' was not in a correct format."\nmore\n',
    );
    expect(await powershell.lines('throw "up"; "more"')).toEqual(['Exception: up']);
    expect(await powershell.lines('$Error[0].FullyQualifiedErrorId')).toEqual(['up']);
    expect((await powershell.run('Get-Command )')).output).toContain("Unexpected token ')'");
  });

  test('prompts are answered in order, and one that nobody answers is told', async () => {
    await powershell.run(
      'function Test-It { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = "High")] param([Parameter(Mandatory)]$Of) if ($PSCmdlet.ShouldProcess($Of)) { "done" } }',
    );
    const yes = await powershell.run('Test-It', 'the thing', 'y');
    expect(yes.prompts).toEqual([
      'Of:',
      'Confirm\nAre you sure you want to perform this action?\nPerforming the operation "Test-It" on target "the thing".',
    ]);
    expect(yes.output).toMatch(/ {2}\[N\] No {2}.* \(default is "Y"\): y\ndone\n$/s);
    expect((await powershell.run('Test-It -Of x', 'n')).output).not.toContain('done');
    expect((await powershell.run('Test-It -Of x')).output).toContain('no answer to: Confirm');
  });
});
