// The commands of both articles against `cordon serve` as a process of its own.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServedGuard } from '../mta/served-guard.ts';
import { PowerShell, withEachPowerShell } from './powershell.ts';

withEachPowerShell('a running guard', (engine) => {
  let guard: ServedGuard;
  let powershell: PowerShell;
  beforeAll(async () => {
    guard = await ServedGuard.start();
    powershell = PowerShell.start(engine);
  });
  afterAll(async () => {
    await powershell.stop();
    await guard.remove();
  });

  test('shows a connector that was blocked, and unblocks it with a reason', async () => {
    const id = (await guard.cordon('connector', 'add', 'branch-office', '--address', '192.0.2.0/24')).trim();
    await guard.cordon('restrict', 'branch-office', '--reason', 'stolen password');
    const token = readFileSync(path.join(guard.data, 'admin.token'), 'utf8').trim();
    expect((await powershell.run(`Connect-Cordon -Uri ${guard.url} -Token ${token}`)).output).toBe('');
    expect(await powershell.lines('(Get-BlockedConnector).Reason')).toEqual([
      'RestrictedByAdministrator;Comment=stolen password',
    ]);
    const unblock = `Remove-BlockedConnector -ConnectorId ${id} -Reason "new password set"`;
    expect((await powershell.run(unblock)).output).toBe('');
    expect((await powershell.run('Get-BlockedConnector')).output).toBe('');
    expect(await guard.cordon('audit', 'list', '--json')).toContain('new password set');
  });
});
