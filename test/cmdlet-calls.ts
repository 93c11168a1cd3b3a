// For tests of cmdlets: they are run as whoever asks, in the small world of the API, without a client.
import type { AuditRecord } from '../src/audit/audit-record.ts';
import type { Call, Row } from '../src/cmdlets/cmdlet.ts';
import { runCmdlet } from '../src/cmdlets/run.ts';
import { cmdletNamed } from '../src/cmdlets/table.ts';
import { type ApiWorld, anApiWorld, type Secret } from './api-world.ts';

export type Who = keyof ApiWorld['secrets'] | Secret;

export interface Ran {
  readonly rows: readonly Row[];
  readonly warnings: readonly string[];
  /** The question, where nothing was done. */
  readonly asks?: string;
}

export interface CmdletCalls {
  readonly world: ApiWorld;
  /** In `ours`, unless another organization is named. Rejects as `runCmdlet`. */
  run(who: Who, name: string, values?: Readonly<Record<string, unknown>>, organizationId?: string): Promise<Ran>;
  /** An invocation by somebody, and what it is told beside the output. */
  call(who: Who, organizationId?: string): Call & { readonly warnings: string[] };
  /** The audit records of a cmdlet, newest first; the clock goes on with every run. */
  audit(cmdlet: string): Promise<readonly AuditRecord[]>;
  close(): Promise<void>;
}

export async function cmdletCalls(): Promise<CmdletCalls> {
  const world = await anApiWorld();
  const ports = { ...world.ports, url: () => 'http://127.0.0.1:8080' };
  const call: CmdletCalls['call'] = (who, organizationId = world.ours.id) => {
    const principal = world.ports.tokens.verify(typeof who === 'string' ? world.secrets[who] : who.secret);
    if (principal === undefined) throw new Error('nobody has this secret');
    const warnings: string[] = [];
    const requester = { principal, ip: '192.0.2.9', log: { error: (_: object, text: string) => warnings.push(text) } };
    return { ports, requester, organizationId, warnings, warn: (text) => void warnings.push(text) };
  };
  return {
    world,
    call,
    run: async (who, name, values = {}, organizationId) => {
      world.clock.now += 10;
      const one = call(who, organizationId);
      const outcome = await runCmdlet(cmdletNamed(name)!, values, one);
      const { warnings } = one;
      if (outcome.kind === 'asks') return { rows: [], warnings, asks: outcome.message };
      return { rows: outcome.rows, warnings };
    },
    audit: async (cmdlet) =>
      (await world.store.audit.list({ limit: 100_000 })).filter(({ operation }) => operation === cmdlet),
    close: () => world.close(),
  };
}
