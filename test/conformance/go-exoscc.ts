// As terraprovider/go-exoscc: pages by GET; an error's text is that of a detail that is JSON itself, else the message of the envelope.
import { randomUUID } from 'node:crypto';
import { type Client, ClientError, type Connection, type Envelope, inputOf, type Row } from './client.ts';

export function goExoscc({ url, tenant, token }: Connection): Client {
  const headersOf = (cmdlet: string) => ({
    Authorization: `Bearer ${token}`,
    Accept: 'application/json',
    'Accept-Charset': 'UTF-8',
    'Accept-Encoding': 'gzip, deflate, br',
    'Accept-Language': 'en-US',
    Prefer: 'odata.maxpagesize=1000',
    'X-ResponseFormat': 'json',
    'X-SerializationLevel': 'Partial',
    'X-CmdletName': cmdlet,
    'X-AnchorMailbox': `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenant}`,
    'X-ClientApplication': 'ExoManagementModule',
    'X-ClientModuleVersion': '3.9.0',
    WarningAction: '',
    'connection-id': randomUUID(),
    'client-request-id': randomUUID(),
    'User-Agent': 'Mozilla/5.0 (Linux) PowerShell/7.5',
  });
  return {
    invoke: async (cmdlet, parameters = {}) => {
      const first = `${url}/adminapi/beta/${tenant}/InvokeCommand`;
      const posted = { ...headersOf(cmdlet), 'Content-Type': 'application/json' };
      let response = await fetch(first, { method: 'POST', headers: posted, body: inputOf(cmdlet, parameters) });
      const rows: Row[] = [];
      for (;;) {
        const { value = [], error, '@odata.nextLink': next } = (await response.json()) as Envelope;
        if (error !== undefined) throw errorOf(error, response.status);
        rows.push(...value);
        if (next === undefined) return rows;
        response = await fetch(next, { headers: headersOf(cmdlet) });
      }
    },
  };
}

function errorOf({ code, message, details = [] }: NonNullable<Envelope['error']>, status: number): ClientError {
  for (const detail of details) {
    const exception = exceptionOf(detail.message);
    if (exception?.Message) return new ClientError(status, exception.Message, { type: exception.TypeName ?? '', code });
  }
  return new ClientError(status, message, { code });
}

function exceptionOf(text: string): { Message?: string; TypeName?: string } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
