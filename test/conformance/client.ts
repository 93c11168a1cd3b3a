// What the published clients of the admin REST API have in common, as far as the tests ask them.

export type Row = Readonly<Record<string, unknown>>;

export interface Client {
  /** The objects of a cmdlet, from all of its pages. Rejects with ClientError. */
  invoke(cmdlet: string, parameters?: Readonly<Record<string, unknown>>): Promise<readonly Row[]>;
}

export interface Connection {
  readonly url: string;
  readonly tenant: string;
  readonly token: string;
}

/** What the client makes of a refusal. */
export class ClientError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly target: string;

  constructor(status: number, text: string, { type = '', code = '', target = '' } = {}) {
    super(text);
    this.status = status;
    this.type = type;
    this.code = code;
    this.target = target;
  }
}

export interface ODataError {
  readonly code: string;
  readonly message: string;
  readonly details?: readonly { readonly code: string; readonly target: string; readonly message: string }[];
  readonly innererror?: { readonly type: string; readonly internalexception?: { readonly message: string } };
}

export interface Envelope {
  readonly value?: readonly Row[];
  readonly error?: ODataError;
  readonly '@odata.nextLink'?: string;
  readonly '@adminapi.warnings'?: readonly string[];
  readonly '@adminapi.confirmationmessage'?: string;
}

/** Of {"CmdletInput": ...}. */
export const inputOf = (cmdlet: string, parameters: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } });
