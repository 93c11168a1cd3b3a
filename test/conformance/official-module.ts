// As ExchangeOnlineManagement v3 calls REST, with JSON in place of CLIXML: pages by POST of the same body; what asks first is called twice.
import { randomUUID } from 'node:crypto';
import { type Client, ClientError, type Connection, type Envelope, inputOf, type Row } from './client.ts';

export interface OfficialModule extends Client {
  /** What the cmdlet would ask; undefined: it does not. */
  question(cmdlet: string, parameters: Readonly<Record<string, unknown>>): Promise<string | undefined>;
  /** The answer to each of some commands, at most ten. */
  batch(commands: readonly (readonly [string, Readonly<Record<string, unknown>>])[]): Promise<readonly Envelope[]>;
}

/** `pageSize`: of Connect-ExchangeOnline -PageSize. */
export function officialModule({ url, tenant, token }: Connection, pageSize = 1_000): OfficialModule {
  const service = `${url}/adminapi/beta/${tenant}`;
  const connectionId = randomUUID();
  const headersOf = (cmdlet: string, prefer = `odata.maxpagesize=${pageSize}`) => ({
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json;charset=utf-8',
    Accept: 'application/json',
    'Accept-Charset': 'UTF-8',
    'Accept-Encoding': 'gzip',
    'Accept-Language': 'en-US',
    Prefer: prefer,
    'X-CmdletName': cmdlet,
    'X-ResponseFormat': 'json',
    'X-SerializationLevel': 'Partial',
    'X-AnchorMailbox': `UPN:admin@${tenant}`,
    'X-ClientApplication': 'ExoManagementModule',
    'X-ClientModuleVersion': '3.7.1',
    WarningAction: 'Continue',
    'connection-id': connectionId,
    'client-request-id': randomUUID(),
  });
  const post = async (at: string, cmdlet: string, body: string): Promise<Envelope> => {
    const response = await fetch(at, { method: 'POST', headers: headersOf(cmdlet), body });
    const answer = (await response.json()) as Envelope;
    if (!response.ok) throw errorOf(answer, response);
    return answer;
  };
  return {
    invoke: async (cmdlet, parameters = {}) => {
      const body = inputOf(cmdlet, parameters);
      const rows: Row[] = [];
      let at: string | undefined = `${service}/InvokeCommand`;
      while (at !== undefined) {
        const answer: Envelope = await post(at, cmdlet, body);
        rows.push(...answer.value!);
        at = answer['@odata.nextLink'];
      }
      return rows;
    },
    question: async (cmdlet, parameters) => {
      const body = inputOf(cmdlet, { ...parameters, Confirm: true });
      return (await post(`${service}/InvokeCommand`, cmdlet, body))['@adminapi.confirmationmessage'];
    },
    batch: async (commands) => {
      const requests = commands.map(([cmdlet, parameters], i) => ({
        id: String(i + 1),
        method: 'POST',
        url: `${service}/InvokeCommand`,
        headers: { 'Content-Type': 'application/json', 'X-CmdletName': cmdlet },
        body: JSON.parse(inputOf(cmdlet, parameters)),
      }));
      const headers = headersOf('', `odata.maxpagesize=${pageSize};odata.continue-on-error`);
      const body = JSON.stringify({ requests });
      const response = await fetch(`${service}/$batch`, { method: 'POST', headers, body });
      const { responses } = (await response.json()) as { responses: { id: string; body: Envelope }[] };
      return requests.map(({ id }) => responses.find((one) => one.id === id)!.body);
    },
  };
}

/** For the ErrorRecord: text, category and target of the first detail, types from the headers. */
function errorOf({ error }: Envelope, { status, headers }: Response): ClientError {
  const [detail] = error?.details ?? [];
  const text = detail?.message ?? error?.innererror?.internalexception?.message ?? error?.message ?? '';
  const type = headers.get('x-ExceptionType') ?? '';
  return new ClientError(status, text, { type, code: detail?.code ?? '', target: detail?.target ?? '' });
}
