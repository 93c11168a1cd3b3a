// Test support: cmdlets run by somebody of the API's small world, as the wire endpoint runs them.
import { type ApiWorld, aTestApi, type Secret, type TestApi } from '../../test/api-world.ts';
import type { Row } from './cmdlet.ts';
import { runCmdlet } from './run.ts';
import { cmdletNamed } from './table.ts';

type Who = keyof ApiWorld['secrets'] | Secret;

export interface TestCmdlets {
  readonly api: TestApi;
  readonly world: ApiWorld;
  /** Rejects with CmdletError. In `ours` unless another organization is named. */
  run(
    who: Who,
    name: string,
    values?: Readonly<Record<string, unknown>>,
    organizationId?: string,
  ): Promise<{ readonly rows: readonly Row[]; readonly warnings: readonly string[]; readonly asked?: string }>;
}

export async function someCmdlets(): Promise<TestCmdlets> {
  const api = await aTestApi();
  const { world } = api;
  const run: TestCmdlets['run'] = async (who, name, values = {}, organizationId = world.ours.id) => {
    const principal = world.ports.tokens.verify(typeof who === 'string' ? world.secrets[who] : who.secret)!;
    const warnings: string[] = [];
    const outcome = await runCmdlet(cmdletNamed(name)!, values, {
      ports: { ...world.ports, url: () => '' },
      requester: { principal, ip: '192.0.2.1', log: { error: () => {} } },
      organizationId,
      warn: (text) => warnings.push(text),
    });
    return outcome.kind === 'done' ? { rows: outcome.rows, warnings } : { rows: [], warnings, asked: outcome.message };
  };
  return { api, world, run };
}
