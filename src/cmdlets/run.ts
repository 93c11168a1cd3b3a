// One invocation: may he, what is given, shall it be asked first, and then it is done.
import { authorize } from '../access/authorize.ts';
import type { Action } from '../access/roles.ts';
import { authorized } from '../operations/audited.ts';
import { recordFailed } from '../operations/request-record.ts';
import { installationOf, seesOrganization } from '../operations/scope.ts';
import { type Bound, bind } from './bind.ts';
import type { Call, Cmdlet, Row } from './cmdlet.ts';
import { CmdletError, toCmdletError } from './cmdlet-error.ts';

export type Outcome =
  | { readonly kind: 'done'; readonly rows: readonly Row[] }
  /** Nothing was done: the client asks, and calls again with -Confirm:$false. */
  | { readonly kind: 'asks'; readonly message: string };

/**
 * Rejects with CmdletError; what is no error of the caller rejects as it is. The right is asked for before anything else is looked at. A cmdlet of high impact
 * that is called without -Confirm acts: to ask is the client's part.
 */
export async function runCmdlet(
  cmdlet: Cmdlet,
  values: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<Outcome> {
  let target = cmdlet.name;
  try {
    await demand(cmdlet, cmdlet.action, values, call);
    await demandOrganization(cmdlet, values, call);
    const bound = bind(cmdlet, values);
    target = cmdlet.targetOf?.(bound.given) ?? target;
    await demandParameters(cmdlet, bound, values, call);
    if (bound.isWhatIf || bound.confirm === true) {
      return { kind: 'asks', message: cmdlet.shouldProcess!.asks(bound.given, call) };
    }
    return { kind: 'done', rows: await cmdlet.run(bound.given, call) };
  } catch (error) {
    throw toCmdletError(error, target);
  }
}

async function demandParameters(
  cmdlet: Cmdlet,
  { names }: Bound,
  values: Readonly<Record<string, unknown>>,
  call: Call,
): Promise<void> {
  for (const name of names) {
    const { action, ignored } = cmdlet.parameters[name]!;
    if (ignored !== undefined) call.warn(`-${name} does nothing here: ${ignored}`);
    if (action === undefined) continue;
    try {
      await demand(cmdlet, action, values, call);
    } catch (error) {
      const { message, advice } = error as Error & { advice?: string };
      const details = toCmdletError(error, name);
      throw new CmdletError(`-${name}: ${message}`, { ...details, advice: advice ?? '' });
    }
  }
}

/** A change that is refused stands in the audit log of the organization that was named, or of who tried where he does not see it. */
async function demand(
  { name, isChange }: Cmdlet,
  action: Action,
  values: Readonly<Record<string, unknown>>,
  { ports, requester, organizationId: named }: Call,
): Promise<void> {
  const { principal } = requester;
  if (!isChange) {
    authorize(principal, action, installationOf(ports.directory));
    requester.authorizedFor = action;
    return;
  }
  const isSeen = seesOrganization(principal, named, ports.directory);
  const organizationId = isSeen ? named : (principal.organizationId ?? '');
  const change = { action, operation: name, organizationId, objectId: '', parameters: recordable(values) };
  await authorized(ports, requester, change, async () => {});
}

/** Another one is answered like one that is not there, whatever the client's door has let through. */
async function demandOrganization(
  { name, isChange }: Cmdlet,
  values: Readonly<Record<string, unknown>>,
  { ports, requester, organizationId: named }: Call,
): Promise<void> {
  if (seesOrganization(requester.principal, named, ports.directory)) return;
  if (isChange) {
    const organizationId = requester.principal.organizationId ?? '';
    const tried = { operation: name, organizationId, objectId: named, parameters: recordable(values) };
    await recordFailed(ports, requester, tried, 'NOT_FOUND');
  }
  throw CmdletError.notFound(named);
}

const MOST_RECORDED = 50;
const LONGEST_RECORDED = 1_000;

/** Nobody has looked at them yet: whoever may not even do it shall not fill the audit log. */
function recordable(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const cut = (value: unknown): unknown => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return text.length > LONGEST_RECORDED ? `${text.slice(0, LONGEST_RECORDED)}…` : value;
  };
  const some = Object.entries(values).slice(0, MOST_RECORDED);
  return Object.fromEntries(some.map(([name, value]) => [name.slice(0, LONGEST_RECORDED), cut(value)]));
}
