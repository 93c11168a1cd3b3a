// One invocation: may he, what is given, shall it be asked first, and then it is done.
import { authorize } from '../access/authorize.ts';
import type { Action } from '../access/roles.ts';
import { authorized } from '../operations/audited.ts';
import { recordFailed } from '../operations/request-record.ts';
import { installationOf, seesOrganization } from '../operations/scope.ts';
import { type Bound, bind, isQuestion, parameterNamed } from './bind.ts';
import type { Call, Cmdlet, Row } from './cmdlet.ts';
import { CmdletError, codeOf, toCmdletError } from './cmdlet-error.ts';

export type Outcome =
  | { readonly kind: 'done'; readonly rows: readonly Row[] }
  /** Nothing was done: the client asks, and calls again with -Confirm:$false. */
  | { readonly kind: 'asks'; readonly message: string };

/**
 * Rejects with CmdletError; what is no error of the caller rejects as it is. The right is asked for before anything else is looked at. A cmdlet of high impact
 * that is called without -Confirm acts: to ask is the client's part. A change that is refused leaves one record, whoever refuses it.
 */
export async function runCmdlet(
  cmdlet: Cmdlet,
  values: Readonly<Record<string, unknown>>,
  { requester: { principal, ip, log }, ...others }: Call,
): Promise<Outcome> {
  // Its own, because it tells how far this one command has come.
  const call: Call = { ...others, requester: { principal, ip, log } };
  let target: string | undefined;
  try {
    await demand(cmdlet, cmdlet.action, values, call);
    demandOrganization(call);
    const bound = bind(cmdlet, values);
    target = cmdlet.targetOf?.(bound.given);
    if (cmdlet.isChange) call.requester.parameters = recordable(cmdlet, values, bound);
    await demandParameters(cmdlet, bound, values, call);
    if (bound.isWhatIf || bound.confirm === true) {
      return { kind: 'asks', message: cmdlet.shouldProcess!.asks(bound.given, call) };
    }
    return { kind: 'done', rows: await cmdlet.run(bound.given, call) };
  } catch (error) {
    await recordRefused(cmdlet, values, call, error, target);
    throw toCmdletError(error, target ?? cmdlet.name);
  }
}

/**
 * A change that no operation has taken over stands in the audit log as the cmdlet: of the organization that was named, or of who tried where he does
 * not see it. A question about what is his, and an unblock of what is not blocked, leave nothing. Never rejects.
 */
export async function recordRefused(
  cmdlet: Cmdlet,
  values: Readonly<Record<string, unknown>>,
  { ports, requester, organizationId: named }: Pick<Call, 'ports' | 'requester' | 'organizationId'>,
  error: unknown,
  target = '',
): Promise<void> {
  if (!cmdlet.isChange || requester.isAudited === true) return;
  const code = codeOf(error);
  const isHis = seesOrganization(requester.principal, named, ports.directory);
  if (isHis && (code === 'NOT_RESTRICTED' || isQuestion(cmdlet, values))) return;
  const [organizationId, objectId] = isHis ? [named, target] : [requester.principal.organizationId ?? '', named];
  const { parameters = recordable(cmdlet, values) } = requester;
  const tried = { operation: cmdlet.name, organizationId, objectId, parameters };
  await recordFailed(ports, requester, tried, code);
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
  cmdlet: Cmdlet,
  action: Action,
  values: Readonly<Record<string, unknown>>,
  { ports, requester, organizationId: named }: Call,
): Promise<void> {
  const { principal } = requester;
  if (!cmdlet.isChange) {
    authorize(principal, action, installationOf(ports.directory));
    requester.authorizedFor = action;
    return;
  }
  const organizationId = seesOrganization(principal, named, ports.directory) ? named : (principal.organizationId ?? '');
  const change = {
    action,
    operation: cmdlet.name,
    organizationId,
    objectId: '',
    parameters: recordable(cmdlet, values),
  };
  await authorized(ports, requester, change, async () => {});
  // Until an operation takes it over, nobody has it.
  requester.isAudited = false;
}

/** Another one is answered like one that is not there, whatever the client's door has let through. */
function demandOrganization({ ports, requester, organizationId: named }: Call): void {
  if (!seesOrganization(requester.principal, named, ports.directory)) throw CmdletError.notFound(named);
}

const MOST_RECORDED = 100;
const LONGEST_NAME = 64;

/**
 * In the cmdlet's names. Of what it does not have only how many there are stands in the audit log: nobody has looked at them. Bound ones are in their
 * types.
 */
function recordable(
  cmdlet: Cmdlet,
  values: Readonly<Record<string, unknown>>,
  bound?: Bound,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(values);
  const known = entries.slice(0, MOST_RECORDED).flatMap(([called, value]) => {
    const name = called.length <= LONGEST_NAME ? parameterNamed(cmdlet, called) : undefined;
    return name === undefined ? [] : [[name, value] as const];
  });
  const unknown = entries.length - known.length;
  if (unknown > 0) return { ...Object.fromEntries(known), unknownParameters: unknown };
  const own = bound === undefined ? known : known.filter(([name]) => bound.names.includes(name));
  // How a list shall change is known as it was given alone.
  const typed = (name: string, value: unknown): unknown =>
    bound === undefined || typeof bound.given[name] === 'function' ? value : bound.given[name];
  return Object.fromEntries(own.map(([name, value]) => [name, typed(name, value)]));
}
