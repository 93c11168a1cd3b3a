// A cmdlet's way to the guard: POST /adminapi/beta/{organization}/InvokeCommand, page by page.
import { randomUUID } from 'node:crypto';
import { CmdletError, type ErrorCategory } from '../../cmdlets/cmdlet-error.ts';
import { ANSWER_MS, type Connection, notCordon, parse, reach } from '../api-client.ts';

/** One object of the output: its properties in order, as JSON has them. */
export type WireRow = Readonly<Record<string, unknown>>;

export interface WirePage {
  readonly rows: readonly WireRow[];
  readonly warnings: readonly string[];
  /** The question that is to be asked before the command is run. */
  readonly confirmation?: string | undefined;
}

interface Wire {
  readonly value?: readonly WireRow[];
  readonly '@adminapi.warnings'?: readonly string[];
  readonly '@adminapi.confirmationmessage'?: string;
  readonly '@odata.nextLink'?: string;
}

export interface Invocation {
  readonly connection: Connection;
  /** Id of the organization, or one of its accepted domains. */
  readonly tenant: string;
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Told each request and each answer. */
  readonly onRequest: (text: string) => void;
}

/** A page is asked for when the one before is worked off. Rejects with CmdletError as the guard said it, or with API_UNREACHABLE. */
export async function* invoke({
  connection,
  tenant,
  cmdlet,
  parameters,
  onRequest,
}: Invocation): AsyncGenerator<WirePage> {
  const body = JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } });
  let path: string | undefined = `/adminapi/beta/${encodeURIComponent(tenant)}/InvokeCommand`;
  while (path !== undefined) {
    onRequest(`POST ${connection.url}${path}`);
    const answer: Wire = await post(connection, path, cmdlet, body);
    const { value = [], '@adminapi.warnings': warnings = [], '@odata.nextLink': next } = answer;
    onRequest(`${value.length} objects${next === undefined ? '' : ', and more'}`);
    yield { rows: value.map(withoutTypes), warnings, confirmation: answer['@adminapi.confirmationmessage'] };
    path = next === undefined ? undefined : pathOf(next, connection);
  }
}

/** However the guard calls itself, the token goes only where it was sent before. */
function pathOf(link: string, { url }: Connection): string {
  const at = link.indexOf('/adminapi/');
  if (at === -1) throw notCordon(url, 200);
  return link.slice(at);
}

async function post({ url, token }: Connection, path: string, cmdlet: string, body: string): Promise<Wire> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-cmdletname': cmdlet,
    'x-responseformat': 'json',
    'client-request-id': randomUUID(),
    prefer: 'odata.maxpagesize=1000',
  };
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await reach(url, path, { method: 'POST', headers, body, signal });
  const answer = parse(await response.text());
  if (typeof answer !== 'object' || answer === null) throw notCordon(url, response.status);
  if (!response.ok) throw refusalOf(response.status, answer, url);
  return answer as Wire;
}

interface Refusal {
  readonly error?: {
    readonly message?: string;
    readonly details?: readonly { readonly code?: string; readonly target?: string; readonly message?: string }[];
  };
}

/** `details[0].message` is id|type|text, its code PowerShell's category. */
function refusalOf(status: number, answer: object, url: string): Error {
  const { error } = answer as Refusal;
  const [details = {}] = error?.details ?? [];
  const [errorId = '', type = '', text = ''] = (details.message ?? '').split('|');
  const message = text || error?.message;
  if (message === undefined) return notCordon(url, status);
  const category = (details.code ?? 'NotSpecified') as ErrorCategory;
  return new CmdletError(message, { type, category, errorId, target: details.target ?? '', status });
}

/** Without the annotations that tell .NET's types. */
function withoutTypes(row: WireRow): WireRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !name.includes('@')));
}
