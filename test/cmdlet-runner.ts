// Cmdlets in tests: run by somebody with a role, over the small world of the API.
import type { Principal } from '../src/access/principal.ts';
import { actionsOf, type RoleName } from '../src/access/roles.ts';
import type { AuditRecord } from '../src/audit/audit-record.ts';
import type { Row } from '../src/cmdlets/cmdlet.ts';
import { CmdletError } from '../src/cmdlets/cmdlet-error.ts';
import { runCmdlet } from '../src/cmdlets/run.ts';
import { cmdletNamed } from '../src/cmdlets/table.ts';
import { type ApiWorld, anApiWorld } from './api-world.ts';

export interface Ran {
  readonly rows: readonly Row[];
  readonly warnings: readonly string[];
  /** What it would do; undefined: it did it. */
  readonly asks: string | undefined;
}

export interface CmdletRunner {
  readonly world: ApiWorld;
  /** As an administrator of `ours` unless something else is said. */
  run(name: string, values?: Readonly<Record<string, unknown>>, by?: Runner): Promise<Ran>;
  /** Of what was refused. */
  error(name: string, values?: Readonly<Record<string, unknown>>, by?: Runner): Promise<CmdletError>;
  audit(operation: string): Promise<readonly AuditRecord[]>;
  close(): Promise<void>;
}

export interface Runner {
  readonly role?: RoleName;
  /** Whose he is, and which organization is named; `ours` where left out. */
  readonly of?: 'ours' | 'theirs';
  readonly names?: 'ours' | 'theirs';
}

export async function aCmdletRunner(): Promise<CmdletRunner> {
  const world = await anApiWorld();
  const run: CmdletRunner['run'] = async (name, values = {}, by = {}) => {
    const { role = 'Organization Management', of = 'ours', names = of } = by;
    const warnings: string[] = [];
    const outcome = await runCmdlet(cmdletNamed(name)!, values, {
      ports: { ...world.ports, url: () => '' },
      requester: { principal: aPrincipal(role, world[of].id), ip: '127.0.0.1', log: { error: () => {} } },
      organizationId: world[names].id,
      warn: (text) => warnings.push(text),
    });
    return outcome.kind === 'asks'
      ? { rows: [], warnings, asks: outcome.message }
      : { rows: outcome.rows, warnings, asks: undefined };
  };
  return {
    world,
    run,
    error: async (...args) => {
      const refused = await run(...args).catch((error: unknown) => error);
      if (refused instanceof CmdletError) return refused;
      throw new Error(`${args[0]} was not refused: ${JSON.stringify(refused)}`);
    },
    audit: async (operation) =>
      (await world.store.audit.list({ limit: 1_000 })).filter((record) => record.operation === operation),
    close: () => world.close(),
  };
}

function aPrincipal(role: RoleName, organizationId: string): Principal {
  const roles = [role];
  return { id: role, kind: 'account', name: role, organizationId, roles, actions: actionsOf(roles) };
}
