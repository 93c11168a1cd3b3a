// Cmdlets as somebody types them in bash: `cordon serve` and bin/cordon are processes of their own.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServedGuard } from '../mta/served-guard.ts';

const CORDON = join(import.meta.dirname, '../../bin/cordon');
let guard: ServedGuard;
beforeAll(async () => {
  guard = await ServedGuard.start();
}, 60_000);
afterAll(() => guard.remove());

/** Nothing is at the terminal, and standard input is empty. */
function typed(line: string) {
  const script = `cordon() { '${process.execPath}' '${CORDON}' "$@"; }; set -o pipefail; ${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-c', script], {
    encoding: 'utf8',
    input: '',
    env: { ...process.env, CORDON_CONFIG: guard.configFile, TZ: 'UTC' },
  });
  return { status, out: stdout, err: stderr };
}

test('a connector is made, shown, and removed when nobody need be asked', { timeout: 120_000 }, () => {
  expect(
    typed(
      'cordon New-InboundConnector "Branch office" -SenderDomains "*" -ConnectorType OnPremises -SenderIPAddresses 192.0.2.1, 192.0.2.2 -Format Json > /dev/null',
    ),
  ).toEqual({ status: 0, out: '', err: '' });
  expect(typed('cordon get-inboundconnector "branch office" | grep SenderIP')).toEqual({
    status: 0,
    out: 'SenderIPAddresses             : {192.0.2.1/32, 192.0.2.2/32}\n',
    err: '',
  });
  // bash makes nothing of $false, and whoever types that is told.
  const unquoted = typed('cordon Remove-InboundConnector "Branch office" -Confirm:$false');
  expect([unquoted.status, unquoted.err]).toEqual([2, expect.stringContaining("type '-Confirm:$false' in quotes")]);
  const quoted = typed("cordon Remove-InboundConnector 'Branch office' '-Confirm:$false'");
  expect(quoted).toEqual({ status: 0, out: '', err: '' });
  expect(typed('cordon Get-InboundConnector -Format Csv | wc -l')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^\s*1\n$/),
  });
});

test('completion is what the program prints', { timeout: 60_000 }, () => {
  const { out } = typed(
    `source <(cordon completion bash); COMP_WORDS=(cordon get-bl); COMP_CWORD=1; _cordon; echo "\${COMPREPLY[@]}"`,
  );
  expect(out).toBe('Get-BlockedConnector Get-BlockedSenderAddress\n');
});
