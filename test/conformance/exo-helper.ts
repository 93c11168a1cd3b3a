// As GreyCorbel/ExoHelper: pages by POST, a hundred rows each; the detail of an error is taken only where it splits into three at the bars.
import { randomUUID } from 'node:crypto';
import { type Client, ClientError, type Connection, type Envelope, inputOf, type Row } from './client.ts';

export function exoHelper({ url, tenant, token }: Connection): Client {
  const connectionId = randomUUID();
  return {
    invoke: async (cmdlet, parameters = {}) => {
      const body = inputOf(cmdlet, parameters);
      const rows: Row[] = [];
      let at: string | undefined = `${url}/adminapi/beta/${tenant}/InvokeCommand`;
      while (at !== undefined) {
        const headers = {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'X-CmdletName': cmdlet,
          Prefer: 'odata.maxpagesize=100',
          'connection-id': connectionId,
          'client-request-id': randomUUID(),
          'X-AnchorMailbox': `UPN:admin@${tenant}`,
          'X-ClientApplication': 'ExoHelper',
        };
        const response: Response = await fetch(at, { method: 'POST', headers, body });
        const payload = await response.text();
        const [mediaType] = (response.headers.get('content-type') ?? '').split(';');
        if (mediaType !== 'application/json')
          throw new ClientError(response.status, payload, { code: 'ExoErrorWithPlainText' });
        const answer = JSON.parse(payload) as Envelope;
        if (!response.ok) throw errorOf(answer, response);
        rows.push(...answer.value!);
        at = answer['@odata.nextLink'];
      }
      return rows;
    },
  };
}

function errorOf({ error }: Envelope, { status, headers }: Response): ClientError {
  const type = headers.get('x-ExceptionType') ?? '';
  const message = error?.details?.[0]?.message;
  if (message === undefined) return new ClientError(status, JSON.stringify(error), { code: 'ExoUnknownError', type });
  const [code, named, text, ...more] = message.split('|');
  if (text === undefined || more.length > 0) {
    return new ClientError(status, message, { code: 'ExoErrorWithUnknownDetail', type });
  }
  return new ClientError(status, text, { code: code!, type: named! });
}
