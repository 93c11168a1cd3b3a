// For tests of cmdlets: they are run as whoever asks, in the small world of the API, without a client.
import type { Call, Row } from '../src/cmdlets/cmdlet.ts';
import { CmdletError } from '../src/cmdlets/cmdlet-error.ts';
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
  /** In `ours`, unless another organization is named; the clock goes on before. Rejects as `runCmdlet`. */
  run(who: Who, name: string, values?: Readonly<Record<string, unknown>>, organizationId?: string): Promise<Ran>;
  /** How such a run was refused; rejects where it was not. */
  error(...order: Parameters<CmdletCalls['run']>): Promise<CmdletError>;
  /** An invocation by somebody, and what it is told beside the output. */
  call(who: Who, organizationId?: string): Call & { readonly warnings: string[] };
  /** The audit records of a cmdlet, newest first. */
  readonly audit: ApiWorld['audit'];
  /** Ends every restriction, as if nobody had asked for that: there is no record. */
  unblockAll(): Promise<void>;
  close(): Promise<void>;
}

export async function cmdletCalls(): Promise<CmdletCalls> {
  const world = await anApiWorld();
  const { ports } = world;
  const call: CmdletCalls['call'] = (who, organizationId = world.ours.id) => {
    const principal = world.ports.tokens.verify(typeof who === 'string' ? world.secrets[who] : who.secret);
    if (principal === undefined) throw new Error('nobody has this secret');
    const warnings: string[] = [];
    const requester = { principal, ip: '192.0.2.9', log: { error: (_: object, text: string) => warnings.push(text) } };
    return { ports, requester, organizationId, warnings, warn: (text) => void warnings.push(text) };
  };
  const run: CmdletCalls['run'] = async (who, name, values = {}, organizationId) => {
    world.clock.now += 10;
    const one = call(who, organizationId);
    const outcome = await runCmdlet(cmdletNamed(name)!, values, one);
    const { warnings } = one;
    if (outcome.kind === 'asks') return { rows: [], warnings, asks: outcome.message };
    return { rows: outcome.rows, warnings };
  };
  return {
    world,
    call,
    run,
    error: async (...order) => {
      const refused = await run(...order).catch((error: unknown) => error);
      if (refused instanceof CmdletError) return refused;
      throw new Error(`${order[1]} was not refused: ${JSON.stringify(refused)}`, { cause: refused });
    },
    audit: world.audit,
    unblockAll: async () => {
      const order = { reason: '', by: 'a test', graceHours: 0, learn: false } as const;
      for (const { restriction } of [...ports.restrictions.active.values()]) {
        await ports.restrictions.unblock(restriction.entityId, order);
      }
    },
    close: world.close,
  };
}
