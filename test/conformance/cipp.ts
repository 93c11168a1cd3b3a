// As CIPP's New-ExoRequest and New-ExoBulkRequest: pages by POST, blanks in Prefer, an empty query, relative URLs in a batch; an error is shown whole, bars included.
import { randomUUID } from 'node:crypto';
import {
  type Client,
  ClientError,
  type Connection,
  type Envelope,
  inputOf,
  type ODataError,
  type Row,
} from './client.ts';

export interface Cipp extends Client {
  /** Of one command only the properties that are named. */
  select(cmdlet: string, properties: string): Promise<readonly Row[]>;
  /** The rows of all, and for what failed one with `error` and `target`. */
  bulk(commands: readonly (readonly [string, Readonly<Record<string, unknown>>])[]): Promise<readonly Row[]>;
  availableCmdlets(): Promise<readonly string[]>;
}

export function cipp({ url, tenant, token }: Connection): Cipp {
  const service = `${url}/adminapi/beta/${tenant}`;
  const headers = {
    Authorization: `Bearer ${token}`,
    Prefer: 'odata.maxpagesize=1000',
    'X-AnchorMailbox': `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenant}`,
  };
  const json = { 'Content-Type': 'application/json; charset=utf-8' };
  const request = async (cmdlet: string, parameters: Readonly<Record<string, unknown>>, query: string) => {
    const body = inputOf(cmdlet, parameters);
    const rows: Row[] = [];
    let at: string | undefined = `${service}/InvokeCommand${query}`;
    while (at !== undefined) {
      const response = await fetch(at, { method: 'POST', headers: { ...headers, ...json }, body });
      const answer = (await response.json()) as Envelope;
      if (!response.ok) throw new ClientError(response.status, textOf(answer.error));
      rows.push(...answer.value!);
      at = answer['@odata.nextLink'];
    }
    return rows;
  };
  return {
    invoke: (cmdlet, parameters = {}) => request(cmdlet, parameters, ''),
    select: (cmdlet, properties) => request(cmdlet, {}, `?$select=${properties}`),
    bulk: async (commands) => {
      const many = {
        ...headers,
        Prefer: 'odata.maxpagesize = 1000;odata.continue-on-error',
        'parameter-based-routing': 'True',
      };
      const requests = commands.map(([cmdlet, parameters]) => ({
        url: `/adminapi/beta/${tenant}/InvokeCommand?`,
        method: 'POST',
        body: JSON.parse(inputOf(cmdlet, parameters)),
        headers: { ...many, 'X-CmdletName': cmdlet, Accept: 'application/json; odata.metadata=minimal' },
        id: randomUUID(),
      }));
      const response = await fetch(`${service}/$batch`, {
        method: 'POST',
        headers: { ...many, ...json },
        body: JSON.stringify({ requests }),
      });
      const { responses } = (await response.json()) as { responses: { body: Envelope }[] };
      return responses.flatMap(({ body: { value = [], error } }) => {
        const [detail] = error?.details ?? [];
        return detail === undefined ? value : [{ error: detail.message, target: detail.target }];
      });
    },
    availableCmdlets: async () => {
      const at = `${url}/adminapi/v1.0/${tenant}/EXOModuleFile?Version=3.7.1`;
      const response = await fetch(at, { headers: { ...headers, CommandName: '*' } });
      const { value } = (await response.json()) as { value: { exportedCmdlets: string }[] };
      return value.flatMap(({ exportedCmdlets }) => exportedCmdlets.split(','));
    },
  };
}

function textOf(error: ODataError | undefined): string {
  return error?.details?.[0]?.message ?? error?.innererror?.internalexception?.message ?? error?.message ?? '';
}
