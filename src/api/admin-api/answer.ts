// Answers in the form of the admin API, the good ones and the refusals.
import type { Cmdlet, PropertyType, Row, Value } from '../../cmdlets/cmdlet.ts';
import type { CmdletError } from '../../cmdlets/cmdlet-error.ts';
import { SERVICE_EXCEPTION } from './refusals.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export const okAnswer = (body: object): Answer => ({ status: 200, headers: {}, body });

export interface Output {
  /** `.../$metadata` of the service. */
  readonly metadata: string;
  readonly warnings: readonly string[];
  readonly rows: readonly object[];
  readonly nextLink?: string | undefined;
  /** The question that the client asks before it calls again. */
  readonly confirmation?: string | undefined;
}

export function outputAnswer({ metadata, warnings, rows, nextLink, confirmation }: Output): Answer {
  return okAnswer({
    '@odata.context': `${metadata}#Collection(Exchange.GenericHashTable)`,
    'adminapi.warnings@odata.type': '#Collection(String)',
    '@adminapi.warnings': warnings,
    ...(confirmation === undefined ? {} : { '@adminapi.confirmationmessage': confirmation }),
    value: rows,
    ...(nextLink === undefined ? {} : { '@odata.nextLink': nextLink }),
  });
}

/** How a value is annotated: its .NET type, and OData's. What has neither is told by JSON itself. */
const ANNOTATIONS: Readonly<Record<PropertyType, { readonly data?: string; readonly odata?: string }>> = {
  Guid: { data: 'System.Guid', odata: '#Guid' },
  DateTime: { data: 'System.DateTime' },
  Int32: { data: 'System.Int32' },
  Int64: { data: 'System.Int64', odata: '#Int64' },
  'String[]': { odata: '#Collection(String)' },
  String: {},
  Boolean: {},
  Object: {},
};

/** A row as JSON: of each property its annotations and its value. `chosen`: names of those that are wanted; undefined: all. */
export function typedRow({ output }: Cmdlet, row: Row, chosen: ReadonlySet<string> | undefined): object {
  const typed: Record<string, unknown> = {};
  for (const { name, type } of output) {
    if (chosen !== undefined && !chosen.has(name)) continue;
    const value = row[name] ?? null;
    const { data, odata } = value === null ? {} : ANNOTATIONS[type];
    if (data !== undefined) typed[`${name}@data.type`] = data;
    if (odata !== undefined) typed[`${name}@odata.type`] = odata;
    typed[name] = written(value);
  }
  return typed;
}

/** A time as .NET's round-trip format has it. */
function written(value: Value): unknown {
  return value instanceof Date ? value.toISOString().replace('Z', '0000+00:00') : value;
}

const CODES: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  424: 'FailedDependency',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
};
/** Some texts repeat what was asked. */
const LONGEST_TEXT = 2_000;

/**
 * One good text in every place where some client looks for it: `error.message`, the third part of `details[0].message`, and
 * `innererror.internalexception.message`. `cmdlet`: its name, where there is one.
 */
export function errorAnswer(error: CmdletError, cmdlet?: string): Answer {
  const { status, type, category, errorId } = error;
  const text = textOf(error).slice(0, LONGEST_TEXT);
  const target = error.target.slice(0, LONGEST_TEXT);
  const internal = { message: text, type, stacktrace: '' };
  return {
    status,
    headers: {
      'x-ExceptionType': type,
      ...(target === '' ? {} : { 'x-ExceptionTargetType': 'System.String' }),
      ...(cmdlet === undefined ? {} : { 'Cmdlet-Name': cmdlet }),
    },
    body: {
      error: {
        code: CODES[status] ?? 'BadRequest',
        message: text,
        // Clients split it at the bars, and take it for something else where there are not two.
        details: [{ code: category, target, message: `${errorId}|${type}|${text.replaceAll('|', '/')}` }],
        innererror: {
          message: text,
          type: SERVICE_EXCEPTION,
          stacktrace: '',
          errorid: errorId,
          internalexception: internal,
        },
      },
    },
  };
}

function textOf({ message, advice }: CmdletError): string {
  if (advice === '') return message;
  return `${/[.!?]$/.test(message) ? message : `${message}.`} ${advice}`;
}
