// One command: which cmdlet of which organization, run with what was given, and a page of its output.
import { may } from '../../access/authorize.ts';
import type { Call, Cmdlet, Row, RowRange } from '../../cmdlets/cmdlet.ts';
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import { recordRefused, runCmdlet } from '../../cmdlets/run.ts';
import type { Requester } from '../../operations/requester.ts';
import { installationOf } from '../../operations/scope.ts';
import type { ApiPorts } from '../ports.ts';
import { type Answer, errorAnswer, outputAnswer, typedRow } from './answer.ts';
import { type CmdletInput, cmdletInputOf } from './cmdlet-input.ts';
import type { PageLinks, Place } from './page-links.ts';
import { preferencesOf } from './preferences.ts';
import { expiredPage, fault, invalidRequest, refusalOf } from './refusals.ts';
import { organizationNamed } from './tenant.ts';

/** What a request, or one of a batch, says. */
export interface Command {
  readonly requestId: string;
  /** Of the service, for the links in the answer: https://host/adminapi/beta. */
  readonly root: string;
  readonly tenant: string;
  /** Names of properties, with commas; undefined: all. */
  readonly select: string | undefined;
  /** Where a page begins; undefined: at the start. */
  readonly skipToken: string | undefined;
  /** Undefined: there is none, as where a page is asked for by GET. */
  readonly body: unknown;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** What all commands are run with. */
export interface Service {
  readonly ports: ApiPorts;
  readonly cmdlets: readonly Cmdlet[];
  readonly links: PageLinks;
}

/** Never rejects: what goes wrong is an answer, too. */
export async function invokeCommand(command: Command, requester: Requester, service: Service): Promise<Answer> {
  const { ports, cmdlets, links } = service;
  let name: string | undefined;
  try {
    const { principal } = requester;
    const organizationId = await organizationOf(command, requester, service);
    const { input, place } = questionOf(command, links, { principalId: principal.id, organizationId });
    const cmdlet = cmdletNamed(input.name, cmdlets);
    if (cmdlet === undefined) throw CmdletError.unknownCmdlet(input.name);
    name = cmdlet.name;
    return await run(cmdlet, input, place, command, { ports, requester, organizationId }, links);
  } catch (error) {
    return errorAnswer(refusalOf(error) ?? told(error, command, requester), name);
  }
}

/** A change where he sees nothing stands in the audit log of who tried; he hears nothing of it. */
async function organizationOf(command: Command, requester: Requester, { ports, cmdlets }: Service): Promise<string> {
  try {
    return organizationNamed(command.tenant, requester.principal, ports.directory);
  } catch (error) {
    const input = inputIn(command);
    const cmdlet = input && cmdletNamed(input.name, cmdlets);
    if (cmdlet !== undefined) {
      const tried = { ports, requester, organizationId: command.tenant };
      await recordRefused(cmdlet, input!.parameters, tried, error);
    }
    throw error;
  }
}

/** Undefined for what is none. */
function inputIn({ body }: Command): CmdletInput | undefined {
  try {
    return cmdletInputOf(body);
  } catch {
    return undefined;
  }
}

function cmdletNamed(written: string, cmdlets: readonly Cmdlet[]): Cmdlet | undefined {
  const wanted = written.toLowerCase();
  return cmdlets.find(({ name }) => name.toLowerCase() === wanted);
}

function told(error: unknown, { requestId }: Command, { log }: Requester): CmdletError {
  log.error({ err: error, requestId }, 'a command failed inside the guard');
  return fault(requestId);
}

/** Which cmdlet with which parameters, from which row on. */
function questionOf(
  { body, skipToken }: Command,
  links: PageLinks,
  holder: { readonly principalId: string; readonly organizationId: string },
): { input: CmdletInput; place: Place } {
  const asked = skipToken !== undefined && body === undefined ? undefined : cmdletInputOf(body);
  if (skipToken !== undefined) return links.open(skipToken, asked, holder);
  return { input: asked!, place: { skip: 0 } };
}

async function run(
  cmdlet: Cmdlet,
  input: CmdletInput,
  place: Place,
  command: Command,
  of: Pick<Call, 'ports' | 'requester' | 'organizationId'>,
  links: PageLinks,
): Promise<Answer> {
  const { ports, requester, organizationId } = of;
  const { principal } = requester;
  const { root, tenant, headers, select } = command;
  const warnings: string[] = [];
  const call: Call = {
    ...of,
    left: 'after' in place ? place : undefined,
    warn: (text: string) => void warnings.push(text),
  };
  const form = formOf(command, cmdlet);
  if (form instanceof CmdletError) {
    // Whoever may not is refused, and that is recorded; he hears nothing else.
    if (!may(principal, cmdlet.action, installationOf(ports.directory)))
      await runCmdlet(cmdlet, input.parameters, call);
    throw form;
  }
  const outcome = await runCmdlet(cmdlet, input.parameters, call);
  const url = `${root}/${encodeURIComponent(tenant)}`;
  const metadata = `${url}/$metadata`;
  const said = { metadata, warnings: headers.warningaction?.toLowerCase() === 'ignore' ? [] : warnings };
  if (outcome.kind === 'asks') return outputAnswer({ ...said, rows: [], confirmation: outcome.message });

  const { rows, next } = pageOf(cmdlet, outcome.rows, place, form);
  const skipToken = next && links.seal(next, input, { principalId: principal.id, organizationId });
  const chosenAgain = select === undefined ? '' : `&$select=${encodeURIComponent(select)}`;
  return outputAnswer({
    ...said,
    rows,
    nextLink: skipToken && `${url}/InvokeCommand?$skiptoken=${skipToken}${chosenAgain}`,
  });
}

/** In which form the output is wanted. */
interface Form {
  readonly pageSize: number;
  readonly chosen: ReadonlySet<string> | undefined;
}

/** Looked at before the cmdlet runs: a change that is answered with an error was not made. */
function formOf({ headers, select }: Command, cmdlet: Cmdlet): Form | CmdletError {
  try {
    if (headers['x-responseformat']?.toLowerCase() === 'clixml') {
      throw invalidRequest('Cordon answers in JSON, not in CLIXML.', { advice: 'Send X-ResponseFormat: json.' });
    }
    return { ...preferencesOf(headers.prefer), chosen: chosenOf(select, cmdlet) };
  } catch (error) {
    return error as CmdletError;
  }
}

/** Names of properties as the table has them; undefined: all. */
function chosenOf(select: string | undefined, { name, output }: Cmdlet): ReadonlySet<string> | undefined {
  const wanted = (select ?? '').split(',').map((one) => one.trim());
  const names = wanted.filter((one) => one !== '');
  if (names.length === 0 || names.includes('*')) return undefined;
  const found = names.map((one) => output.find((property) => property.name.toLowerCase() === one.toLowerCase())?.name);
  const unknown = names.filter((_, i) => found[i] === undefined);
  if (unknown.length === 0) return new Set(found as string[]);
  const known = output.length === 0 ? 'none' : output.map((property) => property.name).join(', ');
  throw invalidRequest(`$select: ${name} has no property ${unknown.join(', ')}. It has ${known}.`, {
    errorId: 'InvalidSelect',
    target: unknown.join(', '),
  });
}

/** Bytes of JSON that the rows of a page have at most; one row may have more. */
const LARGEST_PAGE_BYTES = 4_000_000;

/**
 * The rows from a place on, as they are answered, and the place after them where there are more. With keys it does not matter what came or went since
 * the page before, and the last row of the first run ends the last page. What changes something, or goes on where it ended, is never cut: it would be
 * done once more for the next page.
 */
function pageOf(
  cmdlet: Cmdlet,
  all: readonly Row[],
  place: Place,
  { pageSize, chosen }: Form,
): { rows: readonly object[]; next: Place | undefined } {
  const { keyOf, isChange, runsOnce } = cmdlet;
  if (isChange || runsOnce) return { rows: all.map((row) => typedRow(cmdlet, row, chosen)), next: undefined };
  if ('after' in place && keyOf === undefined) throw expiredPage();
  const left = 'after' in place ? all.filter((row) => isWithin(keyOf!(row), place)) : all.slice(place.skip);
  const rows = fitting(left.slice(0, pageSize).map((row) => typedRow(cmdlet, row, chosen)));
  if (rows.length === left.length) return { rows, next: undefined };
  if (keyOf !== undefined) {
    const last = 'last' in place ? place.last : keyOf(all.at(-1)!);
    return { rows, next: { after: keyOf(left[rows.length - 1]!), last } };
  }
  return { rows, next: { skip: ('skip' in place ? place.skip : 0) + rows.length } };
}

function fitting(rows: readonly object[]): readonly object[] {
  let bytes = 0;
  for (const [i, row] of rows.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    if (bytes > LARGEST_PAGE_BYTES && i > 0) return rows.slice(0, i);
  }
  return rows;
}

function isWithin(key: string, { after, last }: RowRange): boolean {
  return key > after && key <= last;
}
